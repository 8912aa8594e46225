// The public surface in Node: the language and all that runs anywhere, and what needs files and native libraries.

export * from './anywhere.ts'

// A model in a program: train it or open its run, then ask it
export { type Fit, fit, type FitOptions } from './train/fit.ts'
export { type OpenOptions, openRun } from './train/openRun.ts'

// Running: what the command line is made of
export { load, type LoadOptions } from './data/load.ts'
export { relocated } from './data/relocated.ts'
export { type Opened, openTarget, targetsHere, type TargetStatus } from './interp/openTarget.ts'
export { type Native, type NativeOptions, setUpNative } from './interp/native/index.ts'
export { type History, readHistory } from './train/history.ts'
export { exportedVae, exportFiles, type ExportFormat, exportFormats, writeExport } from './train/export.ts'
export { writeWhole } from './train/files.ts'
export { holding, locked } from './train/lock.ts'
export { type Run, train, type TrainOptions } from './train/loop.ts'
export { checkExperiment } from './train/prepare.ts'
export {
  checkSweepFree,
  createSweep,
  isSweep,
  readPoint,
  readSweep,
  sweepFiles,
  type SweepRecord,
} from './train/sweepFolder.ts'
export { runPoint } from './train/sweepPoint.ts'
export { checkSweepData, digestData } from './train/digestData.ts'
export { runData, type RunDataOptions } from './train/runData.ts'
export { readRun, runFiles, versionsHere } from './train/runFolder.ts'
export { readWeights } from './train/runState.ts'
