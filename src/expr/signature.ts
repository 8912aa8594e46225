import * as E from 'fp-ts/lib/Either.js'
import type { Dims, NodeFor, Op, OpArgs, Padding } from './Op.ts'
import type { Operands } from './operands.ts'

type Checked = E.Either<string, Dims>
/** A vertex before it exists: what the shape rule sees. */
export type Draft<O extends Op> = Pick<NodeFor<O>, 'arg' | 'src'>
type Rule<O extends Op> = (draft: Draft<O>) => Checked
export type Signature = { readonly [O in Op]: Rule<O> }

const show = (shape: Dims): string => `[${shape.join(', ')}]`
const equalDims = (a: Dims, b: Dims): boolean => a.length === b.length && a.every((d, i) => d === b[i])
const size = (shape: Dims): number => shape.reduce((n, d) => n * d, 1)
const operand = (draft: Draft<Op>, i: number): Dims => draft.src[i]?.shape ?? []

const arity = <O extends Op>(op: O, n: Operands<O>['length'], draft: Draft<O>, rule: () => Checked): Checked =>
  draft.src.length === n ? rule() : E.left(`${op} takes ${n} operands but got ${draft.src.length}`)

const leaf =
  <O extends 'data' | 'param' | 'state' | 'noise'>(op: O): Rule<O> =>
  (draft) =>
    arity(op, 0, draft, () =>
      draft.arg.shape.every((d) => Number.isInteger(d) && d >= 1)
        ? E.right(draft.arg.shape)
        : E.left(
            `${op} '${draft.arg.name}': every dimension must be a natural number but got ${show(draft.arg.shape)}`,
          ),
    )

const elementwise =
  <O extends Op>(op: O, n: Operands<O>['length']): Rule<O> =>
  (draft) =>
    arity(op, n, draft, () => {
      const first = operand(draft, 0)
      const odd = draft.src.find((s) => !equalDims(s.shape, first))
      return odd === undefined
        ? E.right(first)
        : E.left(`${op}: operands differ: ${show(first)} and ${show(odd.shape)}`)
    })

const reduction =
  <O extends 'sum' | 'maximum'>(op: O): Rule<O> =>
  (draft) =>
    arity(op, 1, draft, () => {
      const from = operand(draft, 0)
      const { axes } = draft.arg
      const ascending = axes.every(
        (a, i) => Number.isInteger(a) && a >= 0 && a < from.length && (i === 0 || a > (axes[i - 1] ?? -1)),
      )
      return ascending
        ? E.right(from.filter((_, i) => !axes.includes(i)))
        : E.left(`${op}: axes ${show(axes)} do not fit ${show(from)}`)
    })

/** One extent of a convolution's output. */
export const convExtent = (input: number, kernel: number, stride: number, padding: Padding): number =>
  padding === 'same' ? Math.ceil(input / stride) : Math.floor((input - kernel) / stride) + 1

/** What conv2d makes of an input [N, H, W, C] and a filter [h, w, C, F], or nothing where they do not fit. */
const convShape = (input: Dims, filter: Dims, stride: number, padding: Padding): Dims | undefined => {
  const [n, h, w, c] = input
  const [kh, kw, i, f] = filter
  if (n === undefined || h === undefined || w === undefined || kh === undefined || kw === undefined || f === undefined)
    return undefined
  if (input.length !== 4 || filter.length !== 4 || c !== i || !Number.isInteger(stride) || stride < 1) return undefined
  const out = [convExtent(h, kh, stride, padding), convExtent(w, kw, stride, padding)]
  return out.every((d) => d >= 1) ? [n, ...out, f] : undefined
}

const conv = (op: Op, input: Dims, filter: Dims, output: Dims, arg: OpArgs['conv2d'], result: Dims): Checked => {
  const expected = convShape(input, filter, arg.stride, arg.padding)
  return expected !== undefined && equalDims(expected, output)
    ? E.right(result)
    : E.left(
        `${op}: input ${show(input)}, filter ${show(filter)} and output ${show(output)} do not fit (stride ${arg.stride}, ${arg.padding})`,
      )
}

