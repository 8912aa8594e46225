import type { Expr } from '../../expr/Expr.ts'
import { exprOf } from '../../expr/Expr.ts'
import * as b from '../../expr/build.ts'
import { logProb } from '../../dist/family.ts'
import type { Node } from '../../expr/Op.ts'
import { infer, sampled } from '../../model/elaborate.ts'
import { measure, type Objective } from '../../model/objective.ts'
import type { AnyVae } from '../../model/Vae.ts'
import { vmap } from '../../transform/vmap.ts'
import { LawBroken } from '../Gauge.ts'

/** A stochastic lower bound on log p(x), as the laws see it: an expression of a program's parameters, one datum and noise. */
export interface Bound {
  readonly name: string
  /** how many draws of the latents it makes */
  readonly samples: number
  /** whether the bound's exponential has the expectation p(x), as that of log-weights has */
  readonly importanceWeighted: boolean
  /**
   * where latents that the guide enumerates are summed out, the α by whose Rényi divergence D_α(q‖posterior) the bound is then below log p(x); absent
   * where they are drawn
   */
  readonly order?: number
  /** whether its KL is in closed form, so that it is no function of log p(x, z) − log q(z) at the draws */
  readonly closed?: boolean
  /** whether its gradient leaves out the score of q, whose mean is 0 */
  readonly sticks?: boolean
  readonly bound: (vae: AnyVae, data: (name: string) => Node) => Node
  /** the same bound of another number of draws */
  readonly withSamples?: (samples: number) => Bound
}

/** What an own bound is made of: log-probabilities at each of K draws from the guide. Shapes  [K] each   Units  nats */
export interface Draws {
  /** log p(x | z), all observations */
  readonly likelihood: Expr<[number]>
  /** log p(z) */
  readonly prior: Expr<[number]>
  /** log q(z | x) */
  readonly posterior: Expr<[number]>
}

const isNoise = (leaf: Node): boolean => leaf.op === 'noise'
const sumOf = (terms: readonly Node[]): Node => b.addAll(terms)

/**
 * A user's own bound, to be checked against exact evidence.
 *
 * @example  ownBound({ name: 'my ELBO', samples: 1, of: ({ likelihood, prior, posterior }) => pipe(likelihood, add(prior), sub(posterior), mean()) })
 */
export const ownBound = (options: {
  readonly name: string
  readonly samples: number
  readonly importanceWeighted?: boolean
  readonly of: (draws: Draws) => Expr<[]>
}): Bound => ({
  name: options.name,
  samples: options.samples,
  importanceWeighted: options.importanceWeighted ?? false,
  bound: (vae, data) => {
    const e = infer(
      vae,
      sampled((name) => name),
    )
    const at = (name: string): Node => e.latents.get(name) ?? b.constant(Number.NaN)
    const one = [
      sumOf([...e.likelihoods].map(([name, p]) => logProb(p, data(name)))),
      sumOf([...e.priors].map(([name, p]) => logProb(p, at(name)))),
      sumOf([...e.posteriors].map(([name, q]) => logProb(q, at(name)))),
    ]
    const [likelihood, prior, posterior] = vmap(one, options.samples, isNoise).map((x) => exprOf<[number]>(x))
    if (likelihood === undefined || prior === undefined || posterior === undefined) return b.constant(Number.NaN)
    const made = options.of({ likelihood, prior, posterior })
    if (made.problems.length > 0) throw new LawBroken(made.problems.join('; '))
    return made.node
  },
})

const orderOf = (objective: Objective): number =>
  objective.tag === 'iwae' ? 0 : objective.tag === 'renyi' ? objective.alpha : 1

/** The bound that an objective of this library reports. */
export const boundOf = (name: string, objective: Objective): Bound => ({
  name,
  samples: 'samples' in objective ? objective.samples : 1,
  importanceWeighted: orderOf(objective) === 0,
  order: orderOf(objective),
  closed: objective.tag === 'elbo' && objective.kl === 'closed',
  sticks: objective.tag === 'elbo' && objective.gradient === 'stickingTheLanding',
  bound: (vae, data) => measure(vae, objective, data).bound ?? b.constant(Number.NaN),
  // Above α = 1 more draws loosen it.
  ...('samples' in objective && orderOf(objective) < 1
    ? { withSamples: (k) => boundOf(`${name} with ${k} draws`, { ...objective, samples: k }) }
    : {}),
})
