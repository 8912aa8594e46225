export { byPart } from './byPart.ts'
export {
  accumulate,
  adam,
  adamW,
  chain,
  clipByGlobalNorm,
  decayWeights,
  ema,
  frozen,
  learningRate,
  momentum,
  scaleByAdam,
  sgd,
} from './chain.ts'
export { optimizerCodec } from './codec.ts'
export { isOptimizer, type Optimizer } from './Optimizer.ts'
export { optimizerProblems } from './problems.ts'
export { rule, tracedFor } from './rule.ts'
export { averageOf, learningRates, rateSchedules, updatesOf } from './updates.ts'
