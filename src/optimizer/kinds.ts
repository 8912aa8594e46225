import * as b from '../expr/build.ts'
import type { Node } from '../expr/Op.ts'
import { scheduleAt } from '../schedule/index.ts'
import {
  asOne,
  type Context,
  type Descent,
  type Direction,
  eachAlone,
  memory,
  scaledBy,
  towards,
  whenReady,
} from './Direction.ts'
import type { Step } from './Optimizer.ts'

/** What an option may be. */
export interface Range {
  readonly what: string
  readonly allowed: string
  readonly holds: (value: number) => boolean
}
const above0 = (what: string): Range => ({ what, allowed: 'above 0', holds: (v) => v > 0 && Number.isFinite(v) })
const fraction = (what: string): Range => ({ what, allowed: 'in [0, 1)', holds: (v) => v >= 0 && v < 1 })

/** One transformation of the library: the ranges of its options, and what it does to all directions at once. */
interface Kind {
  readonly ranges: Readonly<Record<string, Range>>
  readonly apply: (step: Step, context: Context) => (now: Descent) => Descent
}

const numberOf = ({ options }: Step, name: string): number => {
  const value = options[name]
  return typeof value === 'number' ? value : Number.NaN
}

const learningRate: Kind = {
  ranges: { learningRate: above0('learning rate') },
  apply: ({ options }, { horizon, step }) => {
    const rate = scheduleAt(options['learningRate'] ?? Number.NaN, horizon, step)
    return eachAlone((d) => ({ to: scaledBy(d, rate) }))
  },
}

const clipByGlobalNorm: Kind = {
  ranges: { clip: above0('clip') },
  apply: (step) => (now) => {
    const gradients = now.directions.map(asOne)
    const norm = b.sqrt(b.addAll(gradients.map((g) => b.sum(b.square(g)))))
    const factor = b.min(1, b.div(numberOf(step, 'clip'), b.max(norm, 1e-12)))
    const clipped = gradients.map((g) => b.mul(g, factor))
    return { ...now, directions: now.directions.map((d, i) => towards(d, clipped[i] ?? d.value)) }
  },
}

const momentum: Kind = {
  ranges: { momentum: fraction('momentum') },
  apply: (step) =>
    eachAlone((d, slots) => {
      const leaf = memory(slots, 'sgd/velocity', d)
      const velocity = b.add(b.mul(numberOf(step, 'momentum'), leaf), asOne(d))
      return { to: towards(d, velocity), slots: [{ param: d.param, leaf, value: whenReady(d, velocity, leaf) }] }
    }),
}

/** The bias corrections are taken out of the elementwise part: m̂/(√v̂ + ε) = (√c₂/c₁)·m/(√v + ε√c₂), with cᵢ = 1 − βᵢᵗ. */
const scaleByAdam: Kind = {
  ranges: { beta1: fraction('beta1'), beta2: fraction('beta2'), epsilon: above0('epsilon') },
  apply: (step) =>
    eachAlone((d, slots) => {
      const [beta1, beta2] = [numberOf(step, 'beta1'), numberOf(step, 'beta2')]
      const root = b.sqrt(correction(beta2, d.count))
      const g = asOne(d)
      const [m, v] = [memory(slots, 'adam/m', d), memory(slots, 'adam/v', d)]
      const first = b.add(m, b.mul(1 - beta1, b.sub(g, m)))
      const second = b.add(v, b.mul(1 - beta2, b.sub(b.square(g), v)))
      return {
        to: {
          ...towards(d, first),
          over: b.add(b.sqrt(second), b.mul(numberOf(step, 'epsilon'), root)),
          up: [root],
          down: [correction(beta1, d.count)],
        },
        slots: [
          { param: d.param, leaf: m, value: whenReady(d, first, m) },
          { param: d.param, leaf: v, value: whenReady(d, second, v) },
        ],
      }
    }),
}
/** 1 − βᵗ, where t is the number of the update from 1. */
export const correction = (beta: number, count: Node): Node => b.neg(b.expm1(b.mul(Math.log(beta), b.add(count, 1))))

const decayWeights: Kind = {
  ranges: { weightDecay: { what: 'weightDecay', allowed: '0 or more', holds: (v) => v >= 0 } },
  apply: (step) => {
    const weightDecay = numberOf(step, 'weightDecay')
    return eachAlone((d) => ({
      to:
        weightDecay === 0
          ? d
          : { ...d, decay: d.decay === undefined ? b.constant(weightDecay) : b.add(d.decay, weightDecay) },
    }))
  },
}

/** The mean over all data of `minibatches` minibatches, a short one counting as much as it holds. */
const accumulate: Kind = {
  ranges: {
    minibatches: {
      what: 'minibatches to accumulate',
      allowed: 'a whole number of at least 1',
      holds: (v) => Number.isSafeInteger(v) && v >= 1,
    },
  },
  apply: (step, { size }) => {
    const n = numberOf(step, 'minibatches')
    return eachAlone((d, slots) => {
      const round = b.floor(b.div(d.count, n))
      const last = b.equal(b.sub(d.count, b.mul(round, n)), n - 1)
      const [sum, rows] = [memory(slots, 'accumulate/sum', d), memory(slots, 'accumulate/rows', d, [])]
      const [all, many] = [b.add(sum, b.mul(asOne(d), size)), b.add(rows, size)]
      const kept = (value: Node, leaf: Node): Node => whenReady(d, b.select(last, 0, value), leaf)
      return {
        to: {
          ...towards(d, b.div(all, many)),
          count: round,
          ready: d.ready === undefined ? last : b.mul(d.ready, last),
        },
        slots: [
          { param: d.param, leaf: sum, value: kept(all, sum) },
          { param: d.param, leaf: rows, value: kept(many, rows) },
        ],
      }
    })
  },
}

const ema: Kind = {
  ranges: { decay: fraction("ema's decay") },
  apply: (step) => eachAlone((d: Direction) => ({ to: { ...d, averages: [...d.averages, numberOf(step, 'decay')] } })),
}

const frozen: Kind = { ranges: {}, apply: () => eachAlone((d) => ({ to: { ...d, moves: false } })) }

/** Every transformation of the library but those that hold others. */
export const kinds: Readonly<Record<string, Kind>> = {
  learningRate,
  clipByGlobalNorm,
  momentum,
  scaleByAdam,
  decayWeights,
  accumulate,
  ema,
  frozen,
}
