import { createHash } from 'node:crypto'
import { closeSync, createReadStream, mkdirSync, openSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type AsyncFlateStreamHandler, Unzip, UnzipInflate } from 'fflate'

/** What a wheel of TensorFlow has that an addon in C++ needs. */
const isLibrary = (name: string): boolean =>
  /^tensorflow\/libtensorflow_(cc|framework)\.(so\.\d+|\d+\.dylib)$/.test(name)
const isHeader = (name: string): boolean =>
  /^tensorflow\/include\/(tensorflow\/c|tensorflow\/core\/platform|tsl|xla\/tsl)\/.*\.(h|inc)$/.test(name)
const isRecord = (name: string): boolean => /^[^/]+\.dist-info\/RECORD$/.test(name)

/** Files of a wheel on disk, and the hashes that it says they have. */
interface Unpacked {
  readonly libraries: readonly string[]
  readonly headers: number
  /** files whose bytes are not those that the wheel lists */
  readonly damaged: readonly string[]
}

/** Each row: path, `sha256=` and the hash in URL-safe base64 without padding, size. Source  PEP 376, PEP 427 */
const hashesIn = (record: string): ReadonlyMap<string, string> =>
  new Map(
    record.split('\n').flatMap((row) => {
      const [, path, hash] = /^(.*),sha256=([\w-]+),\d*\s*$/.exec(row) ?? []
      return path === undefined || hash === undefined ? [] : [[path, hash] as const]
    }),
  )

/**
 * Take the libraries and headers out of a wheel, as it streams by: it holds more than fits into memory well. Every file is checked against
 * the hash that the wheel lists for it.
 */
export const unpackWheel = (wheel: string, folder: string): Promise<Unpacked> =>
  new Promise((resolve, reject) => {
    const found = new Map<string, string>()
    let record = ''
    const keep = (name: string): AsyncFlateStreamHandler => {
      const path = join(folder, name)
      mkdirSync(dirname(path), { recursive: true })
      const file = openSync(path, 'w')
      const hash = createHash('sha256')
      return (error, chunk, final) => {
        if (error !== null) throw error
        hash.update(chunk)
        for (let at = 0; at < chunk.length;) at += writeSync(file, chunk, at)
        if (!final) return
        closeSync(file)
        found.set(name, hash.digest('base64url'))
      }
    }
    const unzip = new Unzip((file) => {
      const wanted = isLibrary(file.name) || isHeader(file.name)
      if (wanted) file.ondata = keep(file.name)
      else if (isRecord(file.name))
        file.ondata = (error, chunk) => {
          if (error !== null) throw error
          record += new TextDecoder().decode(chunk)
        }
      else return
      file.start()
    })
    unzip.register(UnzipInflate)
    const stream = createReadStream(wheel, { highWaterMark: 1 << 20 })
    const attempt = (act: () => void): void => {
      try {
        act()
      } catch (cause) {
        stream.destroy()
        reject(cause instanceof Error ? cause : new Error(String(cause)))
      }
    }
    stream.on('data', (chunk) => attempt(() => unzip.push(typeof chunk === 'string' ? Buffer.from(chunk) : chunk)))
    stream.on('error', reject)
    stream.on('end', () =>
      attempt(() => {
        unzip.push(new Uint8Array(0), true)
        const hashes = hashesIn(record)
        const names = [...found.keys()]
        resolve({
          libraries: names.filter(isLibrary),
          headers: names.filter(isHeader).length,
          damaged: names.filter((name) => hashes.get(name) !== found.get(name)),
        })
      }),
    )
  })
