import { afterAll, describe, expect, test } from 'vitest'
import * as b from '../../../../src/expr/build.ts'
import { leavesOf } from '../../../../src/expr/leaf.ts'
import { node } from '../../../../src/expr/node.ts'
import type { Dims, Node, Padding } from '../../../../src/expr/Op.ts'
import { sizeOf, type Tensor } from '../../../../src/expr/Tensor.ts'
import { openReference } from '../../../../src/interp/reference/index.ts'
import type { Feeds, Session } from '../../../../src/interp/Session.ts'
import { random } from '../../../arbitrary/random.ts'
import { right } from '../../either.ts'
import { targets } from './targets.ts'

const source = random(8)
const feeds: Feeds = { data: new Map(), scalars: {}, seed: 1, step: 0 }
const numbers = (shape: Dims): Tensor => ({
  shape,
  data: Float32Array.from({ length: sizeOf(shape) }, () => source.within(-1, 1)),
})
const param = (name: string, shape: Dims): Node => node('param', { name, shape, init: { tag: 'constant', value: 0 } })

/** Extents around the blocks of the generated products: 4 rows, 8 columns, 1024 deep. */
const extents: readonly (readonly [m: number, n: number, k: number])[] = [
  [1, 1, 1],
  [3, 7, 2],
  [4, 8, 5],
  [5, 9, 3],
  [13, 17, 33],
  [2, 3, 1030],
  [9, 12, 2100],
]
const flags = [false, true].flatMap((transposeA) => [false, true].map((transposeB) => ({ transposeA, transposeB })))
const products = Object.fromEntries(
  extents.flatMap(([m, n, k]) =>
    flags.map(({ transposeA, transposeB }, i) => {
      const a = param(`a ${m} ${k} ${transposeA}`, transposeA ? [k, m] : [m, k])
      const c = param(`b ${k} ${n} ${transposeB}`, transposeB ? [n, k] : [k, n])
      const product = b.matmul(a, c, { transposeA, transposeB })
      return [`${m}x${n}x${k} ${i}`, i === 0 ? b.relu(b.add(product, param(`bias ${n}`, [n]))) : product] as const
    }),
  ),
)

/** Inputs, filters, strides: windows that leave pixels over, that are wider than what is left, odd and even padding. */
const windows: readonly (readonly [input: Dims, filter: Dims, stride: number])[] = [
  [[2, 7, 6, 3], [3, 3, 3, 4], 1],
  [[2, 7, 6, 3], [3, 3, 3, 4], 2],
  [[2, 8, 5, 1], [4, 2, 1, 3], 3],
  [[3, 5, 5, 2], [1, 1, 2, 5], 1],
  [[1, 4, 3, 1], [3, 2, 1, 1], 3],
]
const convolutions = Object.fromEntries(
  windows.flatMap(([input, filter, stride], i) =>
    (['same', 'valid'] as const).flatMap((padding: Padding) => {
      const [x, f] = [param(`x ${i}`, input), param(`f ${i}`, filter)]
      const y = node('conv2d', { stride, padding }, x, f)
      const g = param(`g ${i} ${padding}`, y.shape)
      return [
        [`conv2d ${i} ${padding}`, y],
        [`conv2dInput ${i} ${padding}`, node('conv2dInput', { stride, padding, inputShape: input }, f, g)],
        [`conv2dFilter ${i} ${padding}`, node('conv2dFilter', { stride, padding, filterShape: filter }, x, g)],
      ] as const
    }),
  ),
)

const x4 = param('x4', [3, 5, 7, 4])
const reductions = Object.fromEntries(
  [[0], [1], [2], [3], [0, 1], [1, 2], [2, 3], [0, 2], [1, 3], [0, 3], [0, 1, 2, 3]].flatMap((axes) => [
    [`sum ${axes}`, b.sum(x4, axes)],
    [`maximum ${axes}`, b.maximum(x4, axes)],
  ]),
)
const long = { long: b.sum(param('long', [5000])) }

const graph = { outputs: { ...products, ...convolutions, ...reductions, ...long }, updates: {} }
const leaves = (session: Session): ReadonlyMap<string, Tensor> => right(session.prepare(graph)).run(feeds)

const variables = new Map(
  leavesOf(Object.values(graph.outputs)).map((leaf) => [leaf.arg.name, numbers(leaf.shape)] as const),
)
const reference = openReference()
reference.write(variables)
const expected = leaves(reference)

describe.each(await targets())('$name', ({ session, close }) => {
  afterAll(close)
  session.write(variables)
  const actual = leaves(session)

  test.each([...expected])('%s', (name, exact) => {
    const found = actual.get(name)
    expect(found?.shape).toEqual(exact.shape)
    const scale = Math.max(1, ...Array.from(exact.data, Math.abs))
    const worst = Math.max(...Array.from(exact.data, (value, i) => Math.abs(value - (found?.data[i] ?? Number.NaN))))
    expect(worst / scale).toBeLessThan(3e-6)
  })
})
