import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { type ElboError, modelError } from '../error.ts'
import * as b from '../expr/build.ts'
import type { Graph } from '../expr/Graph.ts'
import type { Node } from '../expr/Op.ts'
import type { Batch } from '../interp/inParts.ts'
import type { Session } from '../interp/Session.ts'
import { atMean, type Choose, infer } from '../model/elaborate.ts'
import { type AnyVae, paramsOf } from '../model/Vae.ts'
import { grad } from '../transform/grad.ts'
import { vmap } from '../transform/vmap.ts'
import { drawn, isData, isNoise, logDensities } from './graphs.ts'
import { countOf } from './inspect.ts'
import { perDatum } from './perDatum.ts'
import type { Rows } from './Rows.ts'

/**
 * How a draw z ~ q(z | x) tells of the gradient of E_q[f], f = log p(x, z) − log q(z | x):
 *
 *   pathwise             ∇ f(z(ε)), z a function of ε and of the parameters
 *   score                f · ∇ log q(z | x) + ∇ log p(x, z), z fixed
 *   scoreWithBaseline    the same with f less its value at q's mean, which z does not move
 */
export const gradientEstimators = ['pathwise', 'score', 'scoreWithBaseline'] as const
export type GradientEstimator = (typeof gradientEstimators)[number]

/** A number of one datum whose gradient is the estimate; its own value means nothing. */
const surrogate = (vae: AnyVae, estimator: GradientEstimator): Node => {
  const at = (choose: Choose): { readonly logP: Node; readonly logQ: Node } => {
    const { prior, posterior, likelihood } = logDensities(vae, infer(vae, choose))
    return { logP: b.add(prior, likelihood), logQ: posterior }
  }
  if (estimator === 'pathwise') {
    const { logP, logQ } = at(drawn)
    return b.sub(logP, logQ)
  }
  const { logP, logQ } = at((dist, name) => {
    const chosen = drawn(dist, name)
    return { ...chosen, value: b.stopGradient(chosen.value) }
  })
  const mean = at(atMean)
  const f = b.sub(logP, logQ)
  const centred = estimator === 'score' ? f : b.sub(f, b.sub(mean.logP, mean.logQ))
  return b.add(b.mul(b.stopGradient(centred), logQ), logP)
}

const graphOf = (vae: AnyVae, estimator: GradientEstimator, data: number, draws: number): Graph => {
  const each = vmap([surrogate(vae, estimator)], data, (leaf) => isData(leaf) || isNoise(leaf))
  const scalar = b.mean(b.addAll(each))
  const params = paramsOf([scalar])
  const gradients = vmap(grad(scalar, params), draws, isNoise)
  return {
    outputs: Object.fromEntries(params.map((p, i) => [p.arg.name, gradients[i] ?? scalar])),
    updates: {},
  }
}

/**
 * Estimates of the bound's gradient over a minibatch, each from one draw a datum: for each parameter by name a row a draw. How far the rows
 * scatter is what an estimator costs in training.
 *
 * Shapes    data: [n, …] each → [draws, size of the parameter]      Units  nats a datum, by the parameter's own unit
 * Bias      none, of either kind; a pathwise gradient of a latent that is not reparameterised would be wrong, and is refused
 * Errors    such a latent; data that the model needs and that are absent
 * Source    Williams 1992, "Simple statistical gradient-following algorithms" (score function, baseline); Kingma & Welling 2014,
 *           arXiv:1312.6114, §2.4 (pathwise)
 * @example  gradientDraws(mnistVae, session, minibatch, { estimator: 'score', draws: 1000 })
 */
export const gradientDraws = (
  vae: AnyVae,
  session: Session,
  data: Batch,
  options: { readonly estimator: GradientEstimator; readonly draws: number; readonly seed?: number },
): E.Either<ElboError, ReadonlyMap<string, Rows>> => {
  const { estimator, draws, seed = 0 } = options
  const jumps = vae.guide.find(
    ({ kind, dist }) => kind === 'latent' && (dist.sampling === 'discrete' || dist.sampling === 'enumerated'),
  )
  return pipe(
    estimator === 'pathwise' && jumps !== undefined
      ? E.left(
          modelError(
            `latent '${jumps.name}': ${jumps.dist.family} is not reparameterised, so it has no pathwise gradient; use 'score'`,
          ),
        )
      : E.right(undefined),
    E.chain(() =>
      perDatum(session, { data: new Map(), whole: data, count: draws, seed }, (size) =>
        graphOf(vae, estimator, countOf(data), size),
      ),
    ),
  )
}
