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
  /**
   * {@link close} of numbers that are themselves off by up to an error: of an integral, of a finite difference. Where they differ by no more than the
   * tolerance they are equal; where by more than the errors explain, the law is broken; in between nothing can be said, and nobody is accused
   */
  readonly agree: (got: Estimate, want: Estimate, tolerance: number, what: string) => void
  /** the largest error so far, as a fraction of its bound */
  readonly worst: () => number
  /** comparisons whose own error was too large to tell, of how many, and the first of them in words */
  readonly untold: () => Untold
}

/** A number that was computed approximately, and a bound on how far it may be off; infinite where none is known. */
export interface Estimate {
  readonly value: number
  readonly error: number
}

export interface Untold {
  readonly times: number
  readonly of: number
  readonly first: string
}

/** Estimates of errors are themselves estimates. */
const SAFETY = 4

const digits = (x: number): string => (Number.isInteger(x) ? `${x}` : x.toPrecision(6))
/** Two numbers by as many digits as tell them apart. */
const apart = (x: number, y: number): readonly [string, string] =>
  digits(x) === digits(y) ? [`${x}`, `${y}`] : [digits(x), digits(y)]

const broken = (message: string): never => {
  throw new LawBroken(message)
}

export const gauge = (): Gauge => {
  let [worst, compared] = [0, 0]
  const untold: string[] = []
  const within = (error: number, bound: number, what: string): void => {
    compared++
    if (!(Math.abs(error) <= bound)) broken(`${what}: off by ${digits(error)}, allowed ${digits(bound)}`)
    if (bound > 0) worst = Math.max(worst, Math.abs(error) / bound)
  }
  const close: Gauge['close'] = (got, want, tolerance, what) => {
    if (Number.isNaN(got)) broken(`${what} is not a number: NaN`)
    if (Number.isNaN(want)) broken(`${what} is ${digits(got)}, and what it is compared with is not a number: NaN`)
    if (got === want) {
      compared++
      return
    }
    const [x, y] = apart(got, want)
    within(got - want, tolerance * Math.max(1, Math.abs(want)), `${what} is ${x}, not ${y}`)
  }
  return {
    within,
    close,
    agree: (got, want, tolerance, what) => {
      const [off, error] = [Math.abs(got.value - want.value), SAFETY * (got.error + want.error)]
      const isTold = off <= tolerance * Math.max(1, Math.abs(want.value)) || off > error
      // What is not a number with an error that is none is the subject's.
      if (isTold || (Number.isNaN(off) && Number.isFinite(error))) return close(got.value, want.value, tolerance, what)
      compared++
      untold.push(
        `${what} is ${digits(got.value)}, not ${digits(want.value)}, but may itself be off by ${digits(error)}`,
      )
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
    untold: () => ({ times: untold.length, of: compared, first: untold[0] ?? '' }),
  }
}
