import { pipe } from 'fp-ts/lib/function.js'
import {
  adam,
  adamW,
  type AnyDist,
  autoencoder,
  bernoulli,
  binary,
  clipByGlobalNorm,
  concat,
  cosine,
  csv,
  cyclical,
  decay,
  delta,
  dense,
  diagonalLaplace,
  diagonalNormal,
  elbo,
  experiment,
  type Expr,
  flatten,
  gaussian,
  given,
  inline,
  iwae,
  laplace,
  latent,
  learnedGaussian,
  mnist,
  model,
  observe,
  oneHot,
  real,
  reshape,
  sgd,
  sigmoid,
  standardNormal,
  unit,
  vae,
  warmUp,
} from 'elbo-ts'

/** Experiments that must compile: every objective, every source of data, every setting. Each export is one. */

const prior = pipe(
  model,
  latent('z', () => standardNormal(2)),
)
const image = given({ x: binary(28, 28, 1) })
const pixels = pipe(
  prior,
  observe('x', ({ z }) => pipe(z, dense(784), reshape(28, 28, 1), bernoulli)),
)
const digits = vae({
  model: pixels,
  guide: pipe(
    image,
    latent('z', ({ x }) => pipe(x, flatten, dense(4), diagonalNormal(2))),
  ),
})
const peaked = vae({
  model: pixels,
  guide: pipe(
    image,
    latent('z', ({ x }) => pipe(x, flatten, dense(4), diagonalLaplace(2))),
  ),
})
const code = vae({
  model: pixels,
  guide: pipe(
    image,
    latent('z', ({ x }) => pipe(x, flatten, dense(2), delta)),
  ),
})
const table = (columns: number) =>
  vae({
    model: pipe(
      prior,
      observe('x', ({ z }) => pipe(z, dense(columns), learnedGaussian())),
    ),
    guide: pipe(
      given({ x: real(columns) }),
      latent('z', ({ x }) => pipe(x, dense(4), diagonalNormal(2))),
    ),
  })
const three = vae({
  model: pipe(
    given({ y: oneHot(4) }),
    latent('z', () => standardNormal(2)),
    observe('x', ({ z, y }) => pipe(z, concat(y), dense(3), gaussian({ scale: 1 }))),
  ),
  guide: pipe(
    given({ x: real(3) }),
    latent('z', ({ x }) => pipe(x, dense(4), diagonalNormal(2))),
  ),
})
const grey = vae({
  model: pipe(
    prior,
    observe('x', ({ z }) => pipe(z, dense(784), sigmoid, reshape(28, 28, 1), gaussian({ scale: 0.1 }))),
  ),
  guide: pipe(
    given({ x: unit(28, 28, 1) }),
    latent('z', ({ x }) => pipe(x, flatten, dense(4), diagonalNormal(2))),
  ),
})
const [data, optimizer] = [mnist(), adam(1e-3)]

// objectives
export const plain = experiment({ vae: digits, objective: elbo(), data, optimizer })
export const beta = experiment({ vae: digits, objective: elbo({ beta: 4 }), data, optimizer })
export const warmed = experiment({
  vae: digits,
  objective: elbo({ beta: warmUp({ epochs: 2, to: 4 }) }),
  data,
  optimizer,
})
export const inSteps = experiment({ vae: digits, objective: elbo({ beta: warmUp({ steps: 500 }) }), data, optimizer })
export const cycles = experiment({ vae: digits, objective: elbo({ beta: cyclical({ cycles: 4 }) }), data, optimizer })
export const bits = experiment({ vae: digits, objective: elbo({ freeBits: 0.1, beta: 1 }), data, optimizer })
export const importance = experiment({ vae: digits, objective: iwae(5), data, optimizer })
export const sampledKl = experiment({ vae: digits, objective: elbo({ kl: 'sampled' }), data, optimizer })
export const closedLaplace = experiment({ vae: peaked, objective: elbo(), data, optimizer })
export const importancePeaked = experiment({ vae: peaked, objective: iwae(5), data, optimizer })
export const deterministic = experiment({ vae: digits, objective: autoencoder(), data, optimizer })
export const deterministicCode = experiment({ vae: code, objective: autoencoder(), data, optimizer })
declare const objective: ReturnType<typeof iwae> | ReturnType<typeof autoencoder>
export const chosenLate = experiment({ vae: code, objective, data, optimizer })
declare const either: ReturnType<typeof iwae> | ReturnType<typeof elbo<'closed'>>
const unlike = vae({
  model: pipe(
    model,
    latent('z', () => laplace(0, 1)),
    observe('x', ({ z }) => pipe(z, reshape(1), dense(784), reshape(28, 28, 1), bernoulli)),
  ),
  guide: pipe(
    image,
    latent('z', () => standardNormal()),
  ),
})
export const closedFormLate = experiment({ vae: unlike, objective: either, data, optimizer })
export const noClosedForm = experiment({ vae: unlike, objective: iwae(5), data, optimizer })
export const sampledInstead = experiment({ vae: unlike, objective: elbo({ kl: 'sampled' }), data, optimizer })

