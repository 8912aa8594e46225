// What a trained VAE holds, as plain data. In reading order.

// Data on the host
export { columnAt, columnMeans, rowAt, type Rows, rowsAt, rowsFrom, rowsOf, stacked } from './Rows.ts'
export { type Estimate, estimateOf, quantile } from './Estimate.ts'

// Latents: rate by dimension, collapse, pruning
export {
  type DimensionSummary,
  inspect,
  type Inspection,
  type LatentInspection,
  latentSummaries,
  type LatentSummary,
} from './inspect.ts'
export { type Collapse, collapseVerdict, type CollapseVerdict, type LatentVerdict } from './collapse.ts'
export { type Kept, prune, pruneAndMeasure, type Pruning } from './prune.ts'
export { reconstructionByDimension, type ReconstructionByDimension } from './reconstruction.ts'

// The rate taken apart
export {
  type AggregatePosterior,
  aggregatePosterior,
  type Bounds,
  type CrossScores,
  informationBounds,
  type Weighting,
} from './aggregate.ts'
export { crossScores } from './crossScores.ts'
export { curveViolations, leastRate, paretoFront, type RatePoint } from './rateDistortion.ts'
export { sweepCurve, type SweepCurve, type SweepMeasurement, type SweepRow } from './sweepCurve.ts'
export { sweepFindings } from './sweepFindings.ts'

// Gradients, draw by draw
export { gradientDraws, type GradientEstimator, gradientEstimators } from './gradientDraws.ts'

// log p(x), and what inference costs
export { importanceEstimate, type ImportanceEstimate } from './importance.ts'
export { paretoK, paretoShape, reliable } from './paretoK.ts'
export { logLikelihood, type LogLikelihood, type SamplingOptions } from './logLikelihood.ts'
export {
  annealedLogLikelihood,
  type AnnealingOptions,
  bidirectionalCheck,
  type BidirectionalCheck,
} from './annealedLikelihood.ts'
export { type GapOptions, inferenceGap, type InferenceGap, optimiseGuide } from './inferenceGap.ts'
export {
  approximationGapOf,
  gaussianLogDensity,
  klToPosterior,
  type LinearGaussian,
  marginalOf,
  posteriorOf,
} from './linearGaussian.ts'
export { linearGaussianOf } from './linearGaussianOf.ts'

// Data themselves: dimension, linear models
export {
  type LinearDimension,
  linearDimension,
  dimensionOfRatios,
  neighbourRatios,
  twoNN,
} from './intrinsicDimension.ts'
export { type PrincipalComponents, principalComponents, projected, reconstructed } from './principalComponents.ts'
export { type ProbabilisticPca, probabilisticPca } from './probabilisticPca.ts'

// All of it at a glance
export { portrait, type Portrait } from './portrait.ts'
export { type Finding, findingsOf, type Progress, type Stopped, untrainedFinding } from './findings.ts'
export { type LatentPlane, latentPlanes } from './latentPlane.ts'
export { type DimensionRange, dimensionRanges, evenly, straightLines, traversal } from './traversal.ts'
export { reconstructionErrors, type ReconstructionErrors } from './reconstructionErrors.ts'
export { dataPlane, type DataPlane } from './dataPlane.ts'

// Samples, outliers, factors
export { sampleScores, type SampleScores } from './sampleScores.ts'
export {
  copyCheck,
  type CopyCheck,
  coverage,
  expectedCoverage,
  precisionRecall,
  type PrecisionRecall,
} from './neighbours.ts'
export { meanDiscrepancy, twoSampleTest, type TwoSampleTest } from './meanDiscrepancy.ts'
export { type OutlierScores, outlierScores } from './outliers.ts'
export { type Roc, roc } from './roc.ts'
export { type FactorGaps, type FactorKind, mig, sap } from './disentanglement.ts'
export { dci, type Dci } from './dci.ts'
export { adjustedRandIndex } from './randIndex.ts'
export { type Activity, activityOf, type Thresholds } from './activeUnits.ts'
