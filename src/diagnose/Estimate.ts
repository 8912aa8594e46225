/** A number that was estimated, and the standard deviation of its estimator. */
export interface Estimate {
  readonly value: number
  readonly standardError: number
}

export const meanOf = (values: ArrayLike<number>): number => {
  let mean = 0
  for (let i = 0; i < values.length; i++) mean += ((values[i] ?? Number.NaN) - mean) / (i + 1)
  return mean
}

/** The unbiased variance; of fewer than two values, NaN. */
export const varianceOf = (values: ArrayLike<number>): number => {
  const mean = meanOf(values)
  let squares = 0
  for (let i = 0; i < values.length; i++) squares += ((values[i] ?? Number.NaN) - mean) ** 2
  return values.length < 2 ? Number.NaN : squares / (values.length - 1)
}

/** The mean of independent values. Bias none; the standard error is s / √n. */
export const estimateOf = (values: ArrayLike<number>): Estimate => ({
  value: meanOf(values),
  standardError: Math.sqrt(varianceOf(values) / values.length),
})

/** log Σ exp, safe at any size; of nothing, −∞. */
export const logSumExp = (values: ArrayLike<number>): number => {
  let peak = -Infinity
  for (let i = 0; i < values.length; i++) peak = Math.max(peak, values[i] ?? Number.NaN)
  if (peak === -Infinity || Number.isNaN(peak)) return peak
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += Math.exp((values[i] ?? Number.NaN) - peak)
  return peak + Math.log(sum)
}

export const logMeanExp = (values: ArrayLike<number>): number => logSumExp(values) - Math.log(values.length)

/** The value below which a share of the values lies, between neighbours linearly. Source  Hyndman & Fan 1996, type 7 */
export const quantile = (values: ArrayLike<number>, share: number): number => {
  const sorted = Float64Array.from(values).sort()
  const at = share * (sorted.length - 1)
  const [below, above] = [sorted[Math.floor(at)] ?? Number.NaN, sorted[Math.ceil(at)] ?? Number.NaN]
  return below === above ? below : below + (at - Math.floor(at)) * (above - below)
}
