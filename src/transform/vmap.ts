import * as b from '../expr/build.ts'
import { node } from '../expr/node.ts'
import { apply, type Node, type NodeFor, type Op, type Table } from '../expr/Op.ts'
import { type Operands, operandsOf } from '../expr/operands.ts'
import { rewriteNodes } from '../expr/walk.ts'
import { lastTwoSwapped } from './lastTwo.ts'
import { withOperands } from '../expr/substitute.ts'
import { unfuseDense } from './unfuse.ts'

/** What a batching rule sees: the vertex as it was, its operands as they are now, and which of them carry the new axis in front. */
interface Mapped {
  readonly size: number
  readonly src: readonly Node[]
  readonly isMapped: (operand: Node) => boolean
}

/** The operands as they are now. */
const now = <O extends Op>({ op }: NodeFor<O>, { src }: Mapped): Operands<O> => operandsOf({ op, src })
/** An operand with the new axis: repeated where it has none. */
const withAxis = (m: Mapped, x: Node): Node => (m.isMapped(x) ? x : b.broadcastTo(x, [m.size, ...x.shape]))
const allWithAxis = (m: Mapped): readonly Node[] => m.src.map((x) => withAxis(m, x))
const elementwise = (old: Node, m: Mapped): Node => withOperands(old, allWithAxis(m))
const repeated = (old: Node, { size }: Mapped): Node => b.broadcastTo(old, [size, ...old.shape])
const shifted = (axes: readonly number[]): readonly number[] => axes.map((a) => a + 1)

/** [N, m, ...] as [N·m, ...]: the new axis joins the leading one. */
const merge = (x: Node): Node => b.reshape(x, [(x.shape[0] ?? 1) * (x.shape[1] ?? 1), ...x.shape.slice(2)])
const unmerge = (x: Node, size: number): Node => b.reshape(x, [size, (x.shape[0] ?? 1) / size, ...x.shape.slice(1)])
const swapLast = (x: Node): Node => b.transpose(x, lastTwoSwapped(x.shape.length))

/** For what no single op batches (a filter of its own for every datum): one vertex a datum, joined. */
const unrolled = (old: Node, m: Mapped): Node => {
  const of = (datum: number, x: Node): Node =>
    m.isMapped(x) ? b.reshape(b.sliceAxis(x, 0, datum, 1), x.shape.slice(1)) : x
  const each = Array.from({ length: m.size }, (_, datum) =>
    withOperands(
      old,
      m.src.map((x) => of(datum, x)),
    ),
  )
  return b.concat(
    each.map((x) => b.reshape(x, [1, ...x.shape])),
    0,
  )
}

