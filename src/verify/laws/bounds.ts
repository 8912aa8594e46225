import * as fc from 'fast-check'
import * as b from '../../expr/build.ts'
import { node } from '../../expr/node.ts'
import type { Node } from '../../expr/Op.ts'
import { elbo, measure } from '../../model/objective.ts'
import type { AnyVae } from '../../model/Vae.ts'
import { vaeParams } from '../../train/graphs.ts'
import { grad } from '../../transform/grad.ts'
import { type ProgramOptions, programs, type ProgramSample } from '../arbitrary/programs.ts'
import { type Law, type LawSuite, law } from '../Law.ts'
import {
  evidence,
  gridOf,
  latentLeaves,
  logGuide,
  logJoint,
  overNoise,
  overPoints,
  posteriorKl,
  type Values,
  weightSpread,
} from '../oracle/exact.ts'
import { chains } from '../oracle/gaussianChain.ts'
import { linearGaussians } from '../oracle/linearGaussian.ts'
import { valuesAt } from '../oracle/numbers.ts'
import { ppcas } from '../oracle/ppca.ts'
import type { Bound } from '../subject/Bound.ts'
import { enumeratedBoundLaws } from './enumeratedBounds.ts'

/** Programs whose latent is one number, so that everything about it can be integrated. */
const oneLatent: ProgramOptions = { latents: 1, latentSize: 1, observationSize: 2, images: false, smooth: true }
/** A LogNormal's tail is too heavy for a likelihood whose logarithm grows like an exponential: its expectation is infinite. */
const integrable = (): fc.Arbitrary<ProgramSample> =>
  fc.oneof(
    { weight: 3, arbitrary: programs({ ...oneLatent, posteriors: ['Normal'], priors: ['Normal'] }) },
    {
      weight: 1,
      arbitrary: programs({
        ...oneLatent,
        posteriors: ['LogNormal'],
        priors: ['Normal', 'LogNormal'],
        likelihoods: ['bernoulli', 'gaussian', 'learnedGaussian', 'categorical'],
      }),
    },
  )

const dataOf =
  (vae: AnyVae) =>
  (name: string): Node => {
    const field = vae.given[name]
    return field === undefined
      ? b.constant(Number.NaN)
      : node('data', { name, shape: field.shape, support: field.support })
  }
const boundNode = (bound: Bound, vae: AnyVae): Node => bound.bound(vae, dataOf(vae))
const expected = (bound: Bound, vae: AnyVae, values: Values): number =>
  overNoise([boundNode(bound, vae)], values)[0] ?? Number.NaN

/** The slopes of a bound in all parameters of the guide, at one draw. */
const guideSlopes = (bound: Bound, vae: AnyVae, values: Values): readonly Float64Array[] =>
  valuesAt(
    grad(
      boundNode(bound, vae),
      vaeParams(vae).filter((p) => p.arg.name.startsWith('guide/')),
    ),
    values,
  )
interface Model {
  readonly vae: AnyVae
  readonly values: Values
}

const single = ({ samples }: Bound): boolean => samples === 1
/** One that is log p(x, z) − log q(z) at its draws. */
const sampled = ({ closed }: Bound): boolean => closed !== true
const few = ({ samples }: Bound): boolean => samples <= 3

/** The largest |log-weight| that may be rounded, in the slack of an inequality. */
const SLACK = 1e-6

const against = (
  options: Pick<Law<Bound>, 'name' | 'statement' | 'source' | 'applies' | 'most'> & {
    readonly holds: Parameters<typeof law<Bound, ProgramSample>>[0]['holds']
  },
): Law<Bound> => law({ ...options, given: integrable })

