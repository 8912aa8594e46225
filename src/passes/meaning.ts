import { digamma, lgamma } from '../expr/gamma.ts'
import type { Node, NodeOf, Op } from '../expr/Op.ts'

/** What the elementwise ops mean, on numbers: passes fold constants with it, and targets compute on the host what is one number. */

const sigmoid = (x: number): number => {
  const small = Math.exp(-Math.abs(x))
  return x < 0 ? small / (1 + small) : 1 / (1 + small)
}

export type UnaryOp =
  | (
      | 'neg'
      | 'exp'
      | 'expm1'
      | 'log'
      | 'log1p'
      | 'sqrt'
      | 'tanh'
      | 'sigmoid'
      | 'softplus'
      | 'lgamma'
      | 'digamma'
      | 'relu'
      | 'abs'
      | 'sign'
      | 'floor'
    )
  | 'stopGradient'
export type BinaryOp = 'add' | 'sub' | 'mul' | 'div' | 'max' | 'min' | 'less' | 'equal' | 'sigmoidCrossEntropy'
export type ElementwiseOp = UnaryOp | BinaryOp | 'select'

const unaryMeaning: { readonly [O in UnaryOp]: (x: number) => number } = {
  neg: (x: number): number => -x,
  exp: Math.exp,
  expm1: Math.expm1,
  log: Math.log,
  log1p: Math.log1p,
  sqrt: Math.sqrt,
  tanh: Math.tanh,
  sigmoid,
  softplus: (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
  lgamma,
  digamma,
  relu: (x: number): number => (x <= 0 ? 0 : x),
  abs: Math.abs,
  sign: Math.sign,
  floor: Math.floor,
  stopGradient: (x: number): number => x,
}

const binaryMeaning: { readonly [O in BinaryOp]: (x: number, y: number) => number } = {
  add: (x: number, y: number): number => x + y,
  sub: (x: number, y: number): number => x - y,
  mul: (x: number, y: number): number => x * y,
  div: (x: number, y: number): number => x / y,
  max: Math.max,
  min: Math.min,
  less: (x: number, y: number): number => (x < y ? 1 : 0),
  equal: (x: number, y: number): number => (x === y ? 1 : 0),
  sigmoidCrossEntropy: (l: number, t: number): number => Math.max(l, 0) - l * t + Math.log1p(Math.exp(-Math.abs(l))),
}

const isUnary = (op: Op): op is UnaryOp => Object.hasOwn(unaryMeaning, op)
const isBinary = (op: Op): op is BinaryOp => Object.hasOwn(binaryMeaning, op)
export const isElementwise = (node: Node): node is NodeOf<ElementwiseOp> =>
  isUnary(node.op) || isBinary(node.op) || node.op === 'select'

/** One element of the result, from one element of each operand. */
export const meaningOf = (op: ElementwiseOp, operands: readonly number[]): number => {
  const [x = Number.NaN, y = Number.NaN, z = Number.NaN] = operands
  if (isUnary(op)) return unaryMeaning[op](x)
  if (isBinary(op)) return binaryMeaning[op](x, y)
  return x !== 0 ? y : z
}