const rules: Table<Mapped, Node> = {
  // What is one value for all data stays so: the same number at every place of the new axis.
  const: repeated,
  param: repeated,
  state: repeated,
  scalar: repeated,
  data: ({ arg }, { size }) => node('data', { ...arg, shape: [size, ...arg.shape] }),
  noise: ({ arg }, { size }) => node('noise', { ...arg, shape: [size, ...arg.shape] }),
  neg: elementwise,
  exp: elementwise,
  expm1: elementwise,
  log: elementwise,
  log1p: elementwise,
  sqrt: elementwise,
  tanh: elementwise,
  sigmoid: elementwise,
  softplus: elementwise,
  lgamma: elementwise,
  digamma: elementwise,
  relu: elementwise,
  abs: elementwise,
  sign: elementwise,
  floor: elementwise,
  stopGradient: elementwise,
  add: elementwise,
  sub: elementwise,
  mul: elementwise,
  div: elementwise,
  max: elementwise,
  min: elementwise,
  less: elementwise,
  equal: elementwise,
  select: elementwise,
  countQuantile: elementwise,
  sigmoidCrossEntropy: elementwise,
  matmul: (old, m) => {
    const [a, w] = now(old, m)
    // Weights shared by all data, the usual case: the rows of every datum form one tall matrix.
    if (!m.isMapped(w) && w.shape.length === 2) {
      const rows = old.arg.transposeA ? swapLast(a) : a
      return unmerge(b.matmul(merge(rows), w, { transposeB: old.arg.transposeB }), m.size)
    }
    return node('matmul', old.arg, ...allWithAxis(m))
  },
  conv2d: (old, m) => {
    const [x, filter] = now(old, m)
    return m.isMapped(filter) ? unrolled(old, m) : unmerge(node('conv2d', old.arg, merge(x), filter), m.size)
  },
  conv2dInput: (old, m) => {
    const [filter, out] = now(old, m)
    if (m.isMapped(filter)) return unrolled(old, m)
    const [n = 1, ...rest] = old.arg.inputShape
    return unmerge(node('conv2dInput', { ...old.arg, inputShape: [n * m.size, ...rest] }, filter, merge(out)), m.size)
  },
  conv2dFilter: unrolled,
  sum: (old, m) => node('sum', { axes: shifted(old.arg.axes) }, withAxis(m, now(old, m)[0])),
  maximum: (old, m) => node('maximum', { axes: shifted(old.arg.axes) }, withAxis(m, now(old, m)[0])),
  reshape: (old, m) => b.reshape(withAxis(m, now(old, m)[0]), [m.size, ...old.arg.shape]),
  transpose: (old, m) => b.transpose(withAxis(m, now(old, m)[0]), [0, ...shifted(old.arg.perm)]),
  broadcast: (old, m) => {
    const x = withAxis(m, now(old, m)[0])
    const missing = old.arg.shape.length - (x.shape.length - 1)
    return b.broadcastTo(b.reshape(x, [m.size, ...Array.from({ length: missing }, () => 1), ...x.shape.slice(1)]), [
      m.size,
      ...old.arg.shape,
    ])
  },
  slice: (old, m) => b.slice(withAxis(m, now(old, m)[0]), [0, ...old.arg.begin], [m.size, ...old.arg.size]),
  pad: (old, m) => b.pad(withAxis(m, now(old, m)[0]), [0, ...old.arg.before], [0, ...old.arg.after]),
  concat: (old, m) => b.concat(allWithAxis(m), old.arg.axis + 1),
  reverse: (old, m) => node('reverse', { axes: shifted(old.arg.axes) }, withAxis(m, now(old, m)[0])),
  dense: (old, m) => {
    const [x, kernel, bias] = operandsOf(old)
    return batchOne(unfuseDense(old.arg, x, kernel, bias), m, old)
  },
}

/** A rule for a fused vertex is that of the primitives it stands for. */
const batchOne = (unfused: Node, m: Mapped, old: Node): Node => {
  const now = new Map(old.src.map((s, i) => [s, m.src[i] ?? s]))
  return mapNodes([unfused], m.size, (x) => now.get(x), new Set(m.src.filter(m.isMapped))).get(unfused) ?? unfused
}

/** `given` knows the images of some vertices; `mapped` collects the images that carry the new axis. */
const mapNodes = (
  roots: readonly Node[],
  size: number,
  given: (old: Node) => Node | undefined,
  mapped: Set<Node>,
): ReadonlyMap<Node, Node> =>
  rewriteNodes(roots, (old, src) => {
    const known = given(old)
    if (known !== undefined) return known
    if (!src.some((s) => mapped.has(s))) return withOperands(old, src)
    const image = apply(rules, old, { size, src, isMapped: (s) => mapped.has(s) })
    mapped.add(image)
    return image
  })

/**
 * The same computation for `size` data at once: every root gains an axis in front. Data and noise that `isMapped` picks differ
 * from datum to datum; all else is shared. A root that depends on none of them is repeated.
 */
export const vmap = (roots: readonly Node[], size: number, isMapped: (leaf: Node) => boolean): readonly Node[] => {
  const mapped = new Set<Node>()
  const images = mapNodes(
    roots,
    size,
    (old) => {
      if (old.src.length > 0 || !isMapped(old)) return undefined
      const image = apply(rules, old, { size, src: [], isMapped: () => false })
      mapped.add(image)
      return image
    },
    mapped,
  )
  return roots.map((root) => {
    const now = images.get(root) ?? root
    return mapped.has(now) ? now : b.broadcastTo(now, [size, ...now.shape])
  })
}
