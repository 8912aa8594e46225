import { pipe } from 'fp-ts/lib/function.js'
import { add, mean } from 'elbo-ts'
import { boundLaws, check, ownBound } from 'elbo-ts/verify'
export const laws = check(
  boundLaws,
  ownBound({ name: 'mine', samples: 1, of: ({ likelihood, prior }) => pipe(likelihood, add(prior), mean()) }),
)
