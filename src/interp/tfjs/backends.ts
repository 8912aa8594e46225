import { createRequire } from 'node:module'
import { existsSync } from 'node:fs'
import { dirname, join, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import util from 'node:util'
import * as tf from '@tensorflow/tfjs-core'
import * as E from 'fp-ts/lib/Either.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { type ElboError, targetError } from '../../error.ts'
import { withCommonJs } from '../commonJs.ts'
import { tfjsNodeEntry } from '../native/index.ts'
import type { Backend } from './engine.ts'
import { reasonOf, startBackend } from './start.ts'
import { ownUrl } from '../../ownUrl.ts'

const require = createRequire(ownUrl(import.meta.url))
/** Where a binary of WebAssembly would be looked for, in this order: its package, then beside the script, as a bundle is deployed. */
const wasmFolder = (): string => {
  const beside = dirname(fileURLToPath(ownUrl(import.meta.url)))
  const own = E.tryCatch(() => dirname(require.resolve('@tensorflow/tfjs-backend-wasm')), String)
  const folder = [...(E.isRight(own) ? [own.right] : []), beside].find((path) => existsSync(join(path, WASM_FILE)))
  if (folder === undefined)
    throw new Error(
      `no ${WASM_FILE}, neither in a node_modules above nor in ${beside}; copy the .wasm files of @tensorflow/tfjs-backend-wasm/dist there`,
    )
  return folder
}
const WASM_FILE = 'tfjs-backend-wasm-simd.wasm'

const because = (cause: unknown): string => reasonOf(cause).split('\n')[0] ?? ''

/** The native library logs to stderr what only its developers need; who wants it sets the variable. */
const quiet = (): void => {
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '2'
}

/**
 * TensorFlow's own kernels. Those of oneDNN, as of TensorFlow 2.21, get gradients of strided convolutions wrong on some processors (AMD Zen 5: of 4,320
 * small ones, some were off by their own size, and memory that was not theirs was overwritten); who trusts them sets the variable.
 */
const withoutOneDnn = (): void => {
  process.env['TF_ENABLE_ONEDNN_OPTS'] ??= '0'
}

/** Node 23 took away a function of `util` that the last release of tfjs-node still calls. */
const restoreNodeUtil = (): void => {
  if (!('isNullOrUndefined' in util))
    Object.assign(util, { isNullOrUndefined: (value: unknown) => value === null || value === undefined })
}

/** Emscripten's start-up adds listeners that end the process on any rejection; what it adds goes again. */
const withoutNewListeners = async <A>(run: () => Promise<A>): Promise<A> => {
  const events = ['uncaughtException', 'unhandledRejection'] as const
  const before = events.map((event) => process.rawListeners(event))
  const result = await run()
  for (const [i, event] of events.entries())
    for (const listener of process.rawListeners(event)) {
      // Node types listeners of any event as Function; it takes back what it gave.
      if (before[i]?.includes(listener) === false) process.removeListener(event, listener as () => void)
    }
  return result
}

const loaders: { readonly [B in Backend]: () => Promise<void> } = {
  cpu: async () => {
    await import('@tensorflow/tfjs-backend-cpu')
  },
  wasm: async () => {
    const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm')
    if (tf.engine().registry['wasm'] === undefined) setWasmPaths(wasmFolder() + sep)
  },
  tensorflow: async () => {
    quiet()
    withoutOneDnn()
    restoreNodeUtil()
    // An optional dependency, or one that was built into the cache.
    await import(tfjsNodeEntry())
  },
}

const missing: { readonly [B in Backend]: (reason: string) => string } = {
  cpu: (reason) => `cpu: TensorFlow.js does not start (${reason})`,
  wasm: (reason) => `wasm: TensorFlow.js's WebAssembly does not start (${reason})`,
  tensorflow: (reason) =>
    `tensorflow: @tensorflow/tfjs-node does not load (${reason}); it is optional: npx elbo doctor --fix`,
}

/** Make a backend ready for use. A second call for the same one does nothing. */
export const loadBackend = (backend: Backend): TE.TaskEither<ElboError, void> =>
  TE.tryCatch(
    async () => {
      // Without this, tfjs advises on the console to install another backend.
      tf.env().set('PROD', true)
      await withCommonJs(async () => {
        await loaders[backend]()
        await withoutNewListeners(() => startBackend(backend))
      })
    },
    (cause) => targetError(missing[backend](because(cause))),
  )
