import { pipe } from 'fp-ts/lib/function.js'
import {
  add,
  bernoulli,
  binary,
  define,
  dense,
  diagonalNormal,
  type Expr,
  flatten,
  given,
  latent,
  model,
  observe,
  real,
  relu,
  reshape,
  standardNormal,
} from 'elbo-ts'

const decoder = ({ z }: { readonly z: Expr<[20]> }) =>
  pipe(z, dense(400), relu, dense(784), reshape(28, 28, 1), bernoulli)

// the same name twice: latent and latent, what is given and a latent, a definition and a definition, …
export const a = pipe(
  model,
  latent('z', () => standardNormal(20)),
  //~ name 'z' is already bound in this program
  latent('z', () => standardNormal(20)),
  observe('x', decoder),
)
export const b = pipe(
  given({ x: binary(28, 28, 1) }),
  //~ name 'x' is already bound in this program
  latent('x', ({ x }) => pipe(x, flatten, dense(40), diagonalNormal(20))),
)
export const c = pipe(
  given({ x: binary(28, 28, 1) }),
  define('h', ({ x }) => pipe(x, flatten, dense(400), relu)),
  //~ name 'h' is already bound in this program
  define('h', ({ h }) => pipe(h, dense(400), relu)),
  latent('z', ({ h }) => pipe(h, dense(40), diagonalNormal(20))),
)
export const d = pipe(
  model,
  latent('z', () => standardNormal(20)),
  observe('x', decoder),
  //~ name 'x' is already bound in this program
  observe('x', decoder),
)
export const e = pipe(
  model,
  latent('z', () => standardNormal(20)),
  //~ name 'z' is already bound in this program
  observe('z', ({ z }) => pipe(z, bernoulli)),
)
export const f = pipe(
  model,
  latent('z', () => standardNormal(20)),
  observe('x', decoder),
  //~ name 'x' is already bound in this program
  latent('x', () => standardNormal(20)),
)

// a callback that stops before the distribution
export const m = pipe(
  given({ x: binary(28, 28, 1) }),
  //~ 'z': the callback must return a distribution
  latent('z', ({ x }) => pipe(x, flatten, dense(40))),
)
export const n = pipe(
  model,
  latent('z', () => standardNormal(20)),
  //~ 'x': the callback must return a distribution
  observe('x', ({ z }) => pipe(z, dense(784), reshape(28, 28, 1))),
)
export const o = pipe(
  model,
  //~ 'z': the callback must return a distribution
  latent('z', () => 20),
)
export const p = pipe(
  given({ x: real(3) }),
  //~ 'h': the callback must return an expression
  define('h', () => standardNormal(3)),
)

// a mistake inside a callback is told there, and nowhere else
export const r = pipe(
  given({ x: binary(28, 28, 1) }),
  //~ Normal over 20 needs 2 x 20 = 40 parameters in the last dimension but got 20
  latent('z', ({ x }) => pipe(x, flatten, dense(20), diagonalNormal(20))),
)
export const s = pipe(
  given({ x: binary(28, 28, 1) }),
  define('h', ({ x }) => pipe(x, flatten, dense(400))),
  //~ cannot broadcast [400] with [784]: 400 vs 784
  define('both', ({ h, x }) => pipe(h, add(flatten(x)))),
  latent('z', ({ both }) => pipe(both, dense(40), diagonalNormal(20))),
)

//~ binary: a dimension must be a whole number of at least 1 but got 0
export const t = given({ x: binary(28, 0) })
