/** Bounds on chance that hold for every number of draws: no limit theorem, so a stated false-alarm rate is one. */

/**
 * How far the distribution function of n draws is from their own, but with probability α. What is twice as far apart is not missed but
 * with probability α.
 *
 * Source    Dvoretzky, Kiefer & Wolfowitz 1956; Massart 1990 (the constant 2)
 */
export const dkw = (n: number, alpha: number): number => Math.sqrt(Math.log(2 / alpha) / (2 * n))

/** How far the mean of n independent numbers within [low, high] is from its expectation, but with probability α. Source  Hoeffding 1963 */
export const hoeffding = (n: number, alpha: number, low: number, high: number): number => (high - low) * dkw(n, alpha)
