// elbo-ts/verify: laws as values, and what to run them with. Needs fast-check.

// Laws, and how they are run
export {
  type Binding,
  type BoundLaw,
  check,
  flatten,
  type Law,
  law,
  type LawSuite,
  only,
  saysNothing,
  type Statistics,
} from './Law.ts'
export { type Estimate, type Gauge, gauge, LawBroken, type Untold } from './Gauge.ts'
export {
  doubts,
  explain,
  type Failure,
  isUntold,
  runAll,
  runLaw,
  type RunOptions,
  usualRuns,
  type Verdict,
} from './run.ts'
export { type Test, testLaws } from './testLaws.ts'

// What a user checks: an own density, an own KL, an own bound, a whole experiment
export { type Declared, divergence } from './subject/declare.ts'
export { density } from '../dist/density.ts'
export { type At, type Density, densityOf, type Parameters } from './subject/Density.ts'
export type { Divergence } from './subject/Divergence.ts'
export { type Bound, boundOf, ownBound } from './subject/Bound.ts'
export type { Draws } from '../model/ownBound.ts'
export { experimentLaws, type ExperimentSubject, verifyExperiment } from './laws/experiment.ts'

// The suites
export { annealingLaws } from './laws/annealing.ts'
export { autodiffLaws } from './laws/autodiff.ts'
export { boundLaws } from './laws/bounds.ts'
export { bijectorLaws } from './laws/bijector.ts'
export { codecLaws, codecOf, formatLaws, formatOf } from './laws/codec.ts'
export { distributionLaws } from './laws/distribution.ts'
export { divergenceLaws } from './laws/divergence.ts'
export { exprLaws } from './laws/expr.ts'
export { float32Laws } from './laws/float32.ts'
export { informationLaws } from './laws/information.ts'
export { noiseLaws } from './laws/noise.ts'
export { objectiveLaws } from './laws/objective.ts'
export { optimizerLaws } from './laws/optimizer.ts'
export { passLaws } from './laws/passes.ts'
export { reparameterisationLaws } from './laws/reparameterisation.ts'
export { scheduleLaws } from './laws/schedule.ts'
export { shapeLaws } from './laws/shape.ts'
export { trainingLaws } from './laws/training.ts'
export { wiringLaws } from './laws/wiring.ts'
export { type Wiring, wiringHere } from './subject/Wiring.ts'

// Random values, graphs and programs
export { samples } from './arbitrary/nodes.ts'
export {
  plans,
  type ProgramOptions,
  programs,
  type ProgramSample,
  tasks,
  type TaskSample,
} from './arbitrary/programs.ts'
export { coverage } from './arbitrary/coverage.ts'
