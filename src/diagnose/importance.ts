import { logMeanExp } from './Estimate.ts'
import { paretoK } from './paretoK.ts'

/** What importance weights say of the logarithm of their mean. */
export interface ImportanceEstimate {
  /** log (1/S) Σ wᵢ */
  readonly logMean: number
  /** of logMean, by the delta method: s(w) / (√S w̄) */
  readonly standardError: number
  /** (Σ w)² / Σ w²: how many equal weights would be worth as much */
  readonly effectiveSamples: number
  readonly paretoK: number
  readonly samples: number
}

/**
 * The logarithm of a normalising constant, from independent log-weights whose mean exp is unbiased for it.
 *
 * Bias      too low: by about standardError² / 2 while the weights' variance exists (k̂ < ½), by more where it does not
 * Source    Owen 2013, "Monte Carlo theory, methods and examples", ch. 9 (errors, effective samples)
 */
export const importanceEstimate = (logWeights: Float64Array): ImportanceEstimate => {
  const logMean = logMeanExp(logWeights)
  const samples = logWeights.length
  let [squares, spread] = [0, 0]
  for (const w of logWeights) {
    const relative = Math.exp(w - logMean)
    squares += relative * relative
    spread += (relative - 1) ** 2
  }
  return {
    logMean,
    standardError: Math.sqrt(spread / (samples - 1) / samples),
    effectiveSamples: (samples * samples) / squares,
    paretoK: paretoK(logWeights),
    samples,
  }
}
