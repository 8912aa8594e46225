import * as tf from '@tensorflow/tfjs-core'
import type { Backend } from './engine.ts'
import { type HostBackend, jsMachine } from './js/machine.ts'
import { registerGenerated } from './kernels.ts'
import type { Machine } from './machine.ts'
import { type Heap, heapOf, wasmMachine } from './wasm/machine.ts'

/** What can generate kernels for a backend here; undefined where only those of TensorFlow.js run. */
export const machineFor = (backend: Backend): Machine | undefined => {
  if (backend === 'tensorflow') return undefined
  const machine = backend === 'cpu' ? hostMachine() : heapMachine()
  if (machine !== undefined) registerGenerated(backend)
  return machine
}

const hostMachine = (): Machine | undefined => {
  const host: unknown = tf.backend()
  // The class of the cpu backend declares both members; it is not imported, so that only the backend in use is loaded.
  return typeof host === 'object' && host !== null && 'data' in host && 'makeTensorInfo' in host
    ? jsMachine(host as HostBackend)
    : undefined
}

const heapMachine = (): Machine | undefined => {
  const heap: Heap | undefined = heapOf(tf.backend())
  return heap === undefined ? undefined : wasmMachine(heap)
}
