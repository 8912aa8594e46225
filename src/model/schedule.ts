import { match, P } from 'ts-pattern'
import * as t from 'io-ts'
import { unknownOptions } from '../error.ts'
import * as b from '../expr/build.ts'
import type { Node } from '../expr/Op.ts'
import { isOutside, neverEnds } from './messages.ts'

/** A length of training. */
type Span = { readonly epochs: number } | { readonly steps: number }
interface WarmUp {
  readonly tag: 'warmUp'
  readonly over: Span
  readonly from: number
  readonly to: number
}
interface Cyclical {
  readonly tag: 'cyclical'
  readonly cycles: number
  readonly rise: number
  readonly from: number
  readonly to: number
}
interface Cosine {
  readonly tag: 'cosine'
  readonly from: number
  readonly to: number
}
interface Decay {
  readonly tag: 'decay'
  readonly over: Span
  readonly from: number
  readonly factor: number
}
/** A number that changes over training, as data. Where a schedule may stand, a plain number is one that does not change. */
export type Schedule = number | WarmUp | Cyclical | Cosine | Decay

const span = t.union([t.type({ epochs: t.number }), t.type({ steps: t.number })])
export const Schedule: t.Type<Schedule> = t.union([
  t.number,
  t.type({ tag: t.literal('warmUp'), over: span, from: t.number, to: t.number }),
  t.type({ tag: t.literal('cyclical'), cycles: t.number, rise: t.number, from: t.number, to: t.number }),
  t.type({ tag: t.literal('cosine'), from: t.number, to: t.number }),
  t.type({ tag: t.literal('decay'), over: span, from: t.number, factor: t.number }),
])

/** A span as an option: one of the two, never both. */
type Over = { readonly epochs: number; readonly steps?: never } | { readonly steps: number; readonly epochs?: never }
/** Without either, as in a program that is not type-checked, no length at all. */
const spanOf = (epochs: number | undefined, steps: number | undefined): Span =>
  epochs === undefined ? { steps: steps ?? Number.NaN } : { epochs }

/** How long training is planned to take: what a schedule is measured against. */
export interface Horizon {
  readonly stepsPerEpoch: number
  readonly epochs: number
}

/**
 * From `from` (0) to `to` (1) in a straight line, then constant: KL warm-up.
 *
 * Errors  a length of 0, or one that the planned training does not reach
 * Source  Bowman et al. 2016, arXiv:1511.06349, §3.1; Sønderby et al. 2016, arXiv:1602.02282, §2.3
 */
export const warmUp = ({
  epochs,
  steps,
  from,
  to,
  ...unknown
}: Over & { readonly from?: number; readonly to?: number }): Schedule => ({
  tag: 'warmUp',
  over: spanOf(epochs, steps),
  from: from ?? 0,
  to: to ?? 1,
  ...unknown,
})

/**
 * `cycles` equal cycles over the planned training; each rises from `from` (0) to `to` (1) in its first `rise` (half) and stays.
 *
 * Source  Fu et al. 2019, arXiv:1903.10145, eq. 6
 */
export const cyclical = ({
  cycles,
  rise,
  from,
  to,
  ...unknown
}: {
  readonly cycles: number
  readonly rise?: number
  readonly from?: number
  readonly to?: number
}): Schedule => ({
  tag: 'cyclical',
  cycles,
  rise: rise ?? 0.5,
  from: from ?? 0,
  to: to ?? 1,
  ...unknown,
})

/** Half a cosine from `from` down to `to` (0) over the planned training. Source  Loshchilov & Hutter 2017, arXiv:1608.03983, eq. 5 */
export const cosine = ({ from, to, ...unknown }: { readonly from: number; readonly to?: number }): Schedule => ({
  tag: 'cosine',
  from,
  to: to ?? 0,
  ...unknown,
})

/** Times `factor` once every span, continuously: from · factor^(step / span). */
export const decay = ({
  epochs,
  steps,
  from,
  factor,
  ...unknown
}: Over & { readonly from: number; readonly factor: number }): Schedule => ({
  tag: 'decay',
  over: spanOf(epochs, steps),
  from,
  factor,
  ...unknown,
})

const inSteps = (over: Span, { stepsPerEpoch }: Horizon): number =>
  'epochs' in over ? over.epochs * stepsPerEpoch : over.steps

const finite = (name: string, what: string, ...values: readonly number[]): readonly string[] =>
  values.filter((v) => !Number.isFinite(v)).map((v) => isOutside(name, what, v, 'a finite number'))
const above = (name: string, what: string, value: number): readonly string[] =>
  value > 0 ? [] : [isOutside(name, what, value, 'above 0')]
const within = (name: string, what: string, needed: number, planned: number): readonly string[] =>
  needed > planned ? [neverEnds(name, what, needed, planned)] : []

