import * as tf from '@tensorflow/tfjs-core'
import type { Node } from '../../expr/Op.ts'
import { sizeOf } from '../../expr/Tensor.ts'
import { download, type Info } from './engine.ts'
import type { Emitter, Value } from './recorder.ts'

/** What no backend of TensorFlow.js has a kernel for: a function of one element of each operand, computed by the host. */
type OfElements = (operands: readonly number[]) => number

const KERNEL = 'ElboOnHost'

const run = (inputs: readonly Info[], f: OfElements): tf.TensorInfo => {
  const columns = inputs.map(download)
  const shape = inputs[0]?.shape ?? []
  const values = Float32Array.from({ length: sizeOf(shape) }, (_, i) => f(columns.map((column) => column[i] ?? 0)))
  return tf.engine().makeTensor(values, shape, 'float32')
}

/** A lowering rule. Slow where operands are not in the host's memory, and the last resort where they are. */
export const onHost =
  (f: OfElements) =>
  (node: Node, emit: Emitter): Value => {
    if (tf.getKernel(KERNEL, emit.backend) === undefined)
      tf.registerKernel({
        kernelName: KERNEL,
        backendName: emit.backend,
        // What the call below put there; tfjs types attributes as numbers, strings and lists of them.
        kernelFunc: ({ inputs, attrs }) =>
          run(Object.values(inputs) as readonly Info[], (attrs as unknown as { readonly f: OfElements }).f),
      })
    const inputs = Object.fromEntries(node.src.map((operand, i) => [String(i), emit.operand(operand)]))
    return emit.kernel(KERNEL, inputs, { f }, node.shape)
  }
