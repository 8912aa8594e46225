import { pipe } from 'fp-ts/lib/function.js'
import { kmeans } from 'ml-kmeans'
import {
  adam,
  add,
  adjustedRandIndex,
  type Batch,
  columnAt,
  columnMeans,
  concat,
  count,
  dense,
  diagonalNormal,
  elbo,
  encode,
  exp,
  type Experiment,
  experiment,
  type Expr,
  given,
  inline,
  inspect,
  latent,
  log1p,
  type NegativeBinomial,
  negativeBinomialFromLogMean,
  observe,
  oneHot,
  parameter,
  type Poisson,
  poissonFromLogRate,
  principalComponents,
  projected,
  real,
  relu,
  rowAt,
  type Rows,
  rowsFrom,
  rowsOf,
  sample,
  standardNormal,
  vae,
  warmUp,
} from 'elbo-ts'
import { BATCHES, type Cells, GENES, simulated, TYPES } from './cells.ts'
import { below, exceeds, type Findings, inSeeds, type Lab, orThrow, seeded, type Trained, withTrained } from './kit.ts'
import { plotSvg } from './picture.ts'

/**
 * Lab 8: discovery in biology. Cells of five types in two batches, read to different depths, their counts more scattered than Poisson's. A
 * decoder that is told batch and depth leaves z no reason to hold them; are the types what is left? Against PCA of log counts, as is usual.
 *
 * Source  Lopez, Regier, Cole, Jordan & Yosef 2018, Nat. Methods 15 (scVI)
 */
const CELLS = 1000
const LATENTS = 6
const NEIGHBOURS = 15
const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8]

type LogMean = Expr<[typeof GENES]>
type Likelihood = (logMean: LogMean) => NegativeBinomial<[typeof GENES]> | Poisson<[typeof GENES]>
const overdispersed: Likelihood = (logMean) => negativeBinomialFromLogMean(logMean, exp(parameter(0, GENES)))
const poissonOf: Likelihood = (logMean) => poissonFromLogRate(logMean)

const fieldsOf = ({ counts, batch, logLibrary }: Cells) =>
  ({
    x: { shape: [GENES], support: 'count', values: counts.flat() },
    batch: { shape: [BATCHES], support: 'oneHot', values: batch.flatMap((b) => [1 - b, b]) },
    logLibrary: { shape: [1], support: 'real', values: [...logLibrary] },
  }) as const

const tensorsOf = (cells: Cells): Batch =>
  new Map(
    Object.entries(fieldsOf(cells)).map(([name, { shape, values }]) => [
      name,
      { shape: [cells.type.length, ...shape], data: Float32Array.from(values) },
    ]),
  )

const of = (cells: Cells, likelihood: Likelihood): Experiment =>
  experiment({
    name: 'cells',
    vae: vae({
      model: pipe(
        given({ batch: oneHot(BATCHES), logLibrary: real(1) }),
        latent('z', () => standardNormal(LATENTS)),
        observe('x', ({ z, batch, logLibrary }) =>
          likelihood(pipe(z, concat(batch), dense(64), relu, dense(GENES), add(logLibrary))),
        ),
      ),
      guide: pipe(
        given({ x: count(GENES), batch: oneHot(BATCHES), logLibrary: real(1) }),
        latent('z', ({ x, batch }) =>
          pipe(x, log1p, concat(batch), dense(64), relu, dense(2 * LATENTS), diagonalNormal(LATENTS)),
        ),
      ),
    }),
    objective: elbo({ beta: warmUp({ epochs: 10 }) }),
    data: inline({ fields: fieldsOf(cells) }),
    optimizer: adam(3e-3),
    epochs: 60,
    batch: 100,
  })

const mean = (values: ArrayLike<number>): number => Array.from(values).reduce((sum, v) => sum + v, 0) / values.length
const asLists = (rows: Rows): number[][] => Array.from({ length: rows.count }, (_, i) => [...rowAt(rows, i)])
const distance = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((sum, v, j) => sum + (v - (b[j] ?? 0)) ** 2, 0)

/** The best of ten starts. */
const clusters = (rows: Rows): readonly number[] => {
  const points = asLists(rows)
  const tries = Array.from({ length: 10 }, (_, seed) => {
    const { clusters: found, centroids } = kmeans(points, TYPES, { initialization: 'kmeans++', seed })
    return { found, spread: points.reduce((sum, p, i) => sum + distance(p, centroids[found[i] ?? 0] ?? []), 0) }
  })
  return tries.reduce((best, each) => (each.spread < best.spread ? each : best)).found
}

/**
 * How many of a cell's nearest of its own type are of its batch, beyond that batch's share of the type, averaged over cells: 0 where batches
 * are mixed, about ½ where they are apart.
 */
const separation = (rows: Rows, { batch, type }: Cells): number => {
  const excess = batch.map((own, i) => {
    const alike = batch.flatMap((other, j) =>
      j !== i && type[j] === type[i] ? [{ same: other === own, d: distance(rowAt(rows, i), rowAt(rows, j)) }] : [],
    )
    const share = mean(alike.map(({ same }) => Number(same)))
    const near = alike.toSorted((a, b) => a.d - b.d).slice(0, NEIGHBOURS)
    return mean(near.map(({ same }) => Number(same))) - share
  })
  return mean(excess)
}

