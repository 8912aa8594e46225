import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { type ElboError, modelError, targetError } from '../error.ts'
import { sampleOf } from '../dist/family.ts'
import * as b from '../expr/build.ts'
import type { Graph } from '../expr/Graph.ts'
import type { Node } from '../expr/Op.ts'
import { sizeOf, type Tensor } from '../expr/Tensor.ts'
import type { Batch } from '../interp/inParts.ts'
import type { Session } from '../interp/Session.ts'
import { generate, infer, sampled } from '../model/elaborate.ts'
import type { Site } from '../model/Program.ts'
import type { AnyVae } from '../model/Vae.ts'
import { grad } from '../transform/grad.ts'
import { vmap } from '../transform/vmap.ts'
import { type Annealing, anneal, type Evaluate, type Path, sigmoidBetas, tuned } from './anneal.ts'
import { type Estimate, estimateOf } from './Estimate.ts'
import { asData, drawn, isData, logDensities, perDatumGraph } from './graphs.ts'
import { importanceEstimate, type ImportanceEstimate } from './importance.ts'
import { countOf } from './inspect.ts'
import { type LogLikelihood, likelihoodOf } from './logLikelihood.ts'
import { output, perDatum } from './perDatum.ts'

export interface AnnealingOptions {
  /** chains a datum */
  readonly chains?: number
  readonly temperatures?: number
  readonly leapfrogs?: number
  readonly stepSize?: number
  readonly seed?: number
  /** where chains start: at the prior, or at the guide, which is nearer */
  readonly from?: 'prior' | 'guide'
}
const settled = (options: AnnealingOptions): Required<AnnealingOptions> => ({
  chains: 16,
  temperatures: 200,
  leapfrogs: 5,
  stepSize: 0.1,
  seed: 0,
  from: 'prior',
  ...options,
})

interface LatentShape {
  readonly name: string
  readonly shape: readonly number[]
}
const latentsOf = (vae: AnyVae): readonly LatentShape[] =>
  vae.guide.filter((site) => site.kind === 'latent').map(({ name, dist }) => ({ name, shape: dist.shape }))

/** Hamiltonian dynamics need latents on the whole real line, and chains that start at the guide do not reach what the guide leaves out. */
const realOnly = (vae: AnyVae, from: AnnealingOptions['from']): E.Either<ElboError, void> => {
  const isBounded = (site: Site): boolean => site.kind === 'latent' && site.dist.support !== 'real'
  const told = (place: string, { name, dist }: Site): string =>
    `annealing${place} needs real latents, but '${name}' has ${dist.family}'s support`
  const bounded = vae.model.find(isBounded)
  if (bounded !== undefined) return E.left(modelError(told('', bounded)))
  const held = from === 'guide' ? vae.guide.find(isBounded) : undefined
  return held === undefined
    ? E.right(undefined)
    : E.left(modelError(`${told(' from the guide', held)} there; start from the prior`))
}

/** start [n], target [n], and by latent the gradient of (1 − β) log start + β log target. */
export const annealingGraph = (vae: AnyVae, size: number, from: 'prior' | 'guide'): Graph => {
  const e = infer(vae, asData)
  const { prior, posterior, likelihood } = logDensities(vae, e)
  const roots = [from === 'prior' ? prior : posterior, b.add(prior, likelihood), ...e.latents.values()]
  const [start, target, ...latents] = vmap(roots, size, isData)
  const beta = b.scalar('beta')
  const density = (n: Node | undefined): Node => n ?? b.constant(Number.NaN)
  const along = b.add(b.mul(b.sub(1, beta), density(start)), b.mul(beta, density(target)))
  const gradients = grad(b.sum(along), latents)
  const names = [...e.latents.keys()]
  return {
    outputs: {
      start: density(start),
      target: density(target),
      ...Object.fromEntries(names.map((name, i) => [`gradient/${name}`, density(gradients[i])])),
    },
    updates: {},
  }
}

