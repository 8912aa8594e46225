import { pipe } from 'fp-ts/lib/function.js'
import * as fc from 'fast-check'
import { diagonalNormal, gaussian, standardNormal } from '../../dist/Normal.ts'
import type { Leaf } from '../../expr/leaf.ts'
import type { Tensor } from '../../expr/Tensor.ts'
import { real } from '../../model/Field.ts'
import { given, model } from '../../model/Program.ts'
import { latent, observe } from '../../model/step.ts'
import { type AnyVae, vae } from '../../model/Vae.ts'
import { dense } from '../../nn/dense.ts'
import { within } from '../arbitrary/within.ts'
import { inverse, logGaussian, type Matrix, plusDiagonal, times, transposed } from './algebra.ts'
import { tensor } from './numbers.ts'

/**
 * The model whose every quantity is known: z ~ N(0, I), x = W z + b + s ε. Its guide is linear too; with `exact` it is the posterior.
 *
 * Source    Bishop 2006, §2.3.3
 */
export interface LinearGaussian {
  readonly vae: AnyVae
  readonly values: (leaf: Leaf) => Tensor
  /** log p(x) of the datum */
  readonly evidence: number
  /** log p(x) of another */
  readonly evidenceOf: (x: readonly number[]) => number
  /** KL(q(z | x) ‖ p(z | x)) */
  readonly gap: number
  readonly [fc.toStringMethod]: () => string
}

/** Every number of a linear-Gaussian program and of its one datum. */
interface Plan {
  readonly loadings: Matrix
  readonly noise: number
  readonly offset: readonly number[]
  readonly x: readonly number[]
  /** where the guide's mean and its log-variances are, away from the posterior's */
  readonly shift: readonly number[]
  readonly stretch: readonly number[]
}

/** The program of these numbers. */
export const linearGaussian = ({ loadings: w, noise, offset, x, shift, stretch }: Plan): LinearGaussian => {
  const [latents, outputs] = [w.length, x.length]
  // loadings[i] are the outputs of latent i; rows are orthogonal, so the posterior's covariance is diagonal.
  const precision = plusDiagonal(
    times(w, transposed(w)).map((row) => row.map((v) => v / noise ** 2)),
    1,
  )
  const covariance = inverse(precision)
  const gain = times(covariance, w).map((row) => row.map((v) => v / noise ** 2))
  const variances = covariance.map((row, i) => row[i] ?? 1)
  const guideBias = [
    ...gain.map((row, i) => -row.reduce((sum, v, k) => sum + v * (offset[k] ?? 0), 0) + (shift[i] ?? 0)),
    ...variances.map((v, i) => Math.log(v) + (stretch[i] ?? 0)),
  ]
  const guideKernel = x.map((_, k) => [...gain.map((row) => row[k] ?? 0), ...gain.map(() => 0)])
  const params: Readonly<Record<string, readonly number[]>> = {
    'model/x/dense_0/kernel': w.flat(),
    'model/x/dense_0/bias': offset,
    'guide/z/dense_0/kernel': guideKernel.flat(),
    'guide/z/dense_0/bias': guideBias,
  }
  const marginal = plusDiagonal(times(transposed(w), w), noise ** 2)
  const evidenceOf = (datum: readonly number[]): number =>
    logGaussian(
      marginal,
      datum.map((v, i) => v - (offset[i] ?? 0)),
    )
  const made = vae({
    model: pipe(
      model,
      latent('z', () => standardNormal(latents)),
      observe('x', ({ z }) => pipe(z, dense(outputs), gaussian({ scale: noise }))),
    ),
    guide: pipe(
      given({ x: real(outputs) }),
      latent('z', ({ x: datum }) => pipe(datum, dense(2 * latents), diagonalNormal(latents))),
    ),
  })
  return {
    vae: made,
    values: (leaf) => tensor(leaf.shape, leaf.op === 'data' ? x : (params[leaf.arg.name] ?? 0)),
    evidence: evidenceOf(x),
    evidenceOf,
    gap: variances.reduce((sum, v, i) => {
      const [moved, t] = [shift[i] ?? 0, stretch[i] ?? 0]
      return sum + 0.5 * (Math.exp(t) + moved ** 2 / v - 1 - t)
    }, 0),
    [fc.toStringMethod]: () =>
      `z ~ N(0, I), x ~ N(W z + b, ${noise}), W = ${JSON.stringify(w)}, b = ${JSON.stringify(offset)}, x = ${JSON.stringify(x)}, guide off by ${JSON.stringify([shift, stretch])}`,
  }
}

/** Random linear-Gaussian programs of 1 to `latents` latent numbers; orthogonal loadings. */
export const linearGaussians = (options: {
  readonly latents: number
  readonly exact: boolean
}): fc.Arbitrary<LinearGaussian> => {
  const number = within(-1.5, 1.5)
  return fc
    .record({
      latents: fc.integer({ min: 1, max: options.latents }),
      sizes: fc.array(within(0.3, 1.5), { minLength: 3, maxLength: 3 }),
      angle: within(0, 6),
      noise: within(0.3, 1.5),
      offset: fc.array(number, { minLength: 3, maxLength: 3 }),
      x: fc.array(number, { minLength: 3, maxLength: 3 }),
      shift: fc.array(number, { minLength: 3, maxLength: 3 }),
      stretch: fc.array(number, { minLength: 3, maxLength: 3 }),
    })
    .map(({ latents, sizes, angle, shift, stretch, ...rest }) => {
      const [c, s] = [Math.cos(angle), Math.sin(angle)]
      // An orthogonal matrix: a turn in the first plane, then one by the same angle in the second.
      const turned: Matrix = [
        [c, s * c, s * s],
        [-s, c * c, c * s],
        [0, -s, c],
      ]
      const none = options.exact ? 0 : 1
      return linearGaussian({
        ...rest,
        loadings: turned.slice(0, latents).map((row, i) => row.map((v) => v * (sizes[i] ?? 1))),
        shift: shift.map((v) => none * v),
        stretch: stretch.map((v) => none * v),
      })
    })
}
