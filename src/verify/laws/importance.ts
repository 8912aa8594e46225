import * as fc from 'fast-check'
import * as b from '../../expr/build.ts'
import { iwae, renyi } from '../../model/objective.ts'
import type { Node } from '../../expr/Op.ts'
import type { Elaborated } from '../../model/elaborate.ts'
import { paramsOf } from '../../model/Vae.ts'
import { grad } from '../../transform/grad.ts'
import { continuousFamilies, type ProgramSample, type TaskSample } from '../arbitrary/programs.ts'
import { type LawSuite, law } from '../Law.ts'
import { branchesOf, overBranches } from '../oracle/branches.ts'
import { logProbsByHand } from '../oracle/byHand.ts'
import { logSum, type Values } from '../oracle/exact.ts'
import { valuesAt } from '../oracle/numbers.ts'
import { dataOf, firstRows, numbers, type Objectives, onOne } from '../subject/Objectives.ts'

import { SIZE, plain, some, every, canBe, one, batch, TIGHT, lossAt, total } from './onPrograms.ts'

/** Every latent drawn, none summed out. */
const drawn = { posteriors: continuousFamilies }

/** What importance-weighted objectives owe, on random programs. */
export const importanceLaws: LawSuite<Objectives> = {
  name: 'objective',
  extends: [],
  laws: [
    law({
      name: 'iwae(1) is the sampled ELBO',
      statement: 'with one draw the importance-weighted bound is the ELBO at that draw',
      source: 'Burda et al. 2016, §3',
      given: (o) => some(o, drawn),
      holds: (o, s, g) => {
        const [single, many] = [one(o, s, plain[1]), one(o, s, iwae(1))]
        g.close(many.bound ?? Number.NaN, single.bound ?? Number.NaN, TIGHT, 'the bound')
        g.close(lossAt(o, s, iwae(1), 0), lossAt(o, s, plain[1], 0), TIGHT, 'the loss')
      },
    }),
    law({
      name: 'iwae is the log of the mean weight',
      statement: 'bound = log (1/k) Σᵢ exp log wᵢ, each log wᵢ = log p(x, zᵢ) − log q(zᵢ | x) on its own',
      source: 'Burda et al. 2016, eq. 8',
      given: (o) => fc.tuple(some(o, drawn), fc.integer({ min: 2, max: 4 })),
      holds: (o, [s, k], g) => {
        const got = one(o, s, iwae(k))
        g.close(got.bound ?? Number.NaN, logSum(weightsOf(o, s, k)) - Math.log(k), TIGHT, 'the bound')
      },
    }),
    law({
      name: 'iwae’s gradient weights the better draws more',
      statement: '∂ bound = Σᵢ w̃ᵢ ∂ log wᵢ with w̃ = softmax(log w)',
      source: 'Burda et al. 2016, eq. 14',
      most: 40,
      given: (o) => fc.tuple(some(o, { latents: 2, ...drawn }), fc.integer({ min: 2, max: 3 })),
      holds: (o, [s, k], g) => {
        const whole = o.measure(s.vae, iwae(k), dataOf(s.vae)).bound ?? b.constant(Number.NaN)
        const single = o.measure(s.vae, plain[1], dataOf(s.vae)).bound ?? b.constant(Number.NaN)
        const params = paramsOf([single])
        const got = valuesAt(grad(whole, params), onOne(s, 0))
        const logs = weightsOf(o, s, k)
        const norm = logSum(logs)
        const each = logs.map((_, i) => valuesAt(grad(single, params), drawOf(s, i, k)))
        params.forEach((p, j) =>
          got[j]?.forEach((slope, i) => {
            const want = total(logs.map((l, draw) => Math.exp(l - norm) * (each[draw]?.[j]?.[i] ?? Number.NaN)))
            g.close(slope, want, 1e-8, `the gradient of ${p.arg.name}`)
          }),
        )
      },
    }),
    law({
      name: 'renyi is the power mean of the weights',
      statement:
        'bound = log((1/K) Σᵢ Σₖ q(k) wᵢₖ^(1 − α)) / (1 − α), at α = 1 the mean of log w, each weight by the textbook; iwae is α = 0, where q(k) cancels',
      source:
        'Li & Turner 2016, arXiv:1602.02311, eq. 10; Burda et al. 2016, eq. 8; the sum over k is over enumerated latents',
      given: (o) =>
        fc.tuple(
          some(o, { latents: 2, observations: 1 }),
          fc.integer({ min: 1, max: 3 }),
          fc.constantFrom(0, 0.25, 0.5, 1, 2),
        ),
      holds: (o, [s, draws, alpha], g) => {
        const power = 1 - alpha
        const means = Array.from({ length: draws }, (_, i) => {
          const { e, branches } = branchesOf(s.vae, drawOf(s, i, draws))
          const logs = (dists: Elaborated['priors'], at: (name: string) => Node, values: Values): number =>
            total([...dists].flatMap(([name, dist]) => logProbsByHand(dist, at(name), values)))
          const z = (name: string): Node => e.latents.get(name) ?? b.constant(Number.NaN)
          const logWeight = (values: Values): number =>
            logs(e.likelihoods, dataOf(s.vae), values) + logs(e.priors, z, values) - logs(e.posteriors, z, values)
          return power === 0
            ? overBranches(branches, logWeight)
            : logSum(branches.map(({ probability, values }) => Math.log(probability) + power * logWeight(values)))
        })
        const want = power === 0 ? total(means) / draws : (logSum(means) - Math.log(draws)) / power
        const got = one(o, s, renyi({ alpha, samples: draws }))
        g.close(got.bound ?? Number.NaN, want, 1e-8, 'the bound')
        if (alpha === 0) g.close(one(o, s, iwae(draws)).bound ?? Number.NaN, want, 1e-8, 'iwae')
      },
    }),
    law({
      name: 'renyi falls with α, draw by draw',
      statement:
        'on the same draws the bound does not rise in α, and near α = 1 it is near the mean of the log-weights',
      source: 'Li & Turner 2016, Theorem 1; the inequality of power means',
      given: (o) => fc.tuple(some(o, { latents: 2 }), fc.integer({ min: 1, max: 3 })),
      holds: (o, [s, samples], g) => {
        const at = (alpha: number): number => one(o, s, renyi({ alpha, samples })).bound ?? Number.NaN
        const alphas = [0, 0.3, 0.7, 1, 1.5, 3]
        const bounds = alphas.map(at)
        bounds
          .slice(1)
          .forEach((next, i) => g.atMost(next, bounds[i] ?? Number.NaN, 1e-7, `the bound at α = ${alphas[i + 1]}`))
        const spread = (bounds[0] ?? Number.NaN) - (bounds.at(-1) ?? Number.NaN)
        g.within(at(1 - 1e-6) - (bounds[3] ?? Number.NaN), 1e-5 * (1 + spread ** 2), 'the limit at α = 1')
      },
    }),
    law({
      name: 'loss of a bound is minus the bound',
      statement:
        'importance-weighted objectives minimise minus what they report; an autoencoder minus its reconstruction, and bounds nothing',
      applies: canBe('iwae', 'renyi', 'autoencoder'),
      given: (o) => every(o).filter((t) => t.objective.tag !== 'elbo'),
      holds: (o, s: TaskSample, g) => {
        const got = batch(o, s, s.objective, firstRows(SIZE))
        if (s.objective.tag === 'autoencoder') g.holds(got.bound === undefined, 'an autoencoder reports a bound')
        g.close(lossAt(o, s, s.objective, 0), -(got.bound ?? got.reconstruction), TIGHT, 'the loss')
      },
    }),
  ],
}

/** Numbers for one draw out of the k that an importance-weighted datum reads. */
const drawOf = (s: ProgramSample, draw: number, k: number): ReturnType<typeof onOne> => {
  const values = onOne(s, 0)
  return (leaf) => {
    if (leaf.op !== 'noise') return values(leaf)
    const all = values({ ...leaf, shape: [k, ...leaf.shape], arg: { ...leaf.arg, shape: [k, ...leaf.shape] } })
    const size = all.data.length / k
    return { shape: leaf.shape, data: all.data.slice(draw * size, (draw + 1) * size) }
  }
}
const weightsOf = (o: Objectives, s: ProgramSample, k: number): readonly number[] => {
  const single = o.measure(s.vae, plain[1], dataOf(s.vae))
  return Array.from({ length: k }, (_, i) => numbers(single, drawOf(s, i, k)).bound ?? Number.NaN)
}
