import { createHash } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { strToU8, zipSync } from 'fflate'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { compileAddon, fetchWheel, unpackLibrary } from '../../../../src/interp/native/build.ts'
import { runProgram } from '../../../../src/interp/native/command.ts'
import { buildFolder, cacheFolder, packageIn, readMarker, tfjsNodeEntry } from '../../../../src/interp/native/home.ts'
import { noSpace } from '../../../../src/interp/native/messages.ts'
import { setUpNative } from '../../../../src/interp/native/setUp.ts'
import { unpackWheel } from '../../../../src/interp/native/wheel.ts'
import { newFolder } from '../../../temporary.ts'
import { messageOf } from '../../either.ts'

const message = (either: { readonly _tag: string }): string => ('left' in either ? String(either.left) : 'no error')

const library = 'tensorflow/libtensorflow_cc.so.2'
const framework = 'tensorflow/libtensorflow_framework.so.2'
const header = 'tensorflow/include/tensorflow/c/c_api.h'

/** A wheel of these files, which lists their hashes; `lies` are listed with another. */
const wheelOf = (names: readonly string[], lies: readonly string[] = []): string => {
  const files = Object.fromEntries(names.map((name) => [name, strToU8(`the bytes of ${name}`)]))
  const rows = Object.entries(files).map(([name, bytes]) => {
    const hash = createHash('sha256')
      .update(lies.includes(name) ? 'others' : bytes)
      .digest('base64url')
    return `${name},sha256=${hash},${bytes.length}`
  })
  const path = join(newFolder(), 'tensorflow_cpu-2.99.0-py3-none-any.whl')
  writeFileSync(path, zipSync({ ...files, 'tensorflow_cpu-2.99.0.dist-info/RECORD': strToU8(rows.join('\n')) }))
  return path
}

