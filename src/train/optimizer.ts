import * as t from 'io-ts'
import { match } from 'ts-pattern'
import { unknownOptions } from '../error.ts'
import * as b from '../expr/build.ts'
import { node } from '../expr/node.ts'
import type { Node, NodeOf } from '../expr/Op.ts'
import { isOutside } from '../model/messages.ts'
import { type Horizon, type Schedule, scheduleAt, scheduleCodec, scheduleProblems } from '../schedule/index.ts'
import { areZero } from '../transform/areZero.ts'

/** `clip` bounds the global norm of the gradient first; null does not. */
interface Descent {
  readonly learningRate: Schedule
  readonly clip: number | null
}
interface Moments extends Descent {
  readonly beta1: number
  readonly beta2: number
  readonly epsilon: number
}
interface Sgd extends Descent {
  readonly tag: 'sgd'
  readonly momentum: number
}
interface Adam extends Moments {
  readonly tag: 'adam'
}
interface AdamW extends Moments {
  readonly tag: 'adamW'
  readonly weightDecay: number
}
/** How gradients become updates, as data. */
export type Optimizer = Sgd | Adam | AdamW

const descent = { learningRate: scheduleCodec, clip: t.union([t.number, t.null]) }
const moments = { ...descent, beta1: t.number, beta2: t.number, epsilon: t.number }
export const Optimizer: t.Type<Optimizer, unknown, unknown> = t.union([
  t.type({ tag: t.literal('sgd'), ...descent, momentum: t.number }),
  t.type({ tag: t.literal('adam'), ...moments }),
  t.type({ tag: t.literal('adamW'), ...moments, weightDecay: t.number }),
])

/** Stochastic gradient descent; with momentum μ the update is v ← μv + g, p ← p − ηv. Source  Sutskever et al. 2013, eq. 1–2 (PyTorch's form) */
export const sgd = (
  learningRate: Schedule,
  { momentum, ...unknown }: { readonly momentum?: number } = {},
): Optimizer => ({
  tag: 'sgd',
  learningRate,
  momentum: momentum ?? 0,
  clip: null,
  ...unknown,
})

interface AdamOptions {
  readonly beta1?: number
  readonly beta2?: number
  readonly epsilon?: number
}
const adamOf = (learningRate: Schedule, { beta1, beta2, epsilon, ...unknown }: AdamOptions): Moments => ({
  learningRate,
  beta1: beta1 ?? 0.9,
  beta2: beta2 ?? 0.999,
  epsilon: epsilon ?? 1e-8,
  clip: null,
  ...unknown,
})

/** Source  Kingma & Ba 2015, arXiv:1412.6980, Algorithm 1 */
export const adam = (learningRate: Schedule, options: AdamOptions = {}): Optimizer => ({
  tag: 'adam',
  ...adamOf(learningRate, options),
})

/** Adam with decay of the weights apart from the gradient. Source  Loshchilov & Hutter 2019, arXiv:1711.05101, Algorithm 2 */
export const adamW = (
  learningRate: Schedule,
  { weightDecay, ...options }: AdamOptions & { readonly weightDecay?: number } = {},
): Optimizer => ({
  tag: 'adamW',
  ...adamOf(learningRate, options),
  weightDecay: weightDecay ?? 0.01,
})

/** Scale the gradient of all parameters together down to this norm. Source  Pascanu et al. 2013, arXiv:1211.5063, Algorithm 1 */
export const clipByGlobalNorm =
  (norm: number) =>
  (optimizer: Optimizer): Optimizer => ({ ...optimizer, clip: norm })

type Updates = Readonly<Record<string, Node>>
type Param = NodeOf<'param'>
type Rule = (param: Param, gradient: Node) => Updates

const state = (name: string, of: Node): Node => node('state', { name, shape: of.shape, fill: 0 })

const clipped = (gradients: readonly Node[], bound: number): readonly Node[] => {
  const norm = b.sqrt(b.addAll(gradients.map((g) => b.sum(b.square(g)))))
  const factor = b.min(1, b.div(bound, b.max(norm, 1e-12)))
  return gradients.map((g) => b.mul(g, factor))
}

const sgdRule =
  (o: Sgd, rate: Node): Rule =>
  (param, g) => {
    const { name } = param.arg
    if (o.momentum === 0) return { [name]: b.sub(param, b.mul(rate, g)) }
    const slot = `sgd/velocity/${name}`
    const velocity = b.add(b.mul(o.momentum, state(slot, param)), g)
    return { [slot]: velocity, [name]: b.sub(param, b.mul(rate, velocity)) }
  }

