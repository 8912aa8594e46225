import * as b from '../../expr/build.ts'
import { type Graph, rootsOf, withRoots } from '../../expr/Graph.ts'
import { node as makeNode } from '../../expr/node.ts'
import { isLeaf } from '../../expr/leaf.ts'
import { apply, type Dims, type Node, type NodeOf, type Table } from '../../expr/Op.ts'
import { operandsOf } from '../../expr/operands.ts'
import { sizeOf } from '../../expr/Tensor.ts'
import { topological } from '../../expr/walk.ts'
import { splat, splatOf } from '../../passes/splat.ts'
import { withOperands } from '../../expr/substitute.ts'

/** One vertex for each part of the rows. */
type Parts = readonly Node[]
/** A vertex in parts; or what its operands' parts come together in; or neither, where it stays as it is. */
type Cut = { readonly parts: Parts } | { readonly joined: Node } | undefined
type Make = (src: readonly Node[], part: number) => Node

/** What the rules see. Operands are vertices of the graph as it was. */
interface Rows {
  /** how many of so many rows each part has; undefined where a cut would go through a row */
  readonly of: (all: number | undefined) => readonly number[] | undefined
  readonly areCut: (operand: Node) => boolean
  readonly whole: (operand: Node) => Node
  /** in parts, sliced where it is whole; undefined where that cannot be */
  readonly parts: (operand: Node) => Parts | undefined
}

const headed = (rows: number | undefined, shape: Dims): Dims => [rows ?? 0, ...shape.slice(1)]
const keepsRows = ({ src: [x], shape }: Node): boolean => x?.shape[0] === shape[0]
const whole = (): Cut => undefined

const partByPart = (operands: readonly (Parts | undefined)[], make: Make): Parts | undefined => {
  const known = operands.flatMap((parts) => (parts === undefined ? [] : [parts]))
  return known.length < operands.length
    ? undefined
    : known[0]?.map((_, i) =>
        make(
          known.flatMap((parts) => parts[i] ?? []),
          i,
        ),
      )
}
const sameAs =
  (old: Node): Make =>
  (src) =>
    withOperands(old, src)

/** Every row of the result is made from that row of the operands. */
const rowByRow = (old: Node, rows: Rows, make: Make = sameAs(old)): Cut => {
  const parts = rows.of(old.shape[0]) && partByPart(old.src.map(rows.parts), make)
  return parts && { parts }
}

/** From that row of one operand, and all of the others. */
const fromRowsOf = (at: number, old: Node, rows: Rows, make: Make = sameAs(old)): Cut => {
  const cut = old.src[at]
  const own = cut && rows.areCut(cut) && rows.of(old.shape[0]) ? rows.parts(cut) : undefined
  const parts =
    own &&
    partByPart(
      old.src.map((s, i) => (i === at ? own : own.map(() => rows.whole(s)))),
      make,
    )
  return parts && { parts }
}

const joined = (parts: Parts | undefined, join: (x: Node, y: Node) => Node): Cut => {
  const [first, ...others] = parts ?? []
  return first && { joined: others.reduce(join, first) }
}

const reduction = (old: NodeOf<'sum' | 'maximum'>, rows: Rows, join: (x: Node, y: Node) => Node): Cut => {
  const parts = partByPart(old.src.map(rows.parts), sameAs(old))
  return old.arg.axes[0] === 0 ? joined(parts, join) : parts && { parts }
}

/** A product over the rows is a sum of the parts' products; where that is large, it costs less to join what goes into it. */
const overRows = (old: Node, rows: Rows): Cut => {
  const goesIn = old.src.reduce((n, { shape }) => n + sizeOf(shape), 0)
  return 2 * sizeOf(old.shape) <= goesIn && old.src.every(rows.areCut)
    ? joined(partByPart(old.src.map(rows.parts), sameAs(old)), (x, y) => b.add(x, y))
    : undefined
}

