import { describe, expect, it } from 'vitest'
import { adam, adamW, clipByGlobalNorm, cosine, cyclical, decay, sgd, warmUp } from 'elbo-ts'
import * as b from '../../../src/expr/build.ts'
import { node } from '../../../src/expr/node.ts'
import type { NodeOf } from '../../../src/expr/Op.ts'
import { openReference } from '../../../src/interp/reference/index.ts'
import type { Schedule } from '../../../src/schedule/index.ts'
import { initialValues, variablesOf } from '../../../src/train/initialize.ts'
import { type Optimizer, optimizerProblems, updatesOf } from '../../../src/optimizer/index.ts'
import { right } from '../either.ts'

const horizon = { stepsPerEpoch: 5, epochs: 4 }
const STEPS = 20

const param = (name: string, shape: readonly number[]): NodeOf<'param'> =>
  node('param', { name, shape, init: { tag: 'uniform', limit: 1 } })
const params = [param('a', [2, 2]), param('b', [3])]

/** A gradient that depends on the parameter and on the step: g = p³ + ½ sin-free wobble of the step. */
const gradientOf = (p: number, i: number, step: number): number => p ** 3 + 0.5 * (((step * 7 + i) % 5) - 2)

interface State {
  p: number
  m: number
  v: number
}
type Rule = (s: State, g: number, step: number) => void

/** The loop that a person would write, in float64: all gradients of a step first, perhaps clipped, then each parameter. */
const byHand = (rule: Rule, clip: number | null = null): number[][] => {
  const initial = [...initialValues(params, 1).values()]
  const states = initial.map(({ data }) => Array.from(data, (p): State => ({ p, m: 0, v: 0 })))
  return Array.from({ length: STEPS }, (_, step) => {
    const gradients = states.map((of) => of.map(({ p }, i) => gradientOf(p, i, step)))
    const norm = Math.sqrt(gradients.flat().reduce((sum, g) => sum + g * g, 0))
    const factor = clip === null || norm <= clip ? 1 : clip / norm
    states.forEach((of, k) => of.forEach((state, i) => rule(state, (gradients[k]?.[i] ?? 0) * factor, step)))
    return states.flat().map(({ p }) => p)
  })
}

/** The same by the graph. */
const byGraph = (optimizer: Optimizer): number[][] => {
  const session = openReference()
  const step = b.scalar('step')
  const wobble = (p: NodeOf<'param'>) => node('data', { name: `wobble/${p.arg.name}`, shape: p.shape, support: 'real' })
  const gradients = params.map((p) => b.add(b.mul(p, b.square(p)), wobble(p)))
  const graph = { outputs: {}, updates: updatesOf(optimizer, params, gradients, horizon, step) }
  session.write(initialValues(variablesOf(graph), 1))
  const plan = right(session.prepare(graph))
  return Array.from({ length: STEPS }, (_, at) => {
    const data = params.map((p) => {
      const size = p.shape.reduce((n, d) => n * d, 1)
      const wobbles = Float64Array.from({ length: size }, (_w, i) => gradientOf(0, i, at))
      return [`wobble/${p.arg.name}`, { shape: p.shape, data: wobbles }] as const
    })
    plan.run({ data: new Map(data), scalars: { step: at }, seed: 0, step: at })
    const values = session.read()
    return params.flatMap((p) => Array.from(values.get(p.arg.name)?.data ?? []))
  })
}

/** The largest difference of two courses of training, relative where numbers are above 1. */
const distance = (graph: number[][], hand: number[][]): number =>
  Math.max(
    ...hand.flatMap((values, step) =>
      values.map((value, i) => Math.abs((graph[step]?.[i] ?? Number.NaN) - value) / Math.max(1, Math.abs(value))),
    ),
  )
const ROUNDING = 1e-10

const sgdBy =
  (rate: (step: number) => number, momentum = 0): Rule =>
  (s, g, step) => {
    s.m = momentum * s.m + g
    s.p -= rate(step) * s.m
  }
const adamBy =
  (rate: number, { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weightDecay = 0 } = {}): Rule =>
  (s, g, step) => {
    s.p -= rate * weightDecay * s.p
    s.m = beta1 * s.m + (1 - beta1) * g
    s.v = beta2 * s.v + (1 - beta2) * g * g
    const [m, v] = [s.m / (1 - beta1 ** (step + 1)), s.v / (1 - beta2 ** (step + 1))]
    s.p -= (rate * m) / (Math.sqrt(v) + epsilon)
  }

