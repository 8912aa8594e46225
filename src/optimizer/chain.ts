import { each, number, optimizer, optional, record, schedule } from '../call/Kind.ts'
import { takes } from '../call/takes.ts'
import type { Called } from '../call/usage.ts'
import { unknownOptions } from '../error.ts'
import type { Schedule } from '../schedule/index.ts'
import type { Modifier, Optimizer, Step } from './Optimizer.ts'

const only = (name: string, options: Step['options'], problems: readonly string[] = []): Optimizer => ({
  tag: 'optimizer',
  steps: [{ name, options }],
  problems,
})

const makeChain = (...parts: readonly Optimizer[]): Optimizer => ({
  tag: 'optimizer',
  steps: parts.flatMap(({ steps }) => steps),
  problems: [...new Set(parts.flatMap(({ problems }) => problems))],
})

/**
 * Gradient transformations, one after another; what the last one makes of a gradient is taken from the parameter. A chain is an optimiser,
 * so chains may hold chains.
 *
 * Source   the composition of optax (Babuschkin et al. 2020)
 * @example chain(clipByGlobalNorm(1), scaleByAdam(), decayWeights(1e-4), learningRate(cosine({ from: 1e-3 })), ema(0.999))
 */
export const chain: typeof makeChain = takes('chain', makeChain, [each(optimizer)])

const modifier = (name: Called, made: Optimizer, place: (own: Optimizer, other: Optimizer) => Optimizer): Modifier =>
  Object.assign(
    takes(name, (other: Optimizer) => place(made, other), [optimizer]),
    made,
  )

const byRate = (rate: Schedule): Optimizer => only('learningRate', { learningRate: rate })

/** How much of the direction is taken, which may change over training: a chain without it takes all. */
export const learningRate: typeof byRate = takes('learningRate', byRate, [schedule])

const makeClipByGlobalNorm = (norm: number): Modifier =>
  modifier('clipByGlobalNorm', only('clipByGlobalNorm', { clip: norm }), chain)

/**
 * Scale the gradient of all parameters together down to this norm: in a chain where it stands, in `pipe` before the optimiser.
 *
 * Source   Pascanu et al. 2013, arXiv:1211.5063, Algorithm 1
 * @example pipe(adam(1e-3), clipByGlobalNorm(1))
 */
export const clipByGlobalNorm: typeof makeClipByGlobalNorm = takes('clipByGlobalNorm', makeClipByGlobalNorm, [number])

const makeMomentum = (of: number): Optimizer => only('momentum', { momentum: of })

/** v ← μ v + g, and v is taken for the gradient. Source  Sutskever et al. 2013, eq. 1–2 (PyTorch's form) */
export const momentum: typeof makeMomentum = takes('momentum', makeMomentum, [number])

export interface AdamOptions {
  readonly beta1?: number
  readonly beta2?: number
  readonly epsilon?: number
}
const ADAM = ['beta1', 'beta2', 'epsilon']
const adamStep = ({ beta1, beta2, epsilon }: AdamOptions): Optimizer =>
  only('scaleByAdam', { beta1: beta1 ?? 0.9, beta2: beta2 ?? 0.999, epsilon: epsilon ?? 1e-8 })

const makeScaleByAdam = (options: AdamOptions = {}): Optimizer => ({
  ...adamStep(options),
  problems: unknownOptions('scaleByAdam', options, ADAM, []),
})

/** The mean of the gradients over the root of the mean of their squares. Source  Kingma & Ba 2015, arXiv:1412.6980, Algorithm 1 */
export const scaleByAdam: typeof makeScaleByAdam = takes('scaleByAdam', makeScaleByAdam, [optional(record)])

const makeDecayWeights = (weightDecay: number): Optimizer => only('decayWeights', { weightDecay })

/**
 * Decay of the weights: λ p is added to the direction. After `scaleByAdam` it is that of AdamW, before it an L2 penalty. Weights that the loss
 * does not reach are not decayed.
 *
 * Source  Loshchilov & Hutter 2019, arXiv:1711.05101, Algorithm 2
 */
export const decayWeights: typeof makeDecayWeights = takes('decayWeights', makeDecayWeights, [number])

const makeAccumulate = (minibatches: number): Modifier =>
  modifier('accumulate', only('accumulate', { minibatches }), chain)

/**
 * The mean gradient of this many minibatches for one update; a short minibatch counts as much as it holds. What follows in the chain sees
 * only those means. Schedules go on to count minibatches.
 */
export const accumulate: typeof makeAccumulate = takes('accumulate', makeAccumulate, [number])

const makeEma = (decay: number): Modifier => modifier('ema', only('ema', { decay }), (own, other) => chain(other, own))

/**
 * A mean of the weights over the updates, each weighing `decay` times as much as the one after it. Training does not see it: validation, test
 * and the weights of the run are of the mean.
 *
 * Source  Polyak & Juditsky 1992; with Adam's correction for the beginning, so that the first mean is the first weights
 */
export const ema: typeof makeEma = takes('ema', makeEma, [number])

/** Parameters that stay as they are: no update, no decay. */
export const frozen: Optimizer = only('frozen', {})

const makeSgd = (
  learningRate: Schedule,
  { momentum: of = 0, ...unknown }: { readonly momentum?: number } = {},
): Optimizer => ({
  ...chain(...(of === 0 ? [] : [momentum(of)]), byRate(learningRate)),
  problems: unknownOptions('sgd', unknown, ['momentum'], []),
})

/** Stochastic gradient descent, with momentum where one is given. Source  Sutskever et al. 2013, eq. 1–2 (PyTorch's form) */
export const sgd: typeof makeSgd = takes('sgd', makeSgd, [schedule, optional(record)])

const makeAdam = (learningRate: Schedule, options: AdamOptions = {}): Optimizer => ({
  ...chain(adamStep(options), byRate(learningRate)),
  problems: unknownOptions('adam', options, ADAM, []),
})

/** Source  Kingma & Ba 2015, arXiv:1412.6980, Algorithm 1 */
export const adam: typeof makeAdam = takes('adam', makeAdam, [schedule, optional(record)])

const makeAdamW = (
  learningRate: Schedule,
  { weightDecay, ...options }: AdamOptions & { readonly weightDecay?: number } = {},
): Optimizer => ({
  ...chain(adamStep(options), decayWeights(weightDecay ?? 0.01), byRate(learningRate)),
  problems: unknownOptions('adamW', options, [...ADAM, 'weightDecay'], []),
})

/** Adam with decay of the weights apart from the gradient. Source  Loshchilov & Hutter 2019, arXiv:1711.05101, Algorithm 2 */
export const adamW: typeof makeAdamW = takes('adamW', makeAdamW, [schedule, optional(record)])
