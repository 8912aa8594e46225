import { isDiscrete } from './layers.ts'
import type { ProgramPlan } from './ProgramPlan.ts'

/** Every feature of a program that the generator can make, by name: so that what it makes can be reported and what it never makes be seen. */
const featuresOf = (plan: ProgramPlan): readonly string[] => [
  `latents: ${plan.latents.length}`,
  `observations: ${plan.observations.length}`,
  ...(plan.conditional ? ['given a condition'] : ['given nothing']),
  `guide: ${plan.latents.length > 1 ? plan.guide : 'one latent'}`,
  ...(plan.sharedEncoder ? ['define: a shared encoder'] : []),
  ...(plan.tied ? ['share: tied decoders'] : []),
  ...plan.latents.map(({ posterior }) => `posterior: ${posterior}`),
  ...plan.latents.flatMap(({ prior }, i) =>
    i > 0 || plan.conditional
      ? [`learned prior: ${prior}`]
      : [isDiscrete(prior) ? 'prior: of a discrete latent' : 'prior: standard Normal'],
  ),
  ...plan.observations.map(({ likelihood }) => `likelihood: ${likelihood}`),
  ...plan.observations.flatMap(({ image, likelihood }) =>
    image && ['bernoulli', 'gaussian', 'learnedGaussian'].includes(likelihood) ? ['convolutions'] : ['dense layers'],
  ),
  ...[...plan.latents, ...plan.observations].flatMap(({ hidden, activation }) =>
    hidden > 0 ? [`activation: ${activation}`] : ['no hidden layer'],
  ),
]

/** How many of the programs have each feature, in percent, by name. */
export const coverage = (plans: readonly ProgramPlan[]): Readonly<Record<string, number>> => {
  const counts = new Map<string, number>()
  for (const plan of plans)
    for (const feature of new Set(featuresOf(plan))) counts.set(feature, (counts.get(feature) ?? 0) + 1)
  return Object.fromEntries(
    [...counts]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([feature, n]) => [feature, Math.round((1000 * n) / plans.length) / 10]),
  )
}
