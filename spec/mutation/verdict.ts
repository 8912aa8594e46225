import type { Binding } from '../../src/verify/Law.ts'
import { type Failure, runLaw, type RunOptions } from '../../src/verify/run.ts'

/** Where each suite is bound to the library's own subjects; only what a mutant needs is loaded a second time. */
const distributions = (): Promise<Bound> => import('./suites/distributions.ts')
const objectives = (): Promise<Bound> => import('./suites/objectives.ts')
const training = (): Promise<Bound> => import('./suites/training.ts')
const annealing = (): Promise<Bound> => import('./suites/annealing.ts')
const wiring = (): Promise<Bound> => import('./suites/wiring.ts')
const graphs = (): Promise<Bound> => import('./suites/graphs.ts')

interface Bound {
  readonly bindings: readonly Binding[]
}
const places: Readonly<Record<string, () => Promise<Bound>>> = {
  distribution: distributions,
  bijector: distributions,
  divergence: distributions,
  reparameterisation: distributions,
  bounds: objectives,
  objective: objectives,
  information: objectives,
  schedule: training,
  optimizer: training,
  noise: training,
  expr: graphs,
  autodiff: graphs,
  pass: graphs,
  annealing,
  wiring,
}

/** What a law says of the library that this module was loaded with: the first failure over all its subjects, or nothing. */
export const verdictOf = async (
  [suite, name]: readonly [suite: string, law: string],
  options: RunOptions,
): Promise<Failure | undefined> => {
  const { bindings } = (await places[suite]?.()) ?? { bindings: [] }
  const bound = bindings.filter((b) => b.suite === suite && b.laws.some((l) => l.name === name))
  if (bound.length === 0) throw new Error(`there is no law '${suite} / ${name}'`)
  for (const binding of bound)
    for (const law of binding.laws.filter((l) => l.name === name)) {
      const { failure } = runLaw(binding, law, options)
      if (failure !== null) return failure
    }
  return undefined
}
