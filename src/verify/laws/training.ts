import * as E from 'fp-ts/lib/Either.js'
import * as fc from 'fast-check'
import type { Graph } from '../../expr/Graph.ts'
import { leavesOf } from '../../expr/leaf.ts'
import { rootsOf } from '../../expr/Graph.ts'
import { node } from '../../expr/node.ts'
import type { Tensor } from '../../expr/Tensor.ts'
import { openReference } from '../../interp/reference/index.ts'
import type { Feeds, Plan, Session } from '../../interp/Session.ts'
import { gradientGraph, trainGraph } from '../../train/graphs.ts'
import { initialValues, variablesOf } from '../../train/initialize.ts'
import { adam, adamW, clipByGlobalNorm, type Optimizer, sgd } from '../../optimizer/index.ts'
import { type ProgramOptions, type TaskSample, tasks } from '../arbitrary/programs.ts'
import { LawBroken } from '../Gauge.ts'
import { alike, largest } from '../oracle/numbers.ts'
import { type LawSuite, law } from '../Law.ts'
import { firstRows, horizon, onRows } from '../subject/Objectives.ts'

/** An open target, as the laws see it. Its variables are written anew for every value. */
export interface Trainer {
  readonly name: string
  readonly session: Session
  /** how far single precision may be off, relative to the largest number of a result; 0 for the reference */
  readonly tolerance: number
  /** how far two equal runs may be apart, relative to the largest number; 0, to the last bit, unless a target says why not */
  readonly slack?: number
  /** one experiment to train; default: random programs. Its plans are compiled once and kept */
  readonly own?: {
    readonly optimizer: Optimizer
    readonly samples: fc.Arbitrary<TaskSample>
    readonly plans: Map<string, Kept>
    readonly initial: Map<string, Tensor>
  }
}
interface Kept {
  readonly graph: Graph
  readonly plan: Plan
}

const SIZE = 2
const reference = openReference()
const small: ProgramOptions = { latents: 2, observations: 2 }
const optimizers = fc.constantFrom<Optimizer>(
  adam(1e-2),
  sgd(1e-2, { momentum: 0.9 }),
  adamW(1e-2),
  clipByGlobalNorm(0.5)(adam(1e-2)),
)
interface Job {
  readonly task: TaskSample
  readonly optimizer: Optimizer
  readonly seed: number
}
const jobs = ({ own }: Trainer): fc.Arbitrary<Job> =>
  fc.record({
    task: own?.samples ?? tasks(small),
    optimizer: own === undefined ? optimizers : fc.constant(own.optimizer),
    seed: fc.nat({ max: 2 ** 31 - 1 }),
  })

const prepared = (session: Session, graph: Graph): Plan => {
  const plan = session.prepare(graph)
  if (E.isLeft(plan)) throw new LawBroken(plan.left.message)
  return plan.right
}
type Kind = 'train' | 'gradient'
const graphOf = (kind: Kind, { task, optimizer }: Job): Graph =>
  kind === 'train'
    ? trainGraph(task.vae, task.objective, optimizer, horizon, SIZE)
    : gradientGraph(task.vae, task.objective, horizon, SIZE)

/** Use a plan on a session; that of a user's own experiment is kept, any other is let go. */
const withPlan = <A>({ own }: Trainer, session: Session, kind: Kind, job: Job, use: (kept: Kept) => A): A => {
  const key = `${session.target} ${kind}`
  const kept = own?.plans.get(key)
  if (kept !== undefined) return use(kept)
  const graph = graphOf(kind, job)
  const made = { graph, plan: prepared(session, graph) }
  own?.plans.set(key, made)
  const answer = use(made)
  if (own === undefined) made.plan.dispose()
  return answer
}
const feedsFor = (graph: Graph, { task, seed }: Job, step: number): Feeds => {
  const rows = firstRows(SIZE).map((row) => row + SIZE * step)
  const values = onRows(task, rows)
  const data = leavesOf(rootsOf(graph)).flatMap((leaf) =>
    leaf.op === 'data' ? [[leaf.arg.name, values(leaf)] as const] : [],
  )
  return { data: new Map(data), scalars: { step }, seed, step }
}
const trained = (t: Trainer, job: Job, from: number, to: number): readonly ReadonlyMap<string, Tensor>[] =>
  withPlan(t, t.session, 'train', job, ({ graph, plan }) =>
    Array.from({ length: to - from }, (_, i) => plan.run(feedsFor(graph, job, from + i))),
  )
const variables = (t: Trainer, job: Job): ReturnType<typeof variablesOf> =>
  variablesOf(t.own?.plans.get(`${t.session.target} train`)?.graph ?? graphOf('train', job))
/** The first weights; those of a user's own experiment are drawn once. */
const initial = (
  { own }: Trainer,
  given: ReturnType<typeof variablesOf>,
  seed: number,
): ReadonlyMap<string, Tensor> => {
  if (own === undefined) return initialValues(given, seed)
  for (const variable of given)
    if (!own.initial.has(variable.arg.name)) {
      const [value] = initialValues([variable], 0).values()
      if (value !== undefined) own.initial.set(variable.arg.name, value)
    }
  return new Map(
    given
      .flatMap(({ arg: { name } }) => [[name, own.initial.get(name)] as const])
      .flatMap(([name, v]) => (v === undefined ? [] : [[name, v] as const])),
  )
}
const start = (t: Trainer, job: Job): void => t.session.write(initial(t, variables(t, job), job.seed))