const rules: Table<Rows, Cut> = {
  const: whole,
  data: whole,
  param: whole,
  state: whole,
  noise: whole,
  scalar: whole,
  neg: rowByRow,
  exp: rowByRow,
  expm1: rowByRow,
  log: rowByRow,
  log1p: rowByRow,
  sqrt: rowByRow,
  tanh: rowByRow,
  sigmoid: rowByRow,
  softplus: rowByRow,
  lgamma: rowByRow,
  digamma: rowByRow,
  relu: rowByRow,
  abs: rowByRow,
  sign: rowByRow,
  floor: rowByRow,
  stopGradient: rowByRow,
  add: rowByRow,
  sub: rowByRow,
  mul: rowByRow,
  div: rowByRow,
  max: rowByRow,
  min: rowByRow,
  less: rowByRow,
  equal: rowByRow,
  select: rowByRow,
  countQuantile: rowByRow,
  sigmoidCrossEntropy: rowByRow,
  matmul: (node, rows) => {
    const { transposeA, transposeB } = node.arg
    if (node.shape.length > 2) return rowByRow(node, rows)
    if (!transposeA) return fromRowsOf(0, node, rows)
    return transposeB ? undefined : overRows(node, rows)
  },
  dense: (node, rows) => fromRowsOf(0, node, rows),
  conv2d: (node, rows) => fromRowsOf(0, node, rows),
  conv2dInput: (node, rows) => {
    const count = rows.of(node.shape[0])
    return fromRowsOf(1, node, rows, (src, i) =>
      makeNode('conv2dInput', { ...node.arg, inputShape: headed(count?.[i], node.shape) }, ...src),
    )
  },
  conv2dFilter: overRows,
  sum: (node, rows) => reduction(node, rows, (x, y) => b.add(x, y)),
  maximum: (node, rows) => reduction(node, rows, (x, y) => b.max(x, y)),
  reshape: (node, rows) => {
    const count = rows.of(node.shape[0])
    return rowByRow(node, rows, ([x], i) => (x === undefined ? node : b.reshape(x, headed(count?.[i], node.shape))))
  },
  transpose: (node, rows) => (node.arg.perm[0] === 0 ? rowByRow(node, rows) : undefined),
  broadcast: (node, rows) => {
    const count = rows.of(node.shape[0])
    const [x] = operandsOf(node)
    return x.shape.length === node.shape.length && keepsRows(node)
      ? rowByRow(node, rows, ([part = x], i) => b.broadcastTo(part, headed(count?.[i], node.shape)))
      : undefined
  },
  slice: (node, rows) => {
    const count = rows.of(node.shape[0])
    return keepsRows(node)
      ? rowByRow(node, rows, (src, i) =>
          makeNode('slice', { ...node.arg, size: headed(count?.[i], node.shape) }, ...src),
        )
      : undefined
  },
  pad: (node, rows) => (keepsRows(node) ? rowByRow(node, rows) : undefined),
  concat: (node, rows) => (node.arg.axis === 0 ? undefined : rowByRow(node, rows)),
  reverse: (node, rows) => (node.arg.axes.includes(0) ? undefined : rowByRow(node, rows)),
}

const products: ReadonlySet<Node['op']> = new Set(['matmul', 'dense', 'conv2d', 'conv2dInput', 'conv2dFilter'])

/** The graph with what has so many rows in parts, and how much is then made in parts. */
const splitAt = (graph: Graph, total: number, count: number): { readonly graph: Graph; readonly made: number } => {
  const ends = Array.from({ length: count + 1 }, (_, i) => Math.round((i * total) / count))
  const cutsOf = (all: number | undefined): readonly number[] | undefined => {
    const at = ends.map((end) => (end * (all ?? 1)) / total)
    return at.every(Number.isInteger) ? at : undefined
  }
  const cut = new Map<Node, Parts>()
  const image = new Map<Node, Node>()
  const rows: Rows = {
    of: (all) => cutsOf(all)?.flatMap((end, i, at) => (i === 0 ? [] : [end - (at[i - 1] ?? 0)])),
    areCut: (x) => cut.has(x),
    whole: (x) => {
      const known = image.get(x) ?? b.concat(cut.get(x) ?? [x], 0)
      image.set(x, known)
      return known
    },
    parts: (x) => {
      const at = cutsOf(x.shape[0])
      const [value, from] = [splatOf(x), x.op === 'broadcast' ? x.src[0] : undefined]
      const repeated = from !== undefined && (from.shape.length < x.shape.length || from.shape[0] === 1)
      const part = (n: number, i: number): Node => {
        if (value !== undefined) return splat(value, headed(n, x.shape))
        if (repeated) return b.broadcastTo(rows.whole(from), headed(n, x.shape))
        return b.sliceAxis(rows.whole(x), 0, at?.[i] ?? 0, n)
      }
      return cut.get(x) ?? rows.of(x.shape[0])?.map(part)
    },
  }
  let made = 0
  for (const old of topological(rootsOf(graph))) {
    const leaf = isLeaf(old) && old.op !== 'param' && old.op !== 'state' && old.shape[0] === total
    const found = old.src.some(rows.areCut) ? apply(rules, old, rows) : undefined
    if (found !== undefined) made += products.has(old.op) ? 100 : 1
    if (found === undefined || leaf) image.set(old, withOperands(old, old.src.map(rows.whole)))
    else if ('joined' in found) image.set(old, found.joined)
    const parts = leaf ? rows.parts(old) : found && 'parts' in found ? found.parts : undefined
    if (parts !== undefined) cut.set(old, parts)
  }
  return { graph: withRoots(graph, rootsOf(graph).map(rows.whole)), made }
}

/**
 * The graph with its minibatch in parts that need nothing of each other until a sum or a product over all data, so that each can run on a
 * core of its own from the data to the gradients. The minibatch's axis is the one that lets most be made in parts; under `least` rows a
 * part it stays in one.
 *
 * Numerics  sums over the data are sums of the parts' sums; all else is the same numbers
 */
export const splitRows = (graph: Graph, count: number, least: number): Graph => {
  const sizes = topological(rootsOf(graph)).flatMap(({ op, shape: [rows = 1] }) =>
    (op === 'data' || op === 'noise') && rows >= count * least ? [rows] : [],
  )
  const splits = count < 2 ? [] : [...new Set(sizes)].map((total) => splitAt(graph, total, count))
  return splits.reduce((most, next) => (next.made > most.made ? next : most), { graph, made: 0 }).graph
}
