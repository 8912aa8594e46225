import * as E from 'fp-ts/lib/Either.js'
import * as fc from 'fast-check'
import * as t from 'io-ts'
import { describe, expect, test } from 'vitest'
import * as b from '../../../src/expr/build.ts'
import { decodeGraph, encodeGraph, graphCodec } from '../../../src/expr/codec.ts'
import { fingerprint, fnv1a } from '../../../src/expr/fingerprint.ts'
import { type Graph, rootsOf } from '../../../src/expr/Graph.ts'
import { node } from '../../../src/expr/node.ts'
import type { Node } from '../../../src/expr/Op.ts'
import { topological } from '../../../src/expr/walk.ts'
import { allOps, samples } from '../../arbitrary/nodes.ts'
import { messageOf, right } from '../either.ts'

const x = node('data', { name: 'x', shape: [3, 2], support: 'binary' })
const w = node('param', { name: 'w', shape: [4, 2], init: { tag: 'uniform', limit: 0.1 } })
const graph: Graph = {
  outputs: { y: b.matmul(x, w, { transposeB: true }) },
  updates: { w: b.mul(w, b.literal([-0, Number.NaN], [2])) },
}

/** Through text, as a file would. */
const text = (g: Graph): string => JSON.stringify(encodeGraph(g))
const parsed = (json: string): unknown => JSON.parse(json)

describe('graph ↔ JSON', () => {
  test('looks like this', () => {
    expect(parsed(text(graph))).toEqual({
      nodes: [
        { op: 'data', arg: { name: 'x', shape: [3, 2], support: 'binary' }, src: [], shape: [3, 2] },
        {
          op: 'param',
          arg: { init: { tag: 'uniform', limit: 0.1 }, name: 'w', shape: [4, 2] },
          src: [],
          shape: [4, 2],
        },
        { op: 'matmul', arg: { transposeA: false, transposeB: true }, src: [0, 1], shape: [3, 4] },
        { op: 'const', arg: { shape: [2], values: ['-0', 'NaN'] }, src: [], shape: [2] },
        { op: 'broadcast', arg: { shape: [4, 2] }, src: [3], shape: [4, 2] },
        { op: 'mul', arg: {}, src: [1, 4], shape: [4, 2] },
      ],
      outputs: { y: 2 },
      updates: { w: 5 },
    })
  })
  test('has one order of fields, whichever the vertex was born with', () => {
    const born = node('data', { support: 'real', shape: [1], name: 'born backwards' })
    expect(text({ outputs: { born }, updates: {} })).toBe(
      '{"nodes":[{"op":"data","arg":{"name":"born backwards","shape":[1],"support":"real"},"src":[],"shape":[1]}],"outputs":{"born":0},"updates":{}}',
    )
  })
  test('decoding gives the very vertices that were encoded', () => {
    const seen = new Set<string>()
    fc.assert(
      fc.property(samples({ updates: true }), (sample) => {
        const back = right(decodeGraph(parsed(text(sample.graph))))
        expect(Object.keys(back.outputs)).toEqual(Object.keys(sample.graph.outputs))
        expect(Object.keys(back.updates)).toEqual(Object.keys(sample.graph.updates))
        const [roots, expected] = [rootsOf(back), rootsOf(sample.graph)]
        expect(roots.every((root, i) => root === expected[i])).toBe(true)
        for (const { op } of topological(roots)) seen.add(op)
      }),
      { seed: 12, numRuns: 200 },
    )
    expect([...seen].sort()).toEqual([...allOps].sort())
  })
  test('numbers come back exactly', () => {
    const awkward = [0, -0, Number.NaN, Infinity, -Infinity, 5e-324, Number.MAX_VALUE, 0.1, 1 / 3, 2 ** 53 + 2]
    const constants = b.literal(awkward, [awkward.length])
    const state = node('state', { name: 's', shape: [], fill: -0 })
    const param = node('param', { name: 'p', shape: [], init: { tag: 'constant', value: -Infinity } })
    const named = { outputs: { constants, state, param }, updates: {} }
    expect(right(decodeGraph(parsed(text(named)))).outputs).toEqual(named.outputs)
    expect(right(decodeGraph(parsed(text(named)))).outputs.constants).toBe(constants)
  })
  test('any names, in their order', () => {
    const named = {
      outputs: Object.fromEntries(['z', 'a', 'toString', '__proto__', ''].map((name) => [name, x])),
      updates: {},
    }
    expect(Object.keys(right(decodeGraph(parsed(text(named)))).outputs)).toEqual([
      'z',
      'a',
      'toString',
      '__proto__',
      '',
    ])
  })
  test('a chain of 10,000', () => {
    const end = Array.from({ length: 10_000 }).reduce<Node>((chain) => b.add(b.neg(chain), x), x)
    expect(right(decodeGraph(parsed(text({ outputs: { end }, updates: {} })))).outputs.end).toBe(end)
  })
  test('what was parsed is not frozen or changed', () => {
    const json = parsed(
      JSON.stringify(encodeGraph({ outputs: { fresh: b.literal([8, 7, 6.5], [3]) }, updates: {} })).replaceAll(
        '6.5',
        '6.25',
      ),
    )
    const before = structuredClone(json)
    right(decodeGraph(json))
    const notFrozen = (value: unknown): boolean =>
      typeof value !== 'object' ||
      value === null ||
      (!Object.isFrozen(value) && Object.values(value).every((inner) => notFrozen(inner)))
    expect(notFrozen(json)).toBe(true)
    expect(json).toEqual(before)
  })
  test('serves inside a larger codec, with the path in the error', () => {
    const run = t.type({ graph: graphCodec, seed: t.number })
    expect(right(run.decode(run.encode({ graph, seed: 1 }))).graph.outputs.y).toBe(graph.outputs.y)
    const bad = run.decode({ graph: { nodes: 7, outputs: {}, updates: {} }, seed: 1 })
    expect(E.isLeft(bad) && bad.left[0]?.context.map(({ key }) => key)).toEqual(['', 'graph', 'nodes'])
  })
})

