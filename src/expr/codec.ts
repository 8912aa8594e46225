import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as t from 'io-ts'
import { attempt, codecError, type ElboError } from '../error.ts'
import { argCodecs, extents, place } from './argCodec.ts'
import type { Graph } from './Graph.ts'
import { tryNode } from './node.ts'
import { numbering, showDims } from './numbering.ts'
import type { Dims, Node, Op, OpArgs } from './Op.ts'

/** One vertex in a file; operands are places earlier in the same list. */
export interface NodeJson {
  readonly op: Op
  readonly arg: unknown
  readonly src: readonly number[]
  readonly shape: Dims
}

/** A graph as plain JSON: a list of vertices, operands first, and the places of the results. */
export interface GraphJson {
  readonly nodes: readonly NodeJson[]
  readonly outputs: Readonly<Record<string, number>>
  readonly updates: Readonly<Record<string, number>>
}

const isOp = (value: unknown): value is Op => typeof value === 'string' && Object.hasOwn(argCodecs, value)
const op: t.Type<Op, Op, unknown> = new t.Type(
  'an op',
  isOp,
  (value, context) => (isOp(value) ? t.success(value) : t.failure(value, context)),
  t.identity,
)
const row = t.type(
  { op, arg: t.UnknownRecord, src: t.readonlyArray(place, 'a list of places'), shape: extents },
  'a vertex',
)
const named = t.record(t.string, place, 'places by name')
const file = t.type({ nodes: t.readonlyArray(row, 'a list of vertices'), outputs: named, updates: named }, 'a graph')

const brief = (value: unknown): string => {
  const text = pipe(
    attempt(
      () => JSON.stringify(value) ?? String(value),
      (cause) => codecError(cause.message),
    ),
    E.getOrElse(() => 'what is not JSON'),
  )
  return text.length > 60 ? `${text.slice(0, 57)}…` : text
}

/** The first of io-ts' errors as a sentence: where, what was expected, what is there. */
const describe = (errors: t.Errors): string => {
  const [first] = errors
  const path =
    first?.context
      .map((entry) => entry.key)
      .filter((key) => key !== '')
      .join('.') ?? ''
  const found = first?.message ?? `expected ${first?.context.at(-1)?.type.name} but found ${brief(first?.value)}`
  return path === '' ? found : `${path}: ${found}`
}

type Checked<A> = E.Either<string, A>

const rebuild = <O extends Op>(name: O, arg: unknown, src: readonly Node[]): Checked<Node> => {
  const codec: t.Type<OpArgs[O], unknown, unknown> = argCodecs[name]
  return pipe(
    codec.decode(arg),
    E.mapLeft((errors) => `arg: ${describe(errors)}`),
    // A copy, because interning freezes what it keeps, and the file's object is the caller's.
    E.chain((known) => tryNode<Op>(name, structuredClone(known), src)),
  )
}

/** The vertex of one row, or what is wrong with it. */
const vertex = (json: NodeJson, at: number, earlier: readonly Node[]): Checked<Node> => {
  const src = json.src.flatMap((i) => earlier[i] ?? [])
  const wrong = (what: string): string => `vertex ${at} (${json.op}): ${what}`
  if (src.length < json.src.length) return E.left(wrong(`operands ${showDims(json.src)} must come before it`))
  return pipe(
    rebuild(json.op, json.arg, src),
    E.filterOrElse(
      (made) => showDims(made.shape) === showDims(json.shape),
      (made) => `its shape is ${showDims(made.shape)}, not ${showDims(json.shape)}`,
    ),
    E.mapLeft(wrong),
  )
}

const link = (json: t.TypeOf<typeof file>): Checked<Graph> => {
  const nodes: Node[] = []
  for (const [at, each] of json.nodes.entries()) {
    const made = vertex(each, at, nodes)
    if (E.isLeft(made)) return made
    nodes.push(made.right)
  }
  const roots = (kind: string, places: Readonly<Record<string, number>>): Checked<Readonly<Record<string, Node>>> => {
    const lost = Object.entries(places).find(([, at]) => at >= nodes.length)
    if (lost !== undefined) return E.left(`${kind} '${lost[0]}' is vertex ${lost[1]}, but there are ${nodes.length}`)
    return E.right(
      Object.fromEntries(
        Object.entries(places).flatMap(([name, at]) => (nodes[at] === undefined ? [] : [[name, nodes[at]]])),
      ),
    )
  }
  return pipe(
    E.Do,
    E.bind('outputs', () => roots('output', json.outputs)),
    E.bind('updates', () => roots('update', json.updates)),
  )
}

const encodeArg = <O extends Op>(name: O, arg: OpArgs[O]): unknown => {
  const codec: t.Type<OpArgs[O], unknown, unknown> = argCodecs[name]
  const json = codec.encode(arg)
  // Interned once means: with the fields in whatever order came first. A file has one order.
  return Object.fromEntries(Object.entries(json ?? {}).sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** A graph as JSON; the vertices stand in topological order, so the same structure gives the same text in every process. */
export const encodeGraph = (graph: Graph): GraphJson => {
  const { order, numberOf } = numbering(graph)
  const places = (roots: Graph['outputs']): Record<string, number> =>
    Object.fromEntries(Object.entries(roots).map(([name, root]) => [name, numberOf(root)]))
  return {
    nodes: order.map((node) => ({
      op: node.op,
      arg: encodeArg<Op>(node.op, node.arg),
      src: node.src.map(numberOf),
      shape: node.shape,
    })),
    outputs: places(graph.outputs),
    updates: places(graph.updates),
  }
}

const isGraph = (value: unknown): value is Graph =>
  typeof value === 'object' && value !== null && 'outputs' in value && 'updates' in value

/** Graph ↔ JSON, for use inside larger codecs. Decoding checks every op, argument, operand and shape, and interns. */
export const graphCodec: t.Type<Graph, GraphJson, unknown> = new t.Type(
  'a graph',
  isGraph,
  (value, context) =>
    pipe(
      file.validate(value, context),
      E.chain((json) =>
        pipe(
          link(json),
          E.fold((what) => t.failure<Graph>(value, context, what), t.success),
        ),
      ),
    ),
  encodeGraph,
)

/**
 * The graph that {@link encodeGraph} wrote: the very same vertices, as interned.
 *
 * Errors    one `Codec` error that says which vertex or field is wrong, what was expected and what is there
 */
export const decodeGraph = (json: unknown): E.Either<ElboError, Graph> =>
  pipe(
    graphCodec.decode(json),
    E.mapLeft((errors) => codecError(`not a graph of elbo-ts: ${describe(errors)}`)),
  )
