import { describe, expect, test } from 'vitest'
import * as b from '../../../../src/expr/build.ts'
import { broken, exprOf } from '../../../../src/expr/Expr.ts'
import { node } from '../../../../src/expr/node.ts'
import { evaluate, evaluateNodes } from '../../../../src/interp/reference/index.ts'
import { messageOf, right } from '../../either.ts'

const x = node('data', { name: 'x', shape: [2], support: 'real' })
const w = node('param', { name: 'w', shape: [2], init: { tag: 'constant', value: 1 } })

describe('evaluateNodes', () => {
  test('one leaf is asked for once, whatever reads it, and float32 is read as it is', () => {
    const asked: string[] = []
    const values = right(
      evaluateNodes([b.mul(b.add(x, w), x), x], {
        leaf: (leaf) => {
          asked.push(leaf.arg.name)
          return { shape: [2], data: Float32Array.of(0.1, 2) }
        },
      }),
    )
    expect(asked).toEqual(['x', 'w'])
    expect([...(values[1]?.data ?? [])]).toEqual([Math.fround(0.1), 2])
    expect(values[0]?.data[1]).toBe(8)
  })
  test('results are the caller’s own', () => {
    const given = Float64Array.of(1, 2)
    const values = right(evaluateNodes([x, x, b.reshape(x, [1, 2])], { leaf: () => ({ shape: [2], data: given }) }))
    values[0]?.data.fill(9)
    expect([given, ...values.slice(1).map((v) => v.data)].map((d) => Array.from(d))).toEqual([
      [1, 2],
      [1, 2],
      [1, 2],
    ])
  })
  test('a missing leaf is named', () => {
    const found = evaluateNodes([b.add(x, w)], {
      leaf: (leaf) => (leaf.op === 'data' ? { shape: [2], data: Float64Array.of(1, 2) } : undefined),
    })
    expect(messageOf(found)).toBe("param 'w' [2] has no value")
  })
  test.each([
    [{ shape: [3], data: Float64Array.of(1, 2, 3) }, "data 'x' [2] was given 3 values of shape [3]"],
    [{ shape: [2], data: Float64Array.of(1) }, "data 'x' [2] was given 1 values of shape [2]"],
    [{ shape: [1, 2], data: Float64Array.of(1, 2) }, "data 'x' [2] was given 2 values of shape [1, 2]"],
  ])('a leaf of another shape is named', (given, message) => {
    expect(messageOf(evaluateNodes([x], { leaf: () => given }))).toBe(message)
  })
  test('no roots, no values', () => {
    expect(right(evaluateNodes([], { leaf: () => undefined }))).toEqual([])
  })
  test('a chain of 10,000 ops', () => {
    const end = Array.from({ length: 10_000 }).reduce((sum: ReturnType<typeof b.add>) => b.add(sum, x), x)
    expect([
      ...(right(evaluateNodes([end], { leaf: () => ({ shape: [2], data: Float64Array.of(1, -2) }) }))[0]?.data ?? []),
    ]).toEqual([10_001, -20_002])
  })
})

describe('evaluate', () => {
  const sum = exprOf<[2]>(b.add(x, w))
  test('leaves are fed by name: a tensor, a list, or one number that fills', () => {
    expect(right(evaluate(sum, { x: [1, 2], w: 3 })).data).toEqual(Float64Array.of(4, 5))
    expect(right(evaluate(sum, { x: { shape: [2], data: Float32Array.of(1, 2) }, w: 3 })).data).toEqual(
      Float64Array.of(4, 5),
    )
  })
  test('a closed expression needs nothing', () => {
    expect(right(evaluate(exprOf<[]>(b.exp(0))))).toEqual({ shape: [], data: Float64Array.of(1) })
  })
  test('names of Object.prototype are not values', () => {
    const odd = node('scalar', { name: 'toString' })
    expect(messageOf(evaluate(exprOf<[]>(odd)))).toBe("scalar 'toString' [] has no value")
  })
  test('problems of the expression are the error', () => {
    expect(messageOf(evaluate(broken<[]>('one', 'two')))).toBe('one\ntwo')
  })
  test('too few numbers', () => {
    expect(messageOf(evaluate(sum, { x: [1], w: 1 }))).toBe("data 'x' [2] was given 1 values of shape [2]")
  })
})
