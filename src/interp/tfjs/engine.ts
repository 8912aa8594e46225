import * as tf from '@tensorflow/tfjs-core'
import { sizeOf, type Tensor } from '../../expr/Tensor.ts'
import type { TargetName } from '../Session.ts'

/** The part of TensorFlow.js that a plan uses: run a kernel, hold a tensor, read it. No tape, no tidy. */
export type Backend = Exclude<TargetName, 'reference' | 'graph'>
export type Info = tf.TensorInfo
export type Held = tf.Tensor

/** Kernels run on whatever backend is current; two open sessions take turns. An initialised backend is set synchronously. */
export const select = (backend: Backend): void => {
  if (tf.engine().backendName !== backend) void tf.engine().setBackend(backend)
}

export const upload = (data: Float32Array, shape: readonly number[]): Held =>
  tf.engine().makeTensor(data, [...shape], 'float32')

export const float32 = (tensor: Tensor): Float32Array =>
  tensor.data instanceof Float32Array ? tensor.data : Float32Array.from(tensor.data)

/** The numbers of a float32 tensor, copied to the host. */
export const download = (info: Info): Float32Array => {
  const values = tf.engine().readSync(info.dataId)
  const size = sizeOf(info.shape)
  // Every value of a plan is float32; the backends type what they read as any of their dtypes. A backend on the host gives its own array.
  return Float32Array.from((values as Float32Array).subarray(0, size))
}

export const release = (held: Held): void => tf.engine().disposeTensor(held)

/** Tensors of the results of a kernel, owned by the caller. */
export const runKernel = (
  name: string,
  inputs: Readonly<Record<string, Info>>,
  attrs: Readonly<Record<string, unknown>>,
): readonly Held[] => {
  // tfjs declares the named maps as if they held tensors only; a kernel reads no more than dataId, shape and dtype.
  const made = tf
    .engine()
    .runKernel<tf.Tensor | tf.Tensor[]>(name, inputs as tf.NamedTensorMap, attrs as tf.NamedAttrMap)
  return Array.isArray(made) ? made : [made]
}

export const memory = (): { readonly tensors: number; readonly bytes: number } => {
  const { numTensors, numBytes } = tf.engine().memory()
  return { tensors: numTensors, bytes: numBytes }
}
