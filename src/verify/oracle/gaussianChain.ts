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
import { valuesOf } from '../arbitrary/values.ts'
import { within } from '../arbitrary/within.ts'
import { logGaussian } from './algebra.ts'
import { tensor } from './numbers.ts'

/** Two levels of one number each, z2 → z1 → x, all linear and Gaussian, with the posterior q(z1|x) q(z2|z1) for a guide. */
export interface GaussianChain {
  readonly vae: AnyVae
  readonly values: (leaf: Leaf) => Tensor
  readonly evidence: number
  /** log p(x) of another datum */
  readonly evidenceOf: (x: readonly number[]) => number
  readonly [fc.toStringMethod]: () => string
}

const program = (noise: number): AnyVae =>
  vae({
    model: pipe(
      model,
      latent('z2', () => standardNormal(1)),
      latent('z1', ({ z2 }) => pipe(z2, dense(2), diagonalNormal(1))),
      observe('x', ({ z1 }) => pipe(z1, dense(1), gaussian({ scale: noise }))),
    ),
    guide: pipe(
      given({ x: real(1) }),
      latent('z1', ({ x }) => pipe(x, dense(2), diagonalNormal(1))),
      latent('z2', ({ z1 }) => pipe(z1, dense(2), diagonalNormal(1))),
    ),
  })

const parameter = within(-1.5, 1.5)
const scale = within(0.3, 1.5)

/** Random chains: z1 = a z2 + c + r ε, x = w z1 + b + s ε. Source  Bishop 2006, eq. 2.116 */
export const chains: fc.Arbitrary<GaussianChain> = fc
  .record({ a: parameter, c: parameter, r: scale, w: parameter, b: parameter, s: scale, x: parameter, seed: fc.nat() })
  .map(({ a, c, r, w, b, s, x, seed }) => {
    const v1 = a * a + r * r
    const vx = w * w * v1 + s * s
    const [gain1, var1] = [(w * v1) / vx, v1 - (w * v1) ** 2 / vx]
    const [gain2, var2] = [a / v1, 1 - (a * a) / v1]
    const params: Readonly<Record<string, readonly number[]>> = {
      'model/z1/dense_0/kernel': [a, 0],
      'model/z1/dense_0/bias': [c, Math.log(r * r)],
      'model/x/dense_0/kernel': [w],
      'model/x/dense_0/bias': [b],
      'guide/z1/dense_0/kernel': [gain1, 0],
      'guide/z1/dense_0/bias': [c - gain1 * (w * c + b), Math.log(var1)],
      'guide/z2/dense_0/kernel': [gain2, 0],
      'guide/z2/dense_0/bias': [-gain2 * c, Math.log(var2)],
    }
    const evidenceOf = (datum: readonly number[]): number =>
      logGaussian(
        [[vx]],
        datum.map((v) => v - (w * c + b)),
      )
    return {
      vae: program(s),
      values: (leaf: Leaf) =>
        leaf.op === 'noise'
          ? valuesOf(leaf, seed)
          : tensor(leaf.shape, leaf.op === 'data' ? x : (params[leaf.arg.name] ?? 0)),
      evidence: evidenceOf([x]),
      evidenceOf,
      [fc.toStringMethod]: () => `z2 ~ N(0, 1), z1 ~ N(${a} z2 + ${c}, ${r}), x ~ N(${w} z1 + ${b}, ${s}), x = ${x}`,
    }
  })
