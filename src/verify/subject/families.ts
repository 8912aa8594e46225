import { bernoulli } from '../../dist/Bernoulli.ts'
import { continuousBernoulli } from '../../dist/ContinuousBernoulli.ts'
import { laplace } from '../../dist/Laplace.ts'
import { logNormal } from '../../dist/LogNormal.ts'
import { negativeBinomial } from '../../dist/NegativeBinomial.ts'
import { normal } from '../../dist/Normal.ts'
import { poisson } from '../../dist/Poisson.ts'
import { exprOf } from '../../expr/Expr.ts'
import { constant } from '../../expr/build.ts'
import { type Made, densityOf, type Parameters } from './Density.ts'
import { type Divergence, divergenceOf } from './Divergence.ts'

const nothing = exprOf<[]>(constant(Number.NaN))
const [locations, scales] = [[-3, 3] as const, [0.15, 3] as const]

/** The library's own families of one number, for the laws. */
export const normalDensity: Made = densityOf({
  name: 'Normal',
  parameters: { loc: locations, scale: scales },
  make: ({ loc = nothing, scale = nothing }) => normal(loc, scale),
})
const laplaceDensity: Made = densityOf({
  name: 'Laplace',
  parameters: { loc: locations, scale: scales },
  make: ({ loc = nothing, scale = nothing }) => laplace(loc, scale),
  kinks: ({ loc = 0 }) => [loc],
})
const logNormalDensity: Made = densityOf({
  name: 'LogNormal',
  parameters: { loc: [-2, 2], scale: [0.15, 1] },
  make: ({ loc = nothing, scale = nothing }) => logNormal(loc, scale),
})
const bernoulliDensity: Made = densityOf({
  name: 'Bernoulli',
  parameters: { logits: [-8, 8] },
  make: ({ logits = nothing }) => bernoulli(logits),
})
const continuousBernoulliDensity: Made = densityOf({
  name: 'ContinuousBernoulli',
  parameters: { logits: [-8, 8] },
  make: ({ logits = nothing }) => continuousBernoulli(logits),
})
const poissonDensity: Made = densityOf({
  name: 'Poisson',
  parameters: { rate: [0.05, 40] },
  make: ({ rate = nothing }) => poisson(rate),
})
const negativeBinomialDensity: Made = densityOf({
  name: 'NegativeBinomial',
  parameters: { mean: [0.1, 6], inverseDispersion: [0.5, 20] },
  make: ({ mean = nothing, inverseDispersion = nothing }) => negativeBinomial(mean, inverseDispersion),
})

export const familyDensities: readonly Made[] = [
  normalDensity,
  laplaceDensity,
  logNormalDensity,
  bernoulliDensity,
  continuousBernoulliDensity,
  poissonDensity,
  negativeBinomialDensity,
]

const moved = ({ loc = 0, scale = 1 }: Parameters): Parameters => ({ loc: 1.5 - 2 * loc, scale: 2 * scale })
const affine = { name: 'x ↦ 1.5 − 2x', q: moved, p: moved }
const power = { name: 'x ↦ e^1.5 x⁻²', q: moved, p: moved }
const flip = ({ logits = 0 }: Parameters): Parameters => ({ logits: -logits })

/** Every pair of families of one number with a closed form. */
export const familyDivergences: readonly Divergence[] = [
  divergenceOf(normalDensity, normalDensity, [affine]),
  divergenceOf(laplaceDensity, laplaceDensity, [affine]),
  divergenceOf(laplaceDensity, normalDensity, [affine]),
  divergenceOf(logNormalDensity, logNormalDensity, [power]),
  divergenceOf(logNormalDensity, normalDensity),
  divergenceOf(continuousBernoulliDensity, continuousBernoulliDensity, [{ name: 'x ↦ 1 − x', q: flip, p: flip }]),
  divergenceOf(poissonDensity, poissonDensity),
  divergenceOf(bernoulliDensity, bernoulliDensity, [{ name: 'x ↦ 1 − x', q: flip, p: flip }]),
]
