import * as E from 'fp-ts/lib/Either.js'
import * as elbo from 'elbo-ts/browser'
import { conditional, rows } from './conditional.ts'

/** One question of each kind to a trained model and to the rest of the language, asked alike in Node and in a page. */

const right = <A>(either: E.Either<elbo.ElboError, A>): A => {
  if (E.isLeft(either)) throw new Error(either.left.message)
  return either.right
}

export const answersOf = (model: elbo.Trained<(typeof conditional)['vae']>): unknown => {
  const { vae, objective, optimizer } = conditional
  const data = { x: rows, y: rows.map((_, i) => i % 2) }
  const batch = right(model.batch(data))
  const graph = elbo.trainGraph(vae, objective, optimizer, { epochs: 1, stepsPerEpoch: 3 }, 4)
  const likelihoods = right(elbo.logLikelihood(vae, model.session, batch, { samples: 5 }))
  return {
    encoded: right(model.encode(data)).z.data,
    reconstructed: right(model.reconstruct(data)).x?.data,
    drawn: right(model.sample({ count: 3, seed: 1, given: { y: [0, 1, 0] } })).latents.z.data,
    scores: right(model.score(data)),
    likelihoods: likelihoods.data.map(({ logMean }) => logMean),
    components: elbo.principalComponents(elbo.rowsFrom(rows)).variances,
    packed: elbo.writeNpz(new Map([['ü', { shape: [2], data: Float32Array.of(1, 2) }]])),
    printed: elbo.print(graph),
    adopted: right(elbo.adoptExperiment(conditional)).tag,
  }
}

/** As it comes back from a page: see `inPage`. */
export const listed = (_: string, value: unknown): unknown =>
  value instanceof Map || value instanceof Uint8Array || value instanceof Float32Array || value instanceof Float64Array
    ? [...value]
    : value
