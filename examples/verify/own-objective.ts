import { pipe } from 'fp-ts/lib/function.js'
import { add, logSumExp, mean, sub } from 'elbo-ts'
import { boundLaws, check, ownBound } from 'elbo-ts/verify'

/**
 * Check your own objective: `elbo verify examples/verify/own-objective.ts`.
 *
 * A bound is what it makes of log-probabilities at K draws from the guide. The laws try it on random models whose log p(x) is known, by
 * integration or in closed form. Swap `prior` and `posterior` below, or leave out a term, and see what they say.
 */

/** The evidence lower bound from one draw: log p(x|z) + log p(z) − log q(z|x). */
export const elbo = ownBound({
  name: 'my ELBO',
  samples: 1,
  of: ({ likelihood, prior, posterior }) => pipe(likelihood, add(prior), sub(posterior), mean()),
})

/** The importance-weighted bound from three draws: the log of the mean weight. */
export const iwae = ownBound({
  name: 'my IWAE',
  samples: 3,
  importanceWeighted: true,
  // logSumExp, not the log of a mean of exponentials: the laws find a model whose weights are too large for that
  of: ({ likelihood, prior, posterior }) => pipe(likelihood, add(prior), sub(posterior), logSumExp(), sub(Math.log(3))),
})

export const laws = [check(boundLaws, elbo), check(boundLaws, iwae)]
