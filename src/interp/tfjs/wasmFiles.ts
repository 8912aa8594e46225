import * as tf from '@tensorflow/tfjs-core'
import { reasonOf } from './start.ts'
import { compileFault } from './wasm/webAssembly.ts'

/** The binaries of @tensorflow/tfjs-backend-wasm. A browser loads one of them, by what it can do. */
type WasmFile = 'tfjs-backend-wasm.wasm' | 'tfjs-backend-wasm-simd.wasm' | 'tfjs-backend-wasm-threaded-simd.wasm'

/** The folder that holds the binaries, or where each of them is, as bundlers name files. */
export type WasmPaths = string | { readonly [F in WasmFile]: string }

/** Of the DOM, which a Worker lacks. */
interface Surroundings {
  readonly document?: { readonly baseURI: string; readonly currentScript: { readonly src?: string } | null }
  readonly location?: { readonly href: string }
}
// The types of Node, which this project loads, have no DOM.
const here = globalThis as Surroundings
const ownAddress = (): string => here.document?.baseURI ?? here.location?.href ?? ''
/** A classic script knows its own address while it is loaded; a module does not. */
const ownScript = here.document?.currentScript?.src ?? ''

const ADVICE =
  'serve the .wasm files of @tensorflow/tfjs-backend-wasm, and say by the option wasmPaths where they are: their folder, or a map from the name of each to its address'

const folder = (path: string): string => (path === '' || path.endsWith('/') ? path : `${path}/`)

/** Where a binary is looked for: beside a classic script, a page or the script of a Worker unless said. */
const addressOf = (file: WasmFile, paths: WasmPaths | undefined): string => {
  // A program need not have been type-checked.
  const given: string | undefined = typeof paths === 'object' ? paths[file] : `${folder(paths ?? '')}${file}`
  if (typeof given !== 'string') throw new Error(`wasmPaths has no '${file}', which this browser loads; ${ADVICE}`)
  const base = paths === undefined && ownScript !== '' ? ownScript : ownAddress()
  if (!URL.canParse(given, base))
    throw new Error(`${file} was sought at '${given}' from '${base}', which is no address; ${ADVICE}`)
  return new URL(given, base).href
}

/** `\0asm`. Source  WebAssembly Core Specification, §5.5.16 */
const MAGIC = [0x00, 0x61, 0x73, 0x6d]

/** Why what is at the address is no WebAssembly; undefined where it is. Only the beginning is read. */
const faultAt = async (address: string): Promise<string | undefined> => {
  try {
    const response = await fetch(address, { credentials: 'same-origin' })
    const reader = response.body?.getReader()
    const { value } = (await reader?.read()) ?? {}
    await reader?.cancel()
    if (!response.ok) return `the server answered ${response.status}`
    return MAGIC.every((byte, i) => value?.[i] === byte)
      ? undefined
      : `what is there is not WebAssembly but ${response.headers.get('content-type') ?? 'something else'}`
  } catch (cause) {
    return reasonOf(cause)
  }
}

/**
 * The binary that this browser loads, and where it is. Looked at first, since TensorFlow.js can be told once only and does not say what it
 * did not find. Throws what is wrong, in words.
 */
export const wasmBinary = async (paths: WasmPaths | undefined): Promise<string> => {
  const forbidden = compileFault()
  if (forbidden !== undefined)
    throw new Error(
      `WebAssembly may not be compiled here (${forbidden}); a Content-Security-Policy has to allow script-src 'wasm-unsafe-eval'`,
    )
  const simd = (await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT')) === true
  const file = simd ? 'tfjs-backend-wasm-simd.wasm' : 'tfjs-backend-wasm.wasm'
  const address = addressOf(file, paths)
  const fault = await faultAt(address)
  if (fault !== undefined) throw new Error(`${file} was sought at ${address}: ${fault}; ${ADVICE}`)
  return address
}