/** Every datum as often as it has chains. */
const repeated = ({ shape: [count = 0, ...shape], data }: Tensor, times: number): Tensor => {
  const width = sizeOf(shape)
  return {
    shape: [count * times, ...shape],
    data: Float64Array.from(
      { length: count * times * width },
      (_, i) => data[Math.floor(i / (times * width)) * width + (i % width)] ?? 0,
    ),
  }
}

/** Chains' states of all latents side by side, cut up by latent. */
const byLatent = (states: Float64Array, latents: readonly LatentShape[], chains: number): Batch => {
  const total = states.length / chains
  let at = 0
  return new Map(
    latents.map(({ name, shape }) => {
      const [width, from] = [sizeOf(shape), at]
      at += width
      const data = Float64Array.from(
        { length: chains * width },
        (_, i) => states[Math.floor(i / width) * total + from + (i % width)] ?? 0,
      )
      return [name, { shape: [chains, ...shape], data }]
    }),
  )
}
const together = (parts: readonly (ArrayLike<number> | undefined)[], chains: number): Float64Array => {
  const widths = parts.map((p) => (p?.length ?? 0) / chains)
  const total = widths.reduce((n, w) => n + w, 0)
  const states = new Float64Array(chains * total)
  let at = 0
  parts.forEach((part, k) => {
    const width = widths[k] ?? 0
    for (let i = 0; i < chains * width; i++)
      states[Math.floor(i / width) * total + at + (i % width)] = part?.[i] ?? Number.NaN
    at += width
  })
  return states
}

/** Call `use` with the densities of chains over data, every datum `chains` times. */
const withEvaluate = <A>(
  vae: AnyVae,
  session: Session,
  data: Batch,
  { chains, from }: Required<AnnealingOptions>,
  use: (evaluate: Evaluate) => A,
): E.Either<ElboError, A> => {
  const size = countOf(data) * chains
  const latents = latentsOf(vae)
  const plan = session.prepare(annealingGraph(vae, size, from))
  if (E.isLeft(plan)) return plan
  const fixed = new Map([...data].map(([name, value]) => [name, repeated(value, chains)]))
  try {
    return E.right(
      use((states, beta) => {
        const outputs = plan.right.run({
          data: new Map([...fixed, ...byLatent(states, latents, size)]),
          scalars: { beta, step: 0 },
          seed: 0,
          step: 0,
        })
        return {
          start: Float64Array.from(outputs.get('start')?.data ?? []),
          target: Float64Array.from(outputs.get('target')?.data ?? []),
          gradient: together(
            latents.map(({ name }) => outputs.get(`gradient/${name}`)?.data),
            size,
          ),
        }
      }),
    )
  } catch (cause) {
    return E.left(targetError(`${session.target}: ${cause instanceof Error ? cause.message : String(cause)}`))
  } finally {
    plan.right.dispose()
  }
}

/** States to start from, a draw for every chain. */
const starts = (
  vae: AnyVae,
  session: Session,
  data: Batch,
  { chains, from, seed }: Required<AnnealingOptions>,
  salt: number,
): E.Either<ElboError, Float64Array> => {
  const latents = latentsOf(vae)
  const size = countOf(data) * chains
  const e = from === 'guide' ? infer(vae, drawn) : generate(vae, drawn)
  const draws = Object.fromEntries(e.latents)
  return pipe(
    perDatum(
      session,
      { data: new Map([...data].map(([name, v]) => [name, repeated(v, chains)])), count: size, seed: seed + salt },
      (n) => perDatumGraph(draws, n),
    ),
    E.map((answers) =>
      together(
        latents.map(({ name }) => output(answers, name).data),
        size,
      ),
    ),
  )
}

const pathOf = (evaluate: Evaluate, pilot: Float64Array, o: Required<AnnealingOptions>): Path =>
  tuned(evaluate, pilot, { betas: sigmoidBetas(o.temperatures), leapfrogs: o.leapfrogs, stepSize: o.stepSize }, o.seed)

const estimates = ({ logWeights }: Annealing, chains: number, sign: 1 | -1): readonly ImportanceEstimate[] =>
  Array.from({ length: logWeights.length / chains }, (_, i) =>
    importanceEstimate(logWeights.slice(i * chains, (i + 1) * chains).map((w) => sign * w)),
  )

