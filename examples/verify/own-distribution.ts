import { pipe } from 'fp-ts/lib/function.js'
import { abs, add, div, exp, log, mul, neg, softplus, sub } from 'elbo-ts'
import { check, density, distributionLaws, divergence, divergenceLaws, reparameterisationLaws } from 'elbo-ts/verify'

/**
 * Check your own distribution: `elbo verify examples/verify/own-distribution.ts`.
 *
 * A density is what it says of one number x at its parameters, each an expression. The laws integrate it, differentiate it, and draw
 * from it. Change a sign below, or leave out the `log 2` of the second density, and see what they say.
 */

/** The logistic distribution: log p = −y − 2 log(1 + e⁻ʸ) − log s, y = (x − μ) / s. */
export const logistic = density({
  name: 'Logistic',
  support: 'real',
  parameters: { loc: [-2, 2], scale: [0.3, 2] },
  logProb: ({ loc, scale }, x) => {
    const y = pipe(x, sub(loc), div(scale))
    return pipe(neg(y), sub(pipe(softplus(neg(y)), mul(2))), sub(log(scale)))
  },
  // The quantile function at a uniform number: μ + s log(u / (1 − u)), u in the middle of its cell so that no logarithm is of 0
  sample: {
    noise: 'uniform',
    from: ({ loc, scale }, noise) => {
      const u = pipe(noise, add(2 ** -24))
      return pipe(log(u), sub(log(pipe(neg(u), add(1)))), mul(scale), add(loc))
    },
  },
  reparameterised: true,
  mean: ({ loc }) => loc,
  variance: ({ scale }) => pipe(scale, mul(scale), mul(Math.PI ** 2 / 3)),
  entropy: ({ scale }) => pipe(log(scale), add(2)),
})

/** A Laplace distribution, and its KL from another, as one derives them by hand. */
export const laplace = density({
  name: 'Laplace',
  support: 'real',
  parameters: { loc: [-2, 2], scale: [0.3, 2] },
  logProb: ({ loc, scale }, x) => neg(pipe(abs(pipe(x, sub(loc))), div(scale), add(log(scale)), add(Math.LN2))),
  kinks: ({ loc }) => [loc],
})

export const klOfLaplaces = divergence({
  name: 'KL(Laplace‖Laplace)',
  q: laplace,
  p: laplace,
  sameFamily: true,
  // log(b′/b) + |μ − μ′| / b′ + (b / b′) exp(−|μ − μ′| / b) − 1
  kl: (q, p) => {
    const apart = abs(pipe(q.loc, sub(p.loc)))
    const near = pipe(exp(neg(pipe(apart, div(q.scale)))), mul(q.scale))
    return pipe(log(p.scale), sub(log(q.scale)), add(pipe(apart, add(near), div(p.scale))), sub(1))
  },
})

export const laws = [
  check(distributionLaws, logistic),
  check(reparameterisationLaws, logistic),
  check(distributionLaws, laplace),
  check(divergenceLaws, klOfLaplaces),
]
