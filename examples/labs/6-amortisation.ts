import { pipe } from 'fp-ts/lib/function.js'
import {
  adam,
  approximationGapOf,
  concat,
  dense,
  diagonalNormal,
  elbo,
  type Experiment,
  type Expr,
  experiment,
  gaussian,
  given,
  inferenceGap,
  type InferenceGap,
  inline,
  latent,
  learnedGaussian,
  linearGaussianOf,
  model,
  mul,
  observe,
  probabilisticPca,
  real,
  rowsFrom,
  rowsOf,
  slice,
  square,
  standardNormal,
  tanh,
  vae,
} from 'elbo-ts'
import { fitByEm, meanLogLikelihood } from '../classical/em.ts'
import { below, exceeds, type Findings, inSeeds, type Lab, normalStream, orThrow, seeded, withTrained } from './kit.ts'
import { plotSvg } from './picture.ts'

/**
 * Lab 6: the price of amortisation. One encoder answers for all data; optimising q for each datum alone says what that costs. On linear-Gaussian
 * data the exact answer is known, and EM finds it without any encoder.
 */

const WIDTH = 6
const SEEDS = [1, 2, 3]
const COUNT = 1200

const planted = (): readonly number[][] => {
  const next = normalStream(61)
  const map = Array.from({ length: 2 * WIDTH }, next)
  return Array.from({ length: COUNT }, () => {
    const z = [next(), next()]
    return Array.from({ length: WIDTH }, (_, j) => {
      const sum = (z[0] ?? 0) * (map[j] ?? 0) + (z[1] ?? 0) * (map[WIDTH + j] ?? 0)
      return sum + 0.4 * next()
    })
  })
}

const common = { optimizer: adam(1e-2), batch: 100 } as const
const dataOf = (rows: readonly number[][]) =>
  inline({ fields: { x: { shape: [WIDTH], support: 'real', values: rows.flat() } } })

const linear: Experiment = experiment({
  ...common,
  name: 'linear',
  epochs: 120,
  vae: vae({
    model: pipe(
      model,
      latent('z', () => standardNormal(2)),
      observe('x', ({ z }) => pipe(z, dense(WIDTH), learnedGaussian())),
    ),
    guide: pipe(
      given({ x: real(WIDTH) }),
      latent('z', ({ x }) => pipe(x, dense(4), diagonalNormal(2))),
    ),
  }),
  objective: elbo(),
  data: dataOf(planted()),
})

/** What bent data are made by: it is also the decoder, so that only the encoder is to be learned, and nothing adapts to its weakness. */
const bend = (z: Expr<[2]>): Expr<[6]> =>
  pipe(z, mul(2), tanh, concat(square(z)), concat(pipe(z, mul(pipe(z, slice(-1, 0, 1))))))
const BENT_SCALE = 0.3
const bentRows = (): readonly number[][] => {
  const next = normalStream(62)
  return Array.from({ length: COUNT }, () => {
    const [a, b] = [next(), next()]
    return [Math.tanh(2 * a), Math.tanh(2 * b), a * a, b * b, a * a, b * a].map((v) => v + BENT_SCALE * next())
  })
}

/** An encoder with this many hidden units. */
const bent = (hidden: number): Experiment =>
  experiment({
    ...common,
    name: `hidden-${hidden}`,
    epochs: 120,
    vae: vae({
      model: pipe(
        model,
        latent('z', () => standardNormal(2)),
        observe('x', ({ z }) => pipe(z, bend, gaussian({ scale: BENT_SCALE }))),
      ),
      guide: pipe(
        given({ x: real(WIDTH) }),
        latent('z', ({ x }) => pipe(x, dense(hidden), tanh, dense(4), diagonalNormal(2))),
      ),
    }),
    objective: elbo(),
    data: dataOf(bentRows()),
  })

const HIDDEN = [2, 8, 64]
const options = { steps: 200, bounds: 500, importance: 500 }

const run = async (): Promise<Findings> => {
  const exact = await inSeeds(SEEDS, (seed) =>
    withTrained(seeded(linear, seed), ({ vae, session, train, test }) => {
      const fitted = orThrow(linearGaussianOf(vae, session))
      const x = train.get('x')
      const rows = x === undefined ? rowsFrom([]) : rowsOf(x)
      const best = probabilisticPca(rows, 2).logLikelihood
      return {
        lost: best - meanLogLikelihood(fitted, rows),
        em: Math.abs(best - (fitByEm(rows, 2, 'shared').history.at(-1) ?? Number.NaN)),
        approximation: approximationGapOf(fitted),
        gap: orThrow(inferenceGap(vae, session, test, options)),
      }
    }),
  )
  const nets: { readonly hidden: number; readonly gaps: readonly InferenceGap[] }[] = []
  for (const hidden of HIDDEN)
    nets.push({
      hidden,
      gaps: await inSeeds(SEEDS, (seed) =>
        withTrained(seeded(bent(hidden), seed), ({ vae, session, test }) =>
          orThrow(inferenceGap(vae, session, test, options)),
        ),
      ),
    })
  const amortisation = (i: number): readonly number[] => (nets[i]?.gaps ?? []).map((g) => g.amortisation.value)
  const [small, large] = [amortisation(0), amortisation(HIDDEN.length - 1)]
  const all = nets.flatMap(({ gaps }) => gaps)
  return {
    claims: [
      below(
        '6',
        'EM reaches the exact pPCA likelihood, within 10⁻⁴ nats',
        exact.map((e) => e.em),
        1e-4,
      ),
      below(
        '6',
        'a linear VAE reaches the exact pPCA likelihood, within 0.05 nats',
        exact.map((e) => e.lost),
        0.05,
      ),
      below(
        '6',
        'a linear VAE’s approximation gap vanishes, nats, exactly computed',
        exact.map((e) => e.approximation),
        0.05,
      ),
      below(
        '6',
        'a linear VAE’s amortisation gap vanishes, nats',
        exact.map((e) => e.gap.amortisation.value),
        0.05,
      ),
      exceeds(
        '6',
        'the amortisation gap of bent data is above 0',
        all.map((g) => g.amortisation.value),
      ),
      exceeds(
        '6',
        'the inference gap of bent data is above 0',
        all.map((g) => g.inference.value),
      ),
      exceeds(
        '6',
        `the amortisation gap shrinks from ${HIDDEN[0]} to ${HIDDEN.at(-1)} hidden units: log of the ratio`,
        small.map((s, i) => Math.log(s / (large[i] ?? Number.NaN))),
      ),
    ],
    picture: await plotSvg({
      title: 'The inference gap and its parts, by the encoder’s hidden units',
      x: 'log₂ hidden units',
      y: 'nats a datum',
      lines: true,
      points: nets.flatMap(({ hidden, gaps }) => {
        const average = (of: (g: (typeof gaps)[number]) => number): number =>
          gaps.reduce((sum, g) => sum + of(g) / gaps.length, 0)
        const x = Math.log2(hidden)
        return [
          { x, y: average((g) => g.approximation.value), group: 'approximation' },
          { x, y: average((g) => g.amortisation.value), group: 'amortisation' },
          { x, y: average((g) => g.inference.value), group: 'inference' },
        ]
      }),
    }),
  }
}

export const amortisation: Lab = { name: '6-amortisation', title: 'The price of amortisation', run }
