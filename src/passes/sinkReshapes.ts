import * as b from '../expr/build.ts'
import { isLeaf } from '../expr/leaf.ts'
import { node as makeNode } from '../expr/node.ts'
import type { Dims, Node } from '../expr/Op.ts'
import { operandsOf } from '../expr/operands.ts'
import { sizeOf } from '../expr/Tensor.ts'
import { isElementwise } from './meaning.ts'
import { type Pass, type Rule, rewriting } from './Pass.ts'
import { splat, splatOf } from './splat.ts'
import { trailing } from './simplifyMovement.ts'

/** What a reshape shows, where that is computed and not a leaf. */
const computed = (node: Node): Node | undefined => {
  if (node.op !== 'reshape') return undefined
  const [x] = operandsOf(node)
  return isLeaf(x) ? undefined : x
}

/** How far up a leaf may stand that is to be read in another shape. */
const DEEPEST = 4

/** An operand as it is before the reshape to `node.shape`, where it is known there. */
const unshaped = (operand: Node, shape: Dims, depth = DEEPEST): Node | undefined => {
  const value = splatOf(operand)
  if (value !== undefined) return splat(value, shape)
  if (operand.op === 'broadcast') return trailing(operand, shape)
  if (operand.op === 'reshape') {
    const [x] = operandsOf(operand)
    return isLeaf(x) || b.sameDims(x.shape, shape) ? b.reshape(x, shape) : undefined
  }
  if (isLeaf(operand)) return b.reshape(operand, shape)
  return isElementwise(operand) && depth > 0 ? inShape(operand, shape, depth - 1) : undefined
}

const inShape = (node: Node, shape: Dims, depth: number): Node | undefined => {
  const operands = node.src.flatMap((s) => unshaped(s, shape, depth) ?? [])
  return operands.length === node.src.length ? makeNode(node.op, node.arg, ...operands) : undefined
}

/** f(reshape x, reshape y) → reshape f(x, y). Leaves follow the shape of what is computed, never the other way, so this ends. */
const elementwise: Rule = (node) => {
  if (!isElementwise(node)) return undefined
  const source = node.src.map(computed).find((x) => x !== undefined)
  if (source === undefined) return undefined
  const moved = inShape(node, source.shape, DEEPEST)
  return moved === undefined ? undefined : b.reshape(moved, node.shape)
}

/** How many leading axes of `shape` hold this many elements; undefined where no boundary lies there. */
const boundary = (shape: Dims, elements: number): number | undefined =>
  [...shape.keys(), shape.length].find((i) => sizeOf(shape.slice(0, i)) === elements)

/** A sum over leading or trailing axes of a reshape is one of what is reshaped. */
const sum: Rule = (node) => {
  if (node.op !== 'sum') return undefined
  const [reshaped] = operandsOf(node)
  if (reshaped.op !== 'reshape') return undefined
  const [x] = operandsOf(reshaped)
  const { axes } = node.arg
  const rank = reshaped.shape.length
  const leading = axes.every((a, i) => a === i)
  const trails = axes.every((a, i) => a === rank - axes.length + i)
  if (!leading && !trails) return undefined
  const kept = leading ? axes.length : rank - axes.length
  const split = boundary(x.shape, sizeOf(reshaped.shape.slice(0, kept)))
  if (split === undefined) return undefined
  const all = x.shape.map((_, i) => i)
  return b.reshape(b.sum(x, leading ? all.slice(0, split) : all.slice(split)), node.shape)
}

/** Σ over some axes, then over others. */
const sumOfSum: Rule = (node) => {
  if (node.op !== 'sum') return undefined
  const [inner] = operandsOf(node)
  if (inner.op !== 'sum') return undefined
  const [x] = operandsOf(inner)
  const left = x.shape.map((_, i) => i).filter((i) => !inner.arg.axes.includes(i))
  return b.sum(x, [...inner.arg.axes, ...node.arg.axes.map((a) => left[a] ?? 0)])
}

/** Σ of repeats is a multiple. */
const sumOfBroadcast: Rule = (node) => {
  if (node.op !== 'sum') return undefined
  const [repeated] = operandsOf(node)
  if (repeated.op !== 'broadcast') return undefined
  const [x] = operandsOf(repeated)
  const missing = repeated.shape.length - x.shape.length
  const repeats = (axis: number): boolean => axis < missing || x.shape[axis - missing] === 1
  if (!node.arg.axes.every(repeats)) return undefined
  const count = node.arg.axes.reduce((n, a) => n * (repeated.shape[a] ?? 1), 1)
  const keptOfX = x.shape.filter((_, i) => !node.arg.axes.includes(i + missing))
  const scaled = b.mul(b.reshape(x, keptOfX), splat(count, keptOfX))
  return b.broadcastTo(scaled, node.shape)
}

export const sinkReshapes: Pass = rewriting(
  'sink reshapes',
  'elementwise ops then stand next to the products that feed them, in one shape, and what is summed is summed once',
  [elementwise, sum, sumOfSum, sumOfBroadcast],
)
