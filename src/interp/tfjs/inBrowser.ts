import * as tf from '@tensorflow/tfjs-core'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { type ElboError, targetError } from '../../error.ts'
import type { Session } from '../Session.ts'
import { sessionOn } from './session.ts'

/** The targets that a page can compute on. */
export type BrowserTarget = 'wasm' | 'cpu'

export interface BrowserOptions {
  /** where the page finds the three .wasm files of @tensorflow/tfjs-backend-wasm; beside its script unless said */
  readonly wasmPaths?: string
}

const loaders: { readonly [T in BrowserTarget]: (options: BrowserOptions) => Promise<void> } = {
  cpu: async () => {
    await import('@tensorflow/tfjs-backend-cpu')
  },
  wasm: async ({ wasmPaths }) => {
    const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm')
    if (wasmPaths !== undefined && tf.engine().registry['wasm'] === undefined) setWasmPaths(wasmPaths)
  },
}

/**
 * Open a target in a page: WebAssembly with generated SIMD kernels, or plain JavaScript. The numbers are those of the same target in Node.
 *
 * Errors    a browser without WebAssembly SIMD; .wasm files that are not where they were said to be
 */
export const openInBrowser = (
  target: BrowserTarget = 'wasm',
  options: BrowserOptions = {},
): TE.TaskEither<ElboError, Session> =>
  TE.tryCatch(
    async () => {
      tf.env().set('PROD', true)
      await loaders[target](options)
      if (!(await tf.engine().setBackend(target))) throw new Error('its backend did not initialise')
      await tf.engine().ready()
      return sessionOn(target)
    },
    (cause) => targetError(`${target}: ${cause instanceof Error ? cause.message : String(cause)}`),
  )
