import type * as fc from 'fast-check'
import type { Leaf } from '../../expr/leaf.ts'
import { vaeParams } from '../../train/graphs.ts'
import { grad } from '../../transform/grad.ts'
import { isDiscrete } from '../arbitrary/layers.ts'
import { type ProgramOptions, programs, type ProgramSample } from '../arbitrary/programs.ts'
import { type LawSuite, law } from '../Law.ts'
import { mixtureGrid } from '../oracle/branches.ts'
import { evidence, logSum, overNoise, posteriorKl, type Values } from '../oracle/exact.ts'
import { valuesAt } from '../oracle/numbers.ts'
import type { Bound } from '../subject/Bound.ts'
import { dataOf } from '../subject/Objectives.ts'

const small: ProgramOptions = { observationSize: 2, images: false, smooth: true }
const discrete = ['Bernoulli', 'Categorical'] as const

/** Programs whose latents are all summed out: the evidence is a sum of a few terms. */
const choices = (): fc.Arbitrary<ProgramSample> =>
  programs({ ...small, latents: 2, posteriors: discrete, priors: discrete })
/** A discrete latent and a number, either above the other. */
const mixtures = (): fc.Arbitrary<ProgramSample> =>
  programs({
    ...small,
    latents: 2,
    latentSize: 1,
    posteriors: ['Normal', ...discrete],
    priors: ['Normal', ...discrete],
  }).filter(
    ({ plan }) =>
      plan.latents.filter(({ posterior }) => isDiscrete(posterior)).length === 1 && plan.latents.length === 2,
  )

const expected = (bound: Bound, { vae, values }: ProgramSample): number =>
  overNoise([bound.bound(vae, dataOf(vae))], values)[0] ?? Number.NaN

/** One choice, whose guide answers a bias alone: at log p(x, k) it is the posterior. */
const oneChoice = (): fc.Arbitrary<ProgramSample> =>
  programs({ ...small, latents: 1, posteriors: ['Categorical'], priors: ['Categorical'] }).filter(
    ({ plan }) => plan.latents[0]?.hidden === 0,
  )
const atPosterior = ({ vae, values }: ProgramSample): Values => {
  const { logP } = mixtureGrid(vae, values)
  return (leaf: Leaf) => {
    if (leaf.op !== 'param' || !leaf.arg.name.startsWith('guide/z1/dense_0/')) return values(leaf)
    const isBias = leaf.shape.length === 1
    return { shape: leaf.shape, data: isBias ? logP : values(leaf).data.map(() => 0) }
  }
}

/** D_α(q‖posterior) = log Σ q^α p^(1 − α) / (α − 1). */
const renyiGap = ({ logP, logQ }: ReturnType<typeof mixtureGrid>, alpha: number): number => {
  const x = logSum(logP)
  return logSum(logP.map((p, i) => alpha * (logQ[i] ?? Number.NaN) + (1 - alpha) * (p - x))) / (alpha - 1)
}

/** What a bound owes where latents are summed out: log p(x) is then a sum, and nothing is left to chance. */
export const enumeratedBoundLaws: LawSuite<Bound> = {
  name: 'bounds',
  extends: [],
  laws: [
    law({
      name: 'enumerated: bound + KL(q ‖ posterior) = log p(x)',
      statement:
        'where every latent is enumerated, bound + D_α(q(k|x) ‖ p(k|x)) = log Σₖ p(x, k) without any noise: α = 1, the KL, for an ELBO, 0 for importance weights',
      source:
        'Jordan et al. 1999; Kingma, Rezende, Mohamed & Welling 2014, arXiv:1406.5298, eq. 7; Li & Turner 2016, eq. 5',
      applies: ({ order }) => order !== undefined,
      given: choices,
      holds: (bound, sample, g) => {
        const grid = mixtureGrid(sample.vae, sample.values)
        const gap = bound.order === 1 ? posteriorKl(grid) : renyiGap(grid, bound.order ?? Number.NaN)
        g.close(expected(bound, sample) + gap, evidence(grid), 1e-9, 'the bound and its gap')
      },
    }),
    law({
      name: 'mixtures: bound + KL(q ‖ posterior) = log p(x)',
      statement: 'the same of a discrete latent and a Normal that depends on it, or it on that: Σₖ ∫ p(x, k, z) dz',
      source: 'Jordan et al. 1999',
      applies: ({ order, samples }) => order === 1 && samples === 1,
      most: 25,
      given: mixtures,
      holds: (bound, sample, g) => {
        const grid = mixtureGrid(sample.vae, sample.values)
        g.close(expected(bound, sample) + posteriorKl(grid), evidence(grid), 1e-5, 'the bound and its gap')
      },
    }),
    law({
      name: 'mixtures: not above log p(x)',
      statement: 'E[bound] ≤ log p(x) where a discrete latent is summed out',
      source: 'Jensen',
      applies: ({ order, samples }) => order !== undefined && samples <= 3,
      most: 15,
      given: mixtures,
      holds: (bound, sample, g) =>
        g.atMost(
          expected(bound, sample),
          evidence(mixtureGrid(sample.vae, sample.values)),
          1e-6,
          'the bound is above the evidence',
        ),
    }),
    law({
      name: 'enumerated: tight and stationary at the posterior',
      statement: 'with q(k|x) = p(k|x) the bound is log p(x), and its gradient in q vanishes',
      source: 'Jordan et al. 1999',
      applies: ({ order }) => order !== undefined,
      given: oneChoice,
      holds: (bound, sample, g) => {
        const { vae, values } = sample
        const want = evidence(mixtureGrid(vae, values))
        const root = bound.bound(vae, dataOf(vae))
        const guide = vaeParams(vae).filter((p) => p.arg.name.startsWith('guide/z1/'))
        const [got, ...slopes] = valuesAt([root, ...grad(root, guide)], atPosterior(sample))
        g.close(got?.[0] ?? Number.NaN, want, 1e-9, 'the bound')
        for (const slope of slopes.flatMap((s) => [...s])) g.close(slope, 0, 1e-9, 'a slope of the guide')
      },
    }),
  ],
}
