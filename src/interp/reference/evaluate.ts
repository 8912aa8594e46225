import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { type ElboError, shapeError, targetError } from '../../error.ts'
import type { AnyExpr } from '../../expr/Expr.ts'
import { describeLeaf, isLeaf, type Leaf } from '../../expr/leaf.ts'
import { apply, type Node } from '../../expr/Op.ts'
import { sizeOf, type Tensor } from '../../expr/Tensor.ts'
import { topological } from '../../expr/walk.ts'
import { reference } from './table.ts'

type Values = ReadonlyMap<Node, Float64Array>

/** A leaf's numbers, checked against its shape. */
const feed = (leaf: Leaf, given: Tensor | undefined): E.Either<ElboError, Float64Array> => {
  if (given === undefined) return E.left(targetError(`${describeLeaf(leaf)} has no value`))
  const fits =
    given.shape.length === leaf.shape.length &&
    given.shape.every((d, i) => d === leaf.shape[i]) &&
    given.data.length === sizeOf(leaf.shape)
  if (!fits)
    return E.left(
      targetError(`${describeLeaf(leaf)} was given ${given.data.length} values of shape [${given.shape.join(', ')}]`),
    )
  return E.right(given.data instanceof Float64Array ? given.data : new Float64Array(given.data))
}

/** The numbers of all leaves in the order, or the first that has none. */
export const feedLeaves = (
  order: readonly Node[],
  leaf: (leaf: Leaf) => Tensor | undefined,
): E.Either<ElboError, Values> => {
  const values = new Map<Node, Float64Array>()
  for (const node of order) {
    if (!isLeaf(node)) continue
    const found = feed(node, leaf(node))
    if (E.isLeft(found)) return found
    values.set(node, found.right)
  }
  return E.right(values)
}

/**
 * Evaluate vertices in topological order and show each to `see`, which stops it all by answering true. What nothing later in the order
 * reads is dropped, so a long program holds a few intermediate values at a time and not all.
 */
export const sweep = (order: readonly Node[], fed: Values, see: (node: Node, value: Float64Array) => boolean): void => {
  const awaited = new Map<Node, number>()
  for (const operand of order.flatMap((node) => node.src)) awaited.set(operand, (awaited.get(operand) ?? 0) + 1)
  const held = new Map<Node, Float64Array>()
  const found = (values: Values, node: Node | undefined): Float64Array =>
    (node && values.get(node)) ?? new Float64Array(0)
  const environment = { valueOf: (node: Node | undefined) => found(held, node), leaf: (node: Node) => found(fed, node) }
  for (const node of order) {
    const value = apply(reference, node, environment)
    if (see(node, value)) return
    for (const operand of node.src) {
      const left = (awaited.get(operand) ?? 0) - 1
      awaited.set(operand, left)
      if (left === 0) held.delete(operand)
    }
    if (awaited.has(node)) held.set(node, value)
  }
}

/** The roots' values, each in its own memory. */
export const evaluateRoots = (order: readonly Node[], roots: readonly Node[], fed: Values): readonly Tensor[] => {
  const wanted = new Set(roots)
  const values = new Map<Node, Float64Array>()
  sweep(order, fed, (node, value) => {
    if (wanted.has(node)) values.set(node, value)
    return false
  })
  return roots.map((root) => ({ shape: root.shape, data: new Float64Array(values.get(root) ?? []) }))
}

/**
 * The roots in float64. Variables, data and noise are all just leaves here; whoever asks decides what they are.
 *
 * Errors    a leaf without a value, or with one of another shape, by name
 */
export const evaluateNodes = (
  roots: readonly Node[],
  inputs: { readonly leaf: (leaf: Leaf) => Tensor | undefined },
): E.Either<ElboError, readonly Tensor[]> => {
  const order = topological(roots)
  return pipe(
    feedLeaves(order, inputs.leaf),
    E.map((fed) => evaluateRoots(order, roots, fed)),
  )
}

/** Numbers for a leaf: as they are, row-major in the leaf's shape, or one that fills it. */
export type Feed = Tensor | readonly number[] | number

const tensorOf = (leaf: Leaf, given: Feed | undefined): Tensor | undefined => {
  if (given === undefined) return undefined
  if (typeof given === 'number') return { shape: leaf.shape, data: new Float64Array(sizeOf(leaf.shape)).fill(given) }
  return 'data' in given ? given : { shape: leaf.shape, data: Float64Array.from(given) }
}

/**
 * What an expression is worth, in float64, with its leaves fed by name.
 *
 * @example  evaluate(pipe(loc, mul(3)), { loc: 2 }) // => 6
 */
export const evaluate = (expr: AnyExpr, feeds: Readonly<Record<string, Feed>> = {}): E.Either<ElboError, Tensor> =>
  expr.problems.length > 0
    ? E.left(shapeError(expr.problems.join('\n')))
    : pipe(
        evaluateNodes([expr.node], {
          leaf: (leaf) => tensorOf(leaf, Object.hasOwn(feeds, leaf.arg.name) ? feeds[leaf.arg.name] : undefined),
        }),
        E.chain(([value]) => (value === undefined ? E.left(targetError('nothing was evaluated')) : E.right(value))),
      )