/** The file as JSON, with one thing replaced. */
const edited = (path: readonly (string | number)[], value: unknown): unknown => {
  const edit = (json: unknown, at: number): unknown => {
    const key = path[at]
    if (key === undefined) return value
    if (Array.isArray(json)) return json.map((inner: unknown, i) => (i === key ? edit(inner, at + 1) : inner))
    const entries = Object.entries(json ?? {}).filter(([name]) => name !== key)
    const old = Object.entries(json ?? {}).find(([name]) => name === key)?.[1]
    return Object.fromEntries([
      ...entries,
      ...(value === undefined && at === path.length - 1 ? [] : [[key, edit(old, at + 1)]]),
    ])
  }
  return edit(parsed(text(graph)), 0)
}

describe('a bad file gives one clear error', () => {
  test.each<readonly [readonly (string | number)[], unknown, string]>([
    [[], null, 'expected a graph but found null'],
    [[], 'x', 'expected a graph but found "x"'],
    [['updates'], undefined, 'updates: expected places by name but found undefined'],
    [['nodes'], {}, 'nodes: expected a list of vertices but found {}'],
    [['nodes', 2, 'op'], 'matmult', 'nodes.2.op: expected an op but found "matmult"'],
    [['nodes', 2, 'op'], 'toString', 'nodes.2.op: expected an op but found "toString"'],
    [['nodes', 2, 'op'], 'add', "vertex 2 (add): arg: unknown field 'transposeA'"],
    [['nodes', 2, 'src'], [0, 2], 'vertex 2 (matmul): operands [0, 2] must come before it'],
    [['nodes', 2, 'src'], [0, 99], 'vertex 2 (matmul): operands [0, 99] must come before it'],
    [['nodes', 2, 'src'], [0], 'vertex 2 (matmul): matmul takes 2 operands but got 1'],
    [['nodes', 2, 'src', 1], 0.5, 'nodes.2.src.1: expected a whole number from 0 but found 0.5'],
    [['nodes', 2, 'src', 1], -1, 'nodes.2.src.1: expected a whole number from 0 but found -1'],
    [['nodes', 2, 'shape'], [3, 5], 'vertex 2 (matmul): its shape is [3, 4], not [3, 5]'],
    [
      ['nodes', 2, 'arg', 'transposeB'],
      false,
      'vertex 2 (matmul): matmul: [3, 2] and [4, 2] do not fit (transposeA false, transposeB false)',
    ],
    [
      ['nodes', 2, 'arg', 'transposeB'],
      undefined,
      'vertex 2 (matmul): arg: transposeB: expected boolean but found undefined',
    ],
    [['nodes', 2, 'arg', 'dilation'], 2, "vertex 2 (matmul): arg: unknown field 'dilation'"],
    [
      ['nodes', 0, 'arg', 'support'],
      'unti',
      'vertex 0 (data): arg: support: expected "real" | "positive" | "unit" | "binary" | "oneHot" | "count" but found "unti"',
    ],
    [['nodes', 0, 'arg', 'shape'], [3, 0], 'vertex 0 (data): arg: shape.1: expected a whole number from 1 but found 0'],
    [
      ['nodes', 1, 'arg', 'init'],
      { tag: 'uniform', stddev: 1 },
      'vertex 1 (param): arg: init: expected constant with value, uniform with limit or normal with stddev but found {"tag":"uniform","stddev":1}',
    ],
    [['nodes', 3, 'arg', 'values', 1], 'nan', 'vertex 3 (const): arg: values.1: expected a number but found "nan"'],
    [['nodes', 3, 'arg', 'values'], [1, 2, 3], 'vertex 3 (const): const: 3 values do not fill [2]'],
    [['outputs', 'y'], 6, "output 'y' is vertex 6, but there are 6"],
    [['outputs', 'y'], '2', 'outputs.y: expected a whole number from 0 but found "2"'],
  ])('%j = %j', (path, value, message) => {
    const found = decodeGraph(edited(path, value))
    expect(messageOf(found)).toBe(`not a graph of elbo-ts: ${message}`)
    expect(E.isLeft(found) && found.left.tag).toBe('Codec')
  })
  test('what never was JSON', () => {
    const cycle: { nodes?: unknown } = {}
    cycle.nodes = cycle
    expect(messageOf(decodeGraph(cycle))).toBe(
      'not a graph of elbo-ts: nodes: expected a list of vertices but found what is not JSON',
    )
    expect(messageOf(decodeGraph(10n))).toContain('but found what is not JSON')
  })
  test('anything anywhere: a graph or an error, never an exception', () => {
    const paths = (
      json: unknown,
      path: readonly (string | number)[] = [],
    ): readonly (readonly (string | number)[])[] =>
      typeof json !== 'object' || json === null
        ? [path]
        : [
            path,
            ...Object.entries(json).flatMap(([key, inner]) =>
              paths(inner, [...path, Array.isArray(json) ? Number(key) : key]),
            ),
          ]
    const all = paths(parsed(text(graph)))
    let refused = 0
    fc.assert(
      fc.property(fc.constantFrom(...all), fc.jsonValue(), (path, value) => {
        const found = decodeGraph(edited(path, value))
        if (E.isLeft(found)) refused++
        const made = E.isLeft(found) ? [] : topological(rootsOf(found.right))
        expect(made.flatMap((vertex) => vertex.shape).filter((d) => !Number.isInteger(d) || d < 1)).toEqual([])
      }),
      { seed: 99, numRuns: 500 },
    )
    expect(refused).toBeGreaterThan(300)
  })
})

