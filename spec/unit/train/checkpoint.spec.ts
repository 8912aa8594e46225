import { isDeepStrictEqual } from 'node:util'
import * as E from 'fp-ts/lib/Either.js'
import * as fc from 'fast-check'
import { strToU8, zipSync } from 'fflate'
import { describe, expect, it } from 'vitest'
import { type Checkpoint, decodeCheckpoint, encodeCheckpoint } from '../../../src/train/checkpoint.ts'
import { noSums } from '../../../src/train/metrics.ts'
import { readNpz, writeNpz } from '../../../src/train/npz.ts'
import { archived, crc32, unarchived } from '../../../src/train/zip.ts'
import { messageOf, right } from '../either.ts'

const values = new Map([
  ['model/x/dense_0/kernel', { shape: [2, 3], data: Float32Array.of(1, -0, 1e-45, -3.5, 1 / 3, 3e38) }],
  ['adam/m/é', { shape: [], data: Float64Array.of(1 / 3) }],
  ['b', { shape: [4], data: Float64Array.of(5e-324, Number.NaN, Number.NEGATIVE_INFINITY, -0) }],
])
const checkpoint: Checkpoint = {
  run: 'a run',
  fingerprint: '0123456789abcdef',
  counters: {
    epoch: 2,
    position: 3,
    step: 13,
    images: 100,
    seconds: 1 / 3,
    sums: { data: 24, outputs: { loss: [1 / 7], 'kl/z': [0.1, 1e-300] } },
    best: { epoch: 1, score: -101.25 },
  },
  values,
}
const bytes = encodeCheckpoint(checkpoint)
const bits = (c: Checkpoint): unknown => [
  c.run,
  c.fingerprint,
  c.counters,
  [...c.values].map(([name, { shape, data }]) => [
    name,
    shape,
    data.constructor.name,
    Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('hex'),
  ]),
]

describe('a checkpoint', () => {
  it('comes back bit for bit', () => {
    expect(bits(right(decodeCheckpoint('last.npz', bytes)))).toEqual(bits(checkpoint))
  })

  it('is the same bytes every time', () => {
    expect(encodeCheckpoint(checkpoint)).toEqual(bytes)
  })

  it('is refused where it was cut off anywhere', () => {
    for (let length = 0; length < bytes.length; length++)
      expect(E.isLeft(decodeCheckpoint('last.npz', bytes.subarray(0, length))), `${length} bytes`).toBe(true)
    expect(messageOf(decodeCheckpoint('last.npz', bytes.subarray(0, bytes.length - 30)))).toMatch(
      /^'last.npz' is corrupted: its \d+ bytes are no whole archive, so it was truncated or changed/,
    )
    expect(messageOf(decodeCheckpoint('last.npz', new Uint8Array(0)))).toMatch(/is not a checkpoint of elbo-ts/)
  })

  /** A zip archive has fields that nobody reads, such as times: a change there changes nothing. */
  it('is refused where any bit of its content was changed', () => {
    let refused = 0
    for (let at = 0; at < bytes.length; at++) {
      const changed = bytes.slice()
      changed[at] = (changed[at] ?? 0) ^ (1 << (at % 8))
      const result = decodeCheckpoint('last.npz', changed)
      if (E.isLeft(result)) refused++
      const seen = E.isLeft(result) ? 'refused' : JSON.stringify(bits(result.right))
      expect(['refused', JSON.stringify(bits(checkpoint))], `byte ${at}`).toContain(seen)
    }
    expect(refused / bytes.length).toBeGreaterThan(0.5)
  })

  it('says what is wrong', () => {
    const at = Buffer.from(bytes).indexOf(Buffer.from(Float64Array.of(1 / 3).buffer))
    const changed = bytes.slice()
    changed[at] = 7
    expect(messageOf(decodeCheckpoint('runs/a/last.npz', changed))).toBe(
      "'runs/a/last.npz' is corrupted: its 1069 bytes are not the archive that was written: the bytes of 'adam/m/é.npy' do not have its CRC-32; use another checkpoint of the run, or train anew",
    )
    const members = right(unarchived(bytes))
    const more = archived({ ...members, 'another.npy': members['adam/m/é.npy'] ?? bytes })
    expect(messageOf(decodeCheckpoint('runs/a/last.npz', more))).toBe(
      "'runs/a/last.npz' is corrupted: its content is not what was written; use another checkpoint of the run, or train anew",
    )
    expect(messageOf(decodeCheckpoint('a.png', strToU8('PNG …')))).toBe(
      "'a.png' is not a checkpoint of elbo-ts: it is no npz archive",
    )
    expect(messageOf(decodeCheckpoint('weights.npz', writeNpz(values)))).toBe(
      "'weights.npz' is not a checkpoint of elbo-ts: it has no checkpoint.json",
    )
    expect(
      messageOf(decodeCheckpoint('x.npz', archived({ 'checkpoint.json': strToU8('{"format":"elbo-ts checkpoint"}') }))),
    ).toMatch(/^'x.npz' is corrupted, or of another version of elbo-ts: checkpoint.json: /)
  })

  it('of a run at its start has no numbers yet', () => {
    const first = { ...checkpoint, counters: { ...checkpoint.counters, sums: noSums, best: null } }
    expect(right(decodeCheckpoint('', encodeCheckpoint(first))).counters).toEqual(first.counters)
  })
})

