import type { Activation, Dims, Node, OpArgs, Table } from '../../../../src/expr/Op.ts'

/**
 * A second evaluation, from the definitions and over nested arrays. Its shapes come from the nesting, not from `signature`, and it
 * shares no code with the reference; it is far too slow for anything else.
 */
export type Nested = number | readonly Nested[]
type Of = (operand: Node | undefined) => Nested

export const shapeOf = (x: Nested): Dims => {
  if (typeof x === 'number') return []
  const inner = x.map(shapeOf)
  if (new Set(inner.map(String)).size !== 1) throw new Error('ragged')
  return [x.length, ...(inner[0] ?? [])]
}

export const flat = (x: Nested): readonly number[] => (typeof x === 'number' ? [x] : x.flatMap(flat))

export const build = (shape: Dims, element: (index: Dims) => number, index: Dims = []): Nested => {
  const [first, ...rest] = shape
  return first === undefined
    ? element(index)
    : Array.from({ length: first }, (_, i) => build(rest, element, [...index, i]))
}

/** The element at an index; 0 outside. */
const at = (x: Nested, index: Dims): number => {
  const [first, ...rest] = index
  if (typeof x === 'number') return x
  const inner = first === undefined ? undefined : x[first]
  return inner === undefined ? 0 : at(inner, rest)
}

/** Every element with its index. */
const elements = (x: Nested, f: (value: number, index: Dims) => void): void => {
  build(shapeOf(x), (index) => {
    f(at(x, index), index)
    return 0
  })
}

const map =
  (f: (x: number) => number) =>
  ({ src: [a] }: Node, of: Of): Nested => {
    const x = of(a)
    return build(shapeOf(x), (i) => f(at(x, i)))
  }
const zip =
  (f: (x: number, y: number) => number) =>
  ({ src: [a, b] }: Node, of: Of): Nested => {
    const [x, y] = [of(a), of(b)]
    return build(shapeOf(x), (i) => f(at(x, i), at(y, i)))
  }
const fold = (x: Nested, axes: Dims, f: (xs: readonly number[]) => number): Nested => {
  const shape = shapeOf(x)
  const groups = new Map<string, number[]>()
  const kept = (index: Dims): Dims => index.filter((_, axis) => !axes.includes(axis))
  elements(x, (value, index) => groups.set(String(kept(index)), [...(groups.get(String(kept(index))) ?? []), value]))
  return build(kept(shape), (index) => f(groups.get(String(index)) ?? []))
}
const total = (xs: readonly number[]): number => xs.reduce((a, b) => a + b, 0)
const range = (n: number): readonly number[] => Array.from({ length: n }, (_, i) => i)
const last = (x: Nested, back: number): number => shapeOf(x).at(-back) ?? 1

const swapped = (x: Nested): Nested => {
  const shape = shapeOf(x)
  const swap = (s: Dims): Dims => [...s.slice(0, -2), s.at(-1) ?? 1, s.at(-2) ?? 1]
  return build(swap(shape), (i) => at(x, swap(i)))
}
const product = (a: Nested, b: Nested): Nested =>
  build([...shapeOf(a).slice(0, -1), last(b, 1)], (i) =>
    total(range(last(a, 1)).map((k) => at(a, [...i.slice(0, -1), k]) * at(b, [...i.slice(0, -2), k, i.at(-1) ?? 0]))),
  )

/** Zeros before, and how many outputs; see "same" and "valid" in TensorFlow's tf.nn documentation. */
const window = (input: number, kernel: number, { stride, padding }: OpArgs['conv2d']): readonly [number, number] => {
  if (padding === 'valid') return [0, Math.ceil((input - kernel + 1) / stride)]
  const along = input % stride === 0 ? Math.max(kernel - stride, 0) : Math.max(kernel - (input % stride), 0)
  return [Math.floor(along / 2), Math.ceil(input / stride)]
}
const convolution = (x: Nested, w: Nested, arg: OpArgs['conv2d']): Nested => {
  const [batch = 1, height = 1, width = 1, channels = 1] = shapeOf(x)
  const [kh = 1, kw = 1, , filters = 1] = shapeOf(w)
  const [top, rows] = window(height, kh, arg)
  const [left, columns] = window(width, kw, arg)
  return build([batch, rows, columns, filters], ([n = 0, r = 0, c = 0, f = 0]) =>
    total(
      range(kh).flatMap((i) =>
        range(kw).flatMap((j) =>
          range(channels).map(
            (k) => at(x, [n, r * arg.stride + i - top, c * arg.stride + j - left, k]) * at(w, [i, j, k, f]),
          ),
        ),
      ),
    ),
  )
}
/** The gradient of a linear map at `y`: its adjoint, found by sending every basis vector through it. */
const adjoint = (shape: Dims, map: (x: Nested) => Nested, y: Nested): Nested =>
  build(shape, (where) => {
    const image = map(build(shape, (i) => (String(i) === String(where) ? 1 : 0)))
    const [a, b] = [flat(image), flat(y)]
    return total(a.map((v, i) => v * (b[i] ?? Number.NaN)))
  })

