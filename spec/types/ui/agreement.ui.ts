import { pipe } from 'fp-ts/lib/function.js'
import {
  bernoulli,
  binary,
  categorical,
  concat,
  continuousBernoulli,
  count,
  delta,
  dense,
  diagonalLogNormal,
  diagonalNormal,
  type Expr,
  flatten,
  full,
  gaussian,
  given,
  latent,
  logNormal,
  model,
  observe,
  oneHot,
  real,
  relu,
  reshape,
  standardNormal,
  unit,
  vae,
} from 'elbo-ts'

const decoder = ({ z }: { readonly z: Expr<[20]> }) =>
  pipe(z, dense(400), relu, dense(784), reshape(28, 28, 1), bernoulli)

const x = given({ x: binary(28, 28, 1) })
const p = pipe(
  model,
  latent('z', () => standardNormal(20)),
  observe('x', decoder),
)
const q = pipe(
  x,
  latent('z', ({ x }) => pipe(x, flatten, dense(40), diagonalNormal(20))),
)
const two = pipe(
  model,
  latent('z2', () => standardNormal(10)),
  latent('z', ({ z2 }) => pipe(z2, dense(40), diagonalNormal(20))),
  observe('x', decoder),
)

// latents
export const a = vae({
  model: two,
  //~ is not assignable to type '"guide is missing latent 'z2'"'
  guide: q,
})
export const b = vae({
  model: p,
  //~ is not assignable to type '"guide has latent 'w' that the model does not declare"'
  guide: pipe(
    q,
    latent('w', () => standardNormal(3)),
  ),
})
export const c = vae({
  model: two,
  //~ "guide is missing latent 'z2'; guide has latent 'w' that the model does not declare"
  guide: pipe(
    q,
    latent('w', () => standardNormal(3)),
  ),
})
export const d = vae({
  model: p,
  //~ "guide is missing latent 'z'; guide has latent 'Z' that the model does not declare"
  guide: pipe(
    x,
    latent('Z', ({ x }) => pipe(x, flatten, dense(40), diagonalNormal(20))),
  ),
})
export const e = vae({
  model: p,
  //~ "latent 'z': shapes differ: q [32] vs p [20]"
  guide: pipe(
    x,
    latent('z', ({ x }) => pipe(x, flatten, dense(64), diagonalNormal(32))),
  ),
})
export const f = vae({
  model: p,
  //~ "latent 'z': shapes differ: q [4, 5] vs p [20]"
  guide: pipe(
    x,
    latent('z', ({ x }) => pipe(x, flatten, dense(40), reshape(4, 10), diagonalNormal(5))),
  ),
})
// a hierarchy whose levels changed places
export const g = vae({
  model: two,
  //~ "latent 'z2': shapes differ: q [20] vs p [10]; latent 'z': shapes differ: q [10] vs p [20]"
  guide: pipe(
    x,
    latent('z', ({ x }) => pipe(x, flatten, dense(20), diagonalNormal(10))),
    latent('z2', ({ z }) => pipe(z, dense(40), diagonalNormal(20))),
  ),
})
export const h = vae({
  model: pipe(
    model,
    latent('z', () => logNormal(0, 1)),
    observe('x', ({ z }) => pipe(z, reshape(1), dense(784), reshape(28, 28, 1), bernoulli)),
  ),
  //~ "latent 'z': Normal has support outside LogNormal's (0, ∞)"
  guide: pipe(
    x,
    latent('z', () => standardNormal()),
  ),
})
export const al = vae({
  model: pipe(
    model,
    latent('z', () => continuousBernoulli(full(0, 20))),
    observe('x', decoder),
  ),
  //~ "latent 'z': Normal has support outside ContinuousBernoulli's [0, 1]"
  guide: q,
})
export const i = vae({
  model: p,
  //~ "latent 'z': Categorical is not reparameterised; use enumerate"
  guide: pipe(
    x,
    latent('z', ({ x }) => pipe(x, flatten, dense(20), categorical)),
  ),
})
export const j = vae({
  model: p,
  //~ "latent 'z': Bernoulli is not reparameterised; use enumerate"
  guide: pipe(
    x,
    latent('z', ({ x }) => pipe(x, flatten, dense(20), bernoulli)),
  ),
})

