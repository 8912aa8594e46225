import * as tf from '@tensorflow/tfjs-core'
import type { Backend, Info } from './engine.ts'
import type { Task } from './machine.ts'
import type { Dims } from '../../expr/Op.ts'
import type { Emitter, Value } from './recorder.ts'

/**
 * Generated kernels are kernels of TensorFlow.js like any other: they run through its engine, are profiled by it, and what they make
 * counts in `tf.memory()`. The code comes with the call, as an attribute.
 */
const generatedKernels = ['ElboElementwise', 'ElboMatMul', 'ElboReduce', 'ElboPatches'] as const
export type GeneratedKernel = (typeof generatedKernels)[number]

interface Call {
  readonly task: Task
  readonly scalars: readonly number[]
}

export const registerGenerated = (backend: Backend): void => {
  for (const kernelName of generatedKernels) {
    if (tf.getKernel(kernelName, backend) !== undefined) continue
    tf.registerKernel({
      kernelName,
      backendName: backend,
      kernelFunc: ({ inputs, attrs }) => {
        // What `callGenerated` put there; tfjs types attributes as numbers, strings and lists of them.
        const call: unknown = attrs
        const { task, scalars } = call as Call
        return [...task(Object.values(inputs) as readonly Info[], scalars)]
      },
    })
  }
}

/** Adds the call of a generated kernel; `scalars` are indices of host numbers. */
export const callGenerated = (
  emit: Emitter,
  kernel: GeneratedKernel,
  task: Task,
  inputs: readonly Value[],
  shapes: readonly Dims[],
  scalars: readonly number[] = [],
): readonly Value[] =>
  emit.kernels(
    { kernel, inputs: Object.fromEntries(inputs.map((value, i) => [String(i), value])), attrs: { task }, scalars },
    shapes,
  )