const options: { readonly [T in Exclude<Schedule, number>['tag']]: readonly string[] } = {
  warmUp: ['epochs', 'steps', 'from', 'to'],
  cyclical: ['cycles', 'rise', 'from', 'to'],
  cosine: ['from', 'to'],
  decay: ['epochs', 'steps', 'from', 'factor'],
}

/** What is wrong with a schedule on a horizon: an option that there is not, or out of range, or an end that training never reaches. */
export const scheduleProblems = (name: string, schedule: Schedule, horizon: Horizon): readonly string[] => {
  const planned = horizon.stepsPerEpoch * horizon.epochs
  if (typeof schedule === 'number') return finite(name, 'the value', schedule)
  const { tag } = schedule
  const unknown = unknownOptions(`${name}: ${tag}`, schedule, options[tag], ['tag', 'over'])
  // Where a length is misspelt there is none, which is not worth a second message.
  if (unknown.length > 0) return unknown
  return match(schedule)
    .with({ tag: 'warmUp' }, (s) => [
      ...finite(name, "warmUp's ends", s.from, s.to),
      ...above(name, "warmUp's length", inSteps(s.over, horizon)),
      ...within(name, 'warmUp', inSteps(s.over, horizon), planned),
    ])
    .with({ tag: 'cyclical' }, (s) => [
      ...finite(name, "cyclical's ends", s.from, s.to),
      ...(Number.isInteger(s.cycles) && s.cycles >= 1
        ? []
        : [isOutside(name, "cyclical's cycles", s.cycles, 'a whole number of at least 1')]),
      ...(s.rise > 0 && s.rise <= 1 ? [] : [isOutside(name, "cyclical's rise", s.rise, 'a fraction in (0, 1]')]),
      ...within(name, 'cyclical', s.cycles, planned),
    ])
    .with({ tag: 'cosine' }, (s) => finite(name, "cosine's ends", s.from, s.to))
    .with({ tag: 'decay' }, (s) => [
      ...finite(name, "decay's start", s.from),
      ...above(name, "decay's length", inSteps(s.over, horizon)),
      ...above(name, "decay's factor", s.factor),
    ])
    .exhaustive()
}

/** The values that a schedule is given to go from and to. Where none of them is below 0, it never is. */
export const endsOf = (schedule: Schedule): readonly number[] =>
  typeof schedule === 'number' ? [schedule] : 'to' in schedule ? [schedule.from, schedule.to] : [schedule.from]

/** Whether its value at a step changes with how long training is planned to be, and not only with the step. */
export const dependsOnHorizon = (schedule: Schedule): boolean =>
  match(schedule)
    .with({ tag: 'cyclical' }, { tag: 'cosine' }, () => true)
    .with({ tag: 'warmUp' }, { tag: 'decay' }, P.number, () => false)
    .exhaustive()

/** cos on [0, π] from the vocabulary's own ops: sin²-free identity cos(πu) by its Taylor series in (u − ½), below 1e-7 off. */
const halfCosine = (u: Node): Node => {
  const v = b.mul(b.sub(u, 0.5), Math.PI)
  const v2 = b.square(v)
  const series = [-1 / 39916800, 1 / 362880, -1 / 5040, 1 / 120, -1 / 6].reduce<Node>(
    (sum, c) => b.mul(v2, b.add(sum, c)),
    b.mul(v2, 1 / 6227020800),
  )
  return b.neg(b.mul(v, b.add(series, 1)))
}

/** The schedule at update number `step` (from 0), as a vertex, so that one plan serves every step. */
export const scheduleAt = (schedule: Schedule, horizon: Horizon, step: Node): Node => {
  const last = Math.max(1, horizon.stepsPerEpoch * horizon.epochs - 1)
  const between = (from: number, to: number, u: Node): Node => b.add(from, b.mul(to - from, u))
  return match(schedule)
    .when(
      (s) => typeof s === 'number',
      (s): Node => b.constant(Number(s)),
    )
    .with({ tag: 'warmUp' }, (s) => between(s.from, s.to, b.min(1, b.div(step, inSteps(s.over, horizon)))))
    .with({ tag: 'cyclical' }, (s) => {
      const period = (last + 1) / s.cycles
      const along = b.div(step, period)
      return between(s.from, s.to, b.min(1, b.div(b.sub(along, b.floor(along)), s.rise)))
    })
    .with({ tag: 'cosine' }, (s) =>
      between(s.to, s.from, b.mul(0.5, b.add(1, halfCosine(b.min(1, b.div(step, last)))))),
    )
    .with({ tag: 'decay' }, (s) => b.mul(s.from, b.exp(b.mul(Math.log(s.factor) / inSteps(s.over, horizon), step))))
    .exhaustive()
}
