import { apply, type Dims, type Init, type Node, type Op, type Padding, type Table } from './Op.ts'
import { showDims, showName } from './numbering.ts'

const number = (x: number): string => (Object.is(x, -0) ? '-0' : String(x))
const shown = 6
const values = (xs: readonly number[]): string =>
  xs.length === 1
    ? xs.map(number).join('')
    : `[${xs.slice(0, shown).map(number).join(', ')}${xs.length > shown ? `, … ${xs.length} values` : ''}]`

const init = (rule: Init): string => {
  switch (rule.tag) {
    case 'constant':
      return number(rule.value)
    case 'uniform':
      return `uniform ±${number(rule.limit)}`
    case 'normal':
      return `normal ${number(rule.stddev)}`
  }
}

const window = ({ stride, padding }: { readonly stride: number; readonly padding: Padding }): string =>
  `stride ${stride} ${padding}`
const axes = ({ arg }: { readonly arg: { readonly axes: Dims } }): string => `axes ${showDims(arg.axes)}`
const none = (): string => ''

/** What a picture or a listing says of a vertex beside its op, operands and shape. */
const arguments_: Table<void, string> = {
  const: ({ arg }) => values(arg.values),
  data: ({ arg }) => `'${showName(arg.name)}' ${arg.support}`,
  param: ({ arg }) => `'${showName(arg.name)}' from ${init(arg.init)}`,
  state: ({ arg }) => `'${showName(arg.name)}' from ${number(arg.fill)}`,
  noise: ({ arg }) => `'${showName(arg.name)}' ${arg.law}`,
  scalar: ({ arg }) => `'${showName(arg.name)}'`,
  neg: none,
  exp: none,
  expm1: none,
  log: none,
  log1p: none,
  sqrt: none,
  tanh: none,
  sigmoid: none,
  softplus: none,
  lgamma: none,
  digamma: none,
  relu: none,
  abs: none,
  sign: none,
  floor: none,
  stopGradient: none,
  add: none,
  sub: none,
  mul: none,
  div: none,
  max: none,
  min: none,
  less: none,
  equal: none,
  select: none,
  countQuantile: none,
  matmul: ({ arg }) =>
    [arg.transposeA ? 'transposeA' : '', arg.transposeB ? 'transposeB' : ''].filter((flag) => flag !== '').join(' '),
  conv2d: ({ arg }) => window(arg),
  conv2dInput: ({ arg }) => window(arg),
  conv2dFilter: ({ arg }) => window(arg),
  sum: axes,
  maximum: axes,
  reshape: none,
  transpose: ({ arg }) => `perm ${showDims(arg.perm)}`,
  broadcast: none,
  slice: ({ arg }) => `begin ${showDims(arg.begin)}`,
  pad: ({ arg }) => `before ${showDims(arg.before)} after ${showDims(arg.after)}`,
  concat: ({ arg }) => `axis ${arg.axis}`,
  reverse: axes,
  dense: ({ arg }) => arg.activation,
  sigmoidCrossEntropy: none,
}

/** The static argument in words, without what the shape already tells; empty for most ops. */
export const caption = (node: Node): string => apply<void, string, Op>(arguments_, node, undefined)
