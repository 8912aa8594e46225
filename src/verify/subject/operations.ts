import * as O from 'fp-ts/lib/Option.js'
import { categorical } from '../../dist/Categorical.ts'
import { entropyTerms, klTerms, logProbTerms } from '../../dist/family.ts'
import * as b from '../../expr/build.ts'
import { exprOf } from '../../expr/Expr.ts'
import { node } from '../../expr/node.ts'
import type { Node, Op } from '../../expr/Op.ts'
import { type Draw, draws, type Formula, multilinear, pointwise } from './Formula.ts'

const { level, wide, positive } = draws

/** How a formula of an op is made, under the op's name; nothing where it computes no number, or counts. */
type Make = ((name: Op) => Formula) | null

const unary =
  (roundings: number, draw: Draw, of: (x: Node) => Node): Make =>
  (name) =>
    pointwise({ name, roundings, draws: { x: draw }, of: ({ x }) => of(x) })
const binary =
  (roundings: number, of: (x: Node, y: Node) => Node, y: Draw = wide, x: Draw = wide): Make =>
  (name) =>
    pointwise({ name, roundings, draws: { x, y }, of: (at) => of(at.x, at.y) })
const linear =
  (roundings: number, of: (...operands: readonly Node[]) => Node, ...shapes: readonly (readonly number[])[]): Make =>
  (name) =>
    multilinear(name, roundings, wide, shapes, of)

const window = { stride: 1, padding: 'same' } as const
const [picture, filter, pictures] = [
  [2, 5, 5, 3],
  [3, 3, 3, 4],
  [2, 5, 5, 4],
] as const

/** How many roundings each op may be off, the worst of the targets: a new op has to be put here. What is exact may be off by none. */
const operations: { readonly [O in Op]: Make } = {
  const: null,
  data: null,
  param: null,
  state: null,
  noise: null,
  scalar: null,
  neg: unary(0, wide, b.neg),
  exp: unary(4, level, b.exp),
  expm1: unary(6, level, b.expm1),
  log: unary(3, positive, b.log),
  log1p: unary(4, positive, b.log1p),
  sqrt: unary(1, positive, b.sqrt),
  tanh: unary(8, level, b.tanh),
  sigmoid: unary(6, level, b.sigmoid),
  softplus: unary(6, level, b.softplus),
  lgamma: unary(8, positive, b.lgamma),
  digamma: unary(8, positive, b.digamma),
  relu: unary(0, wide, b.relu),
  abs: unary(0, wide, b.abs),
  sign: unary(0, wide, b.sign),
  floor: unary(0, wide, b.floor),
  stopGradient: unary(0, wide, b.stopGradient),
  add: binary(1, b.add),
  sub: binary(1, b.sub),
  mul: binary(1, b.mul),
  div: binary(2, b.div),
  max: binary(0, b.max),
  min: binary(0, b.min),
  less: binary(0, b.less),
  equal: binary(0, b.equal),
  select: linear(0, (yes, no) => b.select(b.less(yes, no), yes, no), [64], [64]),
  countQuantile: null,
  matmul: linear(10, (x, y) => b.matmul(x, y), [8, 64], [64, 8]),
  conv2d: linear(10, (x, f) => node('conv2d', window, x, f), picture, filter),
  conv2dInput: linear(10, (f, y) => node('conv2dInput', { ...window, inputShape: picture }, f, y), filter, pictures),
  conv2dFilter: linear(10, (x, y) => node('conv2dFilter', { ...window, filterShape: filter }, x, y), picture, pictures),
  sum: linear(6, (x) => b.sum(x, [1]), [16, 100]),
  maximum: linear(0, (x) => b.maximum(x, [1]), [16, 10]),
  reshape: linear(0, (x) => b.reshape(x, [8, 6]), [3, 16]),
  transpose: linear(0, (x) => b.transpose(x, [1, 0]), [3, 16]),
  broadcast: linear(0, (x) => b.broadcastTo(x, [4, 16]), [16]),
  slice: linear(0, (x) => b.slice(x, [1, 2], [2, 5]), [3, 16]),
  pad: linear(0, (x) => b.pad(x, [1, 0], [0, 2]), [3, 16]),
  concat: linear(0, (x, y) => b.concat([x, y], 1), [3, 4], [3, 5]),
  reverse: linear(0, (x) => node('reverse', { axes: [1] }, x), [3, 16]),
  dense: linear(10, (x, w, bias) => node('dense', { activation: 'linear' }, x, w, bias), [8, 16], [16, 8], [8]),
  sigmoidCrossEntropy: binary(6, b.sigmoidCrossEntropy, draws.coin, level),
}

/** Every op that computes. */
export const operationFormulas = (): readonly Formula[] =>
  Object.entries<Make>(operations).flatMap(([name, make]) => (make === null ? [] : [make(name as Op)]))

const CHOICES = 4
const choice = (logits: Node): ReturnType<typeof categorical<[number]>> => categorical(exprOf<[number]>(logits))

/** What is of several numbers, and so no density of one. */
export const choiceFormulas = (): readonly Formula[] => [
  pointwise({ name: 'log Σ exp', roundings: 8, length: CHOICES, draws: { x: level }, of: ({ x }) => b.logSumExp(x) }),
  pointwise({
    name: 'Categorical: log p',
    roundings: 8,
    length: CHOICES,
    draws: { logits: level },
    of: ({ logits }) => b.sum(logProbTerms(choice(logits), b.literal([0, 1, 0, 0], [CHOICES]))),
  }),
  pointwise({
    name: 'Categorical: entropy',
    roundings: 8,
    length: CHOICES,
    draws: { logits: level },
    of: ({ logits }) => b.sum(O.getOrElse((): Node => logits)(entropyTerms(choice(logits)))),
  }),
  pointwise({
    name: 'KL(Categorical‖Categorical)',
    roundings: 8,
    length: CHOICES,
    draws: { q: level, p: level },
    of: ({ q, p }) => b.sum(O.getOrElse((): Node => q)(klTerms(choice(q), choice(p)))),
  }),
]
