import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { Matrix } from 'ml-matrix'
import { type ElboError, modelError } from '../error.ts'
import { meanOf, varianceOf } from '../dist/family.ts'
import { sizeOf, type Tensor } from '../expr/Tensor.ts'
import type { Session } from '../interp/Session.ts'
import { infer } from '../model/elaborate.ts'
import type { AnyVae } from '../model/Vae.ts'
import { normals } from './draws.ts'
import { asData, perDatumGraph } from './graphs.ts'
import type { LinearGaussian } from './linearGaussian.ts'
import { output, perDatum } from './perDatum.ts'
import { emptyRows, type Rows, rowAt } from './Rows.ts'

/** The one latent, the one observation, and nothing that either is conditioned on. */
const linearParts = (
  vae: AnyVae,
): E.Either<ElboError, { readonly latent: string; readonly shape: readonly number[] }> => {
  const [latent, observed, ...more] = vae.model
  if (latent?.kind !== 'latent' || observed?.kind !== 'observed' || more.length > 0)
    return E.left(modelError('not linear-Gaussian: the model has more than one latent and one observation'))
  const wrong = [latent, observed].find((site) => site.dist.family !== 'Normal')
  return wrong === undefined
    ? E.right({ latent: latent.name, shape: latent.dist.shape })
    : E.left(modelError(`not linear-Gaussian: '${wrong.name}' is ${wrong.dist.family}, not Normal`))
}

/** 0, the unit vectors, and a few points to see whether the map between is affine. */
const PROBES = 4
const probes = (width: number): Rows => {
  const rows = emptyRows(1 + width + PROBES, width)
  for (let d = 0; d < width; d++) rows.data[(1 + d) * width + d] = 1
  rows.data.set(normals(PROBES * width, { seed: 0, step: 0, name: 'probes' }), (1 + width) * width)
  return rows
}

const TOLERANCE = 1e-4

/**
 * A VAE's model as a linear-Gaussian one, whose marginal and posterior are known exactly; its parameters are read from the session. It is one
 * if z ~ N(0, I), and the likelihood is Normal with a mean affine in z and a variance that z does not move.
 *
 * Errors    any other model, with what is not linear-Gaussian about it
 */
export const linearGaussianOf = (vae: AnyVae, session: Session): E.Either<ElboError, LinearGaussian> =>
  pipe(
    linearParts(vae),
    E.chain(({ latent, shape }) => {
      const width = sizeOf(shape)
      const points = probes(width)
      const z: Tensor = { shape: [points.count, ...shape], data: points.data }
      const e = infer(vae, asData)
      const [prior] = e.priors.values()
      const [likelihood] = e.likelihoods.values()
      if (prior === undefined || likelihood === undefined) return E.left(modelError('not linear-Gaussian'))
      const outputs = {
        loc: meanOf(likelihood),
        variance: varianceOf(likelihood),
        priorLoc: meanOf(prior),
        priorVariance: varianceOf(prior),
      }
      return pipe(
        perDatum(session, { data: new Map([[latent, z]]), count: points.count, seed: 0 }, (size) =>
          perDatumGraph(outputs, size),
        ),
        E.chain((answers) => read(answers, points)),
      )
    }),
  )

const read = (answers: ReadonlyMap<string, Rows>, points: Rows): E.Either<ElboError, LinearGaussian> => {
  const [loc, variance] = [output(answers, 'loc'), output(answers, 'variance')]
  const standard =
    output(answers, 'priorLoc').data.every((m) => m === 0) &&
    output(answers, 'priorVariance').data.every((v) => v === 1)
  if (!standard) return E.left(modelError('not linear-Gaussian: the prior is not standard Normal'))
  const bias = Float64Array.from(rowAt(loc, 0))
  const weights = Matrix.zeros(loc.width, points.width)
  for (let d = 0; d < points.width; d++)
    for (let i = 0; i < loc.width; i++) weights.set(i, d, (rowAt(loc, 1 + d)[i] ?? 0) - (bias[i] ?? 0))
  const size = loc.data.reduce((most, x) => Math.max(most, Math.abs(x)), 1)
  for (let p = 1 + points.width; p < points.count; p++) {
    const expected = weights.mmul(Matrix.columnVector([...rowAt(points, p)]))
    for (let i = 0; i < loc.width; i++)
      if (!(Math.abs(expected.get(i, 0) + (bias[i] ?? 0) - (rowAt(loc, p)[i] ?? 0)) < TOLERANCE * size))
        return E.left(modelError('not linear-Gaussian: the decoder is not affine in z'))
  }
  const noise = Float64Array.from(rowAt(variance, 0))
  const moves = variance.data.some((v, i) => Math.abs(v - (noise[i % variance.width] ?? 0)) > TOLERANCE * v)
  return moves
    ? E.left(modelError('not linear-Gaussian: the variance of the likelihood depends on z'))
    : E.right({ weights, bias, noise })
}
