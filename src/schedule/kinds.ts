import { record } from '../call/Kind.ts'
import { takes } from '../call/takes.ts'
import { unknownOptions } from '../error.ts'
import * as b from '../expr/build.ts'
import type { Node } from '../expr/Op.ts'
import { above0, ends, finite, plannedSteps } from './problems.ts'
import { type ChangingNumber, option, time } from './Schedule.ts'

/** A span as an option: one of the two, never both. */
export type Over =
  { readonly epochs: number; readonly steps?: never } | { readonly steps: number; readonly epochs?: never }
type Span = { readonly epochs: number } | { readonly steps: number }
/** Without either, as in a program that is not type-checked, no length at all. */
const spanOf = (epochs: number | undefined, steps: number | undefined): Span =>
  epochs === undefined ? { steps: steps ?? Number.NaN } : { epochs }
/** The span of an option of one of these names, in steps. */
const inSteps = (span: Span): Node => ('epochs' in span ? b.mul(option('epochs'), time.stepsPerEpoch) : option('steps'))

const between = (from: Node, to: Node, u: Node): Node => b.add(from, b.mul(b.sub(to, from), u))
const [from, to] = [option('from'), option('to')]
/** The number of the last planned update, from 0; where there is one only, 1. */
export const lastStep: Node = b.max(1, b.sub(plannedSteps, 1))

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

/** `unknown` are options that there are not: a program need not have been type-checked. */
const built = (
  name: string,
  known: readonly string[],
  { options, unknown, ...rest }: Omit<ChangingNumber, 'tag' | 'name' | 'problems'> & { readonly unknown: object },
): ChangingNumber => ({
  tag: 'schedule',
  name,
  options,
  ...rest,
  problems: unknownOptions(name, unknown, known),
})

const makeWarmUp = (options: Over & { readonly from?: number; readonly to?: number }): ChangingNumber => {
  const { epochs, steps, from: first, to: last, ...unknown } = options
  const span = spanOf(epochs, steps)
  const length = inSteps(span)
  return built('warmUp', ['epochs', 'steps', 'from', 'to'], {
    options: { ...span, from: first ?? 0, to: last ?? 1 },
    unknown,
    size: 'to',
    value: between(from, to, b.min(1, b.div(time.step, length))),
    checks: [...finite("warmUp's ends", from, to), above0("warmUp's length", length)],
    needs: [ends('warmUp', length)],
  })
}

/**
 * From `from` (0) to `to` (1) in a straight line, then constant: KL warm-up.
 *
 * Errors  a length of 0, or one that the planned training does not reach
 * Source  Bowman et al. 2016, arXiv:1511.06349, §3.1; Sønderby et al. 2016, arXiv:1602.02282, §2.3
 */
export const warmUp: typeof makeWarmUp = takes('warmUp', makeWarmUp, [record])

const makeCyclical = ({
  cycles,
  rise,
  from: first,
  to: last,
  ...unknown
}: {
  readonly cycles: number
  readonly rise?: number
  readonly from?: number
  readonly to?: number
}): ChangingNumber => {
  const [count, part] = [option('cycles'), option('rise')]
  const period = b.div(b.add(lastStep, 1), count)
  const along = b.div(time.step, period)
  const whole = b.mul(b.equal(b.sub(count, b.floor(count)), 0), b.less(0, count))
  return built('cyclical', ['cycles', 'rise', 'from', 'to'], {
    options: { cycles, rise: rise ?? 0.5, from: first ?? 0, to: last ?? 1 },
    unknown,
    size: 'to',
    value: between(from, to, b.min(1, b.div(b.sub(along, b.floor(along)), part))),
    checks: [
      ...finite("cyclical's ends", from, to),
      { what: "cyclical's cycles", value: count, allowed: 'a whole number of at least 1', holds: whole },
      {
        what: "cyclical's rise",
        value: part,
        allowed: 'a fraction in (0, 1]',
        holds: b.mul(b.less(0, part), b.sub(1, b.less(1, part))),
      },
    ],
    needs: [ends('cyclical', count)],
  })
}

/**
 * `cycles` equal cycles over the planned training; each rises from `from` (0) to `to` (1) in its first `rise` (half) and stays.
 *
 * Source  Fu et al. 2019, arXiv:1903.10145, eq. 6
 */
export const cyclical: typeof makeCyclical = takes('cyclical', makeCyclical, [record])

const makeCosine = ({
  from: first,
  to: last,
  ...unknown
}: {
  readonly from: number
  readonly to?: number
}): ChangingNumber =>
  built('cosine', ['from', 'to'], {
    options: { from: first, to: last ?? 0 },
    unknown,
    size: 'from',
    value: between(to, from, b.mul(0.5, b.add(1, halfCosine(b.min(1, b.div(time.step, lastStep)))))),
    checks: finite("cosine's ends", from, to),
    needs: [],
  })

/** Half a cosine from `from` down to `to` (0) over the planned training. Source  Loshchilov & Hutter 2017, arXiv:1608.03983, eq. 5 */
export const cosine: typeof makeCosine = takes('cosine', makeCosine, [record])

const makeDecay = (options: Over & { readonly from: number; readonly factor: number }): ChangingNumber => {
  const { epochs, steps, from: first, factor, ...unknown } = options
  const span = spanOf(epochs, steps)
  const [length, times] = [inSteps(span), option('factor')]
  return built('decay', ['epochs', 'steps', 'from', 'factor'], {
    options: { ...span, from: first, factor },
    unknown,
    size: 'from',
    value: b.mul(from, b.exp(b.mul(b.div(b.log(times), length), time.step))),
    checks: [...finite("decay's start", from), above0("decay's length", length), above0("decay's factor", times)],
    needs: [],
  })
}

/** Times `factor` once every span, continuously: from · factor^(step / span). */
export const decay: typeof makeDecay = takes('decay', makeDecay, [record])
