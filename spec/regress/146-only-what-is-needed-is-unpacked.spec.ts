import { execFileSync } from 'node:child_process'
import { truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { zipSync } from 'fflate'
import { describe, expect, test } from 'vitest'
import { csv, mnist, shards } from '../../src/data/DataSource.ts'
import { load } from '../../src/data/load.ts'
import { roomFor } from '../../src/train/fitting.ts'
import { readBytes, readText } from '../../src/train/files.ts'
import { readNpz, writeNpz } from '../../src/train/npz.ts'
import { archived, unarchived } from '../../src/train/zip.ts'
import { newFolder, newPath } from '../temporary.ts'
import { idx, npy } from '../unit/data/arrays.ts'
import { messageOf, right } from '../unit/either.ts'
import { tiny } from '../unit/train/tiny.ts'

// Two megabytes were unpacked to two gigabytes, and /dev/zero or a pipe was read for ever.

const zeros = (size: number): Uint8Array => new Uint8Array(size)

describe('archives', () => {
  const bomb = zipSync({ 'a.npy': [npy(new Float32Array(2 ** 21), [2 ** 21]), { level: 9 }] })
  const LOCAL = 30 + 'a.npy'.length
  /** The archive with another number of 32 bits in the directory's only entry. */
  const forged = (bytes: Uint8Array, field: number, value: number): Uint8Array => {
    const copy = bytes.slice()
    const view = new DataView(copy.buffer)
    const begin = view.getUint32(copy.length - 6, true)
    view.setUint32(begin + field, value, true)
    return copy
  }

  test('what would unpack to more than a program needs is refused before it is unpacked', () => {
    const most = roomFor(tiny.vae)
    expect(bomb.length).toBeLessThan(20_000)
    expect(messageOf(readNpz(bomb, most))).toBe(
      `not the archive that was written: it would unpack to ${2 ** 23 + 128} bytes, and at most ${most} are expected`,
    )
    expect(right(readNpz(bomb)).get('a')?.data).toHaveLength(2 ** 21)
    const plain = writeNpz(new Map([['a', { shape: [2 ** 20], data: new Float32Array(2 ** 20) }]]))
    expect(right(readNpz(plain, 10)).size, 'what is not packed takes no more than it is').toBe(1)
  })
  test('by default 64 MB, or ten times the archive', () => {
    const large = zipSync({ x: [zeros(2 ** 26 + 1), { level: 1 }] })
    expect(messageOf(unarchived(large))).toContain(`would unpack to ${2 ** 26 + 1} bytes`)
  })
  test('a member that has more than was written down for it ends there', () => {
    const start = performance.now()
    expect(messageOf(unarchived(forged(bomb, 24, 1000)))).toContain('more than the 1000 bytes that are written down')
    expect(performance.now() - start).toBeLessThan(2000)
    expect(messageOf(unarchived(forged(bomb, 24, 2 ** 24)))).toContain(`where ${2 ** 24} are written down`)
  })
  test.each([
    ['packed bytes that reach into the directory', forged(bomb, 20, 2 ** 20)],
    ['64-bit sizes', forged(forged(bomb, 20, 0xffffffff), 24, 0xffffffff)],
    ['a place outside', forged(bomb, 42, 2 ** 30)],
  ])('%s do not add up', (_, bytes) => {
    expect(messageOf(unarchived(bytes))).toMatch(/its directory does not add up/)
  })
  test('members that share bytes are refused, and so are two of one name', () => {
    const two = archived({ a: Uint8Array.of(1, 2, 3), b: Uint8Array.of(1, 2, 3) })
    const view = new DataView(two.buffer, two.byteOffset, two.length)
    const begin = view.getUint32(two.length - 6, true)
    const second = begin + 46 + 1
    const over = two.slice()
    over.set(over.subarray(begin, begin + 47), second)
    expect(messageOf(unarchived(over))).toMatch(/its directory does not add up/)
    const reaching = two.slice()
    for (const field of [20, 24]) new DataView(reaching.buffer).setUint32(begin + field, 3 + 30 + 1 + 3, true)
    expect(messageOf(unarchived(reaching))).toMatch(/its directory does not add up/)
    expect(Object.keys(right(unarchived(two)))).toEqual(['a', 'b'])
    expect(LOCAL).toBe(35)
  })
})

describe('gzipped data', () => {
  const digits = async (pictures: Uint8Array): Promise<string> => {
    const folder = newFolder()
    for (const part of ['train', 't10k']) {
      writeFileSync(join(folder, `${part}-images-idx3-ubyte.gz`), gzipSync(pictures))
      writeFileSync(join(folder, `${part}-labels-idx1-ubyte.gz`), gzipSync(idx(zeros(2), [2])))
    }
    return messageOf(await load(mnist({ folder }))())
  }
  test('pictures are unpacked as far as their header says', async () => {
    const more = new Uint8Array([...idx(zeros(2 * 784), [2, 28, 28]), ...zeros(2 ** 22)])
    expect(await digits(more)).toMatch(/would unpack to more than the 1,585 bytes that are expected/)
    expect(await digits(idx(zeros(400), [1, 20, 20]))).toMatch(/pictures are \[28, 28\], but these are \[20, 20\]/)
    expect(await digits(zeros(2 ** 22))).toMatch(/magic number 0x00000000/)
  })
  test('a table of zeros is no text, whatever it would unpack to', async () => {
    const file = newPath()
    writeFileSync(file, gzipSync(zeros(2 ** 24)))
    expect(messageOf(await load(csv({ file }))())).toBe(`'${file}': it has bytes of 0, so it is no text in utf-8`)
  })
  test('what is damaged is still called so', async () => {
    const file = newPath()
    writeFileSync(file, gzipSync('a,b\n1,2\n3,4\n').subarray(0, -9))
    expect(messageOf(await load(csv({ file }))())).toMatch(/is a damaged gzip file/)
  })
})

describe('only regular files are read', () => {
  const folder = newFolder()
  const pipe = join(folder, 'x.npy')
  execFileSync('mkfifo', [pipe])
  const PIPE = `cannot read '${pipe}': it is a pipe, and no regular file`
  const DEVICE = "cannot read '/dev/zero': it is a device, and no regular file"

  test('as a table, as pictures, as an array, as a file of a run', async () => {
    expect(messageOf(await load(csv({ file: '/dev/zero' }))())).toBe(DEVICE)
    expect(messageOf(await load(csv({ file: pipe }))())).toBe(PIPE)
    expect(messageOf(await load(shards({ folder, fields: { x: { shape: [1], support: 'real' } } }))())).toBe(PIPE)
    execFileSync('mkfifo', [join(folder, 'train-images-idx3-ubyte')])
    expect(messageOf(await load(mnist({ folder }))())).toMatch(/train-images-idx3-ubyte': it is a pipe/)
    expect(messageOf(await readBytes('/dev/zero')())).toBe(DEVICE)
    expect(messageOf(await readText(pipe)())).toBe(PIPE)
    expect(messageOf(await load(csv({ file: folder }))())).toBe(`cannot read '${folder}': it is a folder`)
  })
  test('a file of holes is as long as it says, and is read in parts', async () => {
    const holes = newFolder()
    writeFileSync(join(holes, 'x.npy'), npy(new Float32Array(0), [2 ** 30]))
    truncateSync(join(holes, 'x.npy'), 128 + 4 * 2 ** 30)
    expect(
      right(await load(shards({ folder: holes, fields: { x: { shape: [], support: 'real' } } }))()).train.size,
    ).toBeGreaterThan(9e8)
  })
})
