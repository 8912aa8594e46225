import { pipe } from 'fp-ts/lib/function.js'
import {
  adam,
  bernoulli,
  binary,
  dense,
  diagonalNormal,
  elbo,
  experiment,
  type Expr,
  flatten,
  given,
  latent,
  mnist,
  model,
  observe,
  relu,
  reshape,
  standardNormal,
  vae,
} from 'elbo-ts'

/** The classic: 784-400-20-400-784 on dynamically binarised digits (Kingma & Welling 2014, arXiv:1312.6114). */
const decoder = ({ z }: { z: Expr<[20]> }) => pipe(z, dense(400), relu, dense(784), reshape(28, 28, 1), bernoulli)

const mnistVae = vae({
  model: pipe(
    model,
    latent('z', () => standardNormal(20)),
    observe('x', decoder),
  ),
  guide: pipe(
    given({ x: binary(28, 28, 1) }),
    latent('z', ({ x }) => pipe(x, flatten, dense(400), relu, dense(40), diagonalNormal(20))),
  ),
})

export default experiment({
  name: 'mnist',
  vae: mnistVae,
  objective: elbo(),
  data: mnist(),
  optimizer: adam(1e-3),
  epochs: 5,
  batch: 128,
})
