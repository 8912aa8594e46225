import { mkdirSync, readdirSync, renameSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import * as E from 'fp-ts/lib/Either.js'
import type * as TE from 'fp-ts/lib/TaskEither.js'
import { type ElboError, targetError } from '../../error.ts'
import { compileAddon, fetchWheel, installSources, type Report, unpackLibrary } from './build.ts'
import { runProgram } from './command.ts'
import {
  buildFolder,
  buildName,
  cacheFolder,
  type Marker,
  markerIn,
  packageIn,
  readMarker,
  TFJS_NODE,
  tfjsNodeEntry,
} from './home.ts'
import * as m from './messages.ts'
import { probe } from './probe.ts'
import { ownUrl } from '../../ownUrl.ts'

export interface NativeOptions {
  readonly report?: Report
  /** of TensorFlow, such as '2.15.0'; the newest that there is, unless said */
  readonly version?: string | undefined
  /** build it anew, though one is there */
  readonly anew?: boolean
}

/** Native TensorFlow that works, and where it came from. */
export interface Native {
  readonly tensorflow: string
  readonly from: string
}

/** While it is built: the wheel, the library out of it, and npm's packages. */
const NEEDED = 2.5 * 2 ** 30

const roomIn = (cache: string): E.Either<string, void> => {
  const made = E.tryCatch(
    () => {
      mkdirSync(cache, { recursive: true })
      writeFileSync(join(cache, '.writable'), '')
      const { bavail, bsize } = statfsSync(cache)
      return bavail * bsize
    },
    (cause) => (cause instanceof Error ? cause.message : String(cause)),
  )
  if (E.isLeft(made)) return E.left(m.notWritable(cache, made.left))
  return made.right < NEEDED ? E.left(m.noSpace(cache, NEEDED, made.right)) : E.right(undefined)
}

/** What builds that were killed have left. */
const sweep = (cache: string): void => {
  for (const name of readdirSync(cache)) {
    const pid = name.startsWith(`${buildName()}.`) ? Number(name.slice(buildName().length + 1)) : Number.NaN
    const alive = E.tryCatch(() => process.kill(pid, 0), String)
    if (Number.isInteger(pid) && E.isLeft(alive)) rmSync(join(cache, name), { recursive: true, force: true })
  }
}

const entryIn = (build: string): string => pathToFileURL(join(packageIn(build), 'dist', 'index.js')).href

/** tfjs-node's own download of TensorFlow 2.9 and of its addon. */
const download = async (build: string, report: Report): Promise<E.Either<string, string>> => {
  report(`asking npm for @tensorflow/tfjs-node ${TFJS_NODE}, with its own download of TensorFlow`)
  const ran = await runProgram(
    'npm',
    ['install', '--no-save', '--no-audit', '--no-fund', '--prefix', build, `@tensorflow/tfjs-node@${TFJS_NODE}`],
    { cwd: build, seconds: 300 },
  )
  return E.isLeft(ran) ? E.left('its download failed') : probe(entryIn(build), build)
}

const fromWheel = async (
  build: string,
  cache: string,
  version: string | undefined,
  report: Report,
): Promise<E.Either<string, string>> => {
  const wheel = await fetchWheel(join(cache, 'wheels'), version, report)
  if (E.isLeft(wheel)) return wheel
  report(`installing the sources of @tensorflow/tfjs-node ${TFJS_NODE}`)
  const sources = await installSources(build, TFJS_NODE)
  if (E.isLeft(sources)) return sources
  report('unpacking the TensorFlow library and checking its hashes')
  const unpacked = await unpackLibrary(wheel.right, build)
  if (E.isLeft(unpacked)) return unpacked
  report('compiling the addon')
  const compiled = await compileAddon(build)
  if (E.isLeft(compiled)) return compiled
  const works = await probe(entryIn(build), build)
  if (E.isLeft(works)) return E.left(m.notLoading(works.left))
  // The library is out of it, and a new build of another version fetches another.
  rmSync(wheel.right, { force: true })
  return works
}

/**
 * See to it that native TensorFlow is here: as npm installed it, or as it was built before; else by tfjs-node's own download, else from
 * TensorFlow's Python wheel. What is built is put in its place in one move when it works, so an interrupted run leaves nothing half done,
 * and a second run does nothing.
 *
 * Errors    what is missing, in a line or a few, and what helps
 */
export const setUpNative =
  ({ report = () => {}, version, anew = false }: NativeOptions = {}): TE.TaskEither<ElboError, Native> =>
  async () => {
    const cache = cacheFolder()
    const here = await probe(tfjsNodeEntry(cache), dirname(fileURLToPath(ownUrl(import.meta.url))))
    if (E.isRight(here) && !anew && (version === undefined || version === here.right))
      return E.right({ tensorflow: here.right, from: readMarker(buildFolder(cache))?.from ?? 'npm' })
    report(E.isLeft(here) ? `@tensorflow/tfjs-node does not load: ${here.left}` : 'building it anew')

    const room = roomIn(cache)
    if (E.isLeft(room)) return E.left(targetError(room.left))
    const staging = join(cache, `${buildName()}.${process.pid}`)
    const finish = (tensorflow: string, from: string): E.Either<ElboError, Native> => {
      const marker: Marker = { tensorflow, from, built: new Date().toISOString() }
      writeFileSync(markerIn(staging), JSON.stringify(marker))
      rmSync(buildFolder(cache), { recursive: true, force: true })
      renameSync(staging, buildFolder(cache))
      return E.right({ tensorflow, from })
    }
    try {
      sweep(cache)
      const begin = (): void => {
        rmSync(staging, { recursive: true, force: true })
        mkdirSync(staging, { recursive: true })
        writeFileSync(join(staging, 'package.json'), '{ "private": true }')
      }
      begin()
      if (version === undefined) {
        const downloaded = await download(staging, report)
        if (E.isRight(downloaded)) return finish(downloaded.right, 'the download of tfjs-node')
        report(downloaded.left)
      }
      begin()
      const built = await fromWheel(staging, cache, version, report)
      return E.isLeft(built) ? E.left(targetError(built.left)) : finish(built.right, 'a wheel of TensorFlow')
    } catch (cause) {
      return E.left(targetError(m.notWritable(cache, cause instanceof Error ? cause.message : String(cause))))
    } finally {
      rmSync(staging, { recursive: true, force: true })
    }
  }
