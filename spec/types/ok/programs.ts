import { pipe } from 'fp-ts/lib/function.js'
import {
  add,
  bernoulli,
  binary,
  categorical,
  concat,
  conv2d,
  conv2dTranspose,
  define,
  dense,
  diagonalNormal,
  enumerate,
  exp,
  type Expr,
  flatten,
  full,
  gaussian,
  given,
  latent,
  linear,
  logSumExp,
  matmul,
  mean,
  model,
  mul,
  named,
  normal,
  normalFromLogScale,
  observe,
  oneHot,
  real,
  relu,
  reshape,
  share,
  slice,
  softplus,
  standardNormal,
  sub,
  tanh,
  transpose,
  vae,
} from 'elbo-ts'

/** Programs that must compile: every part of the language, as a user combines them. Each export is one. */

const mlp = ({ z }: { readonly z: Expr<[20]> }) => pipe(z, dense(400), relu, dense(784), reshape(28, 28, 1), bernoulli)
const image = given({ x: binary(28, 28, 1) })
const encoder = pipe(
  image,
  latent('z', ({ x }) => pipe(x, flatten, dense(400), relu, dense(40), diagonalNormal(20))),
)
const prior = pipe(
  model,
  latent('z', () => standardNormal(20)),
)

/** The classic. */
export const classic = vae({ model: pipe(prior, observe('x', mlp)), guide: encoder })

/** Two levels, inferred bottom-up, and top-down with a shared trunk. */
const levels = pipe(
  model,
  latent('z2', () => standardNormal(10)),
  latent('z', ({ z2 }) => pipe(z2, dense(100), relu, dense(40), diagonalNormal(20))),
  observe('x', mlp),
)
export const bottomUp = vae({
  model: levels,
  guide: pipe(
    encoder,
    latent('z2', ({ z }) => pipe(z, dense(100), relu, dense(20), diagonalNormal(10))),
  ),
})
export const topDown = vae({
  model: levels,
  guide: pipe(
    image,
    define('h', ({ x }) => pipe(x, flatten, dense(400), relu)),
    latent('z2', ({ h }) => pipe(h, dense(20), diagonalNormal(10))),
    latent('z', ({ h, z2 }) => pipe(h, concat(z2), dense(40), diagonalNormal(20))),
  ),
})

/** Three levels, each decoder reading all that is above it. */
export const skip = vae({
  model: pipe(
    model,
    latent('z3', () => standardNormal(4)),
    latent('z2', ({ z3 }) => pipe(z3, dense(16), diagonalNormal(8))),
    latent('z1', ({ z2, z3 }) => pipe(z2, concat(z3), dense(32), diagonalNormal(16))),
    observe('x', ({ z1, z2, z3 }) => pipe(z1, concat(z2), concat(z3), linear(28, 784), reshape(28, 28, 1), bernoulli)),
  ),
  guide: pipe(
    image,
    latent('z1', ({ x }) => pipe(x, flatten, dense(32), diagonalNormal(16))),
    latent('z2', ({ z1 }) => pipe(z1, dense(16), diagonalNormal(8))),
    latent('z3', ({ z2 }) => pipe(z2, dense(8), diagonalNormal(4))),
  ),
})

/** A condition that both halves see, and one that only the model sees. */
const conditional = pipe(
  given({ y: oneHot(10) }),
  latent('z', () => standardNormal(20)),
  observe('x', ({ z, y }) => pipe(z, concat(y), dense(784), reshape(28, 28, 1), bernoulli)),
)
export const conditioned = vae({
  model: conditional,
  guide: pipe(
    given({ x: binary(28, 28, 1), y: oneHot(10) }),
    latent('z', ({ x, y }) => pipe(x, flatten, concat(y), dense(40), diagonalNormal(20))),
  ),
})
export const conditionedModel = vae({ model: conditional, guide: encoder })
/** A prior that depends on the condition. */
export const conditionedPrior = vae({
  model: pipe(
    given({ y: oneHot(10) }),
    latent('z', ({ y }) => pipe(y, dense(40), diagonalNormal(20))),
    observe('x', mlp),
  ),
  guide: encoder,
})

/** Several observations; the second callback still sees what the first one, with its own annotation, did not name. */
export const severalObservations = vae({
  model: pipe(
    model,
    latent('style', () => standardNormal(4)),
    latent('z', () => standardNormal(20)),
    observe('x', mlp),
    observe('y', ({ z, style }) => pipe(z, concat(style), dense(10), categorical)),
  ),
  guide: pipe(
    given({ x: binary(28, 28, 1), y: oneHot(10) }),
    define('h', ({ x, y }) => pipe(x, flatten, concat(y), dense(100), tanh)),
    latent('z', ({ h }) => pipe(h, dense(40), diagonalNormal(20))),
    latent('style', ({ h }) => pipe(h, dense(8), diagonalNormal(4))),
  ),
})

/** A latent before the definition that it is not in, and a definition of a definition. */
export const definitions = pipe(
  image,
  define('flat', ({ x }) => flatten(x)),
  define('h', ({ flat }) => pipe(flat, dense(100), relu)),
  latent('z', ({ h }) => pipe(h, dense(40), diagonalNormal(20))),
  define('both', ({ flat, z }) => pipe(flat, concat(z))),
  latent('w', ({ both }) => pipe(both, linear(804, 4), diagonalNormal(2))),
)

