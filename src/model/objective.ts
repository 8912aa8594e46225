import { number, optional, record } from '../call/Kind.ts'
import { takes } from '../call/takes.ts'
import * as O from 'fp-ts/lib/Option.js'
import * as t from 'io-ts'
import { match } from 'ts-pattern'
import { posteriorNoise } from '../data/streams.ts'
import { difference, klTerms, logProb, logProbTerms } from '../dist/family.ts'
import { unknownOptions } from '../error.ts'
import * as b from '../expr/build.ts'
import type { Node } from '../expr/Op.ts'
import { vmap } from '../transform/vmap.ts'
import { inferredBackward } from './backward.ts'
import { atMean, type Elaborated, heldPosteriors, infer, sampled } from './elaborate.ts'
import { enumerating, expectation, logExpectation } from './enumerated.ts'
import { isOutside, nothingSticks } from './messages.ts'
import { below0, type Horizon, type Schedule, scheduleAt, scheduleCodec, scheduleProblems } from '../schedule/index.ts'
import { boundAt, type OwnBound, ownBoundCodec } from './ownBound.ts'
import type { AnyVae } from './Vae.ts'

/** What training maximises, as data. */
export interface Elbo<K extends 'closed' | 'sampled'> {
  readonly tag: 'elbo'
  readonly kl: K
  readonly beta: Schedule
  /** nats a latent dimension */
  readonly freeBits: number
  /** absent for the whole gradient */
  readonly gradient?: 'stickingTheLanding'
}
export interface Iwae {
  readonly tag: 'iwae'
  readonly samples: number
}
export interface Renyi {
  readonly tag: 'renyi'
  readonly alpha: number
  readonly samples: number
}
export interface Autoencoder {
  readonly tag: 'autoencoder'
}
export type Objective = Elbo<'closed'> | Elbo<'sampled'> | Iwae | Renyi | Autoencoder | OwnBound

const elboOf = <K extends 'closed' | 'sampled'>(kl: K): t.Type<Elbo<K>, unknown, unknown> =>
  t.intersection([
    t.type({ tag: t.literal('elbo'), kl: t.literal(kl), beta: scheduleCodec, freeBits: t.number }),
    t.partial({ gradient: t.literal('stickingTheLanding') }),
  ])
export const Objective: t.Type<Objective, unknown, unknown> = t.union([
  elboOf('closed'),
  elboOf('sampled'),
  t.type({ tag: t.literal('iwae'), samples: t.number }),
  t.type({ tag: t.literal('renyi'), alpha: t.number, samples: t.number }),
  t.type({ tag: t.literal('autoencoder') }),
  ownBoundCodec,
])

const makeElbo = <K extends 'closed' | 'sampled' = 'closed', G extends 'stickingTheLanding' | 'whole' = 'whole'>(
  options: { readonly beta?: Schedule; readonly freeBits?: number; readonly kl?: K; readonly gradient?: G } = {},
): Elbo<G extends 'stickingTheLanding' ? 'sampled' : K> => {
  const { beta, freeBits, kl, gradient, ...unknown } = options
  const sticks = gradient === 'stickingTheLanding'
  return {
    tag: 'elbo',
    // Absent means 'closed' or, where it sticks, 'sampled': what the result's type says.
    kl: (kl ?? (sticks ? 'sampled' : 'closed')) as G extends 'stickingTheLanding' ? 'sampled' : K,
    beta: beta ?? 1,
    freeBits: freeBits ?? 0,
    ...(sticks ? { gradient: 'stickingTheLanding' } : {}),
    ...unknown,
  }
}