/** The shape rule of every op: the shape of the result, or what is wrong with the operands. */
export const signature: Signature = {
  const: ({ arg }) =>
    arg.values.length === 1 || arg.values.length === size(arg.shape)
      ? E.right(arg.shape)
      : E.left(`const: ${arg.values.length} values do not fill ${show(arg.shape)}`),
  data: leaf('data'),
  param: leaf('param'),
  state: leaf('state'),
  noise: leaf('noise'),
  scalar: (draft) => arity('scalar', 0, draft, () => E.right([])),
  neg: elementwise('neg', 1),
  exp: elementwise('exp', 1),
  expm1: elementwise('expm1', 1),
  log: elementwise('log', 1),
  log1p: elementwise('log1p', 1),
  sqrt: elementwise('sqrt', 1),
  tanh: elementwise('tanh', 1),
  sigmoid: elementwise('sigmoid', 1),
  softplus: elementwise('softplus', 1),
  lgamma: elementwise('lgamma', 1),
  digamma: elementwise('digamma', 1),
  relu: elementwise('relu', 1),
  abs: elementwise('abs', 1),
  sign: elementwise('sign', 1),
  floor: elementwise('floor', 1),
  stopGradient: elementwise('stopGradient', 1),
  add: elementwise('add', 2),
  sub: elementwise('sub', 2),
  mul: elementwise('mul', 2),
  div: elementwise('div', 2),
  max: elementwise('max', 2),
  min: elementwise('min', 2),
  less: elementwise('less', 2),
  equal: elementwise('equal', 2),
  select: elementwise('select', 3),
  countQuantile: elementwise('countQuantile', 3),
  matmul: (draft) =>
    arity('matmul', 2, draft, () => {
      const [a, b] = [operand(draft, 0), operand(draft, 1)]
      const lead = a.slice(0, -2)
      const [m, k] = draft.arg.transposeA ? [a.at(-1), a.at(-2)] : [a.at(-2), a.at(-1)]
      const [k2, n] = draft.arg.transposeB ? [b.at(-1), b.at(-2)] : [b.at(-2), b.at(-1)]
      return m !== undefined && n !== undefined && k === k2 && equalDims(lead, b.slice(0, -2))
        ? E.right([...lead, m, n])
        : E.left(
            `matmul: ${show(a)} and ${show(b)} do not fit (transposeA ${draft.arg.transposeA}, transposeB ${draft.arg.transposeB})`,
          )
    }),
  conv2d: (draft) =>
    arity('conv2d', 2, draft, () => {
      const [input, filter] = [operand(draft, 0), operand(draft, 1)]
      const out = convShape(input, filter, draft.arg.stride, draft.arg.padding) ?? []
      return conv('conv2d', input, filter, out, draft.arg, out)
    }),
  conv2dInput: (draft) =>
    arity('conv2dInput', 2, draft, () =>
      conv('conv2dInput', draft.arg.inputShape, operand(draft, 0), operand(draft, 1), draft.arg, draft.arg.inputShape),
    ),
  conv2dFilter: (draft) =>
    arity('conv2dFilter', 2, draft, () =>
      conv(
        'conv2dFilter',
        operand(draft, 0),
        draft.arg.filterShape,
        operand(draft, 1),
        draft.arg,
        draft.arg.filterShape,
      ),
    ),
  sum: reduction('sum'),
  maximum: reduction('maximum'),
  reshape: (draft) =>
    arity('reshape', 1, draft, () =>
      size(operand(draft, 0)) === size(draft.arg.shape)
        ? E.right(draft.arg.shape)
        : E.left(`reshape: cannot view ${show(operand(draft, 0))} as ${show(draft.arg.shape)}`),
    ),
  transpose: (draft) =>
    arity('transpose', 1, draft, () => {
      const from = operand(draft, 0)
      const { perm } = draft.arg
      return perm.length === from.length && from.every((_, i) => perm.includes(i))
        ? E.right(perm.map((p) => from[p] ?? 1))
        : E.left(`transpose: ${show(perm)} does not permute the axes of ${show(from)}`)
    }),
  broadcast: (draft) =>
    arity('broadcast', 1, draft, () => {
      const from = operand(draft, 0)
      const { shape } = draft.arg
      const fits =
        from.length <= shape.length && from.every((d, i) => d === 1 || d === shape[i + shape.length - from.length])
      return fits ? E.right(shape) : E.left(`broadcast: ${show(from)} does not repeat into ${show(shape)}`)
    }),
  slice: (draft) =>
    arity('slice', 1, draft, () => {
      const from = operand(draft, 0)
      const { begin, size: extent } = draft.arg
      const fits =
        begin.length === from.length &&
        extent.length === from.length &&
        from.every((d, i) => (begin[i] ?? -1) >= 0 && (extent[i] ?? 0) >= 1 && (begin[i] ?? 0) + (extent[i] ?? 0) <= d)
      return fits ? E.right(extent) : E.left(`slice: begin ${show(begin)}, size ${show(extent)} leaves ${show(from)}`)
    }),
  pad: (draft) =>
    arity('pad', 1, draft, () => {
      const from = operand(draft, 0)
      const { before, after } = draft.arg
      const fits =
        before.length === from.length && after.length === from.length && [...before, ...after].every((d) => d >= 0)
      return fits
        ? E.right(from.map((d, i) => d + (before[i] ?? 0) + (after[i] ?? 0)))
        : E.left(`pad: ${show(before)} and ${show(after)} do not fit ${show(from)}`)
    }),
  concat: (draft) => {
    const { axis } = draft.arg
    const shapes = draft.src.map((s) => s.shape)
    const first = shapes[0] ?? []
    const rest = (s: Dims): Dims => s.filter((_, i) => i !== axis)
    return first.length > axis &&
      axis >= 0 &&
      shapes.every((s) => s.length === first.length && equalDims(rest(s), rest(first)))
      ? E.right(first.map((d, i) => (i === axis ? shapes.reduce((n, s) => n + (s[axis] ?? 0), 0) : d)))
      : E.left(`concat: ${shapes.map(show).join(', ')} do not join along axis ${axis}`)
  },
  reverse: (draft) =>
    arity('reverse', 1, draft, () =>
      draft.arg.axes.every((a) => a >= 0 && a < operand(draft, 0).length)
        ? E.right(operand(draft, 0))
        : E.left(`reverse: axes ${show(draft.arg.axes)} do not fit ${show(operand(draft, 0))}`),
    ),
  dense: (draft) =>
    arity('dense', 3, draft, () => {
      const [x, w, b] = [operand(draft, 0), operand(draft, 1), operand(draft, 2)]
      const [m, n] = [x[0], w[1]]
      return m !== undefined &&
        n !== undefined &&
        x.length === 2 &&
        w.length === 2 &&
        x[1] === w[0] &&
        equalDims(b, [n])
        ? E.right([m, n])
        : E.left(`dense: ${show(x)}, ${show(w)} and ${show(b)} do not fit`)
    }),
  sigmoidCrossEntropy: elementwise('sigmoidCrossEntropy', 2),
}