const momentum = 0.9
const options = { beta1: 0.5, beta2: 0.9, epsilon: 1e-2 }
const weightDecay = 0.2
const courses: readonly (readonly [string, Optimizer, number[][]])[] = [
  ['sgd', sgd(0.05), byHand(sgdBy(() => 0.05))],
  ['sgd with momentum', sgd(0.02, { momentum }), byHand(sgdBy(() => 0.02, momentum))],
  ['Adam', adam(0.1), byHand(adamBy(0.1))],
  ['Adam with options of its own', adam(0.1, options), byHand(adamBy(0.1, options))],
  ['AdamW, whose decay passes by the moments', adamW(0.1, { weightDecay }), byHand(adamBy(0.1, { weightDecay }))],
  ['AdamW as it is', adamW(0.1), byHand(adamBy(0.1, { weightDecay: 0.01 }))],
  [
    'sgd clipped by the norm of all gradients',
    clipByGlobalNorm(0.7)(sgd(0.1)),
    byHand(
      sgdBy(() => 0.1),
      0.7,
    ),
  ],
  ['Adam clipped', clipByGlobalNorm(0.7)(adam(0.1)), byHand(adamBy(0.1), 0.7)],
  ['clipped at what is never reached', clipByGlobalNorm(1e9)(sgd(0.05)), byHand(sgdBy(() => 0.05))],
]

describe('an optimiser is the loop that a person would write', () => {
  it.each(courses)('%s', (_, optimizer, hand) => {
    expect(distance(byGraph(optimizer), hand)).toBeLessThan(ROUNDING)
  })
  it('and each loop is another', () => {
    const others = courses.flatMap(([, , a], i) => courses.slice(i + 1).map(([, , b]) => distance(a, b)))
    // The first and the last are the same loop; every other pair can be told apart.
    expect(others.filter((d) => d < 1e-4)).toEqual([0])
  })

  const schedules: readonly (readonly [string, Schedule, (step: number) => number])[] = [
    ['warmUp', warmUp({ steps: 8, to: 0.05 }), (step) => Math.min(1, step / 8) * 0.05],
    ['warmUp over epochs', warmUp({ epochs: 2, from: 0.01, to: 0.05 }), (step) => 0.01 + 0.04 * Math.min(1, step / 10)],
    ['cyclical', cyclical({ cycles: 2, rise: 0.4, to: 0.05 }), (step) => 0.05 * Math.min(1, (step % 10) / 4)],
    ['cosine', cosine({ from: 0.05, to: 0.01 }), (step) => 0.01 + (0.04 * (1 + Math.cos((Math.PI * step) / 19))) / 2],
    ['decay', decay({ epochs: 1, from: 0.05, factor: 0.5 }), (step) => 0.05 * 0.5 ** (step / 5)],
  ]
  it.each(schedules)('with the schedule %s', (_, schedule, rate) => {
    const [graph, hand] = [byGraph(sgd(schedule)), byHand(sgdBy(rate))]
    for (const [step, values] of hand.entries())
      for (const [i, value] of values.entries()) expect(graph[step]?.[i]).toBeCloseTo(value, 6)
  })
})

describe('what is wrong with an optimiser', () => {
  it.each([
    [adam(1e-3), []],
    [adam(0), ['optimizer: learning rate must be above 0 but got 0']],
    [adam(Number.NaN), ['optimizer: learning rate must be above 0 but got NaN']],
    [
      adam(1e-3, { beta1: 1, epsilon: 0 }),
      ['optimizer: beta1 must be in [0, 1) but got 1', 'optimizer: epsilon must be above 0 but got 0'],
    ],
    [adamW(0.1, { weightDecay: -1 }), ['optimizer: weightDecay must be 0 or more but got -1']],
    [adam(cosine({ from: Number.NaN })), ["learning rate: cosine's ends must be a finite number but got NaN"]],
    [adam(decay({ epochs: 1, from: 0.1, factor: 0 })), ["learning rate: decay's factor must be above 0 but got 0"]],
    [sgd(0.1, { momentum: -1 }), ['optimizer: momentum must be in [0, 1) but got -1']],
    [clipByGlobalNorm(0)(sgd(0.1)), ['optimizer: clip must be above 0 but got 0']],
    [adam(1e-3, { eps: 1e-6 } as never), ["adam: there is no 'eps'; there are epsilon, beta1, beta2"]],
    [
      adamW(1e-3, Object.assign({ weightDecay: 0.1 }, { decay: 0.1 })),
      ["adamW: there is no 'decay'; there are weightDecay, beta1, beta2, epsilon"],
    ],
    [clipByGlobalNorm(1)(sgd(0.1, { nesterov: true } as never)), ["sgd: there is no 'nesterov'; there is momentum"]],
    [
      sgd(warmUp({ epochs: 5, to: 0.1 })),
      [expect.stringMatching(/^learning rate: warmUp needs 25 steps but training is planned for 20/)],
    ],
  ])('%#', (optimizer, problems) => {
    expect(optimizerProblems(optimizer, horizon)).toEqual(problems)
  })
})