/**
 * The evidence lower bound, reconstruction − β · KL, averaged over the minibatch.
 *
 *   E_q[log p(x|z)] − β · Σⱼ max(λ, KLⱼ)        λ = freeBits, KLⱼ the minibatch's mean in latent dimension j
 *
 * β ≠ 1 or λ > 0 change what is maximised, never what is reported as `bound`. The KL is the closed form unless sampled is asked for; of a
 * latent that is inferred against the model's order (z1 → z2 under z2 → z1) it is log q − log p at the draw, for the closed form is then another number.
 *
 * `gradient: 'stickingTheLanding'` leaves the score of q out of the gradient, whose mean is 0: the same mean, and no variance at all where q is the
 * posterior. It needs draws of the KL, and takes them.
 *
 * Units   nats a datum; freeBits in nats a latent dimension
 * Source  Kingma & Welling 2014, arXiv:1312.6114 (bound); Higgins et al. 2017 (β); Kingma et al. 2016, arXiv:1606.04934, eq. 15 (free bits);
 *         Roeder, Wu & Duvenaud 2017, arXiv:1703.09194 (sticking the landing)
 * @example  elbo({ beta: warmUp({ epochs: 5 }), freeBits: 0.1 })
 */
export const elbo: typeof makeElbo = takes('elbo', makeElbo, [optional(record)])

const makeIwae = (samples: number): Iwae => ({ tag: 'iwae', samples })

/**
 * The importance-weighted bound with k samples, log (1/k) Σᵢ p(x, zᵢ) / q(zᵢ|x): tighter with every sample, the ELBO at k = 1.
 *
 * Source  Burda, Grosse & Salakhutdinov 2016, arXiv:1509.00519, eq. 8
 */
export const iwae: typeof makeIwae = takes('iwae', makeIwae, [number])

const makeRenyi = (options: { readonly alpha: number; readonly samples: number }): Renyi => ({
  tag: 'renyi',
  ...options,
})

/**
 * The variational Rényi bound of order α with k samples: the IWAE at α = 0, the ELBO at α = 1, lower as α grows.
 *
 *   1 / (1 − α) · log (1/k) Σᵢ (p(x, zᵢ) / q(zᵢ|x))^(1−α)
 *
 * In mean it is not above log p(x) for α ≥ 0; below α = 1 more samples tighten it, above they loosen it.
 *
 * Numerics  near α = 1, but not at it, the result is a small number over a small number: of float32's digits, as many as 1 − α has zeros are lost
 * Source    Li & Turner 2016, arXiv:1602.02311, eq. 6 and 10
 * @example  renyi({ alpha: 0.5, samples: 5 })
 */
export const renyi: typeof makeRenyi = takes('renyi', makeRenyi, [record])

const makeAutoencoder = (): Autoencoder => ({ tag: 'autoencoder' })

/** The deterministic contrast: latents at the guide's means, reconstruction alone. It bounds nothing and its prior generates nothing. */
export const autoencoder: typeof makeAutoencoder = takes('autoencoder', makeAutoencoder, [])

/** What is measured of one datum; `kl` has a vector for every latent. `bound` is absent where the objective bounds nothing. */
export interface Measured<N> {
  readonly bound: N | undefined
  readonly reconstruction: N
  readonly kl: Readonly<Record<string, N>>
}

const total = (terms: readonly Node[]): Node => b.addAll(terms.map((x) => b.sum(x)))

/** log p(x, z) or its parts at the elaborated values; data are the leaves of the observations' names. */
const reconstructionOf = (e: Elaborated, data: (name: string) => Node): Node =>
  b.addAll([...e.likelihoods].map(([name, p]) => logProb(p, data(name))))

const latentOf = (e: Elaborated, name: string): Node => e.latents.get(name) ?? b.constant(Number.NaN)

/** log q − log p at the sample: an unbiased estimate of the KL whose terms may be negative. */
const sampledKl = (e: Elaborated): Readonly<Record<string, Node>> =>
  Object.fromEntries(
    [...e.posteriors].map(([name, q]) => {
      const p = e.priors.get(name) ?? q
      const z = latentOf(e, name)
      return [name, difference(logProbTerms(q, z), logProbTerms(p, z))]
    }),
  )

/** In closed form where the pair has one, and the guide goes the model's way. */
const closedKl = (vae: AnyVae, e: Elaborated): Readonly<Record<string, Node>> => {
  const estimates = sampledKl(e)
  const backward = inferredBackward(vae)
  return Object.fromEntries(
    [...e.posteriors].map(([name, q]) => {
      const p = e.priors.get(name) ?? q
      const closed = backward.has(name) ? O.none : klTerms(q, p)
      return [name, O.getOrElse(() => estimates[name] ?? b.constant(Number.NaN))(closed)]
    }),
  )
}

