import { pipe } from 'fp-ts/lib/function.js'
import {
  adam,
  bernoulli,
  binary,
  concat,
  conv2d,
  conv2dTranspose,
  define,
  dense,
  diagonalNormal,
  elbo,
  experiment,
  flatten,
  given,
  inline,
  latent,
  linear,
  model,
  observe,
  relu,
  reshape,
  standardNormal,
  vae,
} from 'elbo-ts'

/** A convolutional VAE with three levels of latents, 20 layers with weights, and its experiment: all as a user writes them. */
const p = pipe(
  model,
  latent('z3', () => standardNormal(16)),
  latent('z2', ({ z3 }) => pipe(z3, dense(128), relu, linear(128, 64), diagonalNormal(32))),
  latent('z1', ({ z2, z3 }) => pipe(z2, concat(z3), dense(256), relu, linear(256, 128), diagonalNormal(64))),
  observe('x', ({ z1 }) =>
    pipe(
      z1,
      dense(512),
      relu,
      linear(512, 4096),
      relu,
      reshape(4, 4, 256),
      conv2dTranspose({ filters: 128, kernel: 4, stride: 2 }),
      relu,
      conv2dTranspose({ filters: 64, kernel: 4, stride: 2 }),
      relu,
      conv2dTranspose({ filters: 32, kernel: 4, stride: 2 }),
      relu,
      conv2dTranspose({ filters: 3, kernel: 4, stride: 2 }),
      bernoulli,
    ),
  ),
)
const q = pipe(
  given({ x: binary(64, 64, 3) }),
  define('h', ({ x }) =>
    pipe(
      x,
      conv2d({ filters: 32, kernel: 4, stride: 2 }),
      relu,
      conv2d({ filters: 64, kernel: 4, stride: 2 }),
      relu,
      conv2d({ filters: 128, kernel: 4, stride: 2 }),
      relu,
      conv2d({ filters: 256, kernel: 4, stride: 2 }),
      relu,
      flatten,
      dense(512),
      relu,
    ),
  ),
  latent('z1', ({ h }) => pipe(h, linear(512, 128), diagonalNormal(64))),
  latent('z2', ({ h, z1 }) => pipe(h, concat(z1), dense(128), relu, linear(128, 64), diagonalNormal(32))),
  latent('z3', ({ z2 }) => pipe(z2, dense(64), relu, linear(64, 32), diagonalNormal(16))),
)
export default experiment({
  vae: vae({ model: p, guide: q }),
  objective: elbo(),
  data: inline({ fields: { x: { shape: [64, 64, 3], support: 'binary', values: [] } } }),
  optimizer: adam(1e-3),
})
