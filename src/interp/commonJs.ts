import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ownUrl } from '../ownUrl.ts'

/**
 * TensorFlow.js ships CommonJS for Node. A bundler that writes an ES module (`esbuild --format=esm`) leaves its `require` and `__dirname` as
 * they are, and an ES module has neither: "Dynamic require of "util" is not supported". So both are there while it is loaded and started.
 */

let running = 0

/** Run with the names that CommonJS code expects. What loads in its own way, as in Node without a bundler, takes no notice. */
export const withCommonJs = async <A>(run: () => Promise<A>): Promise<A> => {
  const own = running > 0 || !('require' in globalThis)
  if (own && running++ === 0)
    Object.assign(globalThis, {
      require: createRequire(ownUrl(import.meta.url)),
      __dirname: dirname(fileURLToPath(ownUrl(import.meta.url))),
    })
  try {
    return await run()
  } finally {
    if (own && --running === 0) for (const name of ['require', '__dirname']) Reflect.deleteProperty(globalThis, name)
  }
}
