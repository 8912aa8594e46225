import * as b from '../expr/build.ts'
import type { Node } from '../expr/Op.ts'
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

const negated = (node: Node | undefined): Node | undefined => (node?.op === 'neg' ? node.src[0] : undefined)

const neg: Rule = ({ op, src: [x] }) => {
  if (op !== 'neg' || x === undefined) return undefined
  const [p, q] = x.src
  if (x.op === 'neg') return p
  if (x.op === 'sub' && p !== undefined && q !== undefined) return b.sub(q, p)
  const factor = splatOf(q)
  if ((x.op === 'mul' || x.op === 'div') && p !== undefined && factor !== undefined)
    return (x.op === 'mul' ? b.mul : b.div)(p, splat(-factor, x.shape))
  return undefined
}

const add: Rule = ({ op, src: [x, y] }) => {
  if (op !== 'add' || x === undefined || y === undefined) return undefined
  if (isSplat(x, 0)) return y
  if (isSplat(y, 0)) return x
  if (x === y) return b.mul(x, splat(2, x.shape))
  const [minusX, minusY] = [negated(x), negated(y)]
  if (minusY !== undefined) return b.sub(x, minusY)
  return minusX === undefined ? undefined : b.sub(y, minusX)
}

const sub: Rule = ({ op, src: [x, y] }) => {
  if (op !== 'sub' || x === undefined || y === undefined) return undefined
  if (isSplat(y, 0)) return x
  if (isSplat(x, 0)) return b.neg(y)
  const minusY = negated(y)
  return minusY === undefined ? undefined : b.add(x, minusY)
}

const mul: Rule = ({ op, src: [x, y] }) => {
  if (op !== 'mul' || x === undefined || y === undefined) return undefined
  const [left, right] = [splatOf(x), splatOf(y)]
  // constants stand on the right
  if (left !== undefined && right === undefined) return b.mul(y, x)
  if (right === 1) return x
  if (right === -1) return b.neg(x)
  const [p, q] = x.src
  const inner = splatOf(q)
  if (right !== undefined && inner !== undefined && p !== undefined) {
    if (x.op === 'mul') return b.mul(p, splat(inner * right, x.shape))
    if (x.op === 'div' && inner !== 0) return b.mul(p, splat(right / inner, x.shape))
  }
  const [minusX, minusY] = [negated(x), negated(y)]
  if (minusX !== undefined && right !== undefined) return b.mul(minusX, splat(-right, x.shape))
  if (minusX !== undefined) return b.neg(b.mul(minusX, y))
  return minusY === undefined ? undefined : b.neg(b.mul(x, minusY))
}

const div: Rule = ({ op, src: [x, y] }) => {
  if (op !== 'div' || x === undefined || y === undefined) return undefined
  const divisor = splatOf(y)
  if (divisor === 1) return x
  if (divisor !== undefined && isPowerOfTwo(divisor)) return b.mul(x, splat(1 / divisor, x.shape))
  const minusX = negated(x)
  return minusX === undefined ? undefined : b.neg(b.div(minusX, y))
}

const other: Rule = (node) => {
  const [x, y, z] = node.src
  if (x === undefined) return undefined
  if (node.op === 'stopGradient') return x
  if (node.op === 'relu' && x.op === 'relu') return x
  if (node.op === 'max' && y !== undefined) return isSplat(y, 0) ? b.relu(x) : isSplat(x, 0) ? b.relu(y) : undefined
  if (node.op === 'select' && y !== undefined && z !== undefined) {
    const condition = splatOf(x)
    return condition === undefined ? undefined : condition !== 0 ? y : z
  }
  const minus = negated(x)
  return node.op === 'sum' && minus !== undefined ? b.neg(b.sum(minus, node.arg.axes)) : undefined
}

export const simplifyArithmetic: Pass = rewriting(
  'simplify arithmetic',
  'derivatives and densities written generally multiply by 1, add 0 and negate twice',
  [neg, add, sub, mul, div, other],
)
