import { literal, reshape } from '../../expr/build.ts'
import { node } from '../../expr/node.ts'
import type { Dims, Node, Op, OpArgs, Padding } from '../../expr/Op.ts'
import { convExtent } from '../../expr/signature.ts'
import { sizeOf } from '../../expr/Tensor.ts'
import type { LeafOp, Pool } from './Pool.ts'

type Maker = (pool: Pool) => Node
type Plain = { readonly [O in Op]: OpArgs['neg'] extends OpArgs[O] ? O : never }[Op]

const leaf =
  (op: LeafOp): Maker =>
  ({ leaf, dims, random }) =>
    leaf(op, op === 'scalar' ? [] : dims(random.below(4)))
const unary =
  (op: Plain, bound = 8): Maker =>
  ({ any, tame }) =>
    node(op, {}, tame(any(), bound))
const onPositive =
  (op: Plain): Maker =>
  ({ any, positive }) =>
    node(op, {}, positive(any()))
const binary =
  (op: Plain): Maker =>
  ({ any, of, random }) => {
    const x = any()
    return random.chance(0.5) ? node(op, {}, x, of(x.shape)) : node(op, {}, of(x.shape), x)
  }
const comparison =
  (op: 'less' | 'equal'): Maker =>
  ({ exact }) => {
    const x = exact()
    return node(op, {}, x, exact(x.shape))
  }

/** Some of the axes, at least one, ascending. */
const someAxes = (rank: number, { random }: Pool): Dims => {
  const axes = Array.from({ length: rank }, (_, i) => i).filter(() => random.chance(0.5))
  return axes.length > 0 ? axes : [random.below(rank)]
}
const overAxes =
  (op: 'sum' | 'maximum' | 'reverse'): Maker =>
  (pool) => {
    const x = pool.ranked(1)
    return node(op, { axes: someAxes(x.shape.length, pool) }, x)
  }

/** A convolution that fits: its window, and the shapes of its input, filter and output. */
const convolution = ({
  random,
}: Pool): { readonly arg: OpArgs['conv2d']; readonly input: Dims; readonly filter: Dims; readonly output: Dims } => {
  const arg = { stride: 1 + random.below(3), padding: random.pick<Padding>('same', 'valid') }
  const [batch, height, width, channels, filters] = [
    1 + random.below(2),
    3 + random.below(4),
    3 + random.below(4),
    1 + random.below(3),
    1 + random.below(3),
  ]
  const [kernelHeight, kernelWidth] = [1 + random.below(3), 1 + random.below(3)]
  const out = [
    convExtent(height, kernelHeight, arg.stride, arg.padding),
    convExtent(width, kernelWidth, arg.stride, arg.padding),
  ]
  return {
    arg,
    input: [batch, height, width, channels],
    filter: [kernelHeight, kernelWidth, channels, filters],
    output: [batch, ...out, filters],
  }
}

/** Another shape of as many elements, of rank 4 at most. */
const reshaped = (shape: Dims, { random }: Pool): Dims => {
  const size = sizeOf(shape)
  const divisors = Array.from({ length: size }, (_, i) => i + 1).filter((d) => size % d === 0)
  const divisor = random.pick(size, ...divisors)
  return random.pick<Dims>(
    [size],
    [divisor, size / divisor],
    [1, size],
    [divisor, 1, size / divisor],
    shape.filter((d) => d > 1),
  )
}

