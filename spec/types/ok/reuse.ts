import { pipe } from 'fp-ts/lib/function.js'
import {
  add,
  type AnyDist,
  type AnyProgram,
  bernoulli,
  binary,
  define,
  dense,
  diagonalNormal,
  type Dist,
  type Expr,
  flatten,
  gaussian,
  given,
  latent,
  linear,
  model,
  observe,
  real,
  relu,
  reshape,
  standardNormal,
  vae,
} from 'elbo-ts'

/** Programs made by functions, of parts that are used again. Each export is one. */

type Shape = readonly number[]

/** A helper that says what it takes, and the distribution that it makes. */
const encode = (h: Expr<[400]>): Dist<'Normal', [20], 'real', 'reparameterised'> =>
  pipe(h, dense(40), diagonalNormal(20))
/** One that is generic in its shape, one in its last extent, one in the extents before the last. */
const rectify = <S extends Shape>(x: Expr<S>): Expr<S> => pipe(x, relu, add(0.1))
const toHidden = <D extends number>(x: Expr<[D]>): Expr<[400]> => pipe(x, dense(400), rectify)
const row = <S extends Shape>(x: Expr<S>): Expr<[400]> => pipe(x, flatten, dense(400))
const decode = ({ z }: { readonly z: Expr<[20]> }) => pipe(z, toHidden, dense(784), reshape(28, 28, 1), bernoulli)

const prior = pipe(
  model,
  latent('z', () => standardNormal(20)),
)
const guide = pipe(
  given({ x: binary(28, 28, 1) }),
  latent('z', ({ x }) => pipe(x, row, encode)),
)

/** One decoder, two VAEs: with their own weights, since their programs are their own. */
export const first = vae({ model: pipe(prior, observe('x', decode)), guide })
export const second = vae({
  model: pipe(
    model,
    latent('z2', () => standardNormal(10)),
    latent('z', ({ z2 }) => pipe(z2, dense(40), diagonalNormal(20))),
    observe('x', decode),
  ),
  guide: pipe(
    guide,
    latent('z2', ({ z }) => pipe(z, dense(20), diagonalNormal(10))),
  ),
})

/** A function of sizes known late. */
const ofSize = (latents: number, hidden: number) =>
  vae({
    model: pipe(
      model,
      latent('z', () => standardNormal(latents)),
      observe('x', ({ z }) => pipe(z, dense(hidden), relu, dense(784), reshape(28, 28, 1), bernoulli)),
    ),
    guide: pipe(
      given({ x: binary(28, 28, 1) }),
      latent('z', ({ x }) => pipe(x, flatten, dense(hidden), relu, dense(2 * latents), diagonalNormal(latents))),
    ),
  })
export const late = ofSize(20, 400)

/** A late size on one side and a known one on the other. */
declare const dimensions: number
export const halfLate = vae({
  model: pipe(
    model,
    latent('z', () => standardNormal(dimensions)),
    observe('x', ({ z }) => pipe(z, linear(20, 784), reshape(28, 28, 1), bernoulli)),
  ),
  guide,
})

/** A function that makes a guide, whose callback it is given. */
const guideWith = (head: (h: Expr<[400]>) => Dist<'Normal', [20], 'real', 'reparameterised'>) =>
  pipe(
    given({ x: binary(28, 28, 1) }),
    define('h', ({ x }) => row(x)),
    latent('z', ({ h }) => head(h)),
  )
export const handed = vae({ model: pipe(prior, observe('x', decode)), guide: guideWith(encode) })

/** A function whose size is a literal of its caller's. */
const linearGaussian = <N extends number>(outputs: N) =>
  pipe(
    given({ x: real(outputs as number) }),
    latent('z', ({ x }) => pipe(x, dense(4), diagonalNormal(2))),
  )
export const generic = vae({
  model: pipe(
    model,
    latent('z', () => standardNormal(2)),
    observe('x', ({ z }) => pipe(z, dense(5), gaussian({ scale: 1 }))),
  ),
  guide: linearGaussian(5),
})

/** Programs of open types: what they have is known when they are built. */
const between = (guide: AnyProgram, upper: AnyProgram) =>
  [vae({ model: pipe(prior, observe('x', decode)), guide }), vae({ model: upper, guide })] as const
export const open = between(guide, prior)

/** A likelihood known late: whatever family it is, it may fit. */
declare const chosen: (logits: Expr<[28, 28, 1]>) => AnyDist
export const lateFamily = vae({
  model: pipe(
    prior,
    observe('x', ({ z }) => pipe(z, dense(784), reshape(28, 28, 1), chosen)),
  ),
  guide,
})
/** Names known late. */
declare const name: string
export const lateName = vae({
  model: pipe(
    model,
    latent(name, () => standardNormal(20)),
    observe('x', () => bernoulli(pipe(late20, dense(784), reshape(28, 28, 1)))),
  ),
  guide: pipe(
    given({ x: binary(28, 28, 1) }),
    latent(name, ({ x }) => pipe(x, row, encode)),
  ),
})
declare const late20: Expr<[20]>
