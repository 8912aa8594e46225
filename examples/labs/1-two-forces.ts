import { pipe } from 'fp-ts/lib/function.js'
import {
  adam,
  autoencoder,
  type Batch,
  bernoulli,
  binary,
  decode,
  dense,
  diagonalNormal,
  elbo,
  encode,
  type Experiment,
  experiment,
  flatten,
  given,
  latent,
  meanDiscrepancy,
  mnist,
  model,
  observe,
  precisionRecall,
  reconstruct,
  relu,
  reshape,
  type Rows,
  rowAt,
  rowsAt,
  rowsFrom,
  rowsOf,
  sample,
  sampleScores,
  standardNormal,
  vae,
} from 'elbo-ts'
import { below, exceeds, type Findings, inSeeds, type Lab, orThrow, seeded, type Trained, withTrained } from './kit.ts'
import { plotSvg } from './picture.ts'

/**
 * Lab 1: a tale of two forces. The same net, once as an autoencoder and once as a VAE. Without the KL it reconstructs better, and nothing keeps its
 * codes where the prior is: what it makes of the prior is no digit.
 */

const SEEDS = [1, 2, 3]
const COUNT = 300
const LATENTS = 10

const net = vae({
  model: pipe(
    model,
    latent('z', () => standardNormal(LATENTS)),
    observe('x', ({ z }) => pipe(z, dense(200), relu, dense(784), reshape(28, 28, 1), bernoulli)),
  ),
  guide: pipe(
    given({ x: binary(28, 28, 1) }),
    latent('z', ({ x }) => pipe(x, flatten, dense(200), relu, dense(2 * LATENTS), diagonalNormal(LATENTS))),
  ),
})
const common = {
  vae: net,
  data: mnist({ binarize: 'threshold' }),
  optimizer: adam(1e-3),
  epochs: 10,
  batch: 100,
} as const
const objectives: Readonly<Record<'autoencoder' | 'vae', Experiment>> = {
  autoencoder: experiment({ ...common, objective: autoencoder() }),
  vae: experiment({ ...common, objective: elbo() }),
}

const x = (batch: Batch): Rows => {
  const found = batch.get('x')
  return found === undefined ? rowsFrom([]) : rowsOf(found)
}
const first = (rows: Rows, from: number, count: number): Rows =>
  rowsAt(
    rows,
    Array.from({ length: count }, (_, i) => from + i),
  )

const error = (a: Rows, b: Rows): number => a.data.reduce((sum, v, i) => sum + (v - (b.data[i] ?? 0)) ** 2, 0) / a.count

/**
 * Half-way between the codes of two digits: how far the code of what is drawn there is from where it was drawn, beside half the distance between
 * the two. Where the decoder's pictures are ones that the encoder knows, it is small.
 */
const lostHalfWay = ({ vae, session, test }: Trained): number => {
  const codes = orThrow(encode(vae, session, test)).get('z')
  if (codes === undefined) return Number.NaN
  const z = rowsOf(codes)
  const pairs = Array.from({ length: COUNT }, (_, i) => [rowAt(z, 2 * i), rowAt(z, 2 * i + 1)] as const)
  const middle = rowsFrom(pairs.map(([a, b]) => Array.from(a, (v, j) => (v + (b[j] ?? 0)) / 2)))
  const pictures = orThrow(decode(vae, session, new Map([['z', { shape: [COUNT, LATENTS], data: middle.data }]])))
  const again = orThrow(encode(vae, session, pictures)).get('z')
  const found = again === undefined ? rowsFrom([]) : rowsOf(again)
  const distance = (a: Float64Array, b: Float64Array): number =>
    Math.sqrt(a.reduce((sum, v, j) => sum + (v - (b[j] ?? 0)) ** 2, 0))
  return pairs.reduce(
    (sum, [a, b], i) => sum + distance(rowAt(found, i), rowAt(middle, i)) / (distance(a, b) / 2) / COUNT,
    0,
  )
}

const measured = (t: Trained) => {
  const { vae, session, test } = t
  const data = x(test)
  const made = orThrow(sample(vae, session, { count: COUNT, seed: 1 }))
  const samples = x(made.means)
  const scores = sampleScores(x(made.draws), first(x(t.train), 0, 2 * COUNT), data)
  const reconstructions = x(orThrow(reconstruct(vae, session, test)))
  return {
    error: error(reconstructions, data),
    // Against what the same decoder makes of real digits' codes, so that grey edges count against neither.
    discrepancy: meanDiscrepancy(samples, first(reconstructions, 0, COUNT), 8),
    ...precisionRecall(samples, first(reconstructions, 0, COUNT), 5),
    lost: lostHalfWay(t),
    // draws, against training data in their place
    quality: scores === undefined ? Number.NaN : scores.precision / scores.yardstick,
  }
}

const run = async (): Promise<Findings> => {
  const results = await inSeeds(SEEDS, async (seed) => ({
    seed,
    ae: await withTrained(seeded(objectives.autoencoder, seed), measured, 6000),
    vae: await withTrained(seeded(objectives.vae, seed), measured, 6000),
  }))
  return {
    claims: [
      exceeds(
        '1',
        'the autoencoder reconstructs better: squared error a picture, less',
        results.map((r) => r.vae.error - r.ae.error),
      ),
      exceeds(
        '1',
        'its prior samples are further from the data: MMD², more',
        results.map((r) => r.ae.discrepancy - r.vae.discrepancy),
      ),
      exceeds(
        '1',
        'its samples cover less of what digits can be: recall, less',
        results.map((r) => r.vae.recall - r.ae.recall),
      ),
      below(
        '1',
        'its draws are what the verdict calls unlike data: their precision, as a share of that of training data',
        results.map((r) => r.ae.quality),
        0.5,
      ),
      exceeds(
        '1',
        '… and the VAE’s are less so: that share, more',
        results.map((r) => r.vae.quality - r.ae.quality),
      ),
      exceeds(
        '1',
        'half-way between two codes its pictures are further from what they were drawn for: share of the way, more',
        results.map((r) => r.ae.lost - r.vae.lost),
      ),
    ],
    picture: await plotSvg({
      title: 'Reconstruction against prior samples: the two forces',
      x: 'reconstruction error, squared, a picture',
      y: 'MMD² of prior samples',
      lines: false,
      points: results.flatMap((r) => [
        { x: r.ae.error, y: r.ae.discrepancy, group: 'autoencoder' },
        { x: r.vae.error, y: r.vae.discrepancy, group: 'VAE' },
      ]),
    }),
  }
}

export const twoForces: Lab = { name: '1-two-forces', title: 'Tale of two forces', run }
