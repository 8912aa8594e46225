import type * as tf from '@tensorflow/tfjs-core'
import type { Dims } from '../../../expr/Op.ts'
import { sizeOf } from '../../../expr/Tensor.ts'
import type { Info } from '../engine.ts'
import type { Machine, Task } from '../machine.ts'
import { movePatches } from './patches.ts'
import { loopOf } from './loops.ts'
import { matmul } from './matmul.ts'
import { reduce } from './reduce.ts'

/** The one part of tfjs's backend in plain JavaScript that kernels work on: it keeps a typed array for each tensor. */
export interface HostBackend {
  readonly data: { readonly get: (dataId: object) => { readonly values: Float32Array } }
  readonly makeTensorInfo: (shape: number[], dtype: 'float32', values: Float32Array) => tf.TensorInfo
}

/** Kernels as JavaScript loops over typed arrays. */
export const jsMachine = (backend: HostBackend): Machine => {
  const task =
    (
      shapes: readonly Dims[],
      run: (inputs: readonly Float32Array[], scalars: readonly number[], outputs: readonly Float32Array[]) => void,
    ): Task =>
    (inputs: readonly Info[], scalars) => {
      const outputs = shapes.map((shape) => new Float32Array(sizeOf(shape)))
      run(
        inputs.map((info) => backend.data.get(info.dataId).values),
        scalars,
        outputs,
      )
      return outputs.map((values, i) => backend.makeTensorInfo([...(shapes[i] ?? [])], 'float32', values))
    }
  return {
    elementwise: (program) =>
      task(
        program.outputs.map((o) => o.shape),
        loopOf(program),
      ),
    matmul: (spec) => {
      const run = matmul(spec)
      return task([spec.shape], ([a, b, bias], _, [c]) => run(a!, b!, bias, c!))
    },
    reduce: (spec) => {
      const run = reduce(spec)
      return task([spec.shape], ([x], _, [out]) => run(x!, out!))
    },
    patches: (spec) => task([spec.shape], ([from], _, [to]) => movePatches(spec, from!, to!)),
    dispose: () => {},
  }
}
