import { pipe } from 'fp-ts/lib/function.js'
import {
  adam,
  type AnyVae,
  bernoulli,
  type Batch,
  binary,
  dense,
  diagonalNormal,
  elbo,
  experiment,
  type Expr,
  flatten,
  given,
  inline,
  latent,
  log,
  model,
  mul,
  type Normal,
  normal,
  observe,
  reshape,
  type Session,
  standardNormal,
  sub,
  type Tensor,
  vae,
} from 'elbo-ts'
import { type Declared, density } from 'elbo-ts/verify'
import type { Dataset } from '../../src/data/Field.ts'
import { openReference } from '../../src/interp/reference/index.ts'
import { placeholder } from '../../src/model/Field.ts'
import type { Picture } from '../../src/report/index.ts'

/** What the examples of docstrings speak of without saying where it is from. */

export { run } from '../../src/cli/run.ts'
export { evaluate } from '../../src/interp/reference/evaluate.ts'
export { imageGrid } from '../../src/report/imageGrid.ts'

export const x: Expr<[28, 28, 1]> = placeholder('x', [28, 28, 1], 'binary')
export const z: Expr<[20]> = placeholder('z', [20], 'real')
/** A choice among the rows of a mixture, and the rows. */
export const k: Expr<[10]> = placeholder('k', [10], 'oneHot')
const means: Expr<[10, 20]> = placeholder('means', [10, 20], 'real')
export const rows: Normal<[10, 20]> = normal(means, 1)
export const loc: Expr<[]> = placeholder('loc', [], 'real')
export const logLibrarySize: Expr<[]> = placeholder('logLibrarySize', [], 'real')
export const genes = 100

export const mnistVae = vae({
  model: pipe(
    model,
    latent('z', () => standardNormal(20)),
    observe('x', ({ z }) => pipe(z, dense(784), reshape(28, 28, 1), bernoulli)),
  ),
  guide: pipe(
    given({ x: binary(28, 28, 1) }),
    latent('z', ({ x }) => pipe(x, flatten, dense(40), diagonalNormal(20))),
  ),
}) satisfies AnyVae
export const digits = experiment({
  vae: mnistVae,
  objective: elbo(),
  data: inline({ fields: { x: { shape: [28, 28, 1], support: 'binary', values: Array<number>(2 * 784).fill(0) } } }),
  optimizer: adam(1e-3),
})

export const session: Session = openReference()
const blank = (count: number): Batch =>
  new Map<string, Tensor>([['x', { shape: [count, 28, 28, 1], data: new Float32Array(count * 784) }]])
export const data: Batch = blank(10)
export const minibatch: Batch = blank(2)
/** of a test runner */
export const test = (name: string, body: () => void): readonly unknown[] => [name, body]
const none = { size: 0, columns: {} }
export const dataset: Dataset = { fields: {}, train: none, validation: none, test: none }
export const samples: readonly Picture[] = []

export const myDensity: Declared<'rate'> = density({
  name: 'Exponential',
  support: 'positive',
  parameters: { rate: [0.3, 3] },
  logProb: ({ rate }, x) => pipe(log(rate), sub(pipe(rate, mul(x)))),
})