describe('npz', () => {
  const shape = fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 4 })
  const tensor = fc.tuple(shape, fc.boolean()).chain(([dims, single]) => {
    const size = dims.reduce((n, d) => n * d, 1)
    return (
      single
        ? fc.float32Array({ minLength: size, maxLength: size })
        : fc.float64Array({ minLength: size, maxLength: size })
    ).map((data) => ({ shape: dims, data }))
  })
  it('comes back, whatever the names, shapes and numbers', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ minLength: 1 }), tensor, { noNullPrototype: true }), (named) => {
        const given = new Map(Object.entries(named))
        expect(right(readNpz(writeNpz(given)))).toEqual(given)
      }),
      { numRuns: 100, seed: 1 },
    )
  })

  it('is the format of numpy: magic, version 1.0, a padded header, row-major numbers, members stored', () => {
    const npz = Buffer.from(writeNpz(new Map([['k', { shape: [2, 1], data: Float32Array.of(1, 2) }]])))
    expect(npz.readUInt32LE(0)).toBe(0x04034b50)
    expect(npz.readUInt16LE(8), 'stored').toBe(0)
    const at = npz.indexOf('\u0093NUMPY', 0, 'latin1')
    expect([...npz.subarray(at + 6, at + 8)]).toEqual([1, 0])
    const length = npz.readUInt16LE(at + 8)
    expect((10 + length) % 8).toBe(0)
    const header = npz.toString('latin1', at + 10, at + 10 + length)
    expect(header.trim()).toBe("{'descr':'<f4','fortran_order':False,'shape':(2,1)}")
    expect(header.endsWith('\n')).toBe(true)
    expect(npz.readFloatLE(at + 10 + length)).toBe(1)
    expect(npz.readFloatLE(at + 14 + length)).toBe(2)
  })

  it('is refused where any byte was changed, however', () => {
    const given = new Map([
      ['a', { shape: [1], data: Float32Array.of(1.5) }],
      ['é', { shape: [2], data: Float64Array.of(-0, 2) }],
    ])
    const written = writeNpz(given)
    const misread = Array.from(written, (_, at) => at).filter((at) =>
      [1, 2, 8, 0x20, 0x80, 0xff].some((mask) => {
        const read = readNpz(written.with(at, (written[at] ?? 0) ^ mask))
        return E.isRight(read) && !isDeepStrictEqual(read.right, given)
      }),
    )
    expect(misread).toEqual([])
    const end = written.length - 22
    expect(messageOf(readNpz(written.with(end + 8, 1).with(end + 10, 1)))).toMatch(/its directory does not add up$/)
  })

  it('is read where members were compressed, and checked after that', () => {
    const bytes = right(unarchived(writeNpz(new Map([['a', { shape: [64], data: new Float32Array(64).fill(3) }]]))))
    const packed = zipSync({ 'a.npy': [bytes['a.npy'] ?? new Uint8Array(), { level: 9 }] })
    expect(right(readNpz(packed)).get('a')?.data).toEqual(new Float32Array(64).fill(3))
    const local = 30 + 'a.npy'.length
    const read = Array.from({ length: 60 }, (_, i) => readNpz(packed.with(local + i, (packed[local + i] ?? 0) ^ 4)))
    expect(read.every(E.isLeft)).toBe(true)
  })

  it('has the check value of CRC-32', () => expect(crc32(strToU8('123456789'))).toBe(0xcbf43926))

  it('refuses arrays of other kinds', () => {
    const header = (text: string): Uint8Array => {
      const bytes = Buffer.alloc(10 + 86 + 8)
      bytes.write('\u0093NUMPY\u0001\u0000', 'latin1')
      bytes.writeUInt16LE(86, 8)
      bytes.write(`${text.padEnd(85)}\n`, 10)
      return bytes
    }
    const read = (text: string) => messageOf(readNpz(archived({ 'a.npy': header(text) })))
    expect(read("{'descr':'<i8','fortran_order':False,'shape':(1,)}")).toBe(
      "array 'a': it should hold 32 or 64 bit floating point numbers",
    )
    expect(read("{'descr':'<f8','fortran_order':True,'shape':(1,)}")).toMatch(/no row-major array of shape \[1\]/)
    expect(read("{'descr':'<f8','fortran_order':False,'shape':(3,)}")).toBe(
      "array 'a': 1 numbers are no row-major array of shape [3]",
    )
    expect(messageOf(readNpz(archived({ 'a.npy': strToU8('no') })))).toMatch(/^array 'a': /)
  })
})
