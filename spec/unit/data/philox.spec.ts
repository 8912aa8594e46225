import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fillWords, highWord, lowWord, twoBlocks, PAIR, type Key } from '../../../src/data/philox.ts'

const MASK = 0xffffffffn

/** The definition, in integers without bounds. */
const exact = (key: Key, counter: readonly number[]): number[] => {
  let [k0, k1] = key.map(BigInt) as [bigint, bigint]
  let [a, b, c, d] = counter.map(BigInt) as [bigint, bigint, bigint, bigint]
  for (let round = 0; round < 10; round++) {
    const p = 0xd2511f53n * a
    const q = 0xcd9e8d57n * c
    ;[a, b, c, d] = [(q >> 32n) ^ b ^ k0, q & MASK, (p >> 32n) ^ d ^ k1, p & MASK]
    k0 = (k0 + 0x9e3779b9n) & MASK
    k1 = (k1 + 0xbb67ae85n) & MASK
  }
  return [a, b, c, d].map(Number)
}

const block = (key: Key, [c0 = 0, c1 = 0, c2 = 0, c3 = 0]: readonly number[]): number[] => {
  const out = new Uint32Array(PAIR)
  twoBlocks(out, 0, key[0], key[1], c0, c1, c2, c3)
  return [...out.subarray(0, 4)]
}

const word = fc.oneof(
  fc.integer({ min: 0, max: 0xffffffff }),
  fc.constantFrom(0, 1, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xffffffff),
)
const keys: fc.Arbitrary<Key> = fc.tuple(word, word)
const ones = 0xffffffff

describe('philox4x32-10', () => {
  test.each([
    ['zeros', [0, 0], [0, 0, 0, 0], [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8]],
    ['ones', [ones, ones], [ones, ones, ones, ones], [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd]],
    [
      'digits of π',
      [0xa4093822, 0x299f31d0],
      [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
      [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
    ],
  ] as const)('known answer of Random123: %s', (_, key, counter, answer) => {
    expect(block(key, counter)).toEqual(answer)
  })

  test('both blocks equal the definition in unbounded integers', () => {
    fc.assert(
      fc.property(keys, word, word, word, word, (key, c0, c1, c2, c3) => {
        const out = new Uint32Array(PAIR)
        twoBlocks(out, 0, key[0], key[1], c0, c1, c2, c3)
        const low = (BigInt(c1) << 32n) + BigInt(c0) + 1n
        const next = [Number(low & MASK), Number((low >> 32n) & MASK), c2, c3]
        expect([...out]).toEqual([...exact(key, [c0, c1, c2, c3]), ...exact(key, next)])
      }),
      { seed: 1, numRuns: 300 },
    )
  })
})

describe('fillWords', () => {
  test('any stretch of any length is that of the definition, past 2³² blocks too', () => {
    const blocks = fc.oneof(fc.integer({ min: 0, max: 2 ** 50 }), fc.integer({ min: 2 ** 32 - 6, max: 2 ** 32 }))
    const steps = fc.oneof(fc.nat(1000), fc.integer({ min: 2 ** 32, max: 2 ** 50 }))
    fc.assert(
      fc.property(keys, blocks, steps, fc.integer({ min: 0, max: 40 }), (key, from, step, count) => {
        const out = new Uint32Array(count + 1).fill(7)
        fillWords(out, count, key, from, step)
        const wanted = Array.from({ length: Math.ceil(count / 4) }, (_, i) =>
          exact(key, [lowWord(from + i), highWord(from + i), lowWord(step), highWord(step)]),
        ).flat()
        expect([...out]).toEqual([...wanted.slice(0, count), 7])
      }),
      { seed: 2, numRuns: 300 },
    )
  })
})

test('a negative whole number is its two’s complement', () => {
  expect([lowWord(-1), highWord(-1), lowWord(-(2 ** 32)), highWord(-(2 ** 32))]).toEqual([ones, ones, 0, ones])
})
