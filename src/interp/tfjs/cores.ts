import { availableParallelism } from 'node:os'
import * as tf from '@tensorflow/tfjs-core'

/** How many threads TensorFlow shares the work of one operation among. It reads this once, when it is loaded. */
const VARIABLE = 'TF_NUM_INTRAOP_THREADS'

const isLoaded = (): boolean => Object.hasOwn(tf.engine().registryFactory, 'tensorflow')

/**
 * To be called before TensorFlow is loaded to run whole graphs. On two cores an operation is then not shared among threads, whose waking
 * costs as much as most operations: a graph is written in parts instead, one a core. More cores have not been measured. Who has set the
 * variable, or loaded TensorFlow before, keeps what there is.
 */
export const wholeOperations = (): void => {
  if (!isLoaded() && availableParallelism() === 2) process.env[VARIABLE] ??= '1'
}

/** How many parts of a graph can run beside each other: one a core, where each operation keeps to one. */
export const partsHere = (): number => (process.env[VARIABLE] === '1' ? availableParallelism() : 1)
