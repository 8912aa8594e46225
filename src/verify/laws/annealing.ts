import * as E from 'fp-ts/lib/Either.js'
import * as fc from 'fast-check'
import {
  type AnnealingOptions,
  bidirectionalCheck,
  type BidirectionalCheck,
} from '../../diagnose/annealedLikelihood.ts'
import { node } from '../../expr/node.ts'
import type { Tensor } from '../../expr/Tensor.ts'
import type { Batch } from '../../interp/inParts.ts'
import { openReference } from '../../interp/reference/index.ts'
import type { AnyVae } from '../../model/Vae.ts'
import { vaeParams } from '../../train/graphs.ts'
import { type ProgramOptions, programs, type ProgramSample } from '../arbitrary/programs.ts'
import { LawBroken } from '../Gauge.ts'
import { type LawSuite, law } from '../Law.ts'
import { evidences, type Values } from '../oracle/exact.ts'
import { chains } from '../oracle/gaussianChain.ts'
import { type LinearGaussian, linearGaussians } from '../oracle/linearGaussian.ts'
import { mapped, tensor } from '../oracle/numbers.ts'
import { total } from '../oracle/quadrature.ts'

/** What anneals both ways: what a wrong subject replaces. */
export interface Annealer {
  readonly name: string
  readonly check: typeof bidirectionalCheck
}
export const annealingHere: Annealer = { name: 'annealing', check: bidirectionalCheck }

/** Data that are simulated for every program. */
const COUNT = 256
/**
 * With E w = p(x) of forward weights and E 1/w = 1/p(x) of backward ones, and everything independent from datum to datum, the product over the
 * data of the ratios of two sides has expectation 1: its logarithm is above this with a probability of at most e^−25, whatever the weights'
 * tails. Source  Markov's inequality
 */
const CHANCE = 25
const ALARM = Math.exp(-CHANCE)
const beyond = `${(CHANCE / COUNT).toFixed(2)} nats a datum`

/** A program with numbers for its weights, and what log p(x) of its data is. */
interface Model {
  readonly vae: AnyVae
  readonly values: Values
  readonly exact: (data: Batch) => readonly number[]
  readonly [fc.toStringMethod]: () => string
}

/** From few temperatures, where the sides are far apart and what is on the wrong one shows, to more, where they are near and any error does. */
const settings: fc.Arbitrary<AnnealingOptions> = fc.record({
  chains: fc.integer({ min: 1, max: 2 }),
  temperatures: fc.integer({ min: 1, max: 30 }),
  leapfrogs: fc.integer({ min: 1, max: 2 }),
  stepSize: fc.double({ min: 0.1, max: 1.5, noNaN: true }),
  seed: fc.nat({ max: 2 ** 31 - 1 }),
  from: fc.constantFrom('prior' as const, 'guide' as const),
})

interface Task {
  readonly model: Model
  readonly options: AnnealingOptions
}

/** A random program; the larger the weights of its likelihoods, the more x says of z, and the more there is to anneal. */
const modelOf = (sample: ProgramSample, strength: number): Model => {
  const values: Values = (leaf) => {
    const { shape, data } = sample.values(leaf)
    const by = leaf.op === 'param' && leaf.arg.name.startsWith('model/x') ? strength : 1
    return { shape, data: mapped(data, (w) => by * w) }
  }
  return {
    vae: sample.vae,
    values,
    exact: (data) => evidences(sample.vae, values, data),
    [fc.toStringMethod]: () => `${sample[fc.toStringMethod]()}\nthe likelihoods' weights times ${strength}`,
  }
}

/** Likelihoods whose draws are moderate whatever the weights: the others' are exponentials, which overflow, as does a guide that reads them. */
const moderate = ['bernoulli', 'gaussian', 'learnedGaussian', 'categorical'] as const

const random = (options: ProgramOptions): fc.Arbitrary<Task> =>
  fc.oneof(
    fc.record({
      model: fc
        .tuple(programs({ ...options, likelihoods: moderate }), fc.double({ min: 1, max: 3, noNaN: true }))
        .map(([sample, strength]) => modelOf(sample, strength)),
      options: settings,
    }),
    fc.record({
      model: programs(options).map((sample) => modelOf(sample, 1)),
      options: settings.map((o) => ({ ...o, from: 'prior' as const })),
    }),
  )

const rowsOf = ({ shape: [count = 0], data }: Tensor): readonly (readonly number[])[] =>
  Array.from({ length: count }, (_, i) => [
    ...data.subarray((i * data.length) / count, ((i + 1) * data.length) / count),
  ])

