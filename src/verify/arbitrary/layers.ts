import type { AnyDist } from '../../dist/Dist.ts'
import { bernoulli } from '../../dist/Bernoulli.ts'
import { categorical } from '../../dist/Categorical.ts'
import { continuousBernoulli } from '../../dist/ContinuousBernoulli.ts'
import { diagonalLaplace } from '../../dist/Laplace.ts'
import { diagonalLogNormal } from '../../dist/LogNormal.ts'
import { enumerate } from '../../dist/enumerate.ts'
import { negativeBinomialFromLogMean } from '../../dist/NegativeBinomial.ts'
import { diagonalNormal, gaussian, standardNormal } from '../../dist/Normal.ts'
import { poissonFromLogRate } from '../../dist/Poisson.ts'
import type { AnyExpr } from '../../expr/Expr.ts'
import { add } from '../../expr/typed/binary.ts'
import { type Elementwise, log1p, relu, sigmoid, silu, softplus, tanh } from '../../expr/typed/elementwise.ts'
import { concat, flatten, reshape, slice } from '../../expr/typed/move.ts'
import { conv2d, conv2dTranspose } from '../../nn/conv.ts'
import { dense } from '../../nn/dense.ts'
import { learnedGaussian } from '../../nn/learnedGaussian.ts'
import { parameter } from '../../nn/parameter.ts'
import { named, share } from '../../nn/trace.ts'
import type { Shape } from '../../shape/Shape.ts'

/** A part of a program and how a person writes it; both are made in one place, so that what is printed is what was run. */
export interface Piece<A> {
  readonly text: string
  readonly apply: (x: AnyExpr) => A
}
export type Layer = Piece<AnyExpr>
export type Head = Piece<AnyDist>

export const denseLayer = (out: number): Layer => ({ text: `dense(${out})`, apply: (x) => dense(out)<Shape>(x) })
/** As networks read counts. */
export const log1pLayer: Layer = { text: 'log1p', apply: (x) => log1p(x) }
export const flattenLayer: Layer = { text: 'flatten', apply: (x) => flatten<Shape>(x) }
export const reshapeLayer = (...to: number[]): Layer => ({
  text: `reshape(${to.join(', ')})`,
  apply: (x) => reshape(...to)<Shape>(x),
})
export const convLayer = (filters: number): Layer => ({
  text: `conv2d({ filters: ${filters}, kernel: 3, stride: 2 })`,
  apply: (x) => conv2d({ filters, kernel: 3, stride: 2 })<Shape>(x),
})
export const convTransposeLayer = (filters: number): Layer => ({
  text: `conv2dTranspose({ filters: ${filters}, kernel: 3, stride: 2 })`,
  apply: (x) => conv2dTranspose({ filters, kernel: 3, stride: 2 })<Shape>(x),
})
export const namedLayer = (name: string, inner: Layer): Layer => ({
  text: `named('${name}', ${inner.text})`,
  apply: named(name, inner.apply),
})
export const sharedLayer = (name: string, inner: Layer): Layer => ({
  text: `share('${name}', ${inner.text})`,
  apply: share(name, inner.apply),
})
/** Joined with other values in scope. */
export const concatLayer = (name: string, other: AnyExpr): Layer => ({
  text: `concat(${name})`,
  apply: (x) => concat<Shape>(other)<Shape>(x),
})

export type ActivationName = 'tanh' | 'sigmoid' | 'softplus' | 'silu' | 'relu'
const activations: Readonly<Record<ActivationName, Elementwise>> = { tanh, sigmoid, softplus, silu, relu }
export const activationLayer = (name: ActivationName): Layer => ({ text: name, apply: (x) => activations[name](x) })

/** What a likelihood or a posterior is made of: how many numbers it takes for each of its own, which data it can score, its constructor. */
interface HeadOf {
  readonly perValue: 1 | 2
  readonly field: 'binary' | 'real' | 'unit' | 'positive' | 'oneHot' | 'count'
  readonly make: (size: number) => Head
}
export type LikelihoodName =
  | 'bernoulli'
  | 'gaussian'
  | 'gaussianPerOutput'
  | 'learnedGaussian'
  | 'diagonalLaplace'
  | 'diagonalLogNormal'
  | 'categorical'
  | 'continuousBernoulli'
  | 'poisson'
  | 'negativeBinomial'
