/** Whole numbers below a bound, from a seed; small, and good enough to pick with. */
export interface Random {
  readonly below: (bound: number) => number
  /** on [low, high), a float32 number */
  readonly within: (low: number, high: number) => number
  readonly pick: <A>(first: A, ...rest: readonly A[]) => A
  readonly chance: (probability: number) => boolean
  /** begin again from another seed */
  readonly reseed: (seed: number) => void
}

/** Source    Tommy Ettinger's mulberry32 (public domain) */
export const random = (seed: number): Random => {
  let state = seed >>> 0
  const unit = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let z = Math.imul(state ^ (state >>> 15), state | 1)
    z ^= z + Math.imul(z ^ (z >>> 7), z | 61)
    return ((z ^ (z >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (bound: number): number => Math.floor(unit() * bound)
  return {
    below,
    within: (low, high) => Math.fround(low + unit() * (high - low)),
    pick: (first, ...rest) => [first, ...rest][below(rest.length + 1)] ?? first,
    chance: (probability) => unit() < probability,
    reseed: (other) => {
      state = other >>> 0
    },
  }
}
