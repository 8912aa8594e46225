import * as b from '../expr/build.ts'
import type { Node } from '../expr/Op.ts'
import { operandsOf } from '../expr/operands.ts'
import { type Pass, type Rule, rewriting } from './Pass.ts'
import { isSplat, splat, splatOf } from './splat.ts'

/**
 * Identities of real arithmetic that hold in floating point for every operand, NaN and infinities too, up to the sign of a zero and the last
 * digit of a product of constants. So not: x · 0 → 0 and x − x → 0 (NaN), x / c → x · (1/c) unless c is a power of two, log eˣ → x (overflow).
 */
const isPowerOfTwo = (x: number): boolean => {
  const exponent = Math.log2(Math.abs(x))
  return Number.isInteger(exponent) && Math.abs(exponent) < 100
}

const negated = (node: Node): Node | undefined => (node.op === 'neg' ? operandsOf(node)[0] : undefined)

const neg: Rule = (node) => {
  if (node.op !== 'neg') return undefined
  const [x] = operandsOf(node)
  if (x.op === 'neg') return negated(x)
  if (x.op !== 'sub' && x.op !== 'mul' && x.op !== 'div') return undefined
  const [p, q] = operandsOf(x)
  if (x.op === 'sub') return b.sub(q, p)
  const factor = splatOf(q)
  return factor === undefined ? undefined : (x.op === 'mul' ? b.mul : b.div)(p, splat(-factor, x.shape))
}

const add: Rule = (node) => {
  if (node.op !== 'add') return undefined
  const [x, y] = operandsOf(node)
  if (isSplat(x, 0)) return y
  if (isSplat(y, 0)) return x
  if (x === y) return b.mul(x, splat(2, x.shape))
  const [minusX, minusY] = [negated(x), negated(y)]
  if (minusY !== undefined) return b.sub(x, minusY)
  return minusX === undefined ? undefined : b.sub(y, minusX)
}

const sub: Rule = (node) => {
  if (node.op !== 'sub') return undefined
  const [x, y] = operandsOf(node)
  if (isSplat(y, 0)) return x
  if (isSplat(x, 0)) return b.neg(y)
  const minusY = negated(y)
  return minusY === undefined ? undefined : b.add(x, minusY)
}

/** (p · c) · d and (p / c) · d. */
const mulByNumber = (x: Node, right: number): Node | undefined => {
  if (right === 1) return x
  if (right === -1) return b.neg(x)
  const minusX = negated(x)
  if (minusX !== undefined) return b.mul(minusX, splat(-right, x.shape))
  if (x.op !== 'mul' && x.op !== 'div') return undefined
  const [p, q] = operandsOf(x)
  const inner = splatOf(q)
  if (inner === undefined) return undefined
  if (x.op === 'mul') return b.mul(p, splat(inner * right, x.shape))
  return inner === 0 ? undefined : b.mul(p, splat(right / inner, x.shape))
}

const mul: Rule = (node) => {
  if (node.op !== 'mul') return undefined
  const [x, y] = operandsOf(node)
  const [left, right] = [splatOf(x), splatOf(y)]
  if (right !== undefined) return mulByNumber(x, right)
  // constants stand on the right
  if (left !== undefined) return b.mul(y, x)
  const [minusX, minusY] = [negated(x), negated(y)]
  if (minusX !== undefined) return b.neg(b.mul(minusX, y))
  return minusY === undefined ? undefined : b.neg(b.mul(x, minusY))
}

const div: Rule = (node) => {
  if (node.op !== 'div') return undefined
  const [x, y] = operandsOf(node)
  const divisor = splatOf(y)
  if (divisor !== undefined && isPowerOfTwo(divisor)) return b.mul(x, splat(1 / divisor, x.shape))
  const minusX = negated(x)
  return minusX === undefined ? undefined : b.neg(b.div(minusX, y))
}

const stopGradient: Rule = (node) => (node.op === 'stopGradient' ? operandsOf(node)[0] : undefined)

const relu: Rule = (node) => {
  if (node.op !== 'relu') return undefined
  const [x] = operandsOf(node)
  return x.op === 'relu' ? x : undefined
}

const max: Rule = (node) => {
  if (node.op !== 'max') return undefined
  const [x, y] = operandsOf(node)
  return isSplat(y, 0) ? b.relu(x) : isSplat(x, 0) ? b.relu(y) : undefined
}

const select: Rule = (node) => {
  if (node.op !== 'select') return undefined
  const [condition, yes, no] = operandsOf(node)
  const made = splatOf(condition)
  return made === undefined ? undefined : made === 0 ? no : yes
}

const sum: Rule = (node) => {
  if (node.op !== 'sum') return undefined
  const minus = negated(operandsOf(node)[0])
  return minus === undefined ? undefined : b.neg(b.sum(minus, node.arg.axes))
}

export const simplifyArithmetic: Pass = rewriting(
  'simplify arithmetic',
  'derivatives and densities written generally multiply by 1, add 0 and negate twice',
  [neg, add, sub, mul, div, stopGradient, relu, max, select, sum],
)