/** The bias corrections are taken out of the elementwise part: η·m̂/(√v̂ + ε) = (η√c₂/c₁)·m/(√v + ε√c₂), with cᵢ = 1 − βᵢᵗ. */
const adamRule = (o: Adam | AdamW, rate: Node, step: Node, decay: number): Rule => {
  const correction = (beta: number): Node => b.neg(b.expm1(b.mul(Math.log(beta), b.add(step, 1))))
  const root = b.sqrt(correction(o.beta2))
  const size = b.div(b.mul(rate, root), correction(o.beta1))
  const epsilon = b.mul(o.epsilon, root)
  const shrink = b.sub(1, b.mul(rate, decay))
  return (param, g) => {
    const { name } = param.arg
    const [firstSlot, secondSlot] = [`adam/m/${name}`, `adam/v/${name}`]
    const [m, v] = [state(firstSlot, param), state(secondSlot, param)]
    const first = b.add(m, b.mul(1 - o.beta1, b.sub(g, m)))
    const second = b.add(v, b.mul(1 - o.beta2, b.sub(b.square(g), v)))
    const kept = decay === 0 ? param : b.mul(param, shrink)
    return {
      [firstSlot]: first,
      [secondSlot]: second,
      [name]: b.sub(kept, b.div(b.mul(size, first), b.add(b.sqrt(second), epsilon))),
    }
  }
}

/**
 * The next value of every parameter that a gradient reaches and of the optimiser's own state, as vertices of the graph that holds the gradients. A
 * parameter that none reaches has no next value: nothing decays what is not trained.
 */
export const updatesOf = (
  optimizer: Optimizer,
  params: readonly Param[],
  gradients: readonly Node[],
  horizon: Horizon,
  step: Node,
): Updates => {
  const rate = scheduleAt(optimizer.learningRate, horizon, step)
  const bounded = optimizer.clip === null ? gradients : clipped(gradients, optimizer.clip)
  const rule = match(optimizer)
    .with({ tag: 'sgd' }, (o) => sgdRule(o, rate))
    .with({ tag: 'adam' }, (o) => adamRule(o, rate, step, 0))
    .with({ tag: 'adamW' }, (o) => adamRule(o, rate, step, o.weightDecay))
    .exhaustive()
  const unreached = areZero(gradients)
  return Object.assign(
    {},
    ...params.map((param, i) => {
      const gradient = bounded[i]
      return gradient === undefined || unreached[i] === true ? {} : rule(param, gradient)
    }),
  )
}

const adamOptions = ['beta1', 'beta2', 'epsilon']
const options: { readonly [T in Optimizer['tag']]: readonly string[] } = {
  sgd: ['momentum'],
  adam: adamOptions,
  adamW: [...adamOptions, 'weightDecay'],
}

/** What is wrong with an optimiser for this horizon. */
export const optimizerProblems = (optimizer: Optimizer, horizon: Horizon): readonly string[] => {
  const fraction = (what: string, value: number): readonly string[] =>
    value >= 0 && value < 1 ? [] : [isOutside('optimizer', what, value, 'in [0, 1)')]
  const above = (what: string, value: number): readonly string[] =>
    value > 0 && Number.isFinite(value) ? [] : [isOutside('optimizer', what, value, 'above 0')]
  const { tag } = optimizer
  return [
    ...unknownOptions(tag, optimizer, options[tag], ['tag', 'learningRate', 'clip']),
    ...(typeof optimizer.learningRate === 'number'
      ? above('learning rate', optimizer.learningRate)
      : scheduleProblems('learning rate', optimizer.learningRate, horizon)),
    ...(optimizer.clip === null ? [] : above('clip', optimizer.clip)),
    ...match(optimizer)
      .with({ tag: 'sgd' }, (o) => fraction('momentum', o.momentum))
      .with({ tag: 'adam' }, { tag: 'adamW' }, (o) => [
        ...fraction('beta1', o.beta1),
        ...fraction('beta2', o.beta2),
        ...above('epsilon', o.epsilon),
        ...(o.tag === 'adam' || o.weightDecay >= 0
          ? []
          : [isOutside('optimizer', 'weightDecay', o.weightDecay, '0 or more')]),
      ])
      .exhaustive(),
  ]
}
