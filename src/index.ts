// The public surface, in reading order.

// Values for one datum, and what is done with them
export type { Expr } from './expr/Expr.ts'
export type { Graph } from './expr/Graph.ts'
export type { Node } from './expr/Op.ts'
export type { Tensor } from './expr/Tensor.ts'
export * from './expr/typed/binary.ts'
export * from './expr/typed/elementwise.ts'
export * from './expr/typed/matmul.ts'
export * from './expr/typed/move.ts'
export * from './expr/typed/reduce.ts'

// Layers
export { conv2d, conv2dTranspose } from './nn/conv.ts'
export { dense, linear } from './nn/dense.ts'
export { learnedGaussian } from './nn/learnedGaussian.ts'
export { named, share } from './nn/trace.ts'

// Distributions
export type { AnyDist, Dist } from './dist/Dist.ts'
export { bernoulli } from './dist/Bernoulli.ts'
export { categorical } from './dist/Categorical.ts'
export { delta } from './dist/Delta.ts'
export { diagonalLaplace, laplace } from './dist/Laplace.ts'
export { diagonalLogNormal, logNormal } from './dist/LogNormal.ts'
export { diagonalNormal, gaussian, normal, normalFromLogScale, standardNormal } from './dist/Normal.ts'
export { kl } from './dist/divergence.ts'

// Programs
export { binary, count, oneHot, positive, real, unit } from './model/Field.ts'
export { given, model } from './model/Program.ts'
export { define, latent, observe } from './model/step.ts'
export { vae } from './model/Vae.ts'

// Objectives
export { autoencoder, elbo, iwae } from './model/objective.ts'
export { cosine, cyclical, decay, warmUp } from './model/schedule.ts'

// Data
export { csv, inline, mnist } from './data/DataSource.ts'

// Training
export { experiment } from './train/Experiment.ts'
export { adam, adamW, clipByGlobalNorm, sgd } from './train/optimizer.ts'
