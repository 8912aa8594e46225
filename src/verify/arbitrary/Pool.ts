import { add, broadcastTo, literal, mul, reshape } from '../../expr/build.ts'
import { node } from '../../expr/node.ts'
import { apply, type Dims, type Node, type Op } from '../../expr/Op.ts'
import { sizeOf } from '../../expr/Tensor.ts'
import { magnitude } from './magnitude.ts'
import type { Random } from './random.ts'

export type LeafOp = 'const' | 'data' | 'param' | 'state' | 'noise' | 'scalar'
export const leafOps: readonly LeafOp[] = ['const', 'data', 'param', 'state', 'noise', 'scalar']

/** What a graph under construction offers to the next op. */
export interface Pool {
  readonly random: Random
  /** any vertex there is, or a new leaf */
  readonly any: () => Node
  /** one whose rank is at least this */
  readonly ranked: (rank: number) => Node
  /** one of this shape: there already, made by a movement, or a new leaf */
  readonly of: (shape: Dims) => Node
  /** one of this shape (or any) whose elements float32 holds exactly, for ops that jump */
  readonly exact: (shape?: Dims) => Node
  /** the same elements scaled down by a power of two until none can be larger than the bound */
  readonly tame: (x: Node, bound: number) => Node
  /** ½ or more, of the shape of `x`, without a kink */
  readonly positive: (x: Node) => Node
  readonly leaf: (op: LeafOp, shape: Dims) => Node
  readonly dims: (rank: number, most?: number) => Dims
  readonly accept: (made: Node) => void
}

/** Ops that give exact elements from exact operands. */
const exactly: ReadonlySet<Op> = new Set<Op>([
  ...([
    'neg',
    'relu',
    'abs',
    'sign',
    'floor',
    'stopGradient',
    'max',
    'min',
    'less',
    'equal',
    'select',
    'countQuantile',
    'maximum',
  ] as const),
  ...(['reshape', 'transpose', 'broadcast', 'slice', 'pad', 'concat', 'reverse'] as const),
])

const simple = [0, 1, -1, 0.5, 2, -0.25, 3] as const

export const pool = (source: Random, leaves: readonly LeafOp[]): Pool => {
  const vertices: Node[] = []
  const exacts = new Set<Node>()
  const bounds = new Map<Node, number>()
  let names = 0

  const boundOf = (x: Node | undefined): number => {
    if (x === undefined) return 0
    const known = bounds.get(x) ?? apply(magnitude, x, boundOf)
    bounds.set(x, known)
    return known
  }
  const dims = (rank: number, most = 4): Dims => Array.from({ length: rank }, () => 1 + source.below(most))

  const make: { readonly [O in LeafOp]: (name: string, shape: Dims) => Node } = {
    const: (_, shape) =>
      source.chance(0.5)
        ? node('const', { shape, values: [source.pick(...simple)] })
        : literal(
            Array.from({ length: sizeOf(shape) }, () => source.within(-2, 2)),
            shape,
          ),
    data: (name, shape) =>
      node('data', {
        name,
        shape,
        support: shape.length === 0 ? 'real' : source.pick('real', 'positive', 'unit', 'binary', 'oneHot', 'count'),
      }),
    param: (name, shape) =>
      node('param', {
        name,
        shape,
        init: source.pick(
          { tag: 'constant', value: 0.5 },
          { tag: 'uniform', limit: 0.1 },
          { tag: 'normal', stddev: 0.02 },
        ),
      }),
    state: (name, shape) => node('state', { name, shape, fill: source.pick(0, 1) }),
    noise: (name, shape) => node('noise', { name, shape, law: source.pick('normal', 'uniform') }),
    scalar: (name, shape) => broadcastTo(node('scalar', { name }), shape),
  }
  const accept = (made: Node): void => {
    if (made.src.length === 0 || (exactly.has(made.op) && made.src.every((s) => exacts.has(s)))) exacts.add(made)
    if (!vertices.includes(made)) vertices.push(made)
  }
  const leaf = (op: LeafOp, shape: Dims): Node => {
    const made = make[op](`${op}${names++}`, shape)
    for (const each of [...made.src, made]) accept(each)
    return made
  }
  const [firstLeaf = 'const', ...otherLeaves] = leaves
  const fresh = (shape: Dims): Node => leaf(source.pick(firstLeaf, ...otherLeaves), shape)
  const chosen = (candidates: readonly Node[], otherwise: () => Node): Node => {
    const [first, ...rest] = candidates
    // A new leaf now and then, so that a graph does not feed on one vertex.
    return first === undefined || source.chance(0.15) ? otherwise() : source.pick(first, ...rest)
  }
  const of = (shape: Dims): Node => {
    const fits = vertices.filter((v) => String(v.shape) === String(shape))
    if (fits.length > 0 && source.chance(0.6)) return chosen(fits, () => fresh(shape))
    const repeats = vertices.filter(
      (v) =>
        v.shape.length <= shape.length &&
        v.shape.every((d, i) => d === 1 || d === shape[i + shape.length - v.shape.length]),
    )
    if (repeats.length > 0 && source.chance(0.4))
      return broadcastTo(
        chosen(repeats, () => fresh(shape)),
        shape,
      )
    const alike = vertices.filter((v) => sizeOf(v.shape) === sizeOf(shape))
    return reshape(
      chosen(alike, () => fresh(shape)),
      shape,
    )
  }
  const tame = (x: Node, bound: number): Node => {
    const excess = Math.ceil(Math.log2(boundOf(x) / bound))
    return excess > 0 ? mul(x, 2 ** -excess) : x
  }

  return {
    random: source,
    any: () => chosen(vertices, () => fresh(dims(source.below(4)))),
    ranked: (rank) =>
      chosen(
        vertices.filter((v) => v.shape.length >= rank),
        () => fresh(dims(rank + source.below(4 - rank))),
      ),
    of,
    exact: (shape) =>
      chosen(
        [...exacts].filter((v) => shape === undefined || String(v.shape) === String(shape)),
        () => fresh(shape ?? dims(source.below(4))),
      ),
    tame,
    positive: (x) => {
      const small = tame(x, 4)
      return add(mul(small, small), 0.5)
    },
    leaf,
    dims,
    accept,
  }
}
