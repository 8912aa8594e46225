import { pipe } from 'fp-ts/lib/function.js'
import {
  adam,
  autoencoder,
  bernoulli,
  binary,
  categorical,
  concat,
  csv,
  delta,
  dense,
  diagonalLaplace,
  diagonalNormal,
  elbo,
  enumerate,
  experiment,
  flatten,
  full,
  gaussian,
  given,
  inline,
  iwae,
  laplace,
  latent,
  mnist,
  model,
  observe,
  oneHot,
  real,
  reshape,
  standardNormal,
  vae,
} from 'elbo-ts'

const x = given({ x: binary(28, 28, 1) })
const p = pipe(
  model,
  latent('z', () => standardNormal(20)),
  observe('x', ({ z }) => pipe(z, dense(784), reshape(28, 28, 1), bernoulli)),
)
const q = pipe(
  x,
  latent('z', ({ x }) => pipe(x, flatten, dense(40), diagonalNormal(20))),
)
const digits = vae({ model: p, guide: q })
const table = vae({
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
const [objective, data, optimizer] = [elbo(), mnist(), adam(1e-3)]

// the data
export const a = experiment({
  vae: digits,
  objective,
  //~ "data field 'x' holds values in [0, 1] but the program is given zeros and ones"
  data: mnist({ binarize: 'none' }),
  optimizer,
})
export const b = experiment({
  vae: digits,
  objective,
  //~ "data field 'x' has shape [?] but the program is given [28, 28, 1]"
  data: csv({ file: 'digits.csv' }),
  optimizer,
})
export const c = experiment({
  vae: table,
  objective,
  //~ "data has no field 'y', which the program is given"
  data: csv({ file: 'flowers.csv', columns: ['width', 'height', 'weight'] }),
  optimizer,
})
export const d = experiment({
  vae: table,
  objective,
  //~ "data field 'x' has shape [2] but the program is given [3]"
  data: csv({ file: 'flowers.csv', columns: ['width', 'height'], label: 'kind' }),
  optimizer,
})
export const e = experiment({
  vae: digits,
  objective,
  //~ "data field 'x' has shape [28, 28] but the program is given [28, 28, 1]"
  data: inline({ fields: { x: { shape: [28, 28], support: 'binary', values: [] } } }),
  optimizer,
})
export const f = experiment({
  vae: digits,
  objective,
  //~ "data has no field 'x', which the program is given"
  data: inline({ fields: { image: { shape: [28, 28, 1], support: 'binary', values: [] } } }),
  optimizer,
})
// two fields that do not fit
export const g = experiment({
  vae: table,
  objective,
  //~ data field 'x' has shape [28, 28, 1] but the program is given [3]
  //~ data field 'y' has shape [10] but the program is given [4]
  data: mnist({ binarize: 'none' }),
  optimizer,
})

// the objective
export const h = experiment({
  vae: vae({
    model: pipe(
      model,
      latent('z', () => laplace(0, 1)),
      observe('x', ({ z }) => pipe(z, reshape(1), dense(784), reshape(28, 28, 1), bernoulli)),
    ),
    guide: pipe(
      x,
      latent('z', () => standardNormal()),
    ),
  }),
  //~ "latent 'z': no closed-form KL(Normal || Laplace); use elbo({ kl: 'sampled' })"
  objective: elbo(),
  data,
  optimizer,
})
const code = vae({
  model: p,
  guide: pipe(
    x,
    latent('z', ({ x }) => pipe(x, flatten, dense(20), delta)),
  ),
})
export const i = experiment({
  vae: code,
  //~ "latent 'z': KL(Delta || Normal) is infinite, for a Delta has no density; use autoencoder()"
  objective: elbo({ kl: 'sampled' }),
  data,
  optimizer,
})
export const j = experiment({
  vae: code,
  //~ "latent 'z': KL(Delta || Normal) is infinite, for a Delta has no density; use autoencoder()"
  objective: iwae(5),
  data,
  optimizer,
})
const pointed = vae({
  model: pipe(
    model,
    latent('z', () => delta(full(0, 2))),
    observe('x', ({ z }) => pipe(z, dense(784), reshape(28, 28, 1), bernoulli)),
  ),
  guide: pipe(
    x,
    latent('z', ({ x }) => pipe(x, flatten, dense(2), delta)),
  ),
})
export const j2 = experiment({
  vae: pointed,
  //~ "latent 'z': KL(Delta || Delta) is infinite, for a Delta has no density; use autoencoder()"
  objective: elbo(),
  data,
  optimizer,
})
//~ Type '() => Autoencoder' is not assignable to type 'Objective'
export const k = experiment({ vae: code, objective: autoencoder, data, optimizer })
//~ Type 'string' is not assignable to type 'Objective'
export const l = experiment({ vae: digits, objective: 'elbo', data, optimizer })

// what goes where
//~ is missing the following properties from type 'Vae<Readonly<Record<string, AnyField>>, Variables, Variables>': model, guide
export const m = experiment({ vae: p, objective, data, optimizer })
//~ Type 'string' is not assignable to type 'Optimizer'
export const n = experiment({ vae: digits, objective, data, optimizer: 'adam' })
//~ Type '(learningRate: Schedule, options?: AdamOptions) => Optimizer' is not assignable to type 'Optimizer'
export const o = experiment({ vae: digits, objective, data, optimizer: adam })
//~ Property 'data' is missing in type
export const r = experiment({ vae: digits, objective, optimizer })
//~ Did you mean to write 'epochs'?
export const s = experiment({ vae: digits, objective, data, optimizer, epoch: 5 })
//~ Type 'string' is not assignable to type 'number'
export const t = experiment({ vae: digits, objective, data, optimizer, patience: 'long' })

// two mistakes in two places are two messages
export const u = experiment({
  vae: vae({
    model: p,
    guide: pipe(
      x,
      latent('z', ({ x }) => pipe(x, flatten, dense(40), diagonalLaplace(20))),
    ),
  }),
  objective: elbo(),
  //~ "data field 'x' holds values in [0, 1] but the program is given zeros and ones"
  data: mnist({ binarize: 'none' }),
  optimizer,
  //~ Type 'string' is not assignable to type 'number'
  batch: '128',
})

// a mistake deep inside is told there, and nothing around it is blamed
export const v = experiment({
  vae: vae({
    model: p,
    guide: pipe(
      x,
      //~ Normal over 20 needs 2 x 20 = 40 parameters in the last dimension but got 20
      latent('z', ({ x }) => pipe(x, flatten, dense(20), diagonalNormal(20))),
    ),
  }),
  objective,
  data,
  optimizer,
})
export const w = experiment({
  vae: vae({
    model: p,
    //~ "latent 'z': shapes differ: q [10] vs p [20]"
    guide: pipe(
      x,
      latent('z', ({ x }) => pipe(x, flatten, dense(20), diagonalNormal(10))),
    ),
  }),
  objective,
  data,
  optimizer,
})

// importance weights sum an enumerated latent out, and nothing is left for its guide to learn from
export const y = experiment({
  vae: vae({
    model: pipe(
      model,
      latent('k', () => categorical(full(0, 10))),
      observe('x', ({ k }) => pipe(k, dense(784), reshape(28, 28, 1), bernoulli)),
    ),
    guide: pipe(
      x,
      latent('k', ({ x }) => pipe(x, flatten, dense(10), categorical, enumerate)),
    ),
  }),
  //~ "latent 'k': iwae sums an enumerated latent out whatever its guide says, so that the guide would not learn; use elbo()"
  objective: iwae(5),
  data,
  optimizer,
})
