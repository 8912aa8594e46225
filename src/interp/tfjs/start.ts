import * as tf from '@tensorflow/tfjs-core'
import type { Backend } from './engine.ts'

/** TensorFlow.js also throws what is no Error, such as `{ message }`. */
export const reasonOf = (cause: unknown): string =>
  typeof cause === 'object' && cause !== null && 'message' in cause ? String(cause.message) : String(cause)

const started = async (backend: Backend): Promise<void> => {
  const { registry, registryFactory } = tf.engine()
  const made = registryFactory[backend]
  if (made === undefined)
    throw new Error(`TensorFlow.js has no backend '${backend}'; is there a second copy of tfjs-core?`)
  registry[backend] ??= await made.factory()
  await tf.engine().setBackend(backend)
}

const starting = new Map<Backend, Promise<void>>()

/**
 * Make a backend that is registered the current one, and throw the reason where it cannot start: `tf.setBackend` keeps that to itself. Two
 * that start at once do not meet: `tf.setBackend` would give up the first.
 */
export const startBackend = (backend: Backend): Promise<void> => {
  const start =
    starting.get(backend) ??
    started(backend).finally(() => {
      starting.delete(backend)
    })
  starting.set(backend, start)
  return start
}
