import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import * as t from 'io-ts'
import * as E from 'fp-ts/lib/Either.js'
import { ownUrl } from '../../ownUrl.ts'

/** The release of tfjs-node that is built. It has been the last one since 2024. */
export const TFJS_NODE = '4.22.0'

/**
 * Where what is built is kept: the user's cache folder, so that neither a repository nor `npm ci` knows of it. `ELBO_CACHE` names another.
 *
 * Source    XDG Base Directory Specification; Apple's File System Programming Guide
 */
export const cacheFolder = (
  env: Readonly<Record<string, string | undefined>> = process.env,
  platform: string = process.platform,
): string => {
  const asked = env['ELBO_CACHE'] ?? ''
  if (asked !== '') return asked
  const xdg = env['XDG_CACHE_HOME'] ?? ''
  if (xdg !== '') return join(xdg, 'elbo-ts')
  return platform === 'darwin' ? join(homedir(), 'Library', 'Caches', 'elbo-ts') : join(homedir(), '.cache', 'elbo-ts')
}

/** The addon is built on Node-API, so one build serves all versions of Node. */
export const buildName = (): string => `tfjs-node-${TFJS_NODE}-${process.platform}-${process.arch}`
export const buildFolder = (cache: string): string => join(cache, buildName())
export const packageIn = (build: string): string => join(build, 'node_modules', '@tensorflow', 'tfjs-node')

/** Written last: a build without it is none. */
export interface Marker {
  readonly tensorflow: string
  readonly from: string
  readonly built: string
}
export const Marker: t.Type<Marker, Marker, unknown> = t.type({ tensorflow: t.string, from: t.string, built: t.string })
export const markerIn = (build: string): string => join(build, 'complete.json')

/** The build that is there, if it is whole. */
export const readMarker = (build: string): Marker | undefined => {
  const parsed = E.tryCatch((): unknown => JSON.parse(readFileSync(markerIn(build), 'utf8')), String)
  const decoded = E.isRight(parsed) ? Marker.decode(parsed.right) : parsed
  return E.isRight(decoded) ? decoded.right : undefined
}

const ownEntry = (): E.Either<string, string> =>
  E.tryCatch(() => createRequire(ownUrl(import.meta.url)).resolve('@tensorflow/tfjs-node'), String)
const builtEntry = (cache: string): string => join(packageIn(buildFolder(cache)), 'dist', 'index.js')
const isBuilt = (cache: string): boolean =>
  readMarker(buildFolder(cache)) !== undefined && existsSync(builtEntry(cache))
const isOwn = (): boolean => {
  const own = ownEntry()
  return E.isRight(own) && hasAddon(own.right)
}

/** Whether there is a tfjs-node to load; one that is there and does not load has a fault. */
export const nativeIsHere = (cache: string = cacheFolder()): boolean => isOwn() || isBuilt(cache)

/**
 * What to import for tfjs-node: the package, where npm has it and it is whole, else the one that was built into the cache.
 */
export const tfjsNodeEntry = (cache: string = cacheFolder()): string =>
  isBuilt(cache) && !isOwn() ? pathToFileURL(builtEntry(cache)).href : '@tensorflow/tfjs-node'

/** `npm install --ignore-scripts` leaves the package without its addon. */
const hasAddon = (entry: string): boolean => {
  const napi = Math.min(Number(process.versions['napi'] ?? 0), 8)
  return existsSync(join(entry, '..', '..', 'lib', `napi-v${napi}`, 'tfjs_binding.node'))
}

const Package = t.type({ version: t.string })

/** Which tfjs-node is loaded; of one that was built into the cache, also the TensorFlow behind it. */
export const nativeVersions = (cache: string = cacheFolder()): Readonly<Record<string, string>> => {
  if (tfjsNodeEntry(cache) !== '@tensorflow/tfjs-node')
    return { '@tensorflow/tfjs-node': TFJS_NODE, tensorflow: readMarker(buildFolder(cache))?.tensorflow ?? 'unknown' }
  const own = E.tryCatch(
    (): unknown => createRequire(ownUrl(import.meta.url))('@tensorflow/tfjs-node/package.json'),
    String,
  )
  return { '@tensorflow/tfjs-node': E.isRight(own) && Package.is(own.right) ? own.right.version : 'unknown' }
}
