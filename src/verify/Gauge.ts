/** What a law found broken; its message says which number was to be what. */
export class LawBroken extends Error {
  override readonly name = 'LawBroken'
}

/**
 * How a law compares numbers: every comparison states its bound, and the worst error seen against its bound is kept, so that a law
 * that holds by a hair can be told from one that holds.
 */
export interface Gauge {
  /** the error is at most the bound; `what` opens the message. A NaN is never within a bound */
  readonly within: (error: number, bound: number, what: string) => void
  /** `got` is `want` up to the tolerance: relative above 1, absolute below */
  readonly close: (got: number, want: number, tolerance: number, what: string) => void
  /** `small ≤ large`, but for rounding of `slack` */
  readonly atMost: (small: number, large: number, slack: number, what: string) => void
  /** what is either so or not */
  readonly holds: (so: boolean, what: string) => void
  /** the largest error so far, as a fraction of its bound */
  readonly worst: () => number
}

const digits = (x: number): string => (Number.isInteger(x) ? `${x}` : x.toPrecision(6))
/** Two numbers by as many digits as tell them apart. */
const apart = (x: number, y: number): readonly [string, string] =>
  digits(x) === digits(y) ? [`${x}`, `${y}`] : [digits(x), digits(y)]

const broken = (message: string): never => {
  throw new LawBroken(message)
}

export const gauge = (): Gauge => {
  let worst = 0
  const within = (error: number, bound: number, what: string): void => {
    if (!(Math.abs(error) <= bound)) broken(`${what}: off by ${digits(error)}, allowed ${digits(bound)}`)
    if (bound > 0) worst = Math.max(worst, Math.abs(error) / bound)
  }
  return {
    within,
    close: (got, want, tolerance, what) => {
      if (Number.isNaN(got)) broken(`${what} is not a number: NaN`)
      if (Number.isNaN(want)) broken(`${what} is ${digits(got)}, and what it is compared with is not a number: NaN`)
      if (got === want) return
      const [x, y] = apart(got, want)
      within(got - want, tolerance * Math.max(1, Math.abs(want)), `${what} is ${x}, not ${y}`)
    },
    atMost: (small, large, slack, what) => {
      if (Number.isNaN(small) || Number.isNaN(large)) broken(`${what}, or cannot be compared: ${small}, ${large}`)
      if (!(small <= large + slack)) broken(`${what}: ${apart(small, large).join(' is above ')}`)
      if (slack > 0) worst = Math.max(worst, Math.max(0, small - large) / slack)
    },
    holds: (so, what) => {
      if (!so) broken(what)
    },
    worst: () => worst,
  }
}
