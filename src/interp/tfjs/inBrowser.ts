import * as tf from '@tensorflow/tfjs-core'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { type ElboError, targetError } from '../../error.ts'
import type { Session } from '../Session.ts'
import { sessionOn } from './session.ts'
import { reasonOf, startBackend } from './start.ts'
import { type WasmPaths, wasmBinary } from './wasmFiles.ts'

/** The targets that a page can compute on. */
export type BrowserTarget = 'wasm' | 'cpu'

export interface BrowserOptions {
  /**
   * where the three .wasm files of @tensorflow/tfjs-backend-wasm are served: their folder, or a map from their names to addresses. Unless
   * said, beside a classic script, the page of a module, or the script of a Worker
   */
  readonly wasmPaths?: WasmPaths
}

const loaders: { readonly [T in BrowserTarget]: (options: BrowserOptions) => Promise<void> } = {
  cpu: async () => {
    await import('@tensorflow/tfjs-backend-cpu')
  },
  wasm: async ({ wasmPaths }) => {
    const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm')
    if (tf.engine().registry['wasm'] !== undefined) return
    // In an isolated page TensorFlow.js would take its threaded build, whose memory generated kernels do not reach: they are faster.
    tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false)
    const binary = await wasmBinary(wasmPaths)
    setWasmPaths({
      'tfjs-backend-wasm.wasm': binary,
      'tfjs-backend-wasm-simd.wasm': binary,
      'tfjs-backend-wasm-threaded-simd.wasm': binary,
    })
  },
}

/**
 * Open a target in a page: WebAssembly with generated SIMD kernels, or plain JavaScript. The numbers are those of the same target in Node.
 *
 * Errors    .wasm files that are not where they are sought: which, where, what is there instead, and the option that says where they are
 */
export const openInBrowser = (
  target: BrowserTarget = 'wasm',
  options: BrowserOptions = {},
): TE.TaskEither<ElboError, Session> =>
  TE.tryCatch(
    async () => {
      tf.env().set('PROD', true)
      await loaders[target](options)
      await startBackend(target)
      return sessionOn(target)
    },
    (cause) => targetError(`${target}: ${reasonOf(cause)}`),
  )