/** The first variable in which two runs differ. */
const difference = (
  { slack = 0 }: Trainer,
  a: ReadonlyMap<string, Tensor>,
  b: ReadonlyMap<string, Tensor>,
  names: Iterable<string>,
): string | undefined => {
  for (const name of names) {
    const [x, y] = [a.get(name), b.get(name)]
    if (x === undefined || y === undefined) return name
    if (!alike(x, y, slack === 0 ? 0 : slack * largest(x))) return name
  }
  return undefined
}
const variableNames = (t: Trainer, job: Job): readonly string[] => variables(t, job).map((v) => v.arg.name)
/** What a target owes to whoever trains on it. */
export const trainingLaws: LawSuite<Trainer> = {
  name: 'training',
  extends: [],
  laws: [
    law({
      name: 'agrees with the reference',
      statement: 'the loss and every gradient are the float64 reference’s, to single precision of the largest number',
      given: jobs,
      holds: (t, job, g) => {
        const { session, tolerance } = t
        const [want, got] = [reference, session].map((target) =>
          withPlan(t, target, 'gradient', job, ({ graph, plan }) => {
            target.write(initial(t, variablesOf(graph), job.seed))
            return plan.run(feedsFor(graph, job, 3))
          }),
        )
        for (const [name, tensor] of want ?? []) {
          const scale = Math.max(largest(tensor), name.startsWith('gradient/') ? 0 : 1)
          const mine = got?.get(name)
          // Parameters that a loss does not move have gradients that are rounding errors of each other: nothing to compare.
          const floor = 1e-6
          tensor.data.forEach((v, i) =>
            g.within((mine?.data[i] ?? Number.NaN) - v, Math.max(tolerance * scale, floor), `${name}[${i}]`),
          )
        }
      },
    }),
    law({
      name: 'deterministic by seed',
      statement: 'the same seed gives the same numbers to the last bit; another seed other noise',
      given: jobs,
      holds: (t, job, g) => {
        const run = (): ReadonlyMap<string, Tensor> => {
          start(t, job)
          trained(t, job, 0, 2)
          return new Map(t.session.read())
        }
        const differs = difference(t, run(), run(), variableNames(t, job))
        g.holds(differs === undefined, `a second run differs in '${differs}'`)
      },
    }),
    law({
      name: 'resume = uninterrupted',
      statement:
        'variables read half-way, written again, and trained on from there are those of a run that was not stopped, to the last bit',
      given: jobs,
      holds: (t, job, g) => {
        const { session } = t
        start(t, job)
        trained(t, job, 0, 1)
        const half = session.read()
        trained(t, job, 1, 2)
        const whole = new Map(session.read())
        start(t, { ...job, seed: job.seed + 1 })
        trained(t, { ...job, seed: job.seed + 1 }, 0, 1)
        session.write(half)
        trained(t, job, 1, 2)
        const differs = difference(t, new Map(session.read()), whole, variableNames(t, job))
        g.holds(differs === undefined, `the resumed run differs in '${differs}'`)
      },
    }),
    law({
      name: 'results are of the old variables',
      statement: 'a step’s loss is that before its update: evaluating first and training then report one number',
      given: jobs,
      holds: (t, job, g) => {
        start(t, job)
        const before = withPlan(
          t,
          t.session,
          'gradient',
          job,
          ({ graph, plan }) => plan.run(feedsFor(graph, job, 0)).get('loss')?.data[0] ?? Number.NaN,
        )
        const loss = trained(t, job, 0, 1)[0]?.get('loss')?.data[0] ?? Number.NaN
        g.within(loss - before, (t.tolerance + 1e-12) * (1 + Math.abs(before)), 'the loss')
      },
    }),
    law({
      name: 'noise is new at every step',
      statement: 'two steps on the same minibatch, without learning, differ by their noise alone',
      given: jobs,
      holds: ({ session }, job, g) => {
        const noise = { outputs: { z: node('noise', { name: 'z1', shape: [SIZE, 3], law: 'normal' }) }, updates: {} }
        const plan = prepared(session, noise)
        const draws = [0, 1].map((step) => [
          ...(plan.run({ data: new Map(), scalars: {}, seed: job.seed, step }).get('z')?.data ?? []),
        ])
        plan.dispose()
        g.holds(
          draws[0]?.length === 3 * SIZE && draws[0].every((v, i) => v !== draws[1]?.[i]),
          'a step’s noise is used again',
        )
        g.holds(new Set(draws[0]).size === 3 * SIZE, 'data share their noise')
      },
    }),
    law({
      name: 'tensors alive are constant',
      statement: 'after the second step as many tensors and bytes are held as after the fourth',
      given: jobs,
      holds: (t, job, g) => {
        start(t, job)
        const held = withPlan(t, t.session, 'train', job, ({ graph, plan }) =>
          [0, 1, 2, 3].map((step) => {
            plan.run(feedsFor(graph, job, step))
            return t.session.memory()
          }),
        )
        g.holds(held[1]?.tensors === held[3]?.tensors, `${held[1]?.tensors} tensors became ${held[3]?.tensors}`)
        g.holds(held[1]?.bytes === held[3]?.bytes, `${held[1]?.bytes} bytes became ${held[3]?.bytes}`)
      },
    }),
    law({
      name: 'a step can be taken back',
      statement: 'rollback gives the variables before the last update, to the last bit, and one generation only',
      given: jobs,
      holds: (t, job, g) => {
        const { session } = t
        start(t, job)
        const before = new Map(session.read())
        trained(t, job, 0, 1)
        g.holds(session.rollback(), 'there is nothing to take back')
        const differs = difference(t, new Map(session.read()), before, variableNames(t, job))
        g.holds(differs === undefined, `'${differs}' is not what it was`)
        g.holds(!session.rollback(), 'a second step is taken back')
      },
    }),
  ],
}
