/**
 * The shape k of a generalised Pareto distribution that exceedances over a threshold follow; above 0 the tail is a power, t^(−1/k), and the
 * k⁻¹-th and higher moments do not exist.
 *
 * Bias      a weak prior pulls towards ½ as 10 exceedances would
 * Range     −∞ where all exceedances are equal
 * Source    Zhang & Stephens 2009, Technometrics 51(3), §2 (the estimator); Vehtari, Simpson, Gelman, Yao & Gabry 2024,
 *           arXiv:1507.02646 (the prior)
 */
export const paretoShape = (exceedances: ArrayLike<number>): number => {
  const x = Float64Array.from(exceedances).sort()
  const n = x.length
  const [smallest, largest] = [x[0] ?? 0, x[n - 1] ?? 0]
  if (n < 5 || !(largest > 0) || largest - smallest < 1e-12 * largest) return -Infinity
  const quartile = x[Math.max(0, Math.floor(n / 4 + 0.5) - 1)] ?? largest
  const grid = 30 + Math.floor(Math.sqrt(n))
  const thetas = Float64Array.from(
    { length: grid },
    (_, i) => 1 / largest + (1 - Math.sqrt(grid / (i + 0.5))) / (3 * Math.max(quartile, Number.MIN_VALUE * 1e8)),
  )
  const shapeAt = (theta: number): number => x.reduce((sum, value) => sum + Math.log1p(-theta * value), 0) / n
  // the profile log-likelihood, up to a constant
  const profile = thetas.map((theta) => {
    const k = shapeAt(theta)
    return n * (Math.log(-theta / k) - k - 1)
  })
  const peak = profile.reduce((most, l) => (l > most ? l : most), -Infinity)
  let [total, weighted] = [0, 0]
  for (const [i, theta] of thetas.entries()) {
    const weight = Math.exp((profile[i] ?? -Infinity) - peak)
    if (Number.isNaN(weight)) continue
    total += weight
    weighted += weight * theta
  }
  return (n * shapeAt(weighted / total) + 10 * 0.5) / (n + 10)
}

/**
 * The diagnostic k̂ of importance weights: the shape of their upper tail. Below ½ their variance exists; up to 0.7 an estimate from them can be
 * relied upon, less the fewer there are (see {@link reliable}).
 *
 * Source    Vehtari et al. 2024, arXiv:1507.02646
 */
export const paretoK = (logWeights: ArrayLike<number>): number => {
  const sorted = Float64Array.from(logWeights).sort()
  const n = sorted.length
  const tail = Math.min(Math.floor(0.2 * n), Math.ceil(3 * Math.sqrt(n)))
  const peak = sorted[n - 1] ?? 0
  const cut = Math.exp((sorted[n - tail - 1] ?? -Infinity) - peak)
  return paretoShape(sorted.subarray(n - tail).map((w) => Math.exp(w - peak) - cut))
}

/** Whether so many weights with this k̂ are enough: k̂ < min(1 − 1/log₁₀ S, 0.7). Source  Vehtari et al. 2024 */
export const reliable = (k: number, samples: number): boolean => k < Math.min(1 - 1 / Math.log10(samples), 0.7)
