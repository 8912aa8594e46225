import { describe, expect, test } from 'vitest'
import * as b from '../../../src/expr/build.ts'
import type { Graph } from '../../../src/expr/Graph.ts'
import { node } from '../../../src/expr/node.ts'
import type { Node } from '../../../src/expr/Op.ts'
import { rewriting, rewritingWith, type Rule, untilDone } from '../../../src/passes/Pass.ts'

const x = node('data', { name: 'x', shape: [2], support: 'real' })
const graphOf = (y: Node): Graph => ({ outputs: { y }, updates: {} })

const expToTanh: Rule = (n) => (n.op === 'exp' ? b.tanh(x) : undefined)
const tanhToSigmoid: Rule = (n) => (n.op === 'tanh' ? b.sigmoid(x) : undefined)
const expToFloor: Rule = (n) => (n.op === 'exp' ? b.floor(x) : undefined)
const itself: Rule = (n) => n

describe('a pass of rules', () => {
  test('takes the first that changes a vertex', () => {
    expect(rewriting('', '', [itself, expToTanh, expToFloor]).run(graphOf(b.exp(x)))).toEqual(graphOf(b.tanh(x)))
  })
  test('goes on with what it made', () => {
    expect(rewriting('', '', [tanhToSigmoid, expToTanh]).run(graphOf(b.exp(x)))).toEqual(graphOf(b.sigmoid(x)))
  })
  test('rewrites updates as well, under their names', () => {
    const before: Graph = { outputs: { y: x }, updates: { w: b.neg(b.exp(x)) } }
    expect(rewriting('', '', [expToTanh]).run(before)).toEqual({ outputs: { y: x }, updates: { w: b.neg(b.tanh(x)) } })
  })
  test('that changes nothing answers the graph it was given', () => {
    const graph = graphOf(b.neg(x))
    expect(rewriting('', '', [itself, expToTanh]).run(graph)).toBe(graph)
    expect(rewritingWith('', '', () => () => undefined).run(graph)).toBe(graph)
  })
  test('is done when a round changes nothing', () => {
    let rounds = 0
    const done = untilDone(graphOf(x), (graph) => (++rounds < 3 ? graphOf(b.exp(x)) : graph))
    expect([rounds, done]).toEqual([3, graphOf(b.exp(x))])
  })
  test('that would never end is stopped after 50 rounds', () => {
    let rounds = 0
    const grown = untilDone(graphOf(x), ({ outputs: { y = x } }) => {
      rounds++
      return graphOf(b.neg(y))
    })
    expect(rounds).toBe(50)
    expect(grown.outputs['y']?.op).toBe('neg')
  })
})
