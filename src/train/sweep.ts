import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { aSeed, isSeed } from '../data/seeds.ts'
import { type ElboError, usageError } from '../error.ts'
import { namesLike } from '../namesLike.ts'
import { decodeExperiment, encodeExperiment } from './codec.ts'
import type { Experiment } from './Experiment.ts'
import { pathsIn, withNumber } from './setNumber.ts'

/** A number of an experiment, and the values it takes: `objective.beta`, `optimizer.learningRate`, `settings.batch`. */
export interface SweepAxis {
  readonly path: string
  readonly values: readonly number[]
}

/** One experiment at every combination of its axes' values and of seeds, as plain data. */
export interface SweepPlan {
  readonly experiment: Experiment
  readonly axes: readonly SweepAxis[]
  readonly seeds: readonly number[]
  /** each point begins with the weights of the one before it on the first axis, instead of drawn ones */
  readonly warm: boolean
}

export interface SweepPoint {
  /** its folder */
  readonly name: string
  /** by path */
  readonly settings: Readonly<Record<string, number>>
  readonly seed: number
  readonly experiment: Experiment
  /** the point whose weights it begins with */
  readonly after: string | null
}

/** What may be set: what is trained for, how, and for how long; the model and its data stay. */
const ROOTS = ['objective', 'optimizer', 'settings'] as const

/**
 * The experiment with one of its numbers changed. Of a schedule its size is meant: what it rises to, or begins with; of an own one its first
 * option. Steps of a chain and options are reached by their names: `optimizer.scaleByAdam.beta1`, `objective.beta.peak`.
 *
 * Errors    no such number, with those that there are
 * @example  withSetting(digits, 'optimizer.learningRate', 1e-3)
 */
export const withSetting = (experiment: Experiment, path: string, value: number): E.Either<ElboError, Experiment> => {
  const json = encodeExperiment(experiment)
  const [root, ...rest] = path.split('.')
  const allowed = ROOTS.find((name) => name === root)
  const changed =
    allowed === undefined || path === 'settings.seed' ? undefined : withNumber(json[allowed], rest.join('.'), value)
  if (allowed !== undefined && changed !== undefined) return decodeExperiment({ ...json, [allowed]: changed })
  const known = ROOTS.flatMap((name) => pathsIn(json[name], name)).filter((known) => known !== 'settings.seed')
  return E.left(usageError(`the experiment has no number '${path}' to sweep; it has ${namesLike(path, known)}`))
}

const product = (axes: readonly SweepAxis[]): readonly (readonly number[])[] =>
  axes.reduce<readonly (readonly number[])[]>(
    (known, { values }) => known.flatMap((before) => values.map((value) => [...before, value])),
    [[]],
  )

/** The last word of a path, where that tells it from the others. */
const shortName = (path: string, axes: readonly SweepAxis[]): string => {
  const last = path.split('.').at(-1) ?? path
  return axes.filter((a) => a.path.split('.').at(-1) === last).length === 1 ? last : path
}

const repeated = <A>(values: readonly A[]): A | undefined => values.find((v, i) => values.indexOf(v) !== i)

const planProblem = ({ axes, seeds }: SweepPlan): string | undefined => {
  const path = repeated(axes.map((a) => a.path))
  if (path !== undefined) return `'${path}' is swept twice; give all its values at once`
  const wrong = seeds.find((seed) => !isSeed(seed))
  if (wrong !== undefined) return `seeds: ${wrong} is not ${aSeed}`
  if (axes.length === 0) return 'sweep what? Give --beta 0.01..10, or --set <path>=<values>'
  const twice = axes.flatMap((a) => repeated(a.values) ?? [])[0] ?? repeated(seeds)
  return twice === undefined ? undefined : `${twice} is there twice among the values or seeds of the sweep`
}

/** All points, seed by seed, the first axis changing slowest. Errors  a number that the experiment does not have; a value twice */
export const sweepPoints = (plan: SweepPlan): E.Either<ElboError, readonly SweepPoint[]> => {
  const { experiment, axes, seeds, warm } = plan
  const problem = planProblem(plan)
  if (problem !== undefined) return E.left(usageError(problem))
  const nameOf = (values: readonly number[], seed: number): string =>
    [...axes.map(({ path }, i) => `${shortName(path, axes)}-${values[i]}`), `seed-${seed}`].join('_')
  const places = seeds.flatMap((seed) => product(axes).map((values) => ({ seed, values })))
  return pipe(
    places,
    E.traverseArray(({ seed, values }) => {
      const [first = Number.NaN, ...others] = values
      const along = axes[0]?.values ?? []
      const before = along[along.indexOf(first) - 1]
      const name = nameOf(values, seed)
      return pipe(
        axes.reduce<E.Either<ElboError, Experiment>>(
          (known, { path }, i) => E.chain((e: Experiment) => withSetting(e, path, values[i] ?? Number.NaN))(known),
          E.right(experiment),
        ),
        E.map((changed): SweepPoint => ({
          name,
          settings: Object.fromEntries(axes.map(({ path }, i) => [path, values[i] ?? Number.NaN])),
          seed,
          experiment: { ...changed, name, settings: { ...changed.settings, seed } },
          after: warm && before !== undefined ? nameOf([before, ...others], seed) : null,
        })),
      )
    }),
  )
}

/** `points` values from one end to the other: equal ratios where both are above 0, else equal steps. Four digits each. */
export const spaced = (low: number, high: number, points: number): readonly number[] =>
  Array.from({ length: points }, (_, i) => {
    const at = points === 1 ? 0 : i / (points - 1)
    return Number((low > 0 && high > 0 ? low * (high / low) ** at : low + (high - low) * at).toPrecision(4))
  })
