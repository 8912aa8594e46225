import * as E from 'fp-ts/lib/Either.js'
import * as fc from 'fast-check'
import { decodeGraph, encodeGraph } from '../../expr/codec.ts'
import { fingerprint } from '../../expr/fingerprint.ts'
import { type Graph, rootsOf, withRoots } from '../../expr/Graph.ts'
import type { Leaf } from '../../expr/leaf.ts'
import { tryNode } from '../../expr/node.ts'
import type { Node } from '../../expr/Op.ts'
import { print } from '../../expr/print.ts'
import { rewriteNodes, topological } from '../../expr/walk.ts'
import { evaluateNodes } from '../../interp/reference/index.ts'
import { vmap } from '../../transform/vmap.ts'
import { type Sample, type SampleOptions, samples } from '../arbitrary/nodes.ts'
import { random } from '../arbitrary/random.ts'
import type { Gauge } from '../Gauge.ts'
import { type Law, type LawSuite, law } from '../Law.ts'
import { valuesAt } from '../oracle/numbers.ts'

/** Graphs and what is done with them: what a wrong subject replaces. */
export interface Expressions {
  readonly name: string
  readonly encode: (graph: Graph) => unknown
  readonly decode: (json: unknown) => E.Either<unknown, Graph>
  readonly print: (graph: Graph) => string
  readonly fingerprint: (graph: Graph) => string
  readonly vmap: (roots: readonly Node[], size: number, isMapped: (leaf: Node) => boolean) => readonly Node[]
}
export const expressionsHere: Expressions = {
  name: 'graphs',
  encode: encodeGraph,
  decode: decodeGraph,
  print,
  fingerprint,
  vmap,
}

const graphs = (): fc.Arbitrary<Sample> => samples({ updates: true })
const sameRoots = (a: Graph, c: Graph): boolean => {
  const [x, y] = [rootsOf(a), rootsOf(c)]
  return x.length === y.length && x.every((root, i) => root === y[i])
}

/** Every vertex has the shape that its signature derives from its operands, which are older. */
export const wellFormed = (graph: Graph, g: Gauge): void => {
  for (const vertex of topological(rootsOf(graph))) {
    const again = tryNode(vertex.op, vertex.arg, vertex.src)
    g.holds(E.isRight(again), `%${vertex.id} ${vertex.op}: ${E.isLeft(again) ? again.left : ''}`)
    g.holds(E.isRight(again) && again.right === vertex, `%${vertex.id} ${vertex.op} is not interned`)
    g.holds(
      vertex.src.every((operand) => operand.id < vertex.id),
      `%${vertex.id} ${vertex.op} is older than an operand`,
    )
    g.holds(Object.isFrozen(vertex) && Object.isFrozen(vertex.shape), `%${vertex.id} ${vertex.op} can be changed`)
  }
}

const isData = (leaf: Node): boolean => leaf.op === 'data'
const isDatum = (leaf: Node): boolean => leaf.op === 'data' || leaf.op === 'noise'

/** The n-th datum's numbers for a leaf that differs from datum to datum. */
const onDatum = (s: Sample, datum: number, mapped: (leaf: Node) => boolean) => (leaf: Leaf) => {
  const source = random(s.seed + 7919 * (datum + 1))
  const given = s.values(leaf)
  return mapped(leaf) ? { shape: given.shape, data: given.data.map((x) => x + Math.floor(source.within(0, 3))) } : given
}

/** A batched graph against the graph on each datum. */
const looping = (name: string, options: SampleOptions): Law<Expressions> =>
  law({
    name,
    statement: 'a batched graph is the graph on each datum, one after another',
    source: 'Bradbury et al. 2018 (JAX)',
    given: () => fc.tuple(samples(options), fc.integer({ min: 1, max: 4 }), fc.boolean()),
    holds: (x, [s, size, withNoise], g) => {
      const roots = rootsOf(s.graph)
      const mapped = withNoise ? isDatum : isData
      const each = Array.from({ length: size }, (_, datum) => valuesAt(roots, onDatum(s, datum, mapped)))
      const one = (leaf: Leaf): Leaf =>
        ({ ...leaf, shape: leaf.shape.slice(1), arg: { ...leaf.arg, shape: leaf.shape.slice(1) } }) as Leaf
      const batched = x.vmap(roots, size, mapped)
      const got = valuesAt(batched, (leaf) =>
        mapped(leaf)
          ? {
              shape: leaf.shape,
              data: Float64Array.from(
                Array.from({ length: size }, (_, datum) => [...onDatum(s, datum, mapped)(one(leaf)).data]).flat(),
              ),
            }
          : s.values(leaf),
      )
      roots.forEach((root, k) => {
        g.holds(
          batched[k]?.shape.join() === [size, ...root.shape].join(),
          `the batched shape is [${batched[k]?.shape.join()}]`,
        )
        each
          .flatMap((datum) => [...(datum[k] ?? [])])
          .forEach((want, i) =>
            g.close(got[k]?.[i] ?? Number.NaN, want, 1e-10, `datum ${Math.floor((i * size) / (got[k]?.length ?? 1))}`),
          )
      })
    },
  })

