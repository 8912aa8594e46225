import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, test } from 'vitest'
import { node } from '../../src/expr/node.ts'
import { sizeOf } from '../../src/expr/Tensor.ts'
import { openReference } from '../../src/interp/reference/index.ts'
import { openGraph } from '../../src/interp/tfgraph/index.ts'
import { right } from '../unit/either.ts'

/** oneDNN's kernels, which TensorFlow takes by itself on processors that have the instructions, left pixels between windows as they were in memory. */
const opened = await openGraph()

describe.skipIf(E.isLeft(opened))('native TensorFlow', () => {
  test('uses kernels of its own', () => expect(process.env['TF_ENABLE_ONEDNN_OPTS']).toBe('0'))

  test.each([
    { stride: 3, filter: [3, 2, 1, 1], output: [1, 2, 1, 1] },
    { stride: 2, filter: [3, 2, 1, 1], output: [1, 2, 2, 1] },
  ])('the gradient of a convolution by strides of $stride', ({ stride, filter, output }) => {
    const param = (name: string, shape: readonly number[]) =>
      node('param', { name, shape, init: { tag: 'constant', value: 0 } })
    const root = node(
      'conv2dInput',
      { stride, padding: 'same', inputShape: [1, 4, 3, 1] },
      param('filter', filter),
      param('gradient', output),
    )
    const values = new Map(
      Object.entries({ filter, gradient: output }).map(([name, shape]) => [
        name,
        { shape, data: Float32Array.from({ length: sizeOf(shape) }, (_, i) => Math.sin(i + 1)) },
      ]),
    )
    const [want, got] = [openReference(), right(opened)].map((session) => {
      session.write(values)
      const plan = right(session.prepare({ outputs: { root }, updates: {} }))
      return Array.from(plan.run({ data: new Map(), scalars: {}, seed: 0, step: 0 }).get('root')?.data ?? [])
    })
    expect(got).toEqual(want?.map((x) => expect.closeTo(x, 5)))
  })
})
