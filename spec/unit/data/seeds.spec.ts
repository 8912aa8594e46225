import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fillWords } from '../../../src/data/philox.ts'
import { below, fillNormal, fillUniform, permutation, streamKey, type Stream } from '../../../src/data/seeds.ts'

const stream = (changes: Partial<Stream> = {}): Stream => ({ seed: 17, step: 3, name: 'z', ...changes })
const uniform = (n: number, s: Stream): Float32Array => {
  const out = new Float32Array(n)
  fillUniform(out, s)
  return out
}
const normal = (n: number, s: Stream): Float32Array => {
  const out = new Float32Array(n)
  fillNormal(out, s)
  return out
}

/** What TensorFlow 2.21 answers to StatelessRandom{Uniform,Normal}V2(shape=[10], key, counter=[0, step], alg=1). */
const tensorflow = {
  key: [1773162576, 4112353718],
  step: 2 ** 33 + 5,
  uniform: [
    0.0249538422, 0.591249466, 0.6711936, 0.0812766552, 0.531961083, 0.518872857, 0.235074282, 0.359974265, 0.729772091,
    0.709203959,
  ],
  normal: [
    -1.47374296, -2.28244114, 0.436454535, 0.779039681, -0.132920638, -1.1156621, 1.31134069, -1.08447826, -0.767820179,
    -0.201241538,
  ],
} as const

describe('known answers', () => {
  test('the key is the CBC-MAC of the name, as an independent program has it', () => {
    expect(streamKey(17, 'z')).toEqual(tensorflow.key)
    expect(streamKey(2 ** 40 + 1, 'evaluate/binarize/x')).toEqual([1586987053, 1332910979])
  })
  test('uniform: TensorFlow’s to the last bit', () => {
    expect(uniform(10, stream({ step: tensorflow.step }))).toEqual(Float32Array.from(tensorflow.uniform))
  })
  test('normal: TensorFlow’s to 2 units in the last place', () => {
    normal(10, stream({ step: tensorflow.step })).forEach((x, i) => {
      const theirs = tensorflow.normal[i] ?? NaN
      expect(Math.abs(x - theirs)).toBeLessThanOrEqual(2 ** -22 * Math.abs(theirs))
    })
  })
})

describe('a stream', () => {
  test('is the same again, and another for another seed, step or name', () => {
    const other: readonly Partial<Stream>[] = [
      { seed: 18 },
      { seed: 17 + 2 ** 32 },
      { seed: -17 },
      { step: 4 },
      { step: 3 + 2 ** 32 },
      { name: 'y' },
      { name: 'z\0' },
      { name: '' },
      { name: 'zzzzzzzz' },
      { name: 'zzzzzzzzz' },
    ]
    const firsts = [{}, ...other].map((changes) => uniform(4, stream(changes)).join())
    expect(new Set(firsts).size).toBe(firsts.length)
    expect(uniform(4, stream()).join()).toBe(firsts[0])
  })

  test('does not depend on how much of it is asked for', () => {
    const [u, n] = [uniform(9000, stream()), normal(9000, stream())]
    for (const size of [0, 1, 2, 3, 7, 8, 4095, 4096, 4097, 8193]) {
      expect(uniform(size, stream())).toEqual(u.subarray(0, size))
      expect(normal(size, stream())).toEqual(n.subarray(0, size))
    }
  })

  test('sample i is word i mod 4 of block ⌊i / 4⌋, however far', () => {
    const words = new Uint32Array(20_000)
    fillWords(words, words.length, streamKey(17, 'z'), 0, 3)
    expect(uniform(words.length, stream())).toEqual(Float32Array.from(words, (word) => (word & 0x7fffff) / 2 ** 23))
  })

  test('each key of distinct names is its own, and half its bits turn with one letter', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 30 }), fc.nat(40), fc.nat(), (name, at, seed) => {
        const i = at % (name.length + 1)
        const changed = `${name.slice(0, i)}*${name.slice(i)}`
        const [a, b] = [streamKey(seed, name), streamKey(seed, changed)]
        const turned = bits(a[0] ^ b[0]) + bits(a[1] ^ b[1])
        // Binomial(64, 1/2): within 6.5 σ, so a false alarm has probability 8e-11
        expect(Math.abs(turned - 32)).toBeLessThanOrEqual(26)
      }),
      { seed: 3, numRuns: 500 },
    )
  })
})

