import { pipe } from 'fp-ts/lib/function.js'
import { bernoulli } from '../dist/Bernoulli.ts'
import { categorical } from '../dist/Categorical.ts'
import { component, responsibilities } from '../dist/component.ts'
import { enumerate } from '../dist/enumerate.ts'
import { diagonalNormal, standardNormal } from '../dist/Normal.ts'
import { precisionWeighted } from '../dist/precisionWeighted.ts'
import type { Expr } from '../expr/Expr.ts'
import { relu, sigmoid, tanh } from '../expr/typed/elementwise.ts'
import { full } from '../expr/typed/full.ts'
import { concat, flatten, reshape } from '../expr/typed/move.ts'
import { dense } from '../nn/dense.ts'
import { parameter } from '../nn/parameter.ts'
import { share } from '../nn/trace.ts'
import { binary, type Field, oneHot } from './Field.ts'
import { elbo, iwae as importanceWeighted, type Objective } from './objective.ts'
import { given, model, type Variables } from './Program.ts'
import { warmUp } from '../schedule/index.ts'
import { define, latent, observe } from './step.ts'
import { type Vae, vae } from './Vae.ts'

/**
 * Models of the literature on binary digits, each a value made of what this library has: to train,
 * `experiment({ ...zoo.vampPrior, data: mnist(), optimizer: adam(1e-3) })`; to change, copied.
 */

/** What to train and by what. */
export interface Recipe<G extends Digits = Digits> {
  readonly name: string
  readonly vae: Vae<G, Variables, Variables>
  readonly objective: Objective
}
type Digits = { readonly x: Field<[28, 28, 1], 'binary'> }
type Labelled = Digits & { readonly y: Field<[10], 'oneHot'> }

const image = given({ x: binary(28, 28, 1) })
const encoded = ({ x }: { readonly x: Expr<[28, 28, 1]> }) => pipe(x, flatten, dense(400), relu)
const decoded = ({ z }: { readonly z: Expr<[20]> }) => pipe(z, dense(400), relu, pixels)
const pixels = (h: Expr<[400]>) => pipe(h, dense(784), reshape(28, 28, 1), bernoulli)
const flat = vae({
  model: pipe(
    model,
    latent('z', () => standardNormal(20)),
    observe('x', decoded),
  ),
  guide: pipe(
    image,
    latent('z', (given) => pipe(encoded(given), dense(40), diagonalNormal(20))),
  ),
})

/** A KL that counts four times. Source  Higgins et al. 2017, "β-VAE", ICLR, eq. 4 */
export const betaVae: Recipe = { name: 'beta-vae', vae: flat, objective: elbo({ beta: 4 }) }

/** The bound of five weighted draws. Source  Burda, Grosse & Salakhutdinov 2016, arXiv:1509.00519, eq. 8 */
export const iwae: Recipe = { name: 'iwae', vae: flat, objective: importanceWeighted(5) }

/** Which digit is given, the latent holds its style. Source  Sohn, Lee & Yan 2015, NeurIPS 28 */
export const conditional: Recipe<Labelled> = {
  name: 'conditional',
  vae: vae({
    model: pipe(
      given({ y: oneHot(10) }),
      latent('z', () => standardNormal(20)),
      observe('x', ({ z, y }) => pipe(z, concat(y), dense(400), relu, pixels)),
    ),
    guide: pipe(
      given({ x: binary(28, 28, 1), y: oneHot(10) }),
      latent('z', ({ x, y }) => pipe(x, flatten, concat(y), dense(400), relu, dense(40), diagonalNormal(20))),
    ),
  }),
  objective: elbo(),
}

/** Twenty clusters in latent space; which one is summed out. Source  Jiang et al. 2017, "VaDE", arXiv:1611.05148, eq. 12–16 */
const clusters = share('clusters', () => pipe(parameter({ stddev: 0.5 }, 20, 20), diagonalNormal(10)))
export const mixture: Recipe = {
  name: 'mixture',
  vae: vae({
    model: pipe(
      model,
      latent('k', () => categorical(full(0, 20))),
      latent('z', ({ k }) => pipe(k, component(clusters()))),
      observe('x', ({ z }) => pipe(z, dense(400), relu, pixels)),
    ),
    guide: pipe(
      image,
      latent('z', (given) => pipe(encoded(given), dense(20), diagonalNormal(10))),
      latent('k', ({ z }) => pipe(z, responsibilities(clusters()), enumerate)),
    ),
  }),
  objective: elbo({ beta: warmUp({ epochs: 1 }) }),
}

/** A prior that is the guide's answer to fifty learned pseudo-inputs. Source  Tomczak & Welling 2018, arXiv:1705.07120, eq. 8 */
const look = share('look', (x: Expr<[number, 784]>) => pipe(x, dense(400), relu, dense(40)))
const pseudo = share('pseudo', () => pipe(parameter({ stddev: 1 }, 50, 784), sigmoid))
const seen = () => pipe(look(pseudo()), reshape(50, 40), diagonalNormal(20))
export const vampPrior: Recipe = {
  name: 'vamp-prior',
  vae: vae({
    model: pipe(
      model,
      latent('k', () => categorical(full(0, 50))),
      latent('z', ({ k }) => pipe(k, component(seen()))),
      observe('x', decoded),
    ),
    guide: pipe(
      image,
      latent('z', ({ x }) => pipe(x, reshape(1, 784), look, reshape(40), diagonalNormal(20))),
      latent('k', ({ z }) => pipe(z, responsibilities(seen()), enumerate)),
    ),
  }),
  objective: elbo({ beta: warmUp({ epochs: 1 }) }),
}

/** Two levels; the guide of the lower weighs the data against the level above. Source  Sønderby et al. 2016, arXiv:1602.02282, eq. 16–18 */
const below = share('below', (z2: Expr<[10]>) => pipe(z2, dense(100), tanh, dense(40), diagonalNormal(20)))
export const ladder: Recipe = {
  name: 'ladder',
  vae: vae({
    model: pipe(
      model,
      latent('z2', () => standardNormal(10)),
      latent('z1', ({ z2 }) => below(z2)),
      observe('x', ({ z1 }) => decoded({ z: z1 })),
    ),
    guide: pipe(
      image,
      define('h', encoded),
      latent('z2', ({ h }) => pipe(h, dense(100), tanh, dense(20), diagonalNormal(10))),
      latent('z1', ({ h, z2 }) => precisionWeighted(pipe(h, dense(40), diagonalNormal(20)), below(z2))),
    ),
  }),
  objective: elbo({ beta: warmUp({ epochs: 1 }) }),
}