const activation = (kind: Activation, x: number): number =>
  ({
    linear: x,
    relu: Math.max(x, 0),
    sigmoid: 1 / (1 + Math.exp(-x)),
    tanh: (Math.exp(x) - Math.exp(-x)) / (Math.exp(x) + Math.exp(-x)),
  })[kind]

const steps = Array.from({ length: 40 }, (_, k) => k)
/** From far out, where three terms of the asymptotic series do, back by the recurrence. */
const logGamma = (x: number): number => {
  const y = x + 40
  const far = (y - 0.5) * Math.log(y) - y + Math.log(2 * Math.PI) / 2 + 1 / (12 * y) - 1 / (360 * y ** 3)
  return far + 1 / (1260 * y ** 5) - total(steps.map((k) => Math.log(x + k)))
}
const psi = (x: number): number => {
  const y = x + 40
  const far = Math.log(y) - 1 / (2 * y) - 1 / (12 * y ** 2) + 1 / (120 * y ** 4) - 1 / (252 * y ** 6)
  return far - total(steps.map((k) => 1 / (x + k)))
}
/** The least k with p(0) + … + p(k) above u, each term by itself. */
const quantile = (u: number, mean: number, dispersion: number): number => {
  const poisson = (k: number): number => Math.exp(k * Math.log(mean) - mean - logGamma(k + 1))
  const r = 1 / dispersion
  const p = mean / (r + mean)
  const negativeBinomial = (k: number): number =>
    Math.exp(logGamma(k + r) - logGamma(r) - logGamma(k + 1)) * (1 - p) ** r * p ** k
  let [k, sum] = [-1, 0]
  while (sum <= u) sum += (dispersion === 0 ? poisson : negativeBinomial)(++k)
  return k
}

const ownLeaf = (node: Node, of: Of): Nested => of(node)

