import * as fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { rootsOf } from '../../../../src/expr/Graph.ts'
import { topological } from '../../../../src/expr/walk.ts'
import { openReference } from '../../../../src/interp/reference/index.ts'
import type { Tensor } from '../../../../src/expr/Tensor.ts'
import type { Session } from '../../../../src/interp/Session.ts'
import { allOps, feedsOf, type Sample, samples, variablesOf } from '../../../arbitrary/nodes.ts'
import { right } from '../../either.ts'
import { targets } from './targets.ts'

/** Relative to the largest element, as sums of many float32 are. */
const distance = (a: Tensor | undefined, b: Tensor | undefined): number => {
  if (a === undefined || b === undefined || a.data.length !== b.data.length) return Number.POSITIVE_INFINITY
  const [x, y] = [Array.from(a.data), Array.from(b.data)]
  const scale = y.reduce((m, v) => Math.max(m, Math.abs(v)), 1)
  return x.reduce((worst, v, i) => Math.max(worst, Math.abs(v - y[i]!) / scale), 0)
}

const runOn = (session: Session, sample: Sample): ReadonlyMap<string, Tensor> => {
  session.write(variablesOf(sample))
  const plan = right(session.prepare(sample.graph))
  const outputs = plan.run(feedsOf(sample))
  plan.dispose()
  const read = session.read()
  return new Map([
    ...outputs,
    ...Object.keys(sample.graph.updates).map((name) => [`update ${name}`, read.get(name)!] as const),
  ])
}

describe.each(await targets())('$name', ({ session, close }) => {
  afterAll(close)

  test('equals the float64 reference on random graphs of every op, updates too', () => {
    const reference = openReference()
    const seen = new Set<string>()
    fc.assert(
      fc.property(samples({ steps: 14, updates: true }), (sample) => {
        for (const node of topological(rootsOf(sample.graph))) seen.add(node.op)
        const expected = runOn(reference, sample)
        const actual = runOn(session, sample)
        expect([...actual.keys()]).toEqual([...expected.keys()])
        for (const [name, tensor] of expected) {
          const found = actual.get(name)
          expect({ name, shape: found?.shape }).toEqual({ name, shape: tensor.shape })
          expect({ name, close: distance(found, tensor) < 2e-5 }).toEqual({ name, close: true })
        }
      }),
      { seed: 5, numRuns: 150 },
    )
    expect(allOps.filter((op) => !seen.has(op))).toEqual([])
  })
})
