import { pipe } from 'fp-ts/lib/function.js'
import {
  add,
  byPart,
  chain,
  clipByGlobalNorm,
  div,
  elbo,
  ema,
  experiment,
  learningRate,
  rule,
  sgd,
  sqrt,
  square,
} from 'elbo-ts'
import { bars, data } from './bars.ts'

/** AdaGrad, as one rule of one's own: the gradient over the root of the sum of its squares (Duchi et al. 2011). */
export const adagrad = rule({
  name: 'adagrad',
  options: { epsilon: 1e-8 },
  state: ['squares'],
  update: ({ gradient, state: { squares }, options: { epsilon } }) => {
    const sum = pipe(squares, add(square(gradient)))
    return { update: pipe(gradient, div(pipe(sqrt(sum), add(epsilon)))), state: { squares: sum } }
  },
})

export default experiment({
  name: 'own-optimizer',
  vae: bars,
  objective: elbo(),
  data,
  optimizer: byPart({ '**/bias': sgd(0.01), rest: chain(clipByGlobalNorm(1), adagrad, learningRate(0.1), ema(0.9)) }),
  epochs: 3,
  batch: 16,
})