export const likelihoods: Readonly<Record<LikelihoodName, HeadOf>> = {
  bernoulli: { perValue: 1, field: 'binary', make: () => ({ text: 'bernoulli', apply: bernoulli }) },
  gaussian: {
    perValue: 1,
    field: 'real',
    make: () => ({ text: 'gaussian({ scale: 0.7 })', apply: (x) => gaussian({ scale: 0.7 })<Shape>(x) }),
  },
  gaussianPerOutput: {
    perValue: 2,
    field: 'real',
    make: () => ({
      text: "gaussian({ scale: 'perOutput' })",
      apply: (x) => gaussian({ scale: 'perOutput' })<Shape>(x),
    }),
  },
  learnedGaussian: {
    perValue: 1,
    field: 'unit',
    make: () => ({ text: 'learnedGaussian()', apply: (x) => learnedGaussian()<Shape>(x) }),
  },
  diagonalLaplace: {
    perValue: 2,
    field: 'real',
    make: (n) => ({ text: `diagonalLaplace(${n})`, apply: (x) => diagonalLaplace(n)<Shape>(x) }),
  },
  diagonalLogNormal: {
    perValue: 2,
    field: 'positive',
    make: (n) => ({ text: `diagonalLogNormal(${n})`, apply: (x) => diagonalLogNormal(n)<Shape>(x) }),
  },
  categorical: { perValue: 1, field: 'oneHot', make: () => ({ text: 'categorical', apply: categorical }) },
  continuousBernoulli: {
    perValue: 1,
    field: 'unit',
    make: () => ({ text: 'continuousBernoulli', apply: continuousBernoulli }),
  },
  poisson: { perValue: 1, field: 'count', make: () => ({ text: 'poissonFromLogRate', apply: poissonFromLogRate }) },
  negativeBinomial: {
    perValue: 2,
    field: 'count',
    make: (n) => ({
      text: `(h) => negativeBinomialFromLogMean(pipe(h, slice(-1, 0, ${n})), pipe(h, slice(-1, ${n}, ${2 * n}), softplus, add(0.1)))`,
      apply: (h) =>
        negativeBinomialFromLogMean(slice(-1, 0, n)<Shape>(h), add(0.1)(softplus(slice(-1, n, 2 * n)<Shape>(h)))),
    }),
  },
}

type ContinuousFamily = 'Normal' | 'Laplace' | 'LogNormal'
export type DiscreteFamily = 'Bernoulli' | 'Categorical'
export type LatentFamily = ContinuousFamily | DiscreteFamily
const discreteHeads: Readonly<Record<DiscreteFamily, Head>> = {
  Bernoulli: { text: 'bernoulli', apply: bernoulli },
  Categorical: { text: 'categorical', apply: categorical },
}
export const isDiscrete = (family: LatentFamily): family is DiscreteFamily => Object.hasOwn(discreteHeads, family)

/** A latent's distribution, which takes so many numbers for each of its own. */
interface LatentHead extends Head {
  readonly perValue: 1 | 2
}
const continuousHeads: Readonly<Record<ContinuousFamily, (size: number) => Head>> = {
  Normal: (n) => ({ text: `diagonalNormal(${n})`, apply: (x) => diagonalNormal(n)<Shape>(x) }),
  Laplace: (n) => ({ text: `diagonalLaplace(${n})`, apply: (x) => diagonalLaplace(n)<Shape>(x) }),
  LogNormal: (n) => ({ text: `diagonalLogNormal(${n})`, apply: (x) => diagonalLogNormal(n)<Shape>(x) }),
}
export const priorHead = (family: LatentFamily, size: number): LatentHead =>
  isDiscrete(family) ? { ...discreteHeads[family], perValue: 1 } : { ...continuousHeads[family](size), perValue: 2 }
/** As a guide has it: what is discrete is summed out. */
export const posteriorHead = (family: LatentFamily, size: number): LatentHead => {
  const head = priorHead(family, size)
  return isDiscrete(family)
    ? { ...head, text: `${head.text}, enumerate`, apply: (x) => enumerate(head.apply(x)) }
    : head
}
/** A prior that sees nothing. */
export const freePrior = (family: LatentFamily, size: number): Piece<AnyDist> =>
  isDiscrete(family)
    ? {
        text: `${family === 'Bernoulli' ? 'bernoulli' : 'categorical'}(parameter(0, ${size}))`,
        apply: () => discreteHeads[family].apply(parameter<number[]>(0, size)),
      }
    : { text: `standardNormal(${size})`, apply: () => standardNormal(size) }