/** How to make a well-formed vertex of every op from what the pool has. */
export const makers: { readonly [O in Op]: Maker } = {
  const: leaf('const'),
  data: leaf('data'),
  param: leaf('param'),
  state: leaf('state'),
  noise: leaf('noise'),
  scalar: leaf('scalar'),
  neg: unary('neg'),
  exp: unary('exp', 2),
  expm1: unary('expm1', 2),
  log: onPositive('log'),
  log1p: onPositive('log1p'),
  sqrt: onPositive('sqrt'),
  tanh: unary('tanh'),
  sigmoid: unary('sigmoid'),
  softplus: unary('softplus'),
  lgamma: onPositive('lgamma'),
  digamma: onPositive('digamma'),
  relu: unary('relu'),
  abs: unary('abs'),
  sign: ({ exact }) => node('sign', {}, exact()),
  floor: ({ exact }) => node('floor', {}, exact()),
  stopGradient: unary('stopGradient'),
  add: binary('add'),
  sub: binary('sub'),
  mul: binary('mul'),
  div: ({ any, of, positive }) => {
    const x = any()
    return node('div', {}, x, positive(of(x.shape)))
  },
  max: binary('max'),
  min: binary('min'),
  less: comparison('less'),
  equal: comparison('equal'),
  select: ({ exact, of }) => {
    const condition = exact()
    return node('select', {}, condition, of(condition.shape), of(condition.shape))
  },
  countQuantile: ({ random, dims }) => {
    const shape = dims(random.below(4))
    const each = (low: number, high: number): Node =>
      literal(
        Array.from({ length: sizeOf(shape) }, () => random.within(low, high)),
        shape,
      )
    const dispersion = random.chance(0.5) ? node('const', { shape, values: [0] }) : each(0.25, 1)
    return node('countQuantile', {}, each(0, 0.999), each(0, 4), dispersion)
  },
  matmul: ({ ranked, of, random }) => {
    const a = ranked(2)
    const arg = { transposeA: random.chance(0.5), transposeB: random.chance(0.5) }
    const k = a.shape.at(arg.transposeA ? -2 : -1) ?? 1
    const n = 1 + random.below(4)
    return node('matmul', arg, a, of([...a.shape.slice(0, -2), ...(arg.transposeB ? [n, k] : [k, n])]))
  },
  conv2d: (pool) => {
    const { arg, input, filter } = convolution(pool)
    return node('conv2d', arg, pool.of(input), pool.of(filter))
  },
  conv2dInput: (pool) => {
    const { arg, input, filter, output } = convolution(pool)
    return node('conv2dInput', { ...arg, inputShape: input }, pool.of(filter), pool.of(output))
  },
  conv2dFilter: (pool) => {
    const { arg, input, filter, output } = convolution(pool)
    return node('conv2dFilter', { ...arg, filterShape: filter }, pool.of(input), pool.of(output))
  },
  sum: overAxes('sum'),
  maximum: overAxes('maximum'),
  reshape: (pool) => {
    const x = pool.any()
    return node('reshape', { shape: reshaped(x.shape, pool) }, x)
  },
  transpose: ({ ranked, random }) => {
    const x = ranked(2)
    const left = x.shape.map((_, axis) => axis)
    return node('transpose', { perm: x.shape.flatMap(() => left.splice(random.below(left.length), 1)) }, x)
  },
  broadcast: ({ any, random }) => {
    const x = any()
    const repeated = x.shape.map((d) => (d === 1 ? 1 + random.below(3) : d))
    return node('broadcast', { shape: x.shape.length < 3 ? [1 + random.below(3), ...repeated] : repeated }, x)
  },
  slice: ({ ranked, random }) => {
    const x = ranked(1)
    const size = x.shape.map((d) => 1 + random.below(d))
    return node('slice', { begin: x.shape.map((d, i) => random.below(d - (size[i] ?? d) + 1)), size }, x)
  },
  pad: ({ ranked, random }) => {
    const x = ranked(1)
    return node('pad', { before: x.shape.map(() => random.below(3)), after: x.shape.map(() => random.below(2)) }, x)
  },
  concat: ({ ranked, of, random }) => {
    const x = ranked(1)
    const axis = random.below(x.shape.length)
    const others = Array.from({ length: 1 + random.below(2) }, () =>
      of(x.shape.map((d, i) => (i === axis ? 1 + random.below(3) : d))),
    )
    return node('concat', { axis }, ...(random.chance(0.5) ? [x, ...others] : [...others, x]))
  },
  reverse: overAxes('reverse'),
  dense: ({ ranked, of, random }) => {
    const x = ranked(1)
    const [features, units] = [x.shape.at(-1) ?? 1, 1 + random.below(4)]
    return node(
      'dense',
      { activation: random.pick('linear', 'relu', 'sigmoid', 'tanh') },
      reshape(x, [sizeOf(x.shape) / features, features]),
      of([features, units]),
      of([units]),
    )
  },
  sigmoidCrossEntropy: binary('sigmoidCrossEntropy'),
}
