import { afterAll, describe, expect, test } from 'vitest'
import * as b from '../../../../src/expr/build.ts'
import { node } from '../../../../src/expr/node.ts'
import type { Dims, Node } from '../../../../src/expr/Op.ts'
import type { Tensor } from '../../../../src/expr/Tensor.ts'
import { messageOf, right } from '../../either.ts'
import { targets } from './targets.ts'

const param = (name: string, shape: Dims): Node => node('param', { name, shape, init: { tag: 'constant', value: 0 } })
const tensor = (shape: Dims, ...data: readonly number[]): Tensor => ({ shape, data: Float32Array.from(data) })
const feeds = { data: new Map<string, Tensor>(), scalars: {}, seed: 1, step: 0 }
const numbers = (found: Tensor | undefined): readonly number[] => Array.from(found?.data ?? [])

const w = param('w', [2, 2])
const c = param('c', [2])
const x = node('data', { name: 'x', shape: [3, 2], support: 'real' })
const noise = node('noise', { name: 'e', shape: [3, 2], law: 'normal' })
const step = b.scalar('step')

/** Some of everything: products, noise, loops, sums, a constant, a number of the host, views, and updates that share or move values. */
const hidden = b.relu(b.add(b.matmul(x, w), c))
const loss = b.sum(b.square(b.add(hidden, b.mul(noise, b.exp(b.mul(step, -0.1))))))
const shared = b.sub(w, b.mul(0.1, b.matmul(x, hidden, { transposeA: true })))
const graph = {
  outputs: { loss, hidden: b.reshape(hidden, [6]), rate: b.mul(step, 0.5), ten: b.constant(10, [2]), w },
  updates: { w: shared, copy: shared, flat: b.reshape(shared, [4]), c, count: b.add(step, 1) },
}
const start = new Map([
  ['w', tensor([2, 2], 1, 2, 3, 4)],
  ['c', tensor([2], 0.5, -0.5)],
])
const fed = { ...feeds, data: new Map([['x', tensor([3, 2], 1, 0, 0, 1, 1, 1)]]), scalars: { step: 4 } }

describe.each(await targets())('$name', ({ session, close }) => {
  afterAll(close)

  test('hands outputs back as they were before the updates, and then has the updates', () => {
    session.write(start)
    const plan = right(session.prepare(graph))
    const outputs = plan.run(fed)
    expect(numbers(outputs.get('hidden'))).toEqual([1.5, 1.5, 3.5, 3.5, 4.5, 5.5])
    expect(numbers(outputs.get('rate'))).toEqual([2])
    expect(numbers(outputs.get('ten'))).toEqual([10, 10])
    expect(numbers(outputs.get('w'))).toEqual([1, 2, 3, 4])
    const read = session.read()
    const moved = [1 - 0.1 * 6, 2 - 0.1 * 7, 3 - 0.1 * 8, 4 - 0.1 * 9].map((v) => expect.closeTo(v, 5))
    expect(numbers(read.get('w'))).toEqual(moved)
    expect(numbers(read.get('copy'))).toEqual(moved)
    expect(read.get('flat')?.shape).toEqual([4])
    expect(numbers(read.get('c'))).toEqual([0.5, -0.5])
    expect(numbers(read.get('count'))).toEqual([5])
    plan.dispose()
  })

  test('goes back one generation, once', () => {
    session.write(start)
    const plan = right(session.prepare({ outputs: {}, updates: { w: b.mul(w, 2) } }))
    plan.run(fed)
    plan.run(fed)
    expect(numbers(session.read().get('w'))).toEqual([4, 8, 12, 16])
    expect(session.rollback()).toBe(true)
    expect(numbers(session.read().get('w'))).toEqual([2, 4, 6, 8])
    expect(session.rollback()).toBe(false)
    plan.dispose()
  })

  test('holds as many tensors after 1,000 steps as after two', () => {
    session.write(start)
    const plan = right(session.prepare(graph))
    plan.run(fed)
    plan.run({ ...fed, step: 1 })
    const early = session.memory()
    for (let i = 0; i < 998; i++) plan.run({ ...fed, step: i })
    expect(session.memory()).toEqual(early)
    plan.dispose()
  })

  test('draws noise from seed, step and name alone', () => {
    session.write(start)
    const plan = right(session.prepare({ outputs: { e: b.mul(noise, 1) }, updates: {} }))
    const drawn = (seed: number, at: number): readonly number[] =>
      numbers(plan.run({ ...fed, seed, step: at }).get('e'))
    expect(drawn(1, 0)).toEqual(drawn(1, 0))
    expect(drawn(1, 0)).not.toEqual(drawn(1, 1))
    expect(drawn(1, 0)).not.toEqual(drawn(2, 0))
    plan.dispose()
  })

  test('names the first vertex that is not finite, and changes nothing by looking', () => {
    session.write(start)
    const bad = b.log(b.sub(w, 2))
    const plan = right(session.prepare({ outputs: { out: b.sum(b.mul(bad, 3)) }, updates: { w: b.mul(w, 2) } }))
    const before = session.memory()
    expect(plan.firstNonFinite(fed)).toBe(bad)
    expect(session.memory()).toEqual(before)
    expect(numbers(session.read().get('w'))).toEqual([1, 2, 3, 4])
    session.write(new Map([['w', tensor([2, 2], 3, 4, 5, Number.NaN)]]))
    expect(plan.firstNonFinite(fed)).toBe(w)
    session.write(new Map([['w', tensor([2, 2], 3, 4, 5, 6)]]))
    expect(plan.firstNonFinite(fed)).toBeUndefined()
    plan.dispose()
  })

  test('refuses an update of another shape', () => {
    expect(messageOf(session.prepare({ outputs: { w }, updates: { w: b.sum(w, [0]) } }))).toBe(
      "variable 'w' would be updated with a value of shape [2]",
    )
  })
})

test('leaves nothing behind when it is closed', async () => {
  for (const { session, close, name } of await targets()) {
    const before = session.memory().tensors
    session.write(start)
    const plan = right(session.prepare(graph))
    plan.run(fed)
    plan.run(fed)
    plan.dispose()
    close()
    expect({ name, tensors: session.memory().tensors }).toEqual({ name, tensors: before })
  }
})
