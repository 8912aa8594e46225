import * as fc from 'fast-check'
import * as b from '../../expr/build.ts'
import type { Node } from '../../expr/Op.ts'
import { elbo, type Objective } from '../../model/objective.ts'
import type { Site } from '../../model/Program.ts'
import { paramsOf } from '../../model/Vae.ts'
import { grad } from '../../transform/grad.ts'
import {
  objectivesFor,
  type ProgramOptions,
  programs,
  type ProgramSample,
  type TaskSample,
  tasks,
} from '../arbitrary/programs.ts'
import type { Gauge } from '../Gauge.ts'
import { valuesAt } from '../oracle/numbers.ts'
import {
  dataOf,
  firstRows,
  horizon,
  numbers,
  type Numbers,
  type Objectives,
  onOne,
  onRows,
  type Rows,
} from '../subject/Objectives.ts'

export const SIZE = 3
export const latentsOf = ({ vae }: ProgramSample): readonly Site[] => vae.guide.filter(({ kind }) => kind === 'latent')
export const plain: readonly [Objective, Objective] = [elbo({ kl: 'closed' }), elbo({ kl: 'sampled' })]
const hasClosed = (sample: ProgramSample): fc.Arbitrary<Objective> =>
  objectivesFor(sample.plan).map((o) => (o.tag === 'elbo' && o.kl === 'closed' ? plain[0] : plain[1]))

export interface Elbos extends ProgramSample {
  readonly objective: Extract<Objective, { tag: 'elbo' }>
}
/** Programs with an ELBO, closed where that can be had. */
export const elbos = ({ own }: Objectives): fc.Arbitrary<Elbos> =>
  own === undefined
    ? programs().chain((sample) =>
        hasClosed(sample).map((o) => ({ ...sample, objective: o.tag === 'elbo' ? o : elbo() })),
      )
    : own.samples.map((s) => ({
        ...s,
        objective: s.objective.tag === 'elbo' ? { ...s.objective, beta: 1, freeBits: 0 } : elbo({ kl: 'sampled' }),
      }))
export const some = ({ own }: Objectives, options: ProgramOptions = {}): fc.Arbitrary<ProgramSample> =>
  own?.samples ?? programs(options)
/** Programs with every objective. */
export const every = ({ own }: Objectives): fc.Arbitrary<TaskSample> => own?.samples ?? tasks()
/** Where the objective is the user's own, laws of other objectives have nothing to say. */
export const canBe =
  (...tags: readonly Objective['tag'][]) =>
  ({ own }: Objectives): boolean =>
    own === undefined || tags.includes(own.objective.tag)

export const one = (o: Objectives, s: ProgramSample, objective: Objective, datum = 0): Numbers =>
  numbers(o.measure(s.vae, objective, dataOf(s.vae)), onOne(s, datum))
export const batch = (o: Objectives, s: ProgramSample, objective: Objective, rows: Rows): Numbers =>
  numbers(o.measureBatch(s.vae, objective, dataOf(s.vae), rows.length), onRows(s, rows))

export const TIGHT = 1e-9
export const equalNumbers = (got: Numbers, want: Numbers, g: Gauge, where: string): void => {
  g.holds((got.bound === undefined) === (want.bound === undefined), `${where}: one has a bound`)
  if (got.bound !== undefined && want.bound !== undefined) g.close(got.bound, want.bound, TIGHT, `${where}: the bound`)
  g.close(got.reconstruction, want.reconstruction, TIGHT, `${where}: the reconstruction`)
  for (const [name, terms] of Object.entries(want.kl)) {
    g.holds(
      got.kl[name]?.length === terms.length,
      `${where}: kl/${name} has ${got.kl[name]?.length} terms, not ${terms.length}`,
    )
    terms.forEach((t, i) => g.close(got.kl[name]?.[i] ?? Number.NaN, t, TIGHT, `${where}: kl/${name}[${i}]`))
  }
}
export const averaged = (each: readonly Numbers[]): Numbers => {
  const mean = (xs: readonly number[]): number => xs.reduce((sum, x) => sum + x, 0) / xs.length
  const first = each[0]
  return {
    bound: first?.bound === undefined ? undefined : mean(each.map((n) => n.bound ?? Number.NaN)),
    reconstruction: mean(each.map((n) => n.reconstruction)),
    kl: Object.fromEntries(
      Object.entries(first?.kl ?? {}).map(([name, terms]) => [
        name,
        terms.map((_, i) => mean(each.map((n) => n.kl[name]?.[i] ?? Number.NaN))),
      ]),
    ),
  }
}

/** The loss of a minibatch and its gradient in every parameter, flat. */
export const lossAndSlopes = (
  o: Objectives,
  s: ProgramSample,
  objective: Objective,
  rows: Rows,
  step: number,
): { readonly loss: number; readonly slopes: readonly number[] } => {
  const measured = o.measureBatch(s.vae, objective, dataOf(s.vae), rows.length)
  const { loss } = o.lossOf(objective, measured, horizon, b.scalar('step'))
  const [value, ...slopes] = valuesAt([loss, ...grad(loss, paramsOf([loss]))], onRows(s, rows, step))
  return { loss: value?.[0] ?? Number.NaN, slopes: slopes.flatMap((x) => [...x]) }
}
export const lossAt = (o: Objectives, s: ProgramSample, objective: Objective, step: number): number => {
  const measured = o.measureBatch(s.vae, objective, dataOf(s.vae), SIZE)
  const { loss } = o.lossOf(objective, measured, horizon, b.scalar('step'))
  return valuesAt([loss], onRows(s, firstRows(SIZE), step))[0]?.[0] ?? Number.NaN
}
export const total = (terms: readonly number[]): number => terms.reduce((sum, x) => sum + x, 0)
export const beta = (objective: Elbos['objective'], value: number): Objective => ({ ...objective, beta: value })
export const isSampled = (leaf: Node): boolean => leaf.op === 'noise'
export const withStep = <A extends ProgramSample>(from: fc.Arbitrary<A>): fc.Arbitrary<readonly [A, number]> =>
  fc.tuple(from, fc.integer({ min: 0, max: 19 }))