/** What a lower bound on log p(x) owes, against evidence that is known exactly. */
export const boundLaws: LawSuite<Bound> = {
  name: 'bounds',
  extends: [enumeratedBoundLaws],
  laws: [
    against({
      name: 'bound + KL(q ‖ posterior) = log p(x)',
      statement: 'E[bound] + KL(q(z|x) ‖ p(z|x)) = log p(x) for a bound of one draw',
      source: 'Jordan et al. 1999; Kingma & Welling 2014, eq. 1',
      applies: single,
      holds: (bound, { vae, values }, g) => {
        const grid = gridOf(vae, values)
        g.close(expected(bound, vae, values) + posteriorKl(grid), evidence(grid), 1e-5, 'the bound and its gap')
      },
    }),
    against({
      name: 'not above log p(x)',
      statement: 'E[bound] ≤ log p(x)',
      source: 'Jensen; Burda et al. 2016, Theorem 1',
      applies: few,
      most: 60,
      holds: (bound, { vae, values }, g) =>
        g.atMost(expected(bound, vae, values), evidence(gridOf(vae, values)), SLACK, 'the bound is above the evidence'),
    }),
    against({
      name: 'tighter with more draws',
      statement: 'E[bound_k] ≤ E[bound_{k+1}]',
      source: 'Burda et al. 2016, arXiv:1509.00519, Theorem 1',
      applies: (bound) => bound.withSamples !== undefined,
      most: 20,
      holds: ({ withSamples = never }, { vae, values }, g) => {
        const each = [1, 2, 3].map((k) => expected(withSamples(k), vae, values))
        g.atMost(each[0] ?? 0, each[1] ?? Number.NaN, SLACK, 'the bound of 1 draw is above that of 2')
        g.atMost(each[1] ?? 0, each[2] ?? Number.NaN, SLACK, 'the bound of 2 draws is above that of 3')
      },
    }),
    against({
      name: 'weights average to p(x)',
      statement: 'E[exp bound] = p(x): the mean of k importance weights is an unbiased estimate of the evidence',
      source: 'Burda et al. 2016, eq. 8',
      applies: (bound) => bound.importanceWeighted && few(bound),
      most: 60,
      holds: (bound, { vae, values }, g) => {
        const grid = gridOf(vae, values)
        const want = evidence(grid)
        const [got = Number.NaN] = overNoise([b.exp(b.sub(boundNode(bound, vae), want))], values)
        // Where the second moment of a weight is large, the tail of the weights is not on the grid of ε, and nothing can be said.
        if (weightSpread(grid) < 3) g.close(got, 1, 1e-2, 'the average weight over p(x)')
      },
    }),
    law({
      name: 'exact for linear-Gaussian programs',
      statement: 'E[bound] = log N(x; b, W Wᵀ + s²) − KL(q ‖ posterior), both in closed form',
      source: 'Bishop 2006, §2.3.3',
      applies: single,
      given: () => linearGaussians({ latents: 3, exact: false }),
      holds: (bound, { vae, values, evidence: logP, gap }, g) =>
        g.close(expected(bound, vae, values), logP - gap, 1e-8, 'the bound'),
    }),
    law({
      name: 'no variance at the posterior',
      statement: 'with q the posterior every draw of a sampled bound is log p(x)',
      source: 'Roeder et al. 2017, arXiv:1703.09194, §3',
      applies: sampled,
      given: () => linearGaussians({ latents: 3, exact: true }),
      holds: (bound, { vae, values, evidence: logP }, g) => {
        const draws = boundNode(bound, vae)
        for (const at of [-1.3, 0, 0.4, 2.1]) {
          const [got = Number.NaN] = overPoints([draws], [], [[]], (leaf) =>
            leaf.op === 'noise'
              ? { shape: leaf.shape, data: values(leaf).data.map((_, i) => at + 0.3 * i) }
              : values(leaf),
          ).map(([v]) => v)
          g.close(got, logP, 1e-8, `the bound at ε = ${at}`)
        }
      },
    }),
    law({
      name: 'no variance at the posterior of a hierarchy',
      statement: 'z2 → z1 → x with q(z1|x) q(z2|z1) the posterior: every draw of a sampled bound is log p(x)',
      source: 'Sønderby et al. 2016, arXiv:1602.02282',
      applies: sampled,
      given: () => chains,
      holds: (bound, { vae, values, evidence: logP }, g) => {
        const [got = Number.NaN] = overPoints([boundNode(bound, vae)], [], [[]], values).map(([v]) => v)
        g.close(got, logP, 1e-8, 'the bound')
      },
    }),
    law({
      name: 'exact for a Gaussian hierarchy at its posterior',
      statement: 'z2 → z1 → x with q(z1|x) q(z2|z1) the posterior: E[bound] = log p(x), however the KL is had',
      source: 'Jordan et al. 1999',
      applies: single,
      most: 60,
      given: () => chains,
      holds: (bound, { vae, values, evidence: logP }, g) =>
        g.close(expected(bound, vae, values), logP, 1e-8, 'the bound'),
    }),
    law({
      name: 'probabilistic PCA by eigenvalues',
      statement:
        'at the loadings of greatest likelihood, with q the posterior, the bound averages to −½ (D log 2π + Σ log λ + (D − q) log σ² + D)',
      source: 'Tipping & Bishop 1999, eq. 7–8',
      applies: sampled,
      most: 40,
      given: () => ppcas,
      holds: (bound, { each, likelihood }, g) => {
        const bounds = each.map(
          ({ vae, values }) =>
            overPoints([boundNode(bound, vae)], [], [[]], (leaf) =>
              leaf.op === 'noise'
                ? { shape: leaf.shape, data: values(leaf).data.map((_, i) => 0.7 - i) }
                : values(leaf),
            )[0]?.[0] ?? Number.NaN,
        )
        g.close(bounds.reduce((sum, x) => sum + x, 0) / bounds.length, likelihood, 1e-8, 'the mean bound')
      },
    }),
    law({
      name: 'stationary at the posterior',
      statement: 'with q the posterior E[∂ bound / ∂φ] = 0 for every parameter φ of the guide',
      source: 'Roeder et al. 2017, §2',
      applies: few,
      most: 30,
      given: ({ samples }) => linearGaussians({ latents: samples === 1 ? 3 : 1, exact: true }),
      holds: (bound, { vae, values }, g) => {
        const guide = vaeParams(vae).filter((p) => p.arg.name.startsWith('guide/'))
        const slopes = grad(boundNode(bound, vae), guide).map((s) => b.sum(s))
        overNoise(slopes, values).forEach((slope, i) =>
          g.close(slope, 0, 1e-6, `the slope in ${guide[i]?.arg.name ?? '?'}`),
        )
      },
    }),
    law({
      name: 'sticking the landing',
      statement:
        'with q the posterior log p(x, z) − log q(z|x) does not change with z, so the pathwise part of the gradient vanishes',
      source: 'Roeder et al. 2017, eq. 8',
      applies: (bound) => single(bound) && sampled(bound),
      given: () => linearGaussians({ latents: 3, exact: true }),
      holds: (_, { vae, values }, g) => {
        const leaves = latentLeaves(vae)
        const slopes = grad(b.sub(logJoint(vae), logGuide(vae)), leaves)
        const width = leaves.reduce((n, leaf) => n + leaf.shape.reduce((m, d) => m * d, 1), 0)
        const points = [-1, 0.3, 2].map((z) => Array.from({ length: width }, (__, i) => z - 0.4 * i))
        for (const slope of overPoints(slopes, leaves, points, values).flatMap((s) => [...s]))
          g.close(slope, 0, 1e-8, 'the slope in z')
      },
    }),
    law({
      name: 'no gradient in q at the posterior',
      statement:
        'with q the posterior, the gradient that sticks the landing is 0 at every draw, in one layer and in a hierarchy',
      source: 'Roeder, Wu & Duvenaud 2017, arXiv:1703.09194, §3',
      applies: ({ sticks }) => sticks === true,
      given: () => fc.oneof<fc.Arbitrary<Model>[]>(linearGaussians({ latents: 3, exact: true }), chains),
      holds: (bound, { vae, values }, g) => {
        for (const slope of guideSlopes(bound, vae, values).flatMap((s) => [...s]))
          g.close(slope, 0, 1e-8, 'a slope of the guide')
      },
    }),
    law({
      name: 'sticking the landing changes no mean',
      statement:
        'E[gradient that sticks the landing] = E[the whole gradient], in every parameter, for a bound of the same value',
      source: 'Roeder, Wu & Duvenaud 2017, eq. 5–6: the score has mean 0',
      applies: ({ sticks }) => sticks === true,
      most: 30,
      given: () => programs({ ...oneLatent, posteriors: ['Normal'], priors: ['Normal'] }),
      holds: (bound, { vae, values }, g) => {
        const whole = measure(vae, elbo({ kl: 'sampled' }), dataOf(vae)).bound ?? b.constant(Number.NaN)
        const params = vaeParams(vae)
        const means = (root: Node): readonly number[] =>
          overNoise([root, ...grad(root, params).map((s) => b.sum(s))], values)
        const want = means(whole)
        means(boundNode(bound, vae)).forEach((got, i) =>
          g.close(
            got,
            want[i] ?? Number.NaN,
            1e-6,
            i === 0 ? 'the bound' : `the mean slope in ${params[i - 1]?.arg.name}`,
          ),
        )
      },
    }),
    against({
      name: 'Rényi bounds fall with α',
      statement:
        'L_α = log E[w^{1−α}] / (1 − α) does not rise in α, for w = exp of a sampled bound, and L₁ is its mean',
      source: 'Li & Turner 2016, arXiv:1602.02311, Theorem 1',
      applies: (bound) => single(bound) && sampled(bound),
      most: 40,
      holds: (bound, { vae, values }, g) => {
        const w = boundNode(bound, vae)
        const alphas = [0.25, 0.5, 0.75, 1.5, 2]
        const centre = expected(bound, vae, values)
        const powers = overNoise(
          alphas.map((a) => b.exp(b.mul(b.sub(w, centre), 1 - a))),
          values,
        )
        const bounds = alphas.map((a, i) => centre + Math.log(powers[i] ?? Number.NaN) / (1 - a))
        bounds
          .slice(1)
          .forEach((next, i) => g.atMost(next, bounds[i] ?? Number.NaN, SLACK, `L at α = ${alphas[i + 1]}`))
        g.atMost(bounds[2] === undefined ? 0 : centre, bounds[2] ?? Number.NaN, SLACK, 'the ELBO is above L at α = ¾')
        g.atMost(bounds[0] ?? 0, evidence(gridOf(vae, values)), SLACK, 'L at α = ¼ is above the evidence')
      },
    }),
  ],
}

const never = (): Bound => ({
  name: 'none',
  samples: 0,
  importanceWeighted: false,
  bound: () => b.constant(Number.NaN),
})
