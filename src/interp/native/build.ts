import { cpSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { basename, join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { type Failure, runProgram } from './command.ts'
import { packageIn } from './home.ts'
import * as m from './messages.ts'
import { unpackWheel } from './wheel.ts'

export type Report = (line: string) => void
type Step<A> = Promise<E.Either<string, A>>

/** The first of these programs that is here. */
const firstHere = async (programs: readonly string[], args: readonly string[]): Promise<string | undefined> => {
  for (const program of programs) {
    const ran = await runProgram(program, args, { seconds: 30 })
    if (E.isRight(ran)) return program
  }
  return undefined
}

/** PyPI's names for a TensorFlow without CUDA. */
const distributions: readonly string[] =
  process.platform === 'linux' && process.arch === 'x64'
    ? ['tensorflow-cpu', 'tensorflow']
    : ['tensorflow', 'tensorflow-cpu-aws']

const wheelsIn = (folder: string): readonly string[] =>
  readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.whl'))
    .map(({ name }) => join(folder, name))

/** pip downloads to its end or not at all, and compares with the hash that its index gives. */
export const fetchWheel = async (folder: string, version: string | undefined, report: Report): Step<string> => {
  mkdirSync(folder, { recursive: true })
  const fits = (name: string): boolean => version === undefined || basename(name).includes(`-${version}-`)
  const known = wheelsIn(folder).find(fits)
  if (known !== undefined) return E.right(known)
  const pythons = ['python3', 'python']
  const python = await firstHere(pythons, ['-m', 'pip', '--version'])
  if (python === undefined) {
    const bare = await firstHere(pythons, ['--version'])
    return E.left(bare === undefined ? m.noPython() : m.noPip(bare))
  }
  let last: Failure = { why: 'failed', tail: '' }
  // This Python may be too new for any wheel; the library inside does not care.
  for (const target of [[], ['--python-version', '3.12'], ['--python-version', '3.11']])
    for (const name of distributions) {
      const wanted = version === undefined ? name : `${name}==${version}`
      report(`fetching the wheel ${wanted}${target.length === 0 ? '' : ` for Python ${target[1] ?? ''}`}`)
      const ran = await runProgram(
        python,
        ['-m', 'pip', 'download', '--no-deps', '--only-binary=:all:', '--no-input', ...target, '-d', folder, wanted],
        { seconds: 900 },
      )
      const found = wheelsIn(folder).find(fits)
      if (E.isRight(ran) && found !== undefined) return E.right(found)
      if (E.isLeft(ran)) last = ran.left
    }
  const lines = last.tail.split('\n')
  const errors = lines.filter((line) => line.startsWith('ERROR'))
  return E.left(m.noWheel((errors.length > 0 ? errors : lines).slice(-2).join('\n')))
}

/** tfjs-node's sources and what it imports, without its install script; and Node-API's headers. */
export const installSources = async (build: string, version: string): Step<void> => {
  const ran = await runProgram(
    'npm',
    [
      'install',
      '--ignore-scripts',
      '--no-save',
      '--no-audit',
      '--no-fund',
      '--prefix',
      build,
      `@tensorflow/tfjs-node@${version}`,
      'node-api-headers',
    ],
    { cwd: build, seconds: 600 },
  )
  return E.isLeft(ran) ? E.left(m.noPackage(ran.left.tail)) : E.right(undefined)
}

/** The names under which the linker and the addon look for the library. */
const aliases = (library: string): readonly string[] => {
  const framework = library.includes('_framework')
  const stem = framework ? 'libtensorflow_framework' : 'libtensorflow'
  return library.endsWith('.dylib') ? [`${stem}.dylib`, `${stem}.2.dylib`] : [`${stem}.so`, `${stem}.so.2`]
}

export const unpackLibrary = async (wheel: string, build: string): Step<void> => {
  const deps = join(packageIn(build), 'deps')
  const staging = join(build, 'wheel')
  rmSync(deps, { recursive: true, force: true })
  const name = basename(wheel)
  /** The next run fetches another. */
  const refuse = (message: string): E.Either<string, never> => {
    rmSync(wheel, { force: true })
    return E.left(message)
  }
  const unpacked = await unpackWheel(wheel, staging).catch((cause: unknown) =>
    cause instanceof Error ? cause : new Error(String(cause)),
  )
  if (unpacked instanceof Error)
    return 'code' in unpacked && unpacked.code === 'ENOSPC'
      ? E.left(m.fullDisk(build))
      : refuse(m.notUnpacked(name, unpacked.message))
  if (unpacked.damaged.length > 0) return refuse(m.damagedWheel(name, unpacked.damaged))
  if (unpacked.libraries.length < 2) return refuse(m.wrongWheel(name, 'libtensorflow_cc and libtensorflow_framework'))
  if (unpacked.headers === 0) return refuse(m.wrongWheel(name, 'headers of the C interface'))
  mkdirSync(join(deps, 'lib'), { recursive: true })
  for (const library of unpacked.libraries) {
    const file = basename(library)
    renameSync(join(staging, library), join(deps, 'lib', file))
    for (const alias of aliases(file)) if (alias !== file) symlinkSync(file, join(deps, 'lib', alias))
  }
  cpSync(join(staging, 'tensorflow', 'include'), join(deps, 'include'), { recursive: true })
  rmSync(staging, { recursive: true, force: true })
  return E.right(undefined)
}

/** Where tfjs-node looks for its addon: Node-API 8 on every Node from 16 on. */
const ADDON = join('lib', 'napi-v8', 'tfjs_binding.node')

export const compileAddon = async (build: string): Step<void> => {
  const compiler = await firstHere(['c++', 'g++', 'clang++'], ['--version'])
  if (compiler === undefined) return E.left(m.noCompiler())
  const home = packageIn(build)
  mkdirSync(join(home, 'lib', 'napi-v8'), { recursive: true })
  const system =
    process.platform === 'darwin'
      ? ['-undefined', 'dynamic_lookup', '-Wl,-rpath,@loader_path/../../deps/lib']
      : ['-Wl,-rpath,$ORIGIN/../../deps/lib']
  const ran = await runProgram(
    compiler,
    [
      '-O2',
      '-std=c++17',
      '-fPIC',
      '-shared',
      '-DNAPI_VERSION=8',
      '-Ideps/include',
      `-I${join(build, 'node_modules', 'node-api-headers', 'include')}`,
      'binding/tfjs_backend.cc',
      'binding/tfjs_binding.cc',
      '-o',
      ADDON,
      '-Ldeps/lib',
      '-ltensorflow',
      '-ltensorflow_framework',
      ...system,
    ],
    { cwd: home, seconds: 600 },
  )
  return E.isLeft(ran) ? E.left(m.notCompiled(ran.left.tail)) : E.right(undefined)
}
