/** What the ops around Γ mean on one number, in float64. All are for positive numbers: NaN below 0, and at 0 the limit from above. */

/**
 * log Γ(2 + t) = t (c₀ + c₁ t + c₂ t² + …) for |t| ≤ ½, with c₀ = 1 − γ and cₖ = (−1)ᵏ⁺¹ (ζ(k + 1) − 1) / (k + 1).
 *
 * Numerics  25 terms are exact to 3e-17, 12 to 3e-9
 * Source    Abramowitz & Stegun 1964, 6.1.33; the numbers were computed with 60 digits
 */
export const logGammaAtTwo: readonly number[] = [
  0.42278433509846713, 0.3224670334241132, -0.0673523010531981, 0.020580808427784546, -0.007385551028673986,
  0.0028905103307415234, -0.001192753911703261, 0.0005096695247430425, -0.00022315475845357939, 9.945751278180853e-5,
  -4.492623673813314e-5, 2.050721277567069e-5, -9.439488275268397e-6, 4.374866789907488e-6, -2.039215753801366e-6,
  9.55141213040742e-7, -4.492469198764566e-7, 2.1207184805554665e-7, -1.0043224823968099e-7, 4.7698101693639804e-8,
  -2.2711094608943164e-8, 1.0838659214896955e-8, -5.183475041970047e-9, 2.4836745438024785e-9, -1.1921401405860912e-9,
]

/** log Γ(x) − (x − ½) log x + x − ½ log 2π, in powers of 1/x², after a factor 1/x. Source  Abramowitz & Stegun 1964, 6.1.41 */
export const stirling: readonly number[] = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156]
/** log x − 1/2x − ψ(x), in powers of 1/x², after a factor 1/x². Source  Abramowitz & Stegun 1964, 6.3.18 */
export const digammaTail: readonly number[] = [1 / 12, -1 / 120, 1 / 252, -1 / 240, 1 / 132, -691 / 32760, 1 / 12]
export const HALF_LOG_TWO_PI: number = 0.5 * Math.log(2 * Math.PI)

const polynomial = (x: number, ascending: readonly number[]): number =>
  ascending.reduceRight((sum, c) => sum * x + c, 0)

/**
 * log Γ(x): the series around 2, reached by Γ(x + 1) = x Γ(x); Stirling's from 9 on.
 *
 * Numerics  a few ulp, also beside the zeros at 1 and 2, which are exact (spec/unit/expr/gamma.spec.ts)
 */
export const lgamma = (x: number): number => {
  if (!(x > 0)) return x === 0 ? Number.POSITIVE_INFINITY : Number.NaN
  if (x >= 9) return (x - 0.5) * (Math.log(x) - 1) + (HALF_LOG_TWO_PI - 0.5) + polynomial(1 / (x * x), stirling) / x
  if (x < 0.5) return x * polynomial(x, logGammaAtTwo) - Math.log(x) - Math.log1p(x)
  if (x < 1.5) return (x - 1) * polynomial(x - 1, logGammaAtTwo) - Math.log(x)
  let [at, factor] = [x, 1]
  while (at > 2.5) factor *= --at
  return (at - 2) * polynomial(at - 2, logGammaAtTwo) + Math.log(factor)
}

/**
 * ψ(x) = (log Γ)′(x): the asymptotic series, reached by ψ(x + 1) = ψ(x) + 1/x.
 *
 * Numerics  2e-15 of the larger of 1 and |ψ|: nothing is gained beside its zero at 1.46
 */
export const digamma = (x: number): number => {
  if (!(x > 0)) return x === 0 ? Number.NEGATIVE_INFINITY : Number.NaN
  if (x === Number.POSITIVE_INFINITY) return x
  let [at, passed] = [x, 0]
  for (; at < 9; at++) passed += 1 / at
  const square = 1 / (at * at)
  return Math.log(at) - 0.5 / at - square * polynomial(square, digammaTail) - passed
}

/** Where single precision has no whole numbers any more. */
const LARGEST_COUNT = 2 ** 24

/**
 * The least count whose distribution function is above u, for counts of this mean μ and variance μ + α μ²: α = 0 is Poisson's, any
 * other the negative binomial of size 1/α.
 *
 *   p(0) = (1 + αμ)^(−1/α)        p(k + 1) / p(k) = μ (1 + αk) / ((1 + αμ) (k + 1))
 *
 * Numerics  sums upwards; what is below 1e-300 is passed in logarithms. Time grows with the count
 */
export const countQuantile = (u: number, mean: number, dispersion: number): number => {
  if (!(u >= 0 && u < 1 && mean >= 0 && mean <= LARGEST_COUNT && dispersion >= 0 && dispersion < Infinity))
    return Number.NaN
  const odds = mean / (1 + dispersion * mean)
  const grows = (k: number): number => (odds * (1 + dispersion * k)) / (k + 1)
  let logP = dispersion === 0 ? -mean : -Math.log1p(dispersion * mean) / dispersion
  let k = 0
  while (logP < -690) logP += Math.log(grows(k++))
  let p = Math.exp(logP)
  let below = p
  // Beyond the mean, terms that no longer move the sum never will.
  while (below <= u && k < LARGEST_COUNT && !(k > mean && p < 1e-17)) {
    p *= grows(k++)
    below += p
  }
  return k
}
