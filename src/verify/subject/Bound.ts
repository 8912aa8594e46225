import * as b from '../../expr/build.ts'
import type { Node } from '../../expr/Op.ts'
import { measure, type Objective } from '../../model/objective.ts'
import { bound, type OwnBound } from '../../model/ownBound.ts'
import type { AnyVae } from '../../model/Vae.ts'
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

/**
 * A user's own bound, to be checked against exact evidence: what `bound` of elbo-ts declares, as the laws see it.
 *
 * @example  ownBound({ name: 'my ELBO', samples: 1, of: ({ likelihood, prior, posterior }) => pipe(likelihood, add(prior), sub(posterior), mean()) })
 */
export const ownBound = (options: Parameters<typeof bound>[0]): Bound => boundOf(options.name, bound(options))

const orderOf = (objective: Objective): number =>
  objective.tag === 'iwae' ? 0 : objective.tag === 'renyi' ? objective.alpha : 1

/** A bound of the user's own is a function of draws alone, of no order. */
const boundOfOwn = (name: string, own: OwnBound): Bound => ({
  name,
  samples: own.samples,
  importanceWeighted: own.importanceWeighted,
  bound: (vae, data) => {
    if (own.problems.length > 0) throw new LawBroken(own.problems.join('; '))
    return measure(vae, own, data).bound ?? b.constant(Number.NaN)
  },
})

/** The bound that an objective reports. */
const boundOfLibrary = (name: string, objective: Exclude<Objective, OwnBound>): Bound => ({
  name,
  samples: 'samples' in objective ? objective.samples : 1,
  importanceWeighted: orderOf(objective) === 0,
  order: orderOf(objective),
  closed: objective.tag === 'elbo' && objective.kl === 'closed',
  sticks: objective.tag === 'elbo' && objective.gradient === 'stickingTheLanding',
  bound: (vae, data) => measure(vae, objective, data).bound ?? b.constant(Number.NaN),
  // Above α = 1 more draws loosen it.
  ...('samples' in objective && orderOf(objective) < 1
    ? { withSamples: (k) => boundOfLibrary(`${name} with ${k} draws`, { ...objective, samples: k }) }
    : {}),
})

/** The bound that an objective reports. */
export const boundOf = (name: string, objective: Objective): Bound =>
  objective.tag === 'bound' ? boundOfOwn(name, objective) : boundOfLibrary(name, objective)