/** Counts as if all cells were read to one depth, as logarithms. */
const logsOf = ({ counts, logLibrary }: Cells): readonly (readonly number[])[] =>
  counts.map((row, i) => row.map((k) => Math.log1p(k / Math.exp(logLibrary[i] ?? 0))))

/** Without the mean of each cell's batch. */
const centred = (rows: readonly (readonly number[])[], batch: readonly number[]): readonly (readonly number[])[] => {
  const means = [0, 1].map((b) => columnMeans(rowsFrom(rows.filter((_, i) => batch[i] === b))))
  return rows.map((row, i) => row.map((v, j) => v - (means[batch[i] ?? 0]?.[j] ?? 0)))
}

/** The directions in which they vary most. */
const components = (rows: readonly (readonly number[])[]): Rows =>
  projected(principalComponents(rowsFrom(rows)), rowsFrom(rows), LATENTS)

const zeros = (values: ArrayLike<number>): number => mean(Array.from(values, (x) => Number(x === 0)))

interface Measured {
  readonly codes: Rows
  readonly bound: number
  /** the share of zeros in cells that the model makes for the depths and batches of these */
  readonly zeros: number
}
const measured =
  (cells: Cells, fresh: Cells, seed: number) =>
  ({ vae: trained, session }: Trained): Measured => {
    const codes = orThrow(encode(trained, session, tensorsOf(cells))).get('z')
    const made = orThrow(sample(trained, session, { count: CELLS, seed, given: tensorsOf(fresh) })).draws.get('x')
    return {
      codes: codes === undefined ? rowsFrom([]) : rowsOf(codes),
      bound: mean(orThrow(inspect(trained, session, tensorsOf(fresh))).bound),
      zeros: zeros(made?.data ?? []),
    }
  }

const run = async (): Promise<Findings> => {
  const results = await inSeeds(SEEDS, async (seed) => {
    const tissue = simulated(CELLS, seed)
    const [cells, fresh] = [tissue(0), tissue(1)]
    const train = (likelihood: Likelihood): Promise<Measured> =>
      withTrained(seeded(of(cells, likelihood), seed), measured(cells, fresh, seed))
    const [nb, poisson] = [await train(overdispersed), await train(poissonOf)]
    const pca = components(logsOf(cells))
    const corrected = components(centred(logsOf(cells), cells.batch))
    const found = (rows: Rows): number => adjustedRandIndex(clusters(rows), cells.type)
    return {
      cells,
      nb,
      poisson,
      pca,
      ari: { nb: found(nb.codes), poisson: found(poisson.codes), pca: found(pca), corrected: found(corrected) },
      apart: { nb: separation(nb.codes, cells), pca: separation(pca, cells) },
      zeros: zeros(fresh.counts.flat()),
    }
  })
  const [first] = results
  const codes = first === undefined ? rowsFrom([]) : projected(principalComponents(first.nb.codes), first.nb.codes, 2)
  return {
    claims: [
      exceeds(
        '8',
        'groups in z are the types: adjusted Rand index',
        results.map((r) => r.ari.nb),
        0.8,
      ),
      exceeds(
        '8',
        '… and nearer to them than groups in as many principal components',
        results.map((r) => r.ari.nb - r.ari.pca),
      ),
      exceeds(
        '8',
        '… also where each batch’s mean is taken off first',
        results.map((r) => r.ari.nb - r.ari.corrected),
      ),
      exceeds(
        '8',
        'new cells: the bound under a negative binomial is above that under Poisson, nats',
        results.map((r) => r.nb.bound - r.poisson.bound),
      ),
      below(
        '8',
        'told the batch, the decoder leaves z without it: neighbours of one’s own batch beyond its share',
        results.map((r) => r.apart.nb),
        0.05,
      ),
      exceeds(
        '8',
        '… and principal components with more of it',
        results.map((r) => r.apart.pca - r.apart.nb),
      ),
      below(
        '8',
        'cells that the negative binomial makes have as many zeros as cells have',
        results.map((r) => Math.abs(r.nb.zeros - r.zeros)),
        0.02,
      ),
      exceeds(
        '8',
        '… and Poisson’s have fewer',
        results.map((r) => r.zeros - r.poisson.zeros),
      ),
    ],
    picture: await plotSvg({
      title: 'Cells of two batches in z, by type',
      x: 'first principal coordinate of z',
      y: 'second',
      lines: false,
      points: Array.from(columnAt(codes, 0), (x, i) => ({
        x,
        y: columnAt(codes, 1)[i] ?? 0,
        group: `type ${first?.cells.type[i] ?? 0}, batch ${first?.cells.batch[i] ?? 0}`,
      })),
    }),
  }
}

export const cellTypes: Lab = { name: '8-cells', title: 'Discovery in biology', run }
