import { pipe } from 'fp-ts/lib/function.js'
import {
  bernoulli,
  binary,
  concat,
  dense,
  diagonalNormal,
  type Expr,
  flatten,
  given,
  latent,
  model,
  observe,
  oneHot,
  relu,
  reshape,
  standardNormal,
  vae,
} from 'elbo-ts'

const decoder = ({ z }: { readonly z: Expr<[20]> }) =>
  pipe(z, dense(400), relu, dense(784), reshape(28, 28, 1), bernoulli)

// a name that is not in scope, or not yet
export const a = pipe(
  given({ x: binary(28, 28, 1) }),
  //~ Property 'y' does not exist on type '{ readonly x: Expr<[28, 28, 1]>; }'
  latent('z', ({ y }) => pipe(y, flatten, dense(40), diagonalNormal(20))),
)
export const b = pipe(
  model,
  //~ Property 'z2' does not exist on type '{}'
  latent('z1', ({ z2 }) => pipe(z2, dense(40), diagonalNormal(20))),
  latent('z2', () => standardNormal(10)),
)
export const c = pipe(
  model,
  latent('z1', () => standardNormal(10)),
  latent('z2', ({ z1 }) => pipe(z1, dense(20), diagonalNormal(10))),
  //~ Property 'z' does not exist on type '{ readonly z
  observe('x', ({ z }) => pipe(z, dense(784), bernoulli)),
)
// observations are data, not values in scope
export const d = pipe(
  model,
  latent('z', () => standardNormal(20)),
  observe('x', decoder),
  //~ Property 'x' does not exist on type '{ readonly z: Expr<[20]>; }'
  observe('y', ({ x }) => pipe(x, flatten, dense(10), bernoulli)),
)

// a decoder that says what it takes
export const e = pipe(
  model,
  latent('z', () => standardNormal(32)),
  //~ 'x': its callback takes 'z' with shape [20] but it has shape [32]
  observe('x', decoder),
)
export const f = pipe(
  model,
  latent('w', () => standardNormal(20)),
  //~ 'x': its callback takes 'z', which nothing before it binds
  observe('x', decoder),
)

// the distribution itself where a callback belongs
export const g = pipe(
  model,
  //~ Argument of type 'Normal<[20]>' is not assignable to parameter of type '(env: {}) => unknown'
  latent('z', standardNormal(20)),
)
//~ Type 'number[]' is
export const h = given({ x: [28, 28, 1] })

// a condition that only the model is given
const conditional = pipe(
  given({ y: oneHot(10) }),
  latent('z', () => standardNormal(20)),
  observe('x', ({ z, y }) => pipe(z, concat(y), dense(784), reshape(28, 28, 1), bernoulli)),
)
export const i = vae({
  model: conditional,
  guide: pipe(
    given({ x: binary(28, 28, 1) }),
    //~ Property 'y' does not exist on type '{ readonly x: Expr<[28, 28, 1]>; }'
    latent('z', ({ x, y }) => pipe(x, flatten, concat(y), dense(40), diagonalNormal(20))),
  ),
})