/** Location and scale by layers of their own, told apart by name. */
export const twoHeads = vae({
  model: pipe(prior, observe('x', mlp)),
  guide: pipe(
    image,
    define('h', ({ x }) => pipe(x, flatten, dense(100), relu)),
    latent('z', ({ h }) => normal(pipe(h, named('mean', dense(20))), pipe(h, named('scale', dense(20)), softplus))),
  ),
})
export const logScaleHead = vae({
  model: pipe(prior, observe('x', mlp)),
  guide: pipe(
    image,
    define('h', ({ x }) => pipe(x, flatten, dense(100), relu)),
    latent('z', ({ h }) =>
      normalFromLogScale(pipe(h, named('mean', dense(20))), pipe(h, named('logScale', dense(20)), mul(0.5))),
    ),
  ),
})

/** Tied weights: one trunk for two views. */
export const siamese = vae({
  model: pipe(
    model,
    latent('z', () => standardNormal(8)),
    observe('left', ({ z }) => pipe(z, dense(16), gaussian({ scale: 1 }))),
    observe('right', ({ z }) => pipe(z, dense(16), gaussian({ scale: 1 }))),
  ),
  guide: pipe(
    given({ left: real(16), right: real(16) }),
    define('a', ({ left }) => pipe(left, share('view', dense(32)), relu)),
    define('b', ({ right }) => pipe(right, share('view', dense(32)), relu)),
    latent('z', ({ a, b }) => pipe(a, sub(b), dense(16), diagonalNormal(8))),
  ),
})
/** A block with a name, with a type of its own in a pipe. */
export const namedBlock = pipe(
  image,
  latent('z', ({ x }) =>
    pipe(
      x,
      flatten,
      named('trunk', (h) => pipe(h, dense(100), relu, dense(50), relu)),
      named('head', dense(8)),
      diagonalNormal(4),
    ),
  ),
)

/** Convolutions down and back. */
export const convolutional = vae({
  model: pipe(
    prior,
    observe('x', ({ z }) =>
      pipe(
        z,
        dense(1568),
        relu,
        reshape(7, 7, 32),
        conv2dTranspose({ filters: 16, kernel: 3, stride: 2 }),
        relu,
        conv2dTranspose({ filters: 1, kernel: 3, stride: 2 }),
        bernoulli,
      ),
    ),
  ),
  guide: pipe(
    image,
    latent('z', ({ x }) =>
      pipe(
        x,
        conv2d({ filters: 16, kernel: 3, stride: 2, padding: 'same' }),
        relu,
        conv2d({ filters: 32, kernel: 4, padding: 'valid' }),
        flatten,
        linear(3872, 40),
        diagonalNormal(20),
      ),
    ),
  ),
})

/** A latent that is a picture itself. */
export const spatialLatent = vae({
  model: pipe(
    model,
    latent('z', () => standardNormal(7, 7, 4)),
    observe('x', ({ z }) =>
      pipe(
        z,
        conv2dTranspose({ filters: 8, kernel: 3, stride: 2 }),
        relu,
        conv2dTranspose({ filters: 1, kernel: 3, stride: 2 }),
        bernoulli,
      ),
    ),
  ),
  guide: pipe(
    image,
    latent('z', ({ x }) =>
      pipe(
        x,
        conv2d({ filters: 8, kernel: 3, stride: 2 }),
        relu,
        conv2d({ filters: 8, kernel: 3, stride: 2 }),
        diagonalNormal(4),
      ),
    ),
  ),
})

/** Attention over positions, by hand: matmul, transpose, a softmax, reductions. */
export const attention = pipe(
  given({ x: real(12, 8) }),
  latent('z', ({ x }) => {
    const scores = pipe(x, matmul(transpose()(x)), mul(0.35))
    const weights = pipe(scores, sub(pipe(scores, logSumExp(-1), reshape(12, 1))), exp)
    return pipe(weights, matmul(x), mean(0), dense(6), diagonalNormal(3))
  }),
)
/** One row of a table of parameters each, cut out of one layer. */
export const sliced = pipe(
  given({ x: real(9) }),
  latent('z', ({ x }) => {
    const h = pipe(x, dense(6))
    return normal(pipe(h, slice(-1, 0, 3)), pipe(h, slice(-1, 3, 6), softplus, add(1e-3)))
  }),
)

/** Clusters: which one is summed out; the rest of the guide and of the model depends on it. */
export const clusters = vae({
  model: pipe(
    model,
    latent('k', () => categorical(full(0, 10))),
    latent('z', ({ k }) => pipe(k, dense(40), diagonalNormal(20))),
    observe('x', mlp),
  ),
  guide: pipe(
    image,
    define('h', ({ x }) => pipe(x, flatten, dense(400), relu)),
    latent('k', ({ h }) => pipe(h, dense(10), categorical, enumerate)),
    latent('z', ({ h, k }) => pipe(h, concat(k), dense(40), diagonalNormal(20))),
  ),
})