// families known late
declare const posterior: (h: Expr<[4]>) => AnyDist
export const familyLate = experiment({
  vae: vae({
    model: pixels,
    guide: pipe(
      image,
      latent('z', ({ x }) => pipe(x, flatten, dense(4), posterior)),
    ),
  }),
  objective: elbo(),
  data,
  optimizer,
})
/** A prior that is a point, under a posterior known late: judged when training begins. */
export const pointPrior = experiment({
  vae: vae({
    model: pipe(
      given({ m: real(2) }),
      latent('z', ({ m }) => delta(m)),
      observe('x', ({ z }) => pipe(z, dense(3), gaussian({ scale: 1 }))),
    ),
    guide: pipe(
      given({ x: real(3) }),
      latent('z', ({ x }) => pipe(x, dense(4), posterior)),
    ),
  }),
  objective: elbo(),
  data: inline({
    fields: { x: { shape: [3], support: 'real', values: [] }, m: { shape: [2], support: 'real', values: [] } },
  }),
  optimizer,
})

// data
export const threshold = experiment({
  vae: digits,
  objective: elbo(),
  data: mnist({ binarize: 'threshold' }),
  optimizer,
})
export const greyLevels = experiment({ vae: grey, objective: elbo(), data: mnist({ binarize: 'none' }), optimizer })
declare const binarize: 'dynamic' | 'none'
export const binarizeLate = experiment({ vae: digits, objective: elbo(), data: mnist({ binarize }), optimizer })
export const fashion = experiment({ vae: digits, objective: elbo(), data: mnist({ folder: 'fashion' }), optimizer })
export const columnsLate = experiment({ vae: table(5), objective: elbo(), data: csv({ file: 'table.csv' }), optimizer })
export const columnsKnown = experiment({
  vae: three,
  objective: elbo(),
  data: csv({ file: 'flowers.csv', columns: ['width', 'height', 'weight'], label: 'kind' }),
  optimizer,
})
export const columnsLateModelKnown = experiment({
  vae: three,
  objective: elbo(),
  data: csv({ file: 'flowers.csv', label: 'kind', standardize: false, holdOut: 0.2 }),
  optimizer,
})
export const made = experiment({
  vae: three,
  objective: elbo(),
  data: inline({
    fields: {
      x: { shape: [3], support: 'real', values: [1, 2, 3] },
      y: { shape: [4], support: 'oneHot', values: new Float32Array([0, 1, 0, 0]) },
      unused: { shape: [2, 2], support: 'count', values: [1, 2, 3, 4] },
    },
  }),
  optimizer,
})

// settings
export const settings = experiment({
  name: 'settings',
  vae: digits,
  objective: elbo(),
  data,
  optimizer: pipe(adamW(cosine({ from: 1e-3, to: 1e-5 }), { weightDecay: 0.1, beta2: 0.99 }), clipByGlobalNorm(5)),
  epochs: 20,
  batch: 64,
  seed: 7,
  validation: 0.1,
  patience: 3,
})
export const descent = experiment({
  vae: digits,
  objective: elbo(),
  data,
  optimizer: sgd(decay({ epochs: 1, from: 0.1, factor: 0.9 }), { momentum: 0.9 }),
  patience: null,
})