describe('fingerprint', () => {
  test('FNV-1a, 64 bits: the published values', () => {
    expect([fnv1a(''), fnv1a('a'), fnv1a('foobar')]).toEqual([
      'cbf29ce484222325',
      'af63dc4c8601ec8c',
      '85944171f73967e8',
    ])
  })
  test('of bytes, also beyond ASCII', () => {
    const slow = (bytes: Uint8Array): string =>
      bytes
        .reduce((h, byte) => ((h ^ BigInt(byte)) * 0x100000001b3n) % 2n ** 64n, 0xcbf29ce484222325n)
        .toString(16)
        .padStart(16, '0')
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (s) => {
        expect(fnv1a(s)).toBe(slow(new TextEncoder().encode(s)))
      }),
      { seed: 3, numRuns: 200 },
    )
  })
  test('is the same in every process and for every order of the results', () => {
    const { y } = graph.outputs
    const turned = { outputs: { y: y ?? x, a: x }, updates: graph.updates }
    const straight = { outputs: { a: x, y: y ?? x }, updates: graph.updates }
    expect(fingerprint(turned)).toBe(fingerprint(straight))
    expect(fingerprint(graph)).toMatch(/^[0-9a-f]{16}$/)
  })
  test('different graphs differ', () => {
    const prints = new Map<string, string>()
    fc.assert(
      fc.property(samples({ updates: true }), (sample) => {
        const [print, json] = [fingerprint(sample.graph), text(sample.graph)]
        expect(prints.get(print) ?? json).toBe(json)
        prints.set(print, json)
      }),
      { seed: 31, numRuns: 200 },
    )
    expect(fingerprint({ ...graph, updates: {} })).not.toBe(fingerprint(graph))
  })
})
