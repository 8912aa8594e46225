import type * as fc from 'fast-check'
import { elbo } from '../../model/objective.ts'
import { logProb } from '../../dist/family.ts'
import * as b from '../../expr/build.ts'
import type { Leaf } from '../../expr/leaf.ts'
import type { Tensor } from '../../expr/Tensor.ts'
import { type ProgramSample, programs } from '../arbitrary/programs.ts'
import { type LawSuite, law } from '../Law.ts'
import { gridOf, latentLeaves, logSum, overNoise, overPoints } from '../oracle/exact.ts'
import { dataOf, type Objectives } from '../subject/Objectives.ts'

/** Data that differ from one another: every pattern of so many coins. */
const COINS = 2
const N = 2 ** COINS
const pattern = (datum: number): Float64Array => Float64Array.from({ length: COINS }, (_, i) => (datum >> i) & 1)

const coinPrograms = (): fc.Arbitrary<ProgramSample> =>
  programs({
    latents: 1,
    latentSize: 1,
    observations: 1,
    images: false,
    conditions: false,
    smooth: true,
    posteriors: ['Normal'],
    priors: ['Normal'],
    likelihoods: ['bernoulli'],
  }).filter(({ plan }) => plan.observations[0]?.size === COINS)
const onDatum =
  (s: ProgramSample, datum: number) =>
  (leaf: Leaf): Tensor =>
    leaf.op === 'data' && leaf.arg.name === 'x1' ? { shape: leaf.shape, data: pattern(datum) } : s.values(leaf)

interface Rates {
  /** E over the data of KL(q(z|x) ‖ p(z)) as the objective measures it */
  readonly rate: number
  /** −E log p(x|z) as the objective measures it */
  readonly distortion: number
  /** I_q(X; Z) and KL(q(z) ‖ p(z)), by quadrature */
  readonly information: number
  readonly aggregate: number
}

const mean = (xs: readonly number[]): number => xs.reduce((sum, x) => sum + x, 0) / xs.length

const ratesOf = (o: Objectives, s: ProgramSample): Rates => {
  const measured = o.measure(s.vae, elbo(), dataOf(s.vae))
  const kl = b.addAll(Object.values(measured.kl).map((x) => b.sum(x)))
  const each = Array.from({ length: N }, (_, datum) => overNoise([kl, measured.reconstruction], onDatum(s, datum)))
  const grids = Array.from({ length: N }, (_, datum) => gridOf(s.vae, onDatum(s, datum)))
  const [first] = grids
  const { points = [], weights = [] } = first ?? {}
  const prior = s.vae.model.find(({ kind }) => kind === 'latent')
  const [leaf] = latentLeaves(s.vae)
  const [logPrior = new Float64Array()] =
    prior === undefined || leaf === undefined
      ? []
      : overPoints(
          [logProb(prior.dist, leaf)],
          [leaf],
          points.map((z) => [z]),
          s.values,
        )
  const logAggregate = points.map((_, i) => logSum(grids.map(({ logQ }) => logQ[i] ?? -Infinity)) - Math.log(N))
  const against = (logQ: ArrayLike<number>, logP: ArrayLike<number>): number =>
    weights.reduce((sum, w, i) => {
      const mass = Math.exp(logQ[i] ?? -Infinity) * w
      return mass === 0 ? sum : sum + mass * ((logQ[i] ?? 0) - (logP[i] ?? 0))
    }, 0)
  return {
    rate: mean(each.map(([r = Number.NaN]) => r)),
    distortion: -mean(each.map(([, r = Number.NaN]) => r)),
    information: mean(grids.map(({ logQ }) => against(logQ, logAggregate))),
    aggregate: against(logAggregate, logPrior),
  }
}

/** How rate, distortion and information go together, on all data of a small world. */
export const informationLaws: LawSuite<Objectives> = {
  name: 'information',
  extends: [],
  laws: [
    law({
      name: 'rate = information + KL(aggregate ‖ prior)',
      statement: 'E KL(q(z|x) ‖ p(z)) = I_q(X; Z) + KL(q(z) ‖ p(z))',
      source: 'Hoffman & Johnson 2016; Alemi et al. 2018, arXiv:1711.00464',
      most: 30,
      given: coinPrograms,
      holds: (o, s, g) => {
        const { rate, information, aggregate } = ratesOf(o, s)
        g.close(rate, information + aggregate, 1e-6, 'the rate')
      },
    }),
    law({
      name: 'information is within its bounds',
      statement: '0 ≤ I_q(X; Z) ≤ log N for N data, and I_q(X; Z) ≤ rate',
      source: 'Cover & Thomas 2006, §2.6',
      most: 30,
      given: coinPrograms,
      holds: (o, s, g) => {
        const { rate, information } = ratesOf(o, s)
        g.atMost(0, information, 1e-9, 'the information is negative')
        g.atMost(information, Math.log(N), 1e-9, 'the information is above log N')
        g.atMost(information, rate, 1e-8, 'the information is above the rate')
      },
    }),
    law({
      name: 'entropy − distortion ≤ rate',
      statement: 'H − D ≤ R, H = log N the entropy of N equally likely data, D and R as the objective measures them',
      source: 'Alemi et al. 2018, arXiv:1711.00464, eq. 4',
      most: 30,
      given: coinPrograms,
      holds: (o, s, g) => {
        const { rate, distortion } = ratesOf(o, s)
        g.atMost(Math.log(N) - distortion, rate, 1e-8, 'H − D')
      },
    }),
  ],
}
