import * as tf from '@tensorflow/tfjs-core'
import * as E from 'fp-ts/lib/Either.js'
import { type ElboError, targetError } from '../../error.ts'

/** A tensor that the native library holds, by number. */
export interface Held {
  readonly id: number
  readonly shape: readonly number[]
}

/**
 * What tfjs-node's native addon can do, as far as it is used here. Its public API runs only signatures of SavedModels, with copies through
 * the host; the addon feeds and fetches any tensor of the graph by name.
 */
export interface Binding {
  readonly createTensor: (
    shape: readonly number[],
    dtype: number,
    data: Float32Array | Int32Array | Uint8Array,
  ) => number
  readonly deleteTensor: (id: number) => void
  readonly tensorDataSync: (id: number) => Float32Array | Int32Array | Uint8Array
  readonly loadSavedModel: (folder: string, tags: string) => number
  readonly deleteSavedModel: (id: number) => void
  readonly runSavedModel: (
    id: number,
    inputs: readonly number[],
    inputNames: string,
    outputNames: string,
  ) => readonly Held[]
  readonly getNumOfTensors: () => number
  readonly TF_Version: string
}

const isBinding = (found: unknown): found is Binding =>
  typeof found === 'object' &&
  found !== null &&
  ['createTensor', 'tensorDataSync', 'loadSavedModel', 'runSavedModel'].every(
    (name) => typeof Reflect.get(found, name) === 'function',
  )

/** The addon of the backend that `loadBackend('tensorflow')` has registered. */
export const nativeBinding = (): E.Either<ElboError, Binding> => {
  const backend: unknown = tf.engine().findBackend('tensorflow')
  const found: unknown = typeof backend === 'object' && backend !== null ? Reflect.get(backend, 'binding') : undefined
  return isBinding(found)
    ? E.right(found)
    : E.left(targetError('graph: this version of @tensorflow/tfjs-node has no native session to run a graph in'))
}
