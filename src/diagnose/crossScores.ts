import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { ElboError } from '../error.ts'
import { type Batch, inParts } from '../interp/inParts.ts'
import type { Session } from '../interp/Session.ts'
import type { AnyVae } from '../model/Vae.ts'
import { type CrossScores, noScores, scoreDraw } from './aggregate.ts'
import { crossGraph, priorGraph } from './graphs.ts'
import { countOf, inspect } from './inspect.ts'
import { output, perDatum } from './perDatum.ts'
import { emptyRows, type Rows } from './Rows.ts'

/** Draws that are scored against all data at once. */
const DRAWS = 20

/** The terms of several latents side by side. */
const beside = (parts: readonly Rows[]): Rows => {
  const rows = emptyRows(
    parts[0]?.count ?? 0,
    parts.reduce((n, p) => n + p.width, 0),
  )
  let at = 0
  for (const part of parts) {
    for (let i = 0; i < part.count; i++)
      rows.data.set(part.data.subarray(i * part.width, (i + 1) * part.width), i * rows.width + at)
    at += part.width
  }
  return rows
}

/**
 * One draw zᵢ ~ q(z | xᵢ) of each datum, scored under every datum's posterior and under the prior: n² densities for n data. Latents of a
 * hierarchy are taken together, each given its parents.
 *
 * Errors    data that the model needs and that are absent
 */
export const crossScores = (
  vae: AnyVae,
  session: Session,
  data: Batch,
  options: { readonly seed?: number } = {},
): E.Either<ElboError, CrossScores> => {
  const count = countOf(data)
  const sites = vae.guide.filter((site) => site.kind === 'latent')
  return pipe(
    inspect(vae, session, data, options),
    E.map(
      (seen): Batch =>
        new Map(
          sites.flatMap(({ name, dist }) => {
            const latent = seen.latents[name]
            return latent === undefined ? [] : [[name, { shape: [count, ...dist.shape], data: latent.draw.data }]]
          }),
        ),
    ),
    E.bindTo('draws'),
    E.bind('prior', ({ draws }) =>
      perDatum(session, { data: new Map([...data, ...draws]), count, seed: 0 }, (size) => priorGraph(vae, size)),
    ),
    E.chain(({ draws, prior }) => {
      const scores = noScores(count, beside(sites.map(({ name }) => output(prior, `logP/${name}`))))
      return pipe(
        inParts(
          session,
          { data: draws, whole: data, count, seed: 0, part: DRAWS },
          (size) => crossGraph(vae, size, count),
          (outputs, { from, size }) => {
            for (let i = 0; i < size; i++) {
              const parts = sites.map(({ name }): Rows => {
                const values = outputs.get(`logQ/${name}`)?.data ?? new Float64Array(0)
                const each = values.length / size
                return {
                  count,
                  width: each / count,
                  data: Float64Array.from(values.subarray(i * each, (i + 1) * each)),
                }
              })
              scoreDraw(scores, from + i, beside(parts))
            }
          },
        ),
        E.map(() => scores),
      )
    }),
  )
}
