import * as O from 'fp-ts/lib/Option.js'
import * as t from 'io-ts'
import { match } from 'ts-pattern'
import { klTerms } from '../dist/divergence.ts'
import { logProb, logProbTerms } from '../dist/family.ts'
import * as b from '../expr/build.ts'
import type { Node } from '../expr/Op.ts'
import { vmap } from '../transform/vmap.ts'
import { inferredBackward } from './backward.ts'
import { atMean, type Elaborated, infer, sampled } from './elaborate.ts'
import { enumerating, expectation, logExpectation } from './enumerated.ts'
import { isOutside } from './messages.ts'
import { endsOf, type Horizon, Schedule, scheduleAt, scheduleProblems } from './schedule.ts'
import type { AnyVae } from './Vae.ts'

/** What training maximises, as data. */
export interface Elbo<K extends 'closed' | 'sampled'> {
  readonly tag: 'elbo'
  readonly kl: K
  readonly beta: Schedule
  /** nats a latent dimension */
  readonly freeBits: number
}
export interface Iwae {
  readonly tag: 'iwae'
  readonly samples: number
}
export interface Autoencoder {
  readonly tag: 'autoencoder'
}
export type Objective = Elbo<'closed'> | Elbo<'sampled'> | Iwae | Autoencoder

const elboOf = <K extends 'closed' | 'sampled'>(kl: K): t.Type<Elbo<K>> =>
  t.type({ tag: t.literal('elbo'), kl: t.literal(kl), beta: Schedule, freeBits: t.number })
export const Objective: t.Type<Objective> = t.union([
  elboOf('closed'),
  elboOf('sampled'),
  t.type({ tag: t.literal('iwae'), samples: t.number }),
  t.type({ tag: t.literal('autoencoder') }),
])

/**
 * The evidence lower bound, reconstruction − β · KL, averaged over the minibatch.
 *
 *   E_q[log p(x|z)] − β · Σⱼ max(λ, KLⱼ)        λ = freeBits, KLⱼ the minibatch's mean in latent dimension j
 *
 * β ≠ 1 or λ > 0 change what is maximised, never what is reported as `bound`. The KL is the closed form unless sampled is asked for; of a
 * latent that is inferred against the model's order (z1 → z2 under z2 → z1) it is log q − log p at the draw, for the closed form is then another number.
 *
 * Units   nats a datum; freeBits in nats a latent dimension
 * Source  Kingma & Welling 2014, arXiv:1312.6114 (bound); Higgins et al. 2017 (β); Kingma et al. 2016, arXiv:1606.04934, eq. 15 (free bits)
 * @example  elbo({ beta: warmUp({ epochs: 5 }), freeBits: 0.1 })
 */
export const elbo = <K extends 'closed' | 'sampled' = 'closed'>(
  options: { readonly beta?: Schedule; readonly freeBits?: number; readonly kl?: K } = {},
): Elbo<K> => ({
  // Absent means 'closed', which is then what K is by default.
  tag: 'elbo',
  kl: options.kl ?? ('closed' as K),
  beta: options.beta ?? 1,
  freeBits: options.freeBits ?? 0,
})

/**
 * The importance-weighted bound with k samples, log (1/k) Σᵢ p(x, zᵢ) / q(zᵢ|x): tighter with every sample, the ELBO at k = 1.
 *
 * Source  Burda, Grosse & Salakhutdinov 2016, arXiv:1509.00519, eq. 8
 */
export const iwae = (samples: number): Iwae => ({ tag: 'iwae', samples })

/** The deterministic contrast: latents at the guide's means, reconstruction alone. It bounds nothing and its prior generates nothing. */
export const autoencoder = (): Autoencoder => ({ tag: 'autoencoder' })

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
      return [name, b.sub(logProbTerms(q, latentOf(e, name)), logProbTerms(p, latentOf(e, name)))]
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
const drawn = enumerating(sampled((name) => name))

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

/** The per-datum quantities of an objective, as vertices. */
export const measure = (vae: AnyVae, objective: Objective, data: (name: string) => Node): Measured<Node> =>
  match(objective)
    .with({ tag: 'elbo' }, (o) => {
      const e = infer(vae, drawn)
      const { reconstruction, kl } = averaged(
        e,
        reconstructionOf(e, data),
        o.kl === 'closed' ? closedKl(vae, e) : sampledKl(e),
      )
      return { bound: b.sub(reconstruction, total(Object.values(kl))), reconstruction, kl }
    })
    .with({ tag: 'iwae' }, (o) => {
      const e = infer(vae, drawn)
      const logRatio = total(Object.values(sampledKl(e)))
      const weight = logExpectation(e, b.sub(reconstructionOf(e, data), logRatio))
      const one = averaged(e, reconstructionOf(e, data), closedKl(vae, e))
      const names = Object.keys(one.kl)
      const [weights = weight, reconstructions, ...kls] = vmap(
        [weight, one.reconstruction, ...Object.values(one.kl)],
        o.samples,
        isNoise,
      )
      const nothing = b.constant(Number.NaN)
      return {
        bound: b.sub(b.logSumExp(weights), Math.log(o.samples)),
        reconstruction: b.mean(reconstructions ?? nothing),
        kl: Object.fromEntries(names.map((name, i) => [name, b.mean(kls[i] ?? nothing, [0])])),
      }
    })
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
    .with({ tag: 'iwae' }, () => ({ loss: b.neg(m.bound ?? b.constant(Number.NaN)), beta: undefined }))
    .with({ tag: 'autoencoder' }, () => ({ loss: b.neg(m.reconstruction), beta: undefined }))
    .exhaustive()

/** What is wrong with an objective's own settings over this much training. */
export const objectiveProblems = (objective: Objective, horizon: Horizon): readonly string[] =>
  match(objective)
    .with({ tag: 'elbo' }, (o) => [
      ...scheduleProblems('beta', o.beta, horizon),
      // Below 0 the KL would be maximised, and has no largest value.
      ...endsOf(o.beta)
        .filter((end) => end < 0)
        .map((end) => `beta must be 0 or more but got ${end}`),
      ...(o.freeBits >= 0 ? [] : [isOutside('elbo', 'freeBits', o.freeBits, '0 or more nats')]),
    ])
    .with({ tag: 'iwae' }, (o) =>
      Number.isInteger(o.samples) && o.samples >= 1
        ? []
        : [isOutside('iwae', 'samples', o.samples, 'a whole number of at least 1')],
    )
    .with({ tag: 'autoencoder' }, () => [])
    .exhaustive()
