import { describe, expect, test } from 'vitest'
import { random } from '../../../arbitrary/random.ts'
import { meaningOf, type UnaryOp } from '../../../../src/passes/meaning.ts'
import { assemble } from '../../../../src/interp/tfjs/wasm/assembler.ts'
import { elementwise } from '../../../../src/interp/tfjs/wasm/elementwise.ts'
import { load, newMemory } from '../../../../src/interp/tfjs/wasm/webAssembly.ts'

const memory = newMemory(64)
const OUTPUT = 1 << 21

/** What the generated code makes of these numbers. */
const generated = (op: UnaryOp, x: Float32Array): Float32Array => {
  const program = {
    rows: 1,
    columns: x.length,
    inputs: ['full' as const],
    scalars: 0,
    steps: [{ op, operands: [{ tag: 'input' as const, index: 0 }] }],
    outputs: [{ step: 0, shape: [x.length] }],
  }
  new Float32Array(memory.buffer, 0, x.length).set(x)
  load(assemble([elementwise(program)]), memory)['run']?.(0, OUTPUT)
  return new Float32Array(memory.buffer, OUTPUT, x.length).slice()
}

const ulpOf = (y: number): number => 2 ** Math.max(-149, Math.floor(Math.log2(Math.abs(y))) - 23)

/** Units in the last place of the float32 that is nearest to the exact result, or to this number where it is larger. */
const error = (actual: number, exact: number, least = 0): number => {
  const nearest = Math.fround(exact)
  if (Number.isNaN(exact) || !Number.isFinite(nearest) || nearest === 0) {
    const close = Object.is(actual, nearest) || actual === nearest || (nearest === 0 && Math.abs(actual) <= 2 ** -149)
    return close ? 0 : Number.POSITIVE_INFINITY
  }
  return Math.abs(actual - exact) / ulpOf(Math.max(least, Math.abs(nearest)))
}

const next = random(3)
const uniform = next.within
/** Every exponent, both signs; densely where the functions live; and the edges. */
const numbers = Float32Array.from([
  ...Array.from({ length: 60_000 }, () => (next.chance(0.5) ? -1 : 1) * 2 ** uniform(-149, 128)),
  ...Array.from({ length: 60_000 }, () => uniform(-3, 3)),
  ...Array.from({ length: 60_000 }, () => uniform(-110, 95)),
  0,
  -0,
  1,
  -1,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  2 ** -126,
  2 ** -149,
  88.72,
  88.73,
  -103.9,
  -104.1,
])

const bounds: readonly (readonly [op: UnaryOp, ulps: number, least?: number])[] = [
  ['exp', 1],
  ['expm1', 2],
  ['log', 1],
  ['log1p', 2],
  ['sigmoid', 2.5],
  ['softplus', 2],
  // between 1.25 and 1.5 two terms cancel to a third of their size
  ['lgamma', 8],
  // it crosses 0 at 1.46, where its terms cancel
  ['digamma', 4, 1],
  ['tanh', 3],
  ['sqrt', 0.51],
  ['floor', 0],
  ['sign', 0],
  ['relu', 0],
  ['abs', 0],
  ['neg', 0],
]

describe('generated SIMD code against float64', () => {
  test.each(bounds.map(([op, ulps, least = 0]) => [op, ulps, least] as const))(
    '%s is within %f ulp',
    (op, bound, least) => {
      const results = generated(op, numbers)
      let worst = { x: 0, actual: 0, exact: 0, error: 0 }
      for (const [i, x] of numbers.entries()) {
        const exact = meaningOf(op, [x])
        const found = error(results[i] ?? Number.NaN, exact, least)
        if (!(found <= worst.error)) worst = { x, actual: results[i] ?? Number.NaN, exact, error: found }
      }
      const { x, actual, exact } = worst
      expect({ x, actual, exact, within: worst.error <= bound }).toEqual({ x, actual, exact, within: true })
    },
  )
})
