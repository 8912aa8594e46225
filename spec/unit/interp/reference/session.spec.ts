import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fillNormal, fillUniform } from '../../../../src/data/seeds.ts'
import * as b from '../../../../src/expr/build.ts'
import { node } from '../../../../src/expr/node.ts'
import type { Graph } from '../../../../src/expr/Graph.ts'
import type { Dims, Node } from '../../../../src/expr/Op.ts'
import { openReference } from '../../../../src/interp/reference/index.ts'
import type { Feeds } from '../../../../src/interp/Session.ts'
import { feedsOf, samples, variablesOf } from '../../../arbitrary/nodes.ts'
import { messageOf, right } from '../../either.ts'

const param = (name: string, shape: Dims = []): Node =>
  node('param', { name, shape, init: { tag: 'constant', value: 0 } })
const tensor = (...data: readonly number[]) => ({
  shape: data.length === 1 ? [] : [data.length],
  data: Float64Array.from(data),
})
const nothing: Feeds = { data: new Map(), scalars: {}, seed: 1, step: 0 }
const numbers = (values: ReadonlyMap<string, { readonly data: Float32Array | Float64Array }>) =>
  Object.fromEntries([...values].map(([name, { data }]) => [name, [...data]]))

const [u, w] = [param('u'), param('w')]

describe('the reference session', () => {
  test('outputs are read before updates, which take effect together', () => {
    const session = openReference()
    session.write(
      new Map([
        ['u', tensor(1)],
        ['w', tensor(10)],
      ]),
    )
    // swap, and count with the step
    const plan = right(
      session.prepare({ outputs: { sum: b.add(u, w) }, updates: { u: w, w: b.add(u, b.scalar('step')) } }),
    )
    expect(numbers(plan.run({ ...nothing, scalars: { step: 5 } }))).toEqual({ sum: [11] })
    expect(numbers(session.read())).toEqual({ u: [10], w: [6] })
    expect(numbers(plan.run({ ...nothing, scalars: { step: 0 } }))).toEqual({ sum: [16] })
    expect(numbers(session.read())).toEqual({ u: [6], w: [10] })
  })
  test('rollback goes back one update and no further; a run without updates does not count', () => {
    const session = openReference()
    session.write(new Map([['u', tensor(1)]]))
    const plus = right(session.prepare({ outputs: {}, updates: { u: b.add(u, 1) } }))
    const look = right(session.prepare({ outputs: { u }, updates: {} }))
    expect(session.rollback()).toBe(false)
    plus.run(nothing)
    plus.run(nothing)
    look.run(nothing)
    expect(session.rollback()).toBe(true)
    expect(numbers(session.read())).toEqual({ u: [2] })
    expect(session.rollback()).toBe(false)
  })
  test('what is handed over is copied, both ways', () => {
    const session = openReference()
    const given = tensor(1, 2)
    session.write(new Map([['v', given]]))
    given.data.fill(7)
    const v = param('v', [2])
    const plan = right(session.prepare({ outputs: { v, same: b.reshape(v, [2, 1]) }, updates: { v } }))
    for (const tensors of [session.read(), plan.run(nothing), session.read()])
      for (const { data } of tensors.values()) data.fill(9)
    expect(numbers(session.read())).toEqual({ v: [1, 2] })
  })
  test('noise is drawn in float32 from seed, step and name', () => {
    const normal = node('noise', { name: 'ε', shape: [5], law: 'normal' })
    const uniform = node('noise', { name: 'u', shape: [5], law: 'uniform' })
    const plan = right(openReference().prepare({ outputs: { normal, uniform, twice: b.mul(normal, 2) }, updates: {} }))
    const drawn = plan.run({ ...nothing, seed: 3, step: 8 })
    const [n, k] = [new Float32Array(5), new Float32Array(5)]
    fillNormal(n, { seed: 3, step: 8, name: 'ε' })
    fillUniform(k, { seed: 3, step: 8, name: 'u' })
    expect(numbers(drawn)).toEqual({ normal: [...n], uniform: [...k], twice: [...n].map((x) => 2 * x) })
    expect(numbers(plan.run({ ...nothing, seed: 3, step: 9 }))).not.toEqual(numbers(drawn))
  })
  test('the first vertex that is not finite, operands first, and nothing is updated', () => {
    const session = openReference()
    session.write(
      new Map([
        ['u', tensor(0)],
        ['w', tensor(2)],
      ]),
    )
    const logarithm = b.log(u)
    const graph: Graph = { outputs: { loss: b.mul(b.exp(w), logarithm) }, updates: { u: b.sub(u, logarithm) } }
    const plan = right(session.prepare(graph))
    expect(plan.firstNonFinite(nothing)).toBe(logarithm)
    expect(numbers(session.read())).toEqual({ u: [0], w: [2] })
    session.write(new Map([['u', tensor(1)]]))
    expect(plan.firstNonFinite(nothing)).toBeUndefined()
    session.write(new Map([['w', tensor(Number.NaN)]]))
    expect(plan.firstNonFinite(nothing)).toBe(w)
  })
  test.each<readonly [string, Graph, string]>([
    [
      'one name, two shapes',
      { outputs: { a: b.add(param('u', [2]), u) }, updates: {} },
      "two leaves share one name: param 'u' [2] and param 'u' []",
    ],
    [
      'a parameter and a state',
      { outputs: { a: b.add(u, node('state', { name: 'u', shape: [], fill: 0 })) }, updates: {} },
      "two leaves share one name: param 'u' [] and state 'u' []",
    ],
    [
      'an update of another shape',
      { outputs: { a: u }, updates: { u: b.broadcastTo(u, [2]) } },
      "param 'u' [] would be updated with a value of shape [2]",
    ],
  ])('a graph that cannot run: %s', (_, graph, message) => {
    expect(messageOf(openReference().prepare(graph))).toBe(message)
  })
  test('data and noise may share a name with a parameter', () => {
    const graph = { outputs: { a: b.add(u, node('data', { name: 'u', shape: [], support: 'real' })) }, updates: {} }
    const session = openReference()
    session.write(new Map([['u', tensor(1)]]))
    expect(numbers(right(session.prepare(graph)).run({ ...nothing, data: new Map([['u', tensor(41)]]) }))).toEqual({
      a: [42],
    })
  })
  test('a missing feed is a mistake of whoever runs the plan', () => {
    const plan = right(openReference().prepare({ outputs: { a: b.scalar('step') }, updates: {} }))
    expect(() => plan.run(nothing)).toThrow("scalar 'step' [] has no value")
  })
  test('memory is what the variables take, and none after dispose', () => {
    const session = openReference()
    session.write(
      new Map([
        ['u', tensor(1)],
        ['v', tensor(1, 2)],
      ]),
    )
    expect(session.memory()).toEqual({ tensors: 2, bytes: 24 })
    session.dispose()
    expect(session.memory()).toEqual({ tensors: 0, bytes: 0 })
  })
  test('the same feeds give the same run', () => {
    fc.assert(
      fc.property(samples({ updates: true, steps: 8 }), (sample) => {
        const once = (): unknown => {
          const session = openReference()
          session.write(variablesOf(sample))
          const plan = right(session.prepare(sample.graph))
          const ran = [0, 1].map((step) => numbers(plan.run(feedsOf(sample, step))))
          return [ran, numbers(session.read())]
        }
        expect(once()).toEqual(once())
      }),
      { seed: 5, numRuns: 50 },
    )
  })
})