/**
 * log p(x) by annealed importance sampling, from the prior or the guide to the posterior.
 *
 * Bias      too low (Jensen), by less the more temperatures and chains; `bidirectionalCheck` says by how much at most
 * Errors    latents that are not real; data that the model needs and that are absent
 * Source    Neal 2001, "Annealed importance sampling"; Wu, Burda, Salakhutdinov & Grosse 2017, arXiv:1611.04273 (decoders)
 */
export const annealedLogLikelihood = (
  vae: AnyVae,
  session: Session,
  data: Batch,
  options: AnnealingOptions = {},
): E.Either<ElboError, LogLikelihood> => {
  const o = settled(options)
  return pipe(
    realOnly(vae, o.from),
    E.chain(() => starts(vae, session, data, o, 1)),
    E.bindTo('pilot'),
    E.bind('initial', () => starts(vae, session, data, o, 0)),
    E.chain(({ pilot, initial }) =>
      withEvaluate(vae, session, data, o, (evaluate) =>
        likelihoodOf(estimates(anneal(evaluate, initial, pathOf(evaluate, pilot, o), { seed: o.seed }), o.chains, 1)),
      ),
    ),
  )
}

/** log p(x) of simulated data from both sides. */
export interface BidirectionalCheck {
  /** what was simulated, and the conditions that were given: a row a datum */
  readonly data: Batch
  readonly lower: readonly ImportanceEstimate[]
  readonly upper: readonly number[]
  /** nats a datum between the two: no estimate of this kind on such data is further off, in expectation */
  readonly gap: Estimate
}

/**
 * Simulate data from the model, whose latents are then exact draws from the posterior, and anneal both ways.
 *
 * Bias      the lower estimates are too low and the upper too high, so the gap is too large
 * Source    Grosse, Ghahramani & Adams 2015, arXiv:1511.02543
 */
export const bidirectionalCheck = (
  vae: AnyVae,
  session: Session,
  options: AnnealingOptions & { readonly count?: number; readonly given?: Batch } = {},
): E.Either<ElboError, BidirectionalCheck> => {
  const { count = 10, given = new Map(), ...rest } = options
  const o = settled(rest)
  const e = generate(
    vae,
    sampled((name) => `simulated/${name}`),
  )
  const simulated = {
    ...Object.fromEntries([...e.latents].map(([name, z]) => [`latent/${name}`, z])),
    ...Object.fromEntries([...e.likelihoods].map(([name, p]) => [`draw/${name}`, sampleOf(p, `observed/${name}`)])),
  }
  return pipe(
    realOnly(vae, o.from),
    E.chain(() => perDatum(session, { data: given, count, seed: o.seed }, (size) => perDatumGraph(simulated, size))),
    E.bindTo('made'),
    E.let('data', ({ made }): Batch => {
      const observations = [...e.likelihoods].map(
        ([name, { shape }]) => [name, { shape: [count, ...shape], data: output(made, `draw/${name}`).data }] as const,
      )
      return new Map([...given, ...observations])
    }),
    E.bind('pilot', ({ data }) => starts(vae, session, data, o, 1)),
    E.bind('initial', ({ data }) => starts(vae, session, data, o, 0)),
    E.chain(({ made, data, pilot, initial }) =>
      withEvaluate(vae, session, data, o, (evaluate) => {
        const path = pathOf(evaluate, pilot, o)
        const exact = together(
          latentsOf(vae).map(
            ({ name, shape }) =>
              repeated({ shape: [count, ...shape], data: output(made, `latent/${name}`).data }, o.chains).data,
          ),
          count * o.chains,
        )
        const lower = estimates(anneal(evaluate, initial, path, { seed: o.seed }), o.chains, 1)
        const back = anneal(evaluate, exact, path, { seed: o.seed, backward: true })
        const upper = estimates(back, o.chains, -1).map((u) => -u.logMean)
        return { data, lower, upper, gap: estimateOf(upper.map((u, i) => u - (lower[i]?.logMean ?? Number.NaN))) }
      }),
    ),
  )
}