/** Programs that answer as told are the only ones on the path. */
const onlyPrograms = (programs: Readonly<Record<string, string>>): void => {
  const folder = newFolder()
  for (const [name, script] of Object.entries(programs)) {
    writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`)
    chmodSync(join(folder, name), 0o755)
  }
  vi.stubEnv('PATH', folder)
}

let cache = ''
beforeEach(() => {
  cache = newFolder()
  vi.stubEnv('ELBO_CACHE', cache)
})
afterEach(() => {
  vi.unstubAllEnvs()
})

describe('the cache', () => {
  it('is where the variables say, else where the system keeps such things', () => {
    expect(cacheFolder({ ELBO_CACHE: '/a', XDG_CACHE_HOME: '/b' }, 'linux')).toBe('/a')
    expect(cacheFolder({ XDG_CACHE_HOME: '/b' }, 'linux')).toBe(join('/b', 'elbo-ts'))
    expect(cacheFolder({}, 'linux')).toMatch(/\.cache.elbo-ts$/)
    expect(cacheFolder({}, 'darwin')).toMatch(/Library.Caches.elbo-ts$/)
  })

  it('has a build only once its marker is written', () => {
    const build = buildFolder(cache)
    mkdirSync(build, { recursive: true })
    expect(readMarker(build)).toBeUndefined()
    writeFileSync(join(build, 'complete.json'), '{ "tensorflow": "2.99.0" ')
    expect(readMarker(build)).toBeUndefined()
    const marker = { tensorflow: '2.99.0', from: 'a wheel', built: 'today' }
    writeFileSync(join(build, 'complete.json'), JSON.stringify(marker))
    expect(readMarker(build)).toEqual(marker)
    // Marked, but the package itself is gone.
    expect(tfjsNodeEntry(cache)).toBe('@tensorflow/tfjs-node')
  })
})

describe('a program', () => {
  it('is absent, fails with its last lines, takes too long, or answers', async () => {
    expect(await runProgram('no-such-program', [], { seconds: 5 })).toMatchObject({ left: { why: 'absent' } })
    const node = (script: string, seconds = 20) => runProgram(process.execPath, ['-e', script], { seconds })
    expect(await node('console.error("so"); process.exit(3)')).toEqual({
      _tag: 'Left',
      left: { why: 'failed', tail: 'so' },
    })
    expect(await node('setTimeout(() => {}, 60000)', 0.5)).toMatchObject({ left: { why: 'tooLong' } })
    expect(await node('console.log("yes")')).toMatchObject({ right: 'yes' })
  })
})

describe('a wheel', () => {
  it('gives its libraries and headers, and nothing else, as it lists them', async () => {
    const folder = newFolder()
    const unpacked = await unpackWheel(wheelOf([library, framework, header, 'tensorflow/python/ops.py']), folder)
    expect(unpacked).toEqual({ libraries: [library, framework], headers: 1, damaged: [] })
    expect(readFileSync(join(folder, library), 'utf8')).toBe(`the bytes of ${library}`)
    expect(existsSync(join(folder, 'tensorflow/python'))).toBe(false)
  })

  it('is refused where a byte is not what it lists, and thrown away', async () => {
    const wheel = wheelOf([library, framework, header], [framework])
    expect(message(await unpackLibrary(wheel, newFolder()))).toMatch(
      /is damaged: .*libtensorflow_framework.* run it again/,
    )
    expect(existsSync(wheel)).toBe(false)
  })

  it('is refused where it is cut short', async () => {
    const wheel = wheelOf([library, framework, header])
    writeFileSync(wheel, readFileSync(wheel).subarray(0, 120))
    expect(message(await unpackLibrary(wheel, newFolder()))).toMatch(/is damaged|has no/)
  })

  it('is refused where it is no archive', async () => {
    const wheel = wheelOf([library, framework, header])
    const bytes = readFileSync(wheel)
    writeFileSync(wheel, bytes.fill(0xff, 62, 70))
    expect(message(await unpackLibrary(wheel, newFolder()))).toMatch(/cannot be unpacked \(.*\); run it again/)
    expect(existsSync(wheel)).toBe(false)
  })

  it('is refused where it is of another kind, and thrown away', async () => {
    const other = wheelOf([framework, header])
    expect(message(await unpackLibrary(other, newFolder()))).toMatch(/has no libtensorflow_cc/)
    expect(existsSync(other)).toBe(false)
    expect(message(await unpackLibrary(wheelOf([library, framework]), newFolder()))).toMatch(/has no headers/)
  })

  it('is laid out under the names that linker and addon look for', async () => {
    const build = newFolder()
    expect(await unpackLibrary(wheelOf([library, framework, header]), build)).toMatchObject({ _tag: 'Right' })
    const deps = join(packageIn(build), 'deps')
    expect(readdirSync(join(deps, 'lib')).sort()).toEqual([
      'libtensorflow.so',
      'libtensorflow.so.2',
      'libtensorflow_cc.so.2',
      'libtensorflow_framework.so',
      'libtensorflow_framework.so.2',
    ])
    expect(readFileSync(join(deps, 'lib', 'libtensorflow.so'), 'utf8')).toBe(`the bytes of ${library}`)
    expect(existsSync(join(deps, 'include/tensorflow/c/c_api.h'))).toBe(true)
    expect(existsSync(join(build, 'wheel'))).toBe(false)
  })
})

describe('what is missing is told', () => {
  const nothing = () => {}
  it('Python', async () => {
    onlyPrograms({})
    expect(message(await fetchWheel(newFolder(), undefined, nothing))).toMatch(/needs python3 with pip/)
  })
  it('pip', async () => {
    onlyPrograms({ python3: 'case "$*" in --version) exit 0;; esac; exit 1' })
    expect(message(await fetchWheel(newFolder(), undefined, nothing))).toMatch(/needs pip, .* python3 is here without/)
  })
  it('a wheel for this machine', async () => {
    onlyPrograms({
      python3: 'case "$*" in *--version*) exit 0;; esac; echo "ERROR: No matching distribution found" >&2; exit 1',
    })
    expect(message(await fetchWheel(newFolder(), '2.99.0', nothing))).toMatch(
      /pip finds no TensorFlow wheel .*\nERROR: No matching distribution found$/,
    )
  })
  it('a compiler', async () => {
    onlyPrograms({})
    expect(message(await compileAddon(newFolder()))).toMatch(/needs a C\+\+ compiler/)
  })
  it('what the compiler says', async () => {
    onlyPrograms({ 'c++': 'case "$*" in *--version*) exit 0;; esac; echo "fatal error: no such header" >&2; exit 1' })
    const build = newFolder()
    mkdirSync(packageIn(build), { recursive: true })
    expect(message(await compileAddon(build))).toBe('native: the addon does not compile\nfatal error: no such header')
  })
  it('room', () => {
    expect(noSpace('/cache', 2.5 * 2 ** 30, 2 ** 30)).toMatch(/has 1\.0 GiB free, and the build takes 2\.5/)
  })
  it('a folder that can be written to', async () => {
    writeFileSync(join(cache, 'file'), '')
    vi.stubEnv('ELBO_CACHE', join(cache, 'file'))
    expect(messageOf(await setUpNative({ anew: true, version: '2.99.0' })())).toMatch(/cannot write to .* ELBO_CACHE/)
  }, 60_000)
  it('and leaves nothing half done', async () => {
    onlyPrograms({})
    expect(messageOf(await setUpNative({ anew: true, version: '2.99.0' })())).toMatch(/needs python3|GiB free/)
    expect(readdirSync(cache).filter((name) => name.startsWith('tfjs-node'))).toEqual([])
  }, 60_000)
})