export const nested: Table<Of, Nested> = {
  const: ({ arg }) => {
    let next = 0
    return build(arg.shape, () => arg.values[arg.values.length === 1 ? 0 : next++] ?? Number.NaN)
  },
  data: ownLeaf,
  param: ownLeaf,
  state: ownLeaf,
  noise: ownLeaf,
  scalar: ownLeaf,
  neg: map((x) => 0 - x),
  exp: map((x) => Math.E ** x),
  expm1: map((x) => Math.exp(x) - 1),
  log: map((x) => Math.log2(x) * Math.LN2),
  log1p: map((x) => Math.log(1 + x)),
  sqrt: map((x) => x ** 0.5),
  tanh: map((x) => 1 - 2 / (1 + Math.exp(2 * x))),
  sigmoid: map((x) => 1 / (1 + Math.exp(-x))),
  softplus: map((x) => Math.log(1 + Math.exp(x))),
  lgamma: map(logGamma),
  digamma: map(psi),
  relu: map((x) => (x > 0 ? x : 0)),
  abs: map((x) => (x < 0 ? -x : x)),
  sign: map((x) => (x > 0 ? 1 : x < 0 ? -1 : 0)),
  floor: map((x) => x - (((x % 1) + 1) % 1)),
  stopGradient: map((x) => x),
  add: zip((x, y) => x + y),
  sub: zip((x, y) => x - y),
  mul: zip((x, y) => x * y),
  div: zip((x, y) => x / y),
  max: zip((x, y) => (x > y ? x : y)),
  min: zip((x, y) => (x < y ? x : y)),
  less: zip((x, y) => Number(x < y)),
  equal: zip((x, y) => Number(x === y)),
  select: ({ src: [c, a, b] }, of) => {
    const [condition, yes, no] = [of(c), of(a), of(b)]
    return build(shapeOf(condition), (i) => (at(condition, i) === 0 ? at(no, i) : at(yes, i)))
  },
  countQuantile: ({ src: [level, mean, dispersion] }, of) => {
    const [u, mu, alpha] = [of(level), of(mean), of(dispersion)]
    return build(shapeOf(u), (i) => quantile(at(u, i), at(mu, i), at(alpha, i)))
  },
  matmul: ({ arg, src: [a, b] }, of) =>
    product(arg.transposeA ? swapped(of(a)) : of(a), arg.transposeB ? swapped(of(b)) : of(b)),
  conv2d: ({ arg, src: [x, w] }, of) => convolution(of(x), of(w), arg),
  conv2dInput: ({ arg, src: [w, y] }, of) => adjoint(arg.inputShape, (x) => convolution(x, of(w), arg), of(y)),
  conv2dFilter: ({ arg, src: [x, y] }, of) => adjoint(arg.filterShape, (w) => convolution(of(x), w, arg), of(y)),
  sum: ({ arg, src: [x] }, of) => fold(of(x), arg.axes, total),
  maximum: ({ arg, src: [x] }, of) => fold(of(x), arg.axes, (xs) => [...xs].sort((a, b) => b - a)[0] ?? Number.NaN),
  reshape: ({ arg, src: [x] }, of) => {
    const queue = [...flat(of(x))]
    const made = build(arg.shape, () => queue.shift() ?? Number.NaN)
    if (queue.length > 0) throw new Error('elements left over')
    return made
  },
  transpose: ({ arg, src: [a] }, of) => {
    const x = of(a)
    const shape = shapeOf(x)
    return build(
      arg.perm.map((p) => shape[p] ?? 0),
      (i) =>
        at(
          x,
          arg.perm.map((_, axis) => i[arg.perm.indexOf(axis)] ?? 0),
        ),
    )
  },
  broadcast: ({ arg, src: [a] }, of) => {
    const x = of(a)
    const shape = shapeOf(x)
    return build(arg.shape, (i) =>
      at(
        x,
        i.slice(i.length - shape.length).map((k, axis) => k % (shape[axis] ?? 1)),
      ),
    )
  },
  slice: ({ arg, src: [a] }, of) => {
    const take = (x: Nested, depth: number): Nested => {
      const begin = arg.begin[depth] ?? 0
      return typeof x === 'number'
        ? x
        : x.slice(begin, begin + (arg.size[depth] ?? 0)).map((inner) => take(inner, depth + 1))
    }
    return take(of(a), 0)
  },
  pad: ({ arg, src: [a] }, of) => {
    const x = of(a)
    return build(
      shapeOf(x).map((d, axis) => d + (arg.before[axis] ?? 0) + (arg.after[axis] ?? 0)),
      (i) =>
        at(
          x,
          i.map((k, axis) => k - (arg.before[axis] ?? 0)),
        ),
    )
  },
  concat: ({ arg, src }, of) => {
    const join = (parts: readonly Nested[], depth: number): Nested => {
      const lists = parts.map((part) => (typeof part === 'number' ? [] : part))
      return depth === arg.axis
        ? lists.flat(1)
        : (lists[0] ?? []).map((_, i) =>
            join(
              lists.flatMap((list) => [list[i] ?? 0]),
              depth + 1,
            ),
          )
    }
    return join(src.map(of), 0)
  },
  reverse: ({ arg, src: [a] }, of) => {
    const turn = (x: Nested, depth: number): Nested => {
      if (typeof x === 'number') return x
      const inner = x.map((each) => turn(each, depth + 1))
      return arg.axes.includes(depth) ? inner.toReversed() : inner
    }
    return turn(of(a), 0)
  },
  dense: ({ arg, src: [x, w, b] }, of) => {
    const before = product(of(x), of(w))
    return build(shapeOf(before), ([i = 0, j = 0]) => activation(arg.activation, at(before, [i, j]) + at(of(b), [j])))
  },
  sigmoidCrossEntropy: zip((l, t) => {
    const p = 1 / (1 + Math.exp(-l))
    return -(t * Math.log(p) + (1 - t) * Math.log(1 - p))
  }),
}
