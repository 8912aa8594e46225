import * as fc from 'fast-check'
import type { Leaf } from '../../expr/leaf.ts'
import type { Tensor } from '../../expr/Tensor.ts'
import { autoencoder, elbo, iwae, Objective, renyi } from '../../model/objective.ts'
import type { AnyVae } from '../../model/Vae.ts'
import { assemble } from './assemble.ts'
import { schedules } from './schedules.ts'
import { type ActivationName, isDiscrete, type LatentFamily, type LikelihoodName } from './layers.ts'
import type { LatentPlan, ObservationPlan, ProgramPlan } from './ProgramPlan.ts'
import { valuesOf } from './values.ts'

/** A random well-typed VAE with numbers for its weights and data in support. A counterexample shows the program as one writes it. */
export interface ProgramSample {
  readonly plan: ProgramPlan
  readonly vae: AnyVae
  readonly text: string
  readonly seed: number
  /** numbers of a leaf, decided by the seed and its name: weights within ±0.7, data in support, ε within ±2 */
  readonly values: (leaf: Leaf) => Tensor
  readonly [fc.toStringMethod]: () => string
}

export interface ProgramOptions {
  readonly latents?: number
  readonly latentSize?: number
  readonly observations?: number
  readonly observationSize?: number
  readonly images?: boolean
  readonly conditions?: boolean
  /** leave out what has a corner, so that integrals and differences converge */
  readonly smooth?: boolean
  readonly posteriors?: readonly LatentFamily[]
  readonly priors?: readonly LatentFamily[]
  readonly likelihoods?: readonly LikelihoodName[]
}

const allLikelihoods: readonly LikelihoodName[] = [
  'bernoulli',
  'gaussian',
  'gaussianPerOutput',
  'learnedGaussian',
  'diagonalLaplace',
  'diagonalLogNormal',
  'categorical',
  'continuousBernoulli',
  'poisson',
  'negativeBinomial',
]
const smoothLikelihoods = allLikelihoods.filter((name) => name !== 'diagonalLaplace')
const smoothActivations: readonly ActivationName[] = ['tanh', 'sigmoid', 'softplus', 'silu']

export const continuousFamilies: readonly LatentFamily[] = ['Normal', 'Laplace', 'LogNormal']
const latentFamilies: readonly LatentFamily[] = [...continuousFamilies, 'Bernoulli', 'Categorical']
/** A Laplace's density has a corner, which draws of a latent cross. */
const smoothPriors = latentFamilies.filter((family) => family !== 'Laplace')

/** LogNormals have their values above 0 only, so their prior may be a Normal, but no Normal's may be one. A discrete prior is of the same family. */
const families = (
  posteriors: readonly LatentFamily[],
  priors: readonly LatentFamily[],
): fc.Arbitrary<Pick<LatentPlan, 'posterior' | 'prior'>> =>
  fc.constantFrom(
    ...posteriors.flatMap((posterior) =>
      priors
        .filter((prior) => posterior === prior || (!isDiscrete(posterior) && isOnTheLine(prior)))
        .map((prior) => ({ posterior, prior })),
    ),
  )

const isOnTheLine = (family: LatentFamily): boolean => family === 'Normal' || family === 'Laplace'
/** One category is no choice, and three coins are eight values. */
const sizeOf = (family: LatentFamily, size: number): number =>
  family === 'Categorical' ? Math.max(2, size) : family === 'Bernoulli' ? Math.min(2, size) : size