const bits = (word: number): number => (word >>> 0).toString(2).replaceAll('0', '').length

describe('moments (seed fixed; a bound of 6 standard errors would fail a fair generator twice in 1e9)', () => {
  const N = 200_000
  const mean = (xs: Float32Array, f: (x: number) => number): number => xs.reduce((sum, x) => sum + f(x), 0) / xs.length
  test('uniform: mean 1/2, variance 1/12; sees a shift of 0.4 %', () => {
    const u = uniform(N, stream())
    expect(Math.abs(mean(u, (x) => x) - 1 / 2)).toBeLessThan(6 * Math.sqrt(1 / 12 / N))
    expect(Math.abs(mean(u, (x) => (x - 1 / 2) ** 2) - 1 / 12)).toBeLessThan(6 * Math.sqrt(1 / 180 / N))
    expect(u.every((x) => x >= 0 && x < 1)).toBe(true)
  })
  test('normal: mean 0, variance 1, third 0, fourth 3, neighbours uncorrelated; sees a shift of 1.4 %', () => {
    const e = normal(N, stream())
    expect(Math.abs(mean(e, (x) => x))).toBeLessThan(6 / Math.sqrt(N))
    expect(Math.abs(mean(e, (x) => x ** 2) - 1)).toBeLessThan(6 * Math.sqrt(2 / N))
    expect(Math.abs(mean(e, (x) => x ** 3))).toBeLessThan(6 * Math.sqrt(15 / N))
    expect(Math.abs(mean(e, (x) => x ** 4) - 3)).toBeLessThan(6 * Math.sqrt(96 / N))
    for (const lag of [1, 2, 3, 4])
      expect(Math.abs(e.reduce((sum, x, i) => sum + x * (e[i + lag] ?? 0), 0) / N)).toBeLessThan(6 / Math.sqrt(N))
  })
})

describe('permutation', () => {
  test('a word of the unequal rest is drawn again', () => {
    const script = (...words: number[]): (() => number) => {
      const left = [...words]
      return () => left.shift() ?? NaN
    }
    // 2³² = 3 · 1431655765 + 1: the last word would favour 0
    expect(below(3, script(2 ** 32 - 1, 5))).toBe(2)
    expect(below(3, script(2 ** 32 - 2, 5))).toBe(2)
    expect(below(4, script(2 ** 32 - 1, 5))).toBe(3)
    expect(below(2 ** 31 + 1, script(2 ** 31 + 1, 2 ** 32 - 1, 8))).toBe(8)
  })
  test('holds every index once', () => {
    fc.assert(
      fc.property(fc.nat(3000), fc.nat(), (n, seed) => {
        const sorted = permutation(n, stream({ seed })).sort()
        expect(sorted.length).toBe(n)
        expect(sorted.every((index, i) => index === i)).toBe(true)
      }),
      { seed: 4, numRuns: 60 },
    )
  })

  test('each of the 24 of four is equally likely; sees a probability that is off by 8 %', () => {
    const draws = 48_000
    const counts = new Map<string, number>()
    for (let step = 0; step < draws; step++) {
      const key = permutation(4, stream({ step })).join()
      counts.set(key, (counts.get(key) ?? 0) + 1)
    }
    expect(counts.size).toBe(24)
    const wanted = draws / 24
    const chiSquared = [...counts.values()].reduce((sum, n) => sum + (n - wanted) ** 2 / wanted, 0)
    // χ² with 23 degrees of freedom is above 82 with probability 1e-8
    expect(chiSquared).toBeLessThan(82)
  })

  test('is the same again', () => {
    expect(permutation(1000, stream())).toEqual(permutation(1000, stream()))
    expect(permutation(1000, stream())).not.toEqual(permutation(1000, stream({ step: 4 })))
  })
})