// observations
export const k = vae({
  model: p,
  //~ "observed 'x': the guide is given no 'x'; add it to given({ … })"
  guide: pipe(
    given({ image: binary(28, 28, 1) }),
    latent('z', ({ image }) => pipe(image, flatten, dense(40), diagonalNormal(20))),
  ),
})
export const l = vae({
  model: pipe(
    p,
    observe('y', ({ z }) => pipe(z, dense(10), categorical)),
  ),
  //~ "observed 'y': the guide is given no 'y'; add it to given({ … })"
  guide: q,
})
export const m = vae({
  model: p,
  //~ "observed 'x': the likelihood has shape [28, 28, 1] but the data has shape [784]"
  guide: pipe(
    given({ x: binary(784) }),
    latent('z', ({ x }) => pipe(x, dense(40), diagonalNormal(20))),
  ),
})
export const n = vae({
  model: p,
  //~ "observed 'x': Bernoulli needs binary data but 'x' holds values in [0, 1]"
  guide: pipe(
    given({ x: unit(28, 28, 1) }),
    latent('z', ({ x }) => pipe(x, flatten, dense(40), diagonalNormal(20))),
  ),
})
const ten = given({ x: binary(10) })
export const o = vae({
  model: pipe(
    model,
    latent('z', () => standardNormal(2)),
    observe('x', ({ z }) => pipe(z, dense(10), categorical)),
  ),
  //~ "observed 'x': Categorical needs one-hot data but 'x' holds zeros and ones"
  guide: pipe(
    ten,
    latent('z', ({ x }) => pipe(x, dense(4), diagonalNormal(2))),
  ),
})
export const r = vae({
  model: pipe(
    model,
    latent('z', () => standardNormal(2)),
    observe('x', ({ z }) => pipe(z, dense(6), diagonalLogNormal(3))),
  ),
  //~ "observed 'x': LogNormal needs positive data but 'x' holds real values"
  guide: pipe(
    given({ x: real(3) }),
    latent('z', ({ x }) => pipe(x, dense(4), diagonalNormal(2))),
  ),
})
export const s = vae({
  model: pipe(
    model,
    latent('z', () => standardNormal(2)),
    observe('x', ({ z }) => pipe(z, dense(3), bernoulli)),
  ),
  //~ "observed 'x': Bernoulli needs binary data but 'x' holds counts"
  guide: pipe(
    given({ x: count(3) }),
    latent('z', ({ x }) => pipe(x, dense(4), diagonalNormal(2))),
  ),
})
export const pointed = vae({
  model: pipe(
    model,
    latent('z', () => standardNormal(2)),
    observe('x', ({ z }) => pipe(z, dense(3), delta)),
  ),
  //~ "observed 'x': the log-likelihood of a Delta is −∞ wherever it does not hit the data; use gaussian({ scale: 0.1 })"
  guide: pipe(
    given({ x: real(3) }),
    latent('z', ({ x }) => pipe(x, dense(4), diagonalNormal(2))),
  ),
})
export const y = vae({
  model: pipe(
    model,
    latent('z', () => standardNormal(2)),
    observe('x', ({ z }) => pipe(z, dense(3), continuousBernoulli)),
  ),
  //~ "observed 'x': ContinuousBernoulli needs data in [0, 1] but 'x' holds real values"
  guide: pipe(
    given({ x: real(3) }),
    latent('z', ({ x }) => pipe(x, dense(4), diagonalNormal(2))),
  ),
})

// which half is which
export const t = vae({
  model: q,
  //~ "the model observes nothing; add observe(name, …); guide observes 'x'; only a model observes"
  guide: p,
})
export const u = vae({
  model: pipe(
    model,
    latent('z', () => standardNormal(20)),
  ),
  //~ "the model observes nothing; add observe(name, …)"
  guide: q,
})
export const v = vae({
  model: p,
  //~ "guide observes 'y'; only a model observes"
  guide: pipe(
    q,
    observe('y', ({ z }) => pipe(z, dense(10), categorical)),
  ),
})
export const w = vae({
  model: p,
  //~ "the guide must be a program: pipe(model, …) or pipe(given({ … }), …)"
  guide: decoder,
})
export const aa = vae({
  //~ "the model must be a program: pipe(model, …) or pipe(given({ … }), …)"
  model: standardNormal(20),
  guide: q,
})
//~ Property 'guide' is missing in type
export const ab = vae({ model: p })
//~ 'encoder' does not exist in type
export const ac = vae({ model: p, guide: q, encoder: q })

// a condition that the two halves do not see alike
const conditional = pipe(
  given({ y: oneHot(10) }),
  latent('z', () => standardNormal(20)),
  observe('x', ({ z, y }) => pipe(z, concat(y), dense(784), reshape(28, 28, 1), bernoulli)),
)
export const ad = vae({
  model: conditional,
  //~ "given 'y': shapes differ: model [10] vs guide [5]"
  guide: pipe(
    given({ x: binary(28, 28, 1), y: oneHot(5) }),
    latent('z', ({ x, y }) => pipe(x, flatten, concat(y), dense(40), diagonalNormal(20))),
  ),
})
export const ae = vae({
  model: conditional,
  //~ "given 'y': the model takes one-hot vectors but the guide real values"
  guide: pipe(
    given({ x: binary(28, 28, 1), y: real(10) }),
    latent('z', ({ x, y }) => pipe(x, flatten, concat(y), dense(40), diagonalNormal(20))),
  ),
})

// a mistake within a half is told there; the agreement of the halves is not judged, nor is what one of them would be used for
export const ag = vae({
  model: p,
  guide: pipe(
    x,
    //~ Normal over 20 needs 2 x 20 = 40 parameters in the last dimension but got 20
    latent('z', ({ x }) => pipe(x, flatten, dense(20), diagonalNormal(20))),
  ),
})
export const ah = vae({
  model: pipe(
    model,
    latent('z', () => standardNormal(20)),
    //~ 'x': the callback must return a distribution
    observe('x', ({ z }) => pipe(z, dense(784), reshape(28, 28, 1))),
  ),
  guide: q,
})
export const ak = vae({
  model: p,
  guide: pipe(
    q,
    //~ name 'x' is already bound in this program
    observe('x', decoder),
  ),
})
// two messages of one pair of halves
export const ai = vae({
  model: p,
  //~ "latent 'z': shapes differ: q [2] vs p [20]; observed 'x': Bernoulli needs binary data but 'x' holds values in [0, 1]"
  guide: pipe(
    given({ x: unit(28, 28, 1) }),
    latent('z', ({ x }) => pipe(x, flatten, dense(4), diagonalNormal(2))),
  ),
})
export const aj = vae({
  model: pipe(
    model,
    latent('z', () => standardNormal(2)),
    observe('x', ({ z }) => pipe(z, dense(10), gaussian({ scale: 1 }))),
  ),
  //~ "observed 'x': the likelihood has shape [10] but the data has shape [3]"
  guide: pipe(
    given({ x: real(3) }),
    latent('z', ({ x }) => pipe(x, dense(4), diagonalNormal(2))),
  ),
})
