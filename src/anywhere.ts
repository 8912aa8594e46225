// What runs anywhere, in Node and in a page, in reading order: the language, training, questions to a model, diagnoses.

import './call/longPipe.ts'

// Values for one datum, and what is done with them
export type { Expr } from './expr/Expr.ts'
export type { Arg, Ok, Shape } from './shape/Shape.ts'
export type * as shapes from './shape/index.ts'
export type { Graph } from './expr/Graph.ts'
export type { Init, Node, Support } from './expr/Op.ts'
export type { Tensor } from './expr/Tensor.ts'
export * from './expr/typed/binary.ts'
export * from './expr/typed/elementwise.ts'
export { full } from './expr/typed/full.ts'
export * from './expr/typed/matmul.ts'
export * from './expr/typed/move.ts'
export * from './expr/typed/reduce.ts'

// Layers
export { conv2d, conv2dTranspose } from './nn/conv.ts'
export { dense, linear } from './nn/dense.ts'
export { learnedGaussian } from './nn/learnedGaussian.ts'
export { parameter } from './nn/parameter.ts'
export { named, share } from './nn/trace.ts'

// Distributions
export type { AnyDist, Dist, LocationScale, Sampling, Scoring } from './dist/Dist.ts'
export { type Bernoulli, bernoulli } from './dist/Bernoulli.ts'
export { type Categorical, categorical } from './dist/Categorical.ts'
export { type ContinuousBernoulli, continuousBernoulli } from './dist/ContinuousBernoulli.ts'
export { type Delta, delta } from './dist/Delta.ts'
export { diagonalLaplace, type Laplace, laplace, laplaceFromLogScale } from './dist/Laplace.ts'
export { diagonalLogNormal, type LogNormal, logNormal, logNormalFromLogScale } from './dist/LogNormal.ts'
export { diagonalNormal, gaussian, type Normal, normal, normalFromLogScale, standardNormal } from './dist/Normal.ts'
export { type NegativeBinomial, negativeBinomial, negativeBinomialFromLogMean } from './dist/NegativeBinomial.ts'
export { type Poisson, poisson, poissonFromLogRate } from './dist/Poisson.ts'
export { component, responsibilities } from './dist/component.ts'
export { precisionWeighted } from './dist/precisionWeighted.ts'
export { kl } from './dist/divergence.ts'
export { enumerate, type Enumerated } from './dist/enumerate.ts'
export { density, type OwnDensity } from './dist/density.ts'
export { masked, weighted } from './dist/masked.ts'
export { mixture } from './dist/mixture.ts'
export { type Bijector, bijector } from './dist/Bijector.ts'
export * as bijectors from './dist/bijectors.ts'
export { transformed } from './dist/transformed.ts'
export { planar } from './nn/planar.ts'

// Programs
export {
  binary,
  count,
  type Field as GivenField,
  type Fields as GivenFields,
  oneHot,
  positive,
  real,
  unit,
} from './model/Field.ts'
export { type AnyProgram, given, model, type Program } from './model/Program.ts'
export { define, latent, observe } from './model/step.ts'
export { type AnyVae, type Vae, vae } from './model/Vae.ts'

// Objectives
export {
  type Autoencoder,
  autoencoder,
  type Elbo,
  elbo,
  type Iwae,
  iwae,
  type Objective,
  type Renyi,
  renyi,
} from './model/objective.ts'
export { bound, type Draws, type OwnBound } from './model/ownBound.ts'
export {
  type ChangingNumber,
  cosine,
  cyclical,
  decay,
  type Schedule,
  schedule,
  sequence,
  warmUp,
} from './schedule/index.ts'

// Models of the literature, ready to train
export * as zoo from './model/zoo.ts'
export type { Recipe } from './model/zoo.ts'

// Data
export {
  csv,
  type CsvFields,
  type DataSource,
  inline,
  type InlineFields,
  mnist,
  type MnistFields,
  shards,
} from './data/DataSource.ts'

// Training
export { experiment } from './train/Experiment.ts'
export {
  accumulate,
  adam,
  adamW,
  byPart,
  chain,
  clipByGlobalNorm,
  decayWeights,
  ema,
  frozen,
  learningRate,
  momentum,
  type Optimizer,
  rule,
  scaleByAdam,
  sgd,
} from './optimizer/index.ts'

// A model in a program
export type { Data, SampleOptions, Trained } from './train/trained.ts'
export { inOwnTerms, type Values } from './data/values.ts'
export { asNumbers, classesIn, classNames } from './data/classes.ts'

// What a trained VAE holds, as plain data
export * from './diagnose/index.ts'

// What all of it is made of
export { type ElboError, fileError, modelError, usageError } from './error.ts'
export { namesLike } from './namesLike.ts'
export type { Dataset, Field, Fields, Split } from './data/Field.ts'
export { evaluation, gather, inOrder } from './data/batches.ts'
export { aSeed, isSeed } from './data/seeds.ts'
export { print } from './expr/print.ts'
export { mermaid } from './expr/mermaid.ts'
export { dot } from './expr/dot.ts'
export { type Cost, graphCost, type GraphCost } from './interp/cost/index.ts'
export { type Session, type TargetName, targetNames } from './interp/Session.ts'
export { adoptExperiment, encodeExperiment } from './train/codec.ts'
export type { Done, EpochDone, Started, TrainEvent } from './train/events.ts'
export type { Experiment, Settings } from './train/Experiment.ts'
export { trainGraph, vaeParams } from './train/graphs.ts'
export { type Batch, conditionsOf, decode, encode, type Generated, reconstruct, sample } from './train/inference.ts'
export type { Metrics } from './train/metrics.ts'
export { unitsJacobian } from './train/ownUnits.ts'
export { experimentOf, type RunRecord } from './train/RunRecord.ts'
export { type NpzArray, writeNpz } from './train/npz.ts'
export { spaced, type SweepAxis, type SweepPlan, type SweepPoint, sweepPoints, withSetting } from './train/sweep.ts'