const isNoise = (leaf: Node): boolean => leaf.op === 'noise'

/** The guide's draws; ε has the latent's name. */
const drawn = enumerating(sampled(posteriorNoise))

/** Averaged over the values of enumerated latents: the reconstruction, and the KL of every latent. */
const averaged = (
  e: Elaborated,
  reconstruction: Node,
  kl: Readonly<Record<string, Node>>,
): Pick<Measured<Node>, 'reconstruction' | 'kl'> => {
  const names = Object.keys(kl)
  const [mean = reconstruction, ...kls] = expectation(e, [reconstruction, ...Object.values(kl)])
  return { reconstruction: mean, kl: Object.fromEntries(names.map((name, i) => [name, kls[i] ?? mean])) }
}

/** Bounds that are power means of k importance weights. */
const weighted = (
  vae: AnyVae,
  data: (name: string) => Node,
  { alpha, samples }: Omit<Renyi, 'tag'>,
): Measured<Node> => {
  const e = infer(vae, drawn)
  const power = 1 - alpha
  const logWeight = b.sub(reconstructionOf(e, data), total(Object.values(sampledKl(e))))
  const weight = power === 0 ? expectation(e, [logWeight])[0] : logExpectation(e, raised(logWeight, power))
  const one = averaged(e, reconstructionOf(e, data), closedKl(vae, e))
  const names = Object.keys(one.kl)
  const nothing = b.constant(Number.NaN)
  const [weights = nothing, reconstructions = nothing, ...kls] = vmap(
    [weight ?? nothing, one.reconstruction, ...Object.values(one.kl)],
    samples,
    isNoise,
  )
  const logMean = b.sub(b.logSumExp(weights), Math.log(samples))
  return {
    bound: power === 0 ? b.mean(weights) : raised(logMean, 1 / power),
    reconstruction: b.mean(reconstructions),
    kl: Object.fromEntries(names.map((name, i) => [name, b.mean(kls[i] ?? nothing, [0])])),
  }
}
/** A bound of the user's own, of as many draws as it asks for. */
const measuredBy = (vae: AnyVae, own: OwnBound, data: (name: string) => Node): Measured<Node> => {
  const e = infer(vae, drawn)
  const at = (dists: Elaborated['priors']): Node =>
    total([...dists].map(([name, dist]) => logProbTerms(dist, latentOf(e, name))))
  const kl = closedKl(vae, e)
  const names = Object.keys(kl)
  const nothing = b.constant(Number.NaN)
  const [likelihood = nothing, prior = nothing, posterior = nothing, ...kls] = vmap(
    [reconstructionOf(e, data), at(e.priors), at(e.posteriors), ...Object.values(kl)],
    own.samples,
    isNoise,
  )
  return {
    bound: boundAt(own, { likelihood, prior, posterior }),
    reconstruction: b.mean(likelihood),
    kl: Object.fromEntries(names.map((name, i) => [name, b.mean(kls[i] ?? nothing, [0])])),
  }
}

/** The logarithm of a power. */
const raised = (log: Node, power: number): Node => (power === 1 ? log : b.mul(log, power))

/** The per-datum quantities of an objective, as vertices. */
export const measure = (vae: AnyVae, objective: Objective, data: (name: string) => Node): Measured<Node> =>
  match(objective)
    .with({ tag: 'elbo' }, (o) => {
      const e = infer(vae, drawn)
      const scored = o.gradient === 'stickingTheLanding' ? { ...e, posteriors: heldPosteriors(vae, e) } : e
      const { reconstruction, kl } = averaged(
        e,
        reconstructionOf(e, data),
        o.kl === 'closed' ? closedKl(vae, e) : sampledKl(scored),
      )
      return { bound: b.sub(reconstruction, total(Object.values(kl))), reconstruction, kl }
    })
    .with({ tag: 'iwae' }, (o) => weighted(vae, data, { alpha: 0, samples: o.samples }))
    .with({ tag: 'renyi' }, (o) => weighted(vae, data, o))
    .with({ tag: 'bound' }, (o) => measuredBy(vae, o, data))
    .with({ tag: 'autoencoder' }, () => {
      const e = infer(vae, enumerating(atMean))
      return { bound: undefined, ...averaged(e, reconstructionOf(e, data), {}) }
    })
    .exhaustive()

