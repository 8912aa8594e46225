import { expect, test } from 'vitest'
import * as b from '../../src/expr/build.ts'
import { node } from '../../src/expr/node.ts'
import { sinkReshapes } from '../../src/passes/sinkReshapes.ts'
import { simplifyMovement } from '../../src/passes/simplifyMovement.ts'
import { valuesOf } from '../../src/verify/oracle/numbers.ts'

/**
 * Found by “training / agrees with the reference” on a program with iwae(4) and minibatches of 4. A [4, 1] repeated into [4, 4] and
 * seen as [4, 4, 1] was taken for the [4, 1] repeated into [4, 4, 1]: rows became columns, wherever as many draws as data were used.
 */
const perRow = node('data', { name: 'perRow', shape: [4, 1], support: 'real' })
const square = node('data', { name: 'square', shape: [4, 4, 1], support: 'real' })
const numbers = { perRow: [1, 2, 3, 4], square: Array.from({ length: 16 }, (_, i) => i) }
const asRows = [1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4]

test('a reshaped broadcast keeps its rows', () => {
  const seen = b.reshape(b.broadcastTo(perRow, [4, 4]), [4, 4, 1])
  const after = simplifyMovement.run({ outputs: { seen }, updates: {} }).outputs['seen'] ?? seen
  expect([...(valuesOf([after], numbers)[0] ?? [])]).toEqual(asRows)
})

test('a reshape that sinks through an elementwise op keeps its rows', () => {
  const computed = b.reshape(b.mul(square, 2), [4, 4])
  const sum = b.add(computed, b.broadcastTo(perRow, [4, 4]))
  const after = sinkReshapes.run({ outputs: { sum }, updates: {} }).outputs['sum'] ?? sum
  expect([...(valuesOf([after], numbers)[0] ?? [])]).toEqual(asRows.map((x, i) => 2 * i + x))
})