/** What graphs owe, whatever is in them. */
export const exprLaws: LawSuite<Expressions> = {
  name: 'expr',
  extends: [],
  laws: [
    law({
      name: 'parse ∘ print = identity',
      statement: 'a graph written as JSON and read again is the same object, vertex by vertex',
      given: graphs,
      holds: (x, { graph }, g) => {
        const back = x.decode(JSON.parse(JSON.stringify(x.encode(graph))))
        g.holds(E.isRight(back), 'what was written is refused')
        g.holds(E.isRight(back) && sameRoots(back.right, graph), 'what was read is another graph')
      },
    }),
    law({
      name: 'equal structure is one object',
      statement: 'rebuilding a graph vertex by vertex gives the same vertices',
      source: 'Ershov 1958 (hash consing)',
      given: graphs,
      holds: (_, { graph }, g) => {
        const roots = rootsOf(graph)
        const image = rewriteNodes(roots, (old, src) => {
          const made = tryNode(old.op, old.arg, [...src])
          return E.isRight(made) ? made.right : old
        })
        g.holds(
          sameRoots(
            withRoots(
              graph,
              roots.map((r) => image.get(r) ?? r),
            ),
            graph,
          ),
          'a rebuilt vertex is another object',
        )
      },
    }),
    law({
      name: 'well-formed',
      statement: 'every vertex has its signature’s shape, is frozen, interned, and younger than its operands',
      given: graphs,
      holds: (_, { graph }, g) => wellFormed(graph, g),
    }),
    law({
      name: 'print tells graphs apart',
      statement: 'two graphs print alike, and have one fingerprint, exactly if they are the same',
      given: () => fc.tuple(graphs(), graphs()),
      holds: (x, [{ graph: a }, { graph: c }], g) => {
        const same = sameRoots(a, c) && Object.keys(a.updates).join() === Object.keys(c.updates).join()
        g.holds((x.print(a) === x.print(c)) === same, 'the printed texts')
        g.holds((x.fingerprint(a) === x.fingerprint(c)) === same, 'the fingerprints')
        const [first, ...rest] = Object.entries(a.outputs)
        if (first !== undefined && rest.length > 0)
          g.holds(
            x.fingerprint({ ...a, outputs: Object.fromEntries([...rest, first]) }) === x.fingerprint(a),
            'a fingerprint changes with the order of results',
          )
      },
    }),
    law({
      name: 'every vertex is printed once',
      statement: 'the print has one line a vertex, and one a result',
      given: graphs,
      holds: (x, { graph }, g) => {
        const wanted = topological(rootsOf(graph)).length + rootsOf(graph).length
        const got = x.print(graph).split('\n').length
        g.holds(got === wanted, `${got} lines for ${wanted} vertices and results`)
      },
    }),
    law({
      name: 'signature = evaluated',
      statement: 'a vertex evaluates to as many numbers as its shape says',
      given: graphs,
      holds: (_, { graph, values }, g) => {
        const order = topological(rootsOf(graph))
        const got = valuesAt(order, values)
        order.forEach((vertex, i) => {
          const wanted = vertex.shape.reduce((n, d) => n * d, 1)
          g.holds(
            got[i]?.length === wanted,
            `${vertex.op} of shape [${vertex.shape.join()}] has ${got[i]?.length} numbers`,
          )
        })
      },
    }),
    looping('vmap = looping', {}),
    looping('vmap = looping, for products', { ops: ['matmul', 'data', 'param'], steps: 5 }),
    looping('vmap = looping, for contractions and movement', {
      ops: [
        'matmul',
        'conv2d',
        'conv2dInput',
        'conv2dFilter',
        'dense',
        'concat',
        'broadcast',
        'transpose',
        'slice',
        'data',
        'param',
      ],
      steps: 8,
    }),
    law({
      name: 'evaluation is total',
      statement: 'every op evaluates; a leaf without numbers is told by name, and nothing throws',
      given: graphs,
      holds: (_, { graph }, g) => {
        const got = evaluateNodes(rootsOf(graph), { leaf: () => undefined })
        const hasLeaf = topological(rootsOf(graph)).some((n) => 'name' in n.arg)
        g.holds(E.isLeft(got) === hasLeaf, 'a missing leaf is not told')
      },
    }),
  ],
}
