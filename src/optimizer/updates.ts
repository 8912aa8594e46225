import * as b from '../expr/build.ts'
import type { Node } from '../expr/Op.ts'
import { node } from '../expr/node.ts'
import { substitute } from '../expr/substitute.ts'
import { areZero } from '../transform/areZero.ts'
import { type Horizon, type Schedule, scheduleAt } from '../schedule/index.ts'
import { optionIn, time } from '../schedule/Schedule.ts'
import { partOf } from './byPart.ts'
import {
  arrived,
  asOne,
  begin,
  type Context,
  type Descent,
  eachAlone,
  memory,
  type Param,
  towards,
  type Updates,
  whenReady,
} from './Direction.ts'
import { correction, kinds } from './kinds.ts'
import type { Optimizer, Rule, Step } from './Optimizer.ts'
import { ruleLeaves, tracedAt } from './rule.ts'

/** A user's own rule, its leaves filled in. */
const own = (step: Step, rule: Rule): ((now: Descent) => Descent) =>
  eachAlone((d, slots) => {
    const found = tracedAt(step, rule, d.param.shape)
    if (found === undefined || found.problems.length > 0)
      return { to: towards(d, b.constant(Number.NaN, d.param.shape)) }
    const leaves = ruleLeaves(d.param.shape)
    const memories = rule.state.map((slot) => [slot, memory(slots, `${step.name}/${slot}`, d)] as const)
    const images = new Map<Node, Node>([
      [leaves.parameter, d.param],
      [leaves.gradient, asOne(d)],
      [time.step, d.count],
      ...memories.map(([slot, leaf]) => [leaves.state(slot), leaf] as const),
    ])
    const image = (leaf: Node): Node | undefined => {
      const name = optionIn(leaf)
      const value = name === undefined ? undefined : step.options[name]
      return typeof value === 'number' ? b.constant(value) : images.get(leaf)
    }
    const [update = d.value, ...next] = substitute(
      [found.update, ...rule.state.map((s) => found.state[s] ?? d.value)],
      image,
    )
    return {
      to: towards(d, update),
      slots: memories.map(([, leaf], i) => ({ param: d.param, leaf, value: whenReady(d, next[i] ?? leaf, leaf) })),
    }
  })

/** Each part by its own chain. */
const inParts =
  (parts: Readonly<Record<string, Optimizer>>, context: Context) =>
  (now: Descent): Descent =>
    Object.entries(parts).reduce((so, [glob, part]) => {
      const isIn = so.directions.map(({ param }) => partOf(parts, param.arg.name) === glob)
      const made = descended(part, context, {
        directions: so.directions.filter((_, i) => isIn[i]),
        slots: so.slots,
      })
      const left = [...made.directions]
      return { slots: made.slots, directions: so.directions.map((d, i) => (isIn[i] ? (left.shift() ?? d) : d)) }
    }, now)

const descended = ({ steps }: Optimizer, context: Context, from: Descent): Descent =>
  steps.reduce((now, step) => {
    if (step.parts !== undefined) return inParts(step.parts, context)(now)
    if (step.rule !== undefined) return own(step, step.rule)(now)
    return kinds[step.name]?.apply(step, context)(now) ?? now
  }, from)

/** The name of a parameter's mean. Of several, the first is the one that is evaluated. */
export const averageOf = (name: string, nth = 1): string => `ema${nth === 1 ? '' : `~${nth}`}/${name}`

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
  size = 1,
): Updates => {
  const context: Context = { horizon, step, size }
  const unreached = areZero(gradients)
  const { directions, slots } = descended(optimizer, context, {
    directions: params.flatMap((param, i) => {
      const gradient = gradients[i]
      return gradient === undefined || unreached[i] === true ? [] : [begin(param, gradient, context)]
    }),
    slots: [],
  })
  return Object.fromEntries(
    directions.flatMap((d): readonly (readonly [string, Node])[] => {
      const { param, moves, averages, count } = d
      const { name, shape } = param.arg
      if (!moves) return []
      const next = arrived(d)
      return [
        ...slots.filter((slot) => slot.param === param).map(({ leaf, value }) => [leaf.arg.name, value] as const),
        [name, next],
        ...averages.map((decay, i) => {
          const mean = node('state', { name: averageOf(name, i + 1), shape, fill: 0 })
          const weight = b.div(1 - decay, correction(decay, count))
          return [mean.arg.name, whenReady(d, b.add(mean, b.mul(weight, b.sub(next, mean))), mean)] as const
        }),
      ]
    }),
  )
}

/** The learning rates of an optimiser, each with the part that it is of; '' is the whole. */
export const rateSchedules = ({ steps }: Optimizer, within = ''): readonly (readonly [part: string, Schedule])[] =>
  steps.flatMap(({ options: { learningRate }, parts = {} }) => [
    ...(learningRate === undefined ? [] : [[within, learningRate] as const]),
    ...Object.entries(parts).flatMap(([glob, part]) => rateSchedules(part, within === '' ? glob : `${within} ${glob}`)),
  ])

/** {@link rateSchedules} at a step. */
export const learningRates = (
  optimizer: Optimizer,
  horizon: Horizon,
  step: Node,
): readonly (readonly [part: string, rate: Node])[] =>
  rateSchedules(optimizer).map(([part, rate]) => [part, scheduleAt(rate, horizon, step)] as const)
