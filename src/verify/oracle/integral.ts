import type { Support } from '../../expr/Op.ts'
import type { Estimate } from '../Gauge.ts'
import { panels, total } from './quadrature.ts'

/** A function of many points at once: it is evaluated by graphs, for which one point is as dear as a thousand. */
export type Integrand = (points: readonly number[]) => ArrayLike<number>

/** Panels are halved until their halves' sum is theirs to this, relative to all of the integral. */
const TOLERANCE = 1e-13
const ROUNDS = 60
/** So many panels in all: what has not converged by then keeps its error. */
const MOST = 20_000
const NODES = 16

interface Panel {
  readonly from: number
  readonly to: number
  readonly value: number
  /** the panel that it is a part of, from the left */
  readonly first: number
}

const sums = (f: Integrand, breaks: readonly (readonly [from: number, to: number])[]): readonly number[] => {
  const rules = breaks.map(([from, to]) => panels([from, to]))
  const values = f(rules.flatMap(({ points }) => points))
  return rules.map(({ weights }, i) => total(weights.map((w, k) => w * (values[i * NODES + k] ?? Number.NaN))))
}

/**
 * What lies beyond an end, from the last panels before it that have anything in them: they grow by one factor, so that the shares of a power of the
 * distance fall by one too, r, and after a share s all that is left is s (r + r² + …). The outermost may be cut by numbers that are none any more, so
 * that r is of the two before it.
 */
const beyond = ([last = 0, second = 0, third = 0]: readonly number[], all: number): Estimate => {
  if (Math.abs(last) + Math.abs(second) <= TOLERANCE * TOLERANCE * all) return { value: 0, error: 0 }
  const ratio = Math.abs(second / third)
  if (!(ratio < 1)) return { value: 0, error: Infinity }
  const value = (second * ratio) / (1 - ratio) - last
  return { value, error: Math.abs(value) / 2 }
}

/** How many of the first and of the last panels grow by one factor towards an end that lies farther out; 0 where nothing does. */
export type Open = readonly [left: number, right: number]

/**
 * ∫ f over the panels between breaks, halved where f needs it, and what lies beyond `open` ends. It knows its error: what the last halving changed,
 * what could not be halved any more, and half of what is only extrapolated; infinite where the shares at an end do not fall.
 *
 * Source    Piessens et al. 1983, QUADPACK, §2.2, with the shares of a geometric sequence at the ends
 */
export const integral = (f: Integrand, breaks: readonly number[], open: Open = [0, 0]): Estimate => {
  const edges = breaks.slice(1).map((to, i) => [breaks[i] ?? to, to] as const)
  const done: Panel[] = []
  let error = 0
  let waiting: readonly Panel[] = sums(f, edges).map((value, first) => {
    const [from = 0, to = 0] = edges[first] ?? []
    return { from, to, value, first }
  })
  const size = (some: readonly Panel[]): number => some.reduce((n, { value }) => n + Math.abs(value), 0)
  // Far out a density is 0 before a power of x is infinite.
  const outer = (count: number, shareOf: (i: number) => number): readonly number[] =>
    Array.from({ length: count }, (_, i) => shareOf(i)).filter((share) => share !== 0)
  const ends = (shareOf: (first: number) => number): readonly (readonly number[])[] => [
    outer(open[0], shareOf),
    outer(open[1], (i) => shareOf(edges.length - 1 - i)),
  ]
  const isEndless = ends((i) => waiting[i]?.value ?? 0).some(
    (shares) => beyond(shares, size(waiting)).error === Infinity,
  )
  if (isEndless) return { value: total(waiting.map((p) => p.value)), error: Infinity }
  for (let round = 0, made = waiting.length; waiting.length > 0; round++) {
    const all = size(done) + size(waiting)
    const isLast = round === ROUNDS || made > MOST
    const halves = waiting.flatMap(({ from, to }) => [[from, (from + to) / 2] as const, [(from + to) / 2, to] as const])
    const values = sums(f, halves)
    made += halves.length
    const next: Panel[] = []
    waiting.forEach(({ from, to, value, first }, i) => {
      const middle = (from + to) / 2
      const [left = Number.NaN, right = Number.NaN] = values.slice(2 * i, 2 * i + 2)
      const off = Math.abs(left + right - value)
      const parts = [
        { from, to: middle, value: left, first },
        { from: middle, to, value: right, first },
      ]
      const isNarrow = to - from < 64 * Number.EPSILON * Math.max(Math.abs(from), Math.abs(to))
      if (off <= TOLERANCE * all || Number.isNaN(off) || isNarrow || isLast) {
        done.push(...parts)
        // Where x itself has no more digits, f of it is as wrong as it is large.
        error += isNarrow && off > TOLERANCE * all ? Math.abs(left) + Math.abs(right) : off
      } else next.push(...parts)
    })
    waiting = next
  }
  const shares = new Float64Array(edges.length)
  for (const { first, value } of done) shares[first] = (shares[first] ?? 0) + value
  const rest = ends((i) => shares[i] ?? 0).map((some) => beyond(some, size(done)))
  const value = total(done.map((p) => p.value)) + total(rest.map((r) => r.value))
  return { value, error: Number.isNaN(value) ? 0 : error + total(rest.map((r) => r.error)) }
}

/** Blocks of whole numbers, each from twice where the one before begins. */
const BLOCKS: readonly number[] = [0, ...Array.from({ length: 10 }, (_, i) => 256 * 2 ** i)]

/** Σ f over the whole numbers from 0, to 131,071 and what lies beyond. */
export const series = (f: Integrand): Estimate => {
  const shares: number[] = []
  for (const [i, from] of BLOCKS.slice(0, -1).entries()) {
    const length = (BLOCKS[i + 1] ?? from) - from
    shares.push(total(f(Array.from({ length }, (_, k) => from + k))))
    // The numbers after a block that has nothing in them have none either; the first may be below a peak.
    if (i > 2 && shares.at(-1) === 0) break
  }
  const rest = beyond(shares.toReversed(), total(shares.map(Math.abs)))
  return { value: total(shares) + rest.value, error: rest.error }
}

const steps = (from: number, to: number, width: number): readonly number[] =>
  Array.from({ length: Math.round((to - from) / width) + 1 }, (_, i) => from + i * width)
/** Dense in the middle, then ever wider by e²: to where squares are still numbers. */
const ts = (inner: number, below: number, above: number): readonly number[] => [
  ...steps(-below, -inner, 2),
  ...steps(-inner, inner, 0.25).slice(1, -1),
  ...steps(inner, above, 2),
]

/** Where panels meet that cover a support, and its open ends. Poles and tails are followed to 10⁻¹⁵⁰ and 10¹⁵⁰; to 1 as far as x has digits. */
export const covering = (
  support: Extract<Support, 'real' | 'positive' | 'unit'>,
): { readonly breaks: readonly number[]; readonly open: Open } => {
  const far = 344
  const breaks = {
    real: () => ts(20, far, far).map(Math.sinh),
    positive: () => ts(20, far, far).map(Math.exp),
    unit: () => ts(20, far, 30).map((t) => 1 / (1 + Math.exp(-t))),
  }[support]()
  // All in steps of 2: (far − inner) / 2, and to 1 from 20 to 30.
  const many = (far - 20) / 2
  return { breaks, open: [many, support === 'unit' ? 5 : many] }
}