export const plans = (options: ProgramOptions = {}): fc.Arbitrary<ProgramPlan> => {
  const activation = fc.constantFrom(...smoothActivations, ...(options.smooth === true ? [] : (['relu'] as const)))
  const hidden = fc.constantFrom(0, 2, 3)
  const size = (most: number): fc.Arbitrary<number> => fc.integer({ min: 1, max: most })
  const latentPlan: fc.Arbitrary<LatentPlan> = fc
    .record({
      size: size(options.latentSize ?? 3),
      pair: families(
        options.posteriors ?? latentFamilies,
        options.priors ?? (options.smooth === true ? smoothPriors : latentFamilies),
      ),
      activation,
      hidden,
    })
    .map(({ pair, size: chosen, ...rest }) => ({ ...rest, ...pair, size: sizeOf(pair.posterior, chosen) }))
  const observationPlan: fc.Arbitrary<ObservationPlan> = fc.record({
    likelihood: fc.constantFrom(
      ...(options.likelihoods ?? (options.smooth === true ? smoothLikelihoods : allLikelihoods)),
    ),
    size: size(options.observationSize ?? 3),
    image: options.images === false ? fc.constant(false) : fc.boolean(),
    activation,
    hidden,
  })
  return fc.record({
    conditional: options.conditions === false ? fc.constant(false) : fc.boolean(),
    latents: fc.array(latentPlan, { minLength: 1, maxLength: options.latents ?? 3, size: 'max' }),
    observations: fc.array(observationPlan, { minLength: 1, maxLength: options.observations ?? 2, size: 'max' }),
    guide: fc.constantFrom('meanField', 'forward', 'backward'),
    sharedEncoder: fc.boolean(),
    tied: fc.boolean(),
  })
}

const scaledDown = ({ shape, data }: Tensor): Tensor => ({ shape, data: data.map((x) => 0.35 * x) })

/** A plan's program with numbers from the seed. */
const sampleOf = (plan: ProgramPlan, seed: number): ProgramSample => {
  const { vae, text } = assemble(plan)
  return {
    plan,
    vae,
    text,
    seed,
    values: (leaf) => (leaf.op === 'param' ? scaledDown(valuesOf(leaf, seed)) : valuesOf(leaf, seed)),
    [fc.toStringMethod]: () => `${text}\n(weights and data of seed ${seed})`,
  }
}

/** Random VAEs: 1 to 3 latents in chains and hierarchies, conditions, several observations, every family; they shrink to smaller programs. */
export const programs = (options: ProgramOptions = {}): fc.Arbitrary<ProgramSample> =>
  fc.tuple(plans(options), fc.nat({ max: 2 ** 31 - 1 })).map(([plan, seed]) => sampleOf(plan, seed))

/** Every objective; the closed KL only where the program's pairs have one, importance weights only where they leave no latent's guide out. */
export const objectivesFor = (plan: ProgramPlan): fc.Arbitrary<Objective> => {
  const closed = plan.latents.every(
    ({ posterior, prior }, i) => posterior === prior || (i === 0 && !plan.conditional) || prior === 'Normal',
  )
  const kl = closed ? fc.constantFrom('closed' as const, 'sampled' as const) : fc.constant('sampled' as const)
  return fc.oneof(
    {
      weight: 3,
      arbitrary: fc.record({ kl, beta: schedules, freeBits: fc.constantFrom(0, 0.05, 0.5) }).map((o) => elbo(o)),
    },
    { weight: 1, arbitrary: schedules.map((beta) => elbo({ beta, gradient: 'stickingTheLanding' })) },
    {
      weight: 1,
      arbitrary: fc
        .record({ alpha: fc.constantFrom(0.25, 0.5, 1, 2), samples: fc.integer({ min: 1, max: 3 }) })
        .map((o) => renyi(o)),
    },
    ...(plan.latents.some(({ posterior }) => isDiscrete(posterior))
      ? []
      : [{ weight: 2, arbitrary: fc.integer({ min: 1, max: 4 }).map((k) => iwae(k)) }]),
    { weight: 1, arbitrary: fc.constant(autoencoder()) },
  )
}

/** A program and what trains it. */
export interface TaskSample extends ProgramSample {
  readonly objective: Objective
}
export const tasks = (options: ProgramOptions = {}): fc.Arbitrary<TaskSample> =>
  programs(options).chain((sample) =>
    objectivesFor(sample.plan).map((objective) => ({
      ...sample,
      objective,
      [fc.toStringMethod]: () =>
        `${sample[fc.toStringMethod]()}\nobjective ${JSON.stringify(Objective.encode(objective))}`,
    })),
  )