/** The same over a minibatch of `size`: means, and per latent dimension the mean KL. */
export const measureBatch = (
  vae: AnyVae,
  objective: Objective,
  data: (name: string) => Node,
  size: number,
): Measured<Node> => {
  const one = measure(vae, objective, data)
  const names = Object.keys(one.kl)
  const isDatum = (leaf: Node): boolean => leaf.op === 'data' || leaf.op === 'noise'
  const flat = (x: Node): Node => b.reshape(x, [x.shape.reduce((n, d) => n * d, 1)])
  const roots = [
    one.reconstruction,
    ...Object.values(one.kl).map(flat),
    ...(one.bound === undefined ? [] : [one.bound]),
  ]
  const means = vmap(roots, size, isDatum).map((x) => b.mean(x, [0]))
  const nothing = b.constant(Number.NaN)
  return {
    reconstruction: means[0] ?? nothing,
    kl: Object.fromEntries(names.map((name, i) => [name, means[i + 1] ?? nothing])),
    bound: one.bound === undefined ? undefined : means.at(-1),
  }
}

/** What training minimises of a minibatch's means, at update number `step`. */
export const lossOf = (
  objective: Objective,
  m: Measured<Node>,
  horizon: Horizon,
  step: Node,
): { readonly loss: Node; readonly beta: Node | undefined } =>
  match(objective)
    .with({ tag: 'elbo' }, (o) => {
      const floored = Object.values(m.kl).map((kl) => (o.freeBits > 0 ? b.max(kl, o.freeBits) : kl))
      const beta = scheduleAt(o.beta, horizon, step)
      return { loss: b.sub(b.mul(beta, total(floored)), m.reconstruction), beta }
    })
    .with({ tag: 'iwae' }, { tag: 'renyi' }, { tag: 'bound' }, () => ({
      loss: b.neg(m.bound ?? b.constant(Number.NaN)),
      beta: undefined,
    }))
    .with({ tag: 'autoencoder' }, () => ({ loss: b.neg(m.reconstruction), beta: undefined }))
    .exhaustive()

const drawsProblems = (where: string, samples: number): readonly string[] =>
  Number.isInteger(samples) && samples >= 1
    ? []
    : [isOutside(where, 'samples', samples, 'a whole number of at least 1')]

/** Below 0 the KL would be maximised, and has no largest value. */
const betaProblems = (beta: Schedule, horizon: Horizon): readonly string[] => {
  const problems = scheduleProblems('beta', beta, horizon)
  const lowest = problems.length > 0 ? undefined : below0(beta, horizon)
  return lowest === undefined ? problems : [`beta must be 0 or more but got ${lowest}`]
}

/** What is wrong with an objective's own settings over this much training. */
export const objectiveProblems = (objective: Objective, horizon: Horizon): readonly string[] =>
  match(objective)
    .with({ tag: 'elbo' }, (o) => [
      ...unknownOptions('elbo', o, ['beta', 'freeBits', 'kl', 'gradient']),
      ...betaProblems(o.beta, horizon),
      ...(o.freeBits >= 0 ? [] : [isOutside('elbo', 'freeBits', o.freeBits, '0 or more nats')]),
      ...(o.gradient === 'stickingTheLanding' && o.kl === 'closed' ? [nothingSticks] : []),
    ])
    .with({ tag: 'iwae' }, (o) => drawsProblems('iwae', o.samples))
    .with({ tag: 'renyi' }, (o) => [
      ...unknownOptions('renyi', o, ['alpha', 'samples']),
      ...(o.alpha >= 0 && o.alpha < Infinity ? [] : [isOutside('renyi', 'alpha', o.alpha, 'a number from 0')]),
      ...drawsProblems('renyi', o.samples),
    ])
    .with({ tag: 'bound' }, (o) => o.problems)
    .with({ tag: 'autoencoder' }, () => [])
    .exhaustive()