/** A program that is linear and Gaussian, of whose every datum log p(x) is known. */
const linear = (
  models: fc.Arbitrary<Pick<LinearGaussian, 'vae' | 'values' | 'evidenceOf' | typeof fc.toStringMethod>>,
): fc.Arbitrary<Task> =>
  fc.record({
    model: models.map((m) => ({
      ...m,
      exact: (data: Batch) => rowsOf(data.get('x') ?? tensor([0], [])).map(m.evidenceOf),
    })),
    options: settings,
  })

/** Conditions for so many data. */
const conditions = ({ vae, values }: Model, count: number): Batch => {
  const observed = new Set(vae.model.filter(({ kind }) => kind === 'observed').map(({ name }) => name))
  return new Map(
    Object.entries(vae.given)
      .filter(([name]) => !observed.has(name))
      .map(([name, { shape, support }]) => [name, values(node('data', { name, shape: [count, ...shape], support }))]),
  )
}

const bothWays = ({ check }: Annealer, { model, options }: Task, count = COUNT): BidirectionalCheck => {
  const session = openReference()
  session.write(new Map(vaeParams(model.vae).map((leaf) => [leaf.arg.name, model.values(leaf)])))
  const made = check(model.vae, session, { ...options, count, given: conditions(model, count) })
  if (E.isLeft(made)) throw new LawBroken(made.left.message)
  return made.right
}

/** One number of latents, smooth, so that log p(x) is an integral that is known. */
const oneLatent: ProgramOptions = {
  latents: 1,
  latentSize: 1,
  observationSize: 2,
  images: false,
  smooth: true,
  posteriors: ['Normal'],
  priors: ['Normal'],
}
const real = ['Normal', 'Laplace'] as const

/** What annealed importance sampling, forward and backward, owes of log p(x). */
export const annealingLaws: LawSuite<Annealer> = {
  name: 'annealing',
  extends: [],
  laws: [
    law({
      name: 'contains log p(x)',
      statement:
        'E[w] = p(x) of forward weights and E[1/w] = 1/p(x) of backward ones: over many data, the lower estimates are not above log p(x), nor the upper ones below',
      source: 'Neal 2001, Annealed importance sampling; Grosse, Ghahramani & Adams 2015, arXiv:1511.02543, §3',
      statistics: {
        falseAlarm: 2 * ALARM,
        catches: `log p(x) too high from below, or too low from above, by ${beyond} beyond how much the estimate is off the other way`,
      },
      most: 40,
      given: () => fc.oneof(random(oneLatent), linear(linearGaussians({ latents: 3, exact: false }))),
      holds: (annealer, task, g) => {
        const { data, lower, upper } = bothWays(annealer, task)
        const exact = task.model.exact(data)
        const over = total(lower.map(({ logMean }, i) => logMean - (exact[i] ?? Number.NaN)))
        const under = total(upper.map((u, i) => (exact[i] ?? Number.NaN) - u))
        g.atMost(over, 0, CHANCE, `the lower estimates of ${COUNT} data, beyond chance, over log p(x)`)
        g.atMost(under, 0, CHANCE, `the upper estimates of ${COUNT} data, beyond chance, under log p(x)`)
      },
    }),
    law({
      name: 'lower below upper',
      statement:
        'E[w / w′] = 1 of independent forward and backward weights: over many data, lower − upper is not above 0',
      source: 'Grosse, Ghahramani & Adams 2015, arXiv:1511.02543, §3',
      statistics: { falseAlarm: ALARM, catches: `sides that cross by ${beyond} beyond the gap` },
      most: 40,
      given: () => random({ posteriors: real, priors: real, images: false }),
      holds: (annealer, task, g) => {
        const { lower, upper } = bothWays(annealer, task)
        const crossed = total(lower.map(({ logMean }, i) => logMean - (upper[i] ?? Number.NaN)))
        g.atMost(crossed, 0, CHANCE, `lower − upper of ${COUNT} data, beyond chance`)
      },
    }),
    law({
      name: 'exact from the posterior',
      statement:
        'from a guide that is the posterior every log-weight, both ways, is log p(x), whatever the temperatures, the steps and the chains',
      source: 'Neal 2001, eq. 3, where log p(x, z) − log q(z | x) does not change with z; Bishop 2006, §2.3.3',
      most: 60,
      given: () =>
        linear(fc.oneof(linearGaussians({ latents: 3, exact: true }), chains)).map(({ model, options }) => ({
          model,
          options: { ...options, from: 'guide' as const },
        })),
      holds: (annealer, task, g) => {
        const { data, lower, upper } = bothWays(annealer, task, 3)
        task.model.exact(data).forEach((exact, i) => {
          g.close(lower[i]?.logMean ?? Number.NaN, exact, 1e-8, 'the lower estimate')
          g.close(upper[i] ?? Number.NaN, exact, 1e-8, 'the upper estimate')
        })
      },
    }),
  ],
}
