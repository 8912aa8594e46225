import type { Local } from './assembler.ts'
import type { Lanes } from './lanes.ts'

/**
 * Exponentials and logarithms in float32, four at a time: range reduction and a polynomial.
 *
 * Numerics  exp, log ≤ 1 ulp; expm1, log1p, softplus ≤ 2 ulp; sigmoid, tanh ≤ 3 ulp; NaN, ±∞ and the denormals as Math has them
 *           (spec/unit/interp/tfjs/transcendental.spec.ts)
 * Source    Moshier, Cephes Math Library 2.2, expf and logf (coefficients)
 */
const LN2_HIGH = 0.693359375
const LN2_LOW = -2.1219444e-4

/** Horner’s scheme; the highest power first. */
export const polynomial = (n: Lanes, x: Local, coefficients: readonly number[]): Local =>
  coefficients.slice(1).reduce((sum, c) => n.add(n.mul(sum, x), n.number(c)), n.number(coefficients[0] ?? 0))

/** 2^k for whole k in −126 … 127. */
const powerOfTwo = (n: Lanes, k: Local): Local => n.shiftLeft(n.addInt(k, n.bits(127)), 23)

interface Reduced {
  /** eˣ = 2^k (1 + q) */
  readonly q: Local
  readonly k: Local
}

/** x = k ln 2 + r with |r| ≤ ½ ln 2, and q = eʳ − 1 without cancellation. */
const reduceExponent = (n: Lanes, x: Local): Reduced => {
  const inRange = n.min(n.max(x, n.number(-104)), n.number(89))
  const turns = n.nearest(n.mul(inRange, n.number(Math.LOG2E)))
  const r = n.sub(n.sub(inRange, n.mul(turns, n.number(LN2_HIGH))), n.mul(turns, n.number(LN2_LOW)))
  const tail = polynomial(
    n,
    r,
    [1.98756915e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1],
  )
  return { q: n.add(n.mul(tail, n.mul(r, r)), r), k: n.toInt(turns) }
}

/** Scaled in two steps, so that neither the largest nor the denormal results leave the exponent's range on the way. */
export const exp = (n: Lanes, x: Local): Local => {
  const { q, k } = reduceExponent(n, x)
  const half = n.shiftRightSigned(k, 1)
  return n.mul(n.mul(n.add(q, n.number(1)), powerOfTwo(n, half)), powerOfTwo(n, n.subInt(k, half)))
}

/** 2^k q + (2^k − 1). From k = 128 on, in halves. */
export const expm1 = (n: Lanes, x: Local): Local => {
  const { q, k } = reduceExponent(n, n.max(x, n.number(-20)))
  const half = powerOfTwo(n, n.subInt(k, n.bits(1)))
  const shifted = n.sub(half, n.number(0.5))
  return n.mul(n.add(n.mul(q, half), shifted), n.number(2))
}

/** log of a normal positive number. */
const logNormalRange = (n: Lanes, x: Local, offset: Local | undefined): Local => {
  const exponent = n.subInt(n.shiftRight(x, 23), n.bits(126))
  const mantissa = n.or(n.and(x, n.bits(0x007fffff)), n.bits(0x3f000000))
  const low = n.lt(mantissa, n.number(Math.SQRT1_2))
  const m = n.sub(n.add(mantissa, n.and(low, mantissa)), n.number(1))
  const whole = n.sub(n.fromInt(exponent), n.and(low, n.number(1)))
  const e = offset === undefined ? whole : n.add(whole, offset)
  const z = n.mul(m, m)
  const tail = polynomial(
    n,
    m,
    [
      7.0376836292e-2, -1.151461031e-1, 1.167699874e-1, -1.2420140846e-1, 1.4249322787e-1, -1.6668057665e-1,
      2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1,
    ],
  )
  const small = n.sub(n.add(n.mul(n.mul(tail, m), z), n.mul(e, n.number(LN2_LOW))), n.mul(z, n.number(0.5)))
  return n.add(n.add(m, small), n.mul(e, n.number(LN2_HIGH)))
}

const SMALLEST_NORMAL = 2 ** -126

export const log = (n: Lanes, x: Local): Local => {
  const denormal = n.lt(x, n.number(SMALLEST_NORMAL))
  const scaled = n.choose(denormal, n.mul(x, n.number(2 ** 23)), x)
  const y = logNormalRange(n, scaled, n.and(denormal, n.number(-23)))
  const positive = n.choose(n.ge(x, n.number(0)), y, n.number(Number.NaN))
  const infinite = n.choose(n.eq(x, n.number(Number.POSITIVE_INFINITY)), x, positive)
  return n.choose(n.eq(x, n.number(0)), n.number(Number.NEGATIVE_INFINITY), infinite)
}

/** log u + (x − (u − 1)) / u with u = 1 + x rounded: the second term is what the rounding lost. */
export const log1p = (n: Lanes, x: Local): Local => {
  const u = n.add(n.number(1), x)
  const y = n.add(log(n, u), n.div(n.sub(x, n.sub(u, n.number(1))), u))
  const tiny = n.lt(n.abs(x), n.number(2 ** -25))
  const edge = n.or(n.eq(x, n.number(Number.POSITIVE_INFINITY)), n.eq(u, n.number(0)))
  return n.choose(tiny, x, n.choose(edge, log(n, u), y))
}

/** log(1 + x) for x in [0, 1], or NaN: no edge to look after. */
const log1pOfUnit = (n: Lanes, x: Local): Local => {
  const u = n.add(n.number(1), x)
  return n.add(logNormalRange(n, u, undefined), n.div(n.sub(x, n.sub(u, n.number(1))), u))
}

/** e^−|x|, which sigmoid and softplus share. */
const decay = (n: Lanes, x: Local): Local => exp(n, n.neg(n.abs(x)))

export const sigmoid = (n: Lanes, x: Local): Local => {
  const e = decay(n, x)
  return n.div(n.choose(n.lt(x, n.number(0)), e, n.number(1)), n.add(n.number(1), e))
}

/** log(1 + e^−|x|), from 0 to log 2. */
export const softplusTail = (n: Lanes, x: Local): Local => log1pOfUnit(n, decay(n, x))

export const softplus = (n: Lanes, x: Local): Local => n.add(n.max(x, n.number(0)), softplusTail(n, x))

/** −t / (t + 2) with t = e^−2|x| − 1, and the sign of x. */
export const tanh = (n: Lanes, x: Local): Local => {
  const t = expm1(n, n.mul(n.abs(x), n.number(-2)))
  const size = n.div(n.neg(t), n.add(t, n.number(2)))
  return n.or(size, n.and(x, n.bits(-0x80000000)))
}
