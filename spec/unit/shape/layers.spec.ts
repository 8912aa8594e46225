import * as fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, test } from 'vitest'
import { conv2d, type Padding } from '../../../src/shape/conv2d.ts'
import { conv2dTranspose } from '../../../src/shape/conv2dTranspose.ts'
import { dense, linear } from '../../../src/shape/dense.ts'
import { dimensions } from '../../../src/shape/dimensions.ts'
import { twice } from '../../../src/shape/twice.ts'

describe('dense', () => {
  test('replaces the last dimension', () => {
    expect(dense([784], 400)).toEqual(E.right([400]))
    expect(dense([12, 64], 32)).toEqual(E.right([12, 32]))
    expect(linear([12, 64], 64, 32)).toEqual(E.right([12, 32]))
  })

  test.each([
    [linear([392], 400, 20), 'Dense expects last dimension 400 but got 392'],
    [dense([], 20), 'Dense expects at least one dimension but got []'],
    [linear([], 1, 20), 'Dense expects at least one dimension but got []'],
    [dense([784], 0), 'Dense: its size must be a whole number of at least 1 but got 0'],
    [linear([784], 784, 2.5), 'Dense: its size must be a whole number of at least 1 but got 2.5'],
    [linear([784], -1, 20), 'Dense: its input must be a whole number of at least 1 but got -1'],
    [
      dimensions([28, Number.NaN], "input 'x'"),
      "input 'x': a dimension must be a whole number of at least 1 but got NaN",
    ],
  ])('%j', (answer, text) => {
    expect(answer).toEqual(E.left(text))
  })
})

describe('twice', () => {
  test('halves the last dimension', () => {
    expect(twice([7, 40], 20, 'Normal')).toEqual(E.right([7, 20]))
  })

  test('says what it needs', () => {
    expect(twice([20], 20, 'Normal')).toEqual(
      E.left('Normal over 20 needs 2 x 20 = 40 parameters in the last dimension but got 20'),
    )
    expect(twice([], 20, 'Laplace')).toEqual(E.left('Laplace expects at least one dimension but got []'))
  })
})

describe('conv2d', () => {
  test.each([
    [{ filters: 16, kernel: 3, stride: 2 }, [14, 14, 16]],
    [{ filters: 16, kernel: 3 }, [28, 28, 16]],
    [{ filters: 6, kernel: 5, padding: 'valid' as const }, [24, 24, 6]],
    [{ filters: 6, kernel: 28, padding: 'valid' as const }, [1, 1, 6]],
    [{ filters: 6, kernel: 5, stride: 3 }, [10, 10, 6]],
  ])('%j of a digit', (options, shape) => {
    expect(conv2d([28, 28, 1], options)).toEqual(E.right(shape))
  })

  test.each([
    [conv2d([784], { filters: 8, kernel: 3 }), 'conv2d expects [height, width, channels] but got [784]'],
    [
      conv2dTranspose([20], { filters: 8, kernel: 3 }),
      'conv2dTranspose expects [height, width, channels] but got [20]',
    ],
    [
      conv2d([3, 28, 1], { filters: 8, kernel: 5, padding: 'valid' }),
      "conv2d: kernel 5 does not fit into [3, 28, 1] with padding 'valid'",
    ],
    [
      conv2d([28, 28, 1], { filters: 8, kernel: 3, stride: 0 }),
      'conv2d: stride must be a whole number of at least 1 but got 0',
    ],
  ])('%j', (answer, text) => {
    expect(answer).toEqual(E.left(text))
  })

  /** How many windows of the kernel start inside: 'valid' must lie inside, 'same' only begin there. */
  const windows = (size: number, kernel: number, stride: number, padding: Padding): number =>
    Array.from({ length: size }, (_, i) => i).filter(
      (i) => i % stride === 0 && (padding === 'same' || i + kernel <= size),
    ).length

  const sizes = fc.tuple(
    fc.integer({ min: 1, max: 40 }),
    fc.integer({ min: 1, max: 40 }),
    fc.integer({ min: 1, max: 9 }),
    fc.integer({ min: 1, max: 9 }),
    fc.constantFrom<Padding>('same', 'valid'),
  )

  test('has one output for each window', () => {
    fc.assert(
      fc.property(sizes, ([height, width, kernel, stride, padding]) => {
        const expected = [windows(height, kernel, stride, padding), windows(width, kernel, stride, padding)]
        const answer = conv2d([height, width, 3], { filters: 2, kernel, stride, padding })
        expect(E.isRight(answer) ? answer.right : 'refused').toEqual(
          expected.every((n) => n > 0) ? [...expected, 2] : 'refused',
        )
      }),
      { seed: 1, numRuns: 500 },
    )
  })

  test('takes a transposed convolution back to its input', () => {
    fc.assert(
      fc.property(sizes, ([height, width, kernel, stride, padding]) => {
        const back = E.chain((s: readonly number[]) => conv2d(s, { filters: 3, kernel, stride, padding }))(
          conv2dTranspose([height, width, 3], { filters: 2, kernel, stride, padding }),
        )
        expect(back).toEqual(E.right([height, width, 3]))
      }),
      { seed: 2, numRuns: 500 },
    )
  })
})

describe('conv2dTranspose', () => {
  test.each([
    [{ filters: 16, kernel: 3, stride: 2 }, [14, 14, 16]],
    [{ filters: 16, kernel: 3, stride: 2, padding: 'valid' as const }, [15, 15, 16]],
    [{ filters: 16, kernel: 2, stride: 3, padding: 'valid' as const }, [21, 21, 16]],
  ])('%j of [7, 7, 32]', (options, shape) => {
    expect(conv2dTranspose([7, 7, 32], options)).toEqual(E.right(shape))
  })
})
