import * as fc from 'fast-check'

/**
 * Numbers of a range: any of it, and such as a person would choose, a few dozen multiples of a power of 2. A counterexample is made smaller among
 * these alone, so that it is short, and not the place where the law only just fails.
 */
export const within = (min: number, max: number): fc.Arbitrary<number> => {
  const step = 2 ** Math.floor(Math.log2((max - min) / 12))
  const plain = fc.integer({ min: Math.ceil(min / step), max: Math.floor(max / step) }).map((n) => n * step)
  const any = fc.noShrink(fc.double({ min, max, noNaN: true }))
  return fc.oneof({ withCrossShrink: true }, { arbitrary: plain, weight: 1 }, { arbitrary: any, weight: 2 })
}
