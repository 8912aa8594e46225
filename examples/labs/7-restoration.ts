import { pipe } from 'fp-ts/lib/function.js'
import {
  adam,
  type Batch,
  bernoulli,
  binary,
  decode,
  dense,
  diagonalNormal,
  elbo,
  type Expr,
  type Experiment,
  experiment,
  flatten,
  given,
  latent,
  mnist,
  model,
  mul,
  observe,
  optimiseGuide,
  reconstruct,
  relu,
  reshape,
  standardNormal,
  type Tensor,
  unit,
  vae,
} from 'elbo-ts'
import { below, exceeds, type Findings, inSeeds, type Lab, orThrow, seeded, withTrained } from './kit.ts'
import { plotSvg } from './picture.ts'

/**
 * Lab 7: restoration. The lower half of a digit is lost. The encoder, which has never seen such a picture, answers for one whose lower half is
 * white; the posterior given the pixels that are left is found by a few steps from that answer.
 */

const LATENTS = 16
const SEEDS = [1, 2, 3]
const COUNT = 60
const PIXELS = 784

const logits = (z: Expr<[16]>): Expr<[28, 28, 1]> => pipe(z, dense(200), relu, dense(PIXELS), reshape(28, 28, 1))
const guide = pipe(
  given({ x: binary(28, 28, 1) }),
  latent('z', ({ x }) => pipe(x, flatten, dense(200), relu, dense(2 * LATENTS), diagonalNormal(LATENTS))),
)
const whole = vae({
  model: pipe(
    model,
    latent('z', () => standardNormal(LATENTS)),
    observe('x', ({ z }) => pipe(z, logits, bernoulli)),
  ),
  guide,
})
/** The same weights. Where the mask is 0 the logit is 0, so that the pixel says log ½ whatever z is: a constant. */
const masked = vae({
  model: pipe(
    given({ mask: unit(28, 28, 1) }),
    latent('z', () => standardNormal(LATENTS)),
    observe('x', ({ z, mask }) => pipe(z, logits, mul(mask), bernoulli)),
  ),
  guide,
})

const mnistVae: Experiment = experiment({
  name: 'restoration',
  vae: whole,
  objective: elbo(),
  data: mnist({ binarize: 'threshold' }),
  optimizer: adam(1e-3),
  epochs: 12,
  batch: 100,
})

const seen = (pixel: number): boolean => pixel < PIXELS / 2
const emptied = ({ shape, data }: Tensor): Tensor => ({
  shape,
  data: data.map((v, i) => (seen(i % PIXELS) ? v : 0)),
})
const maskOf = ({ shape, data }: Tensor): Tensor => ({ shape, data: data.map((_, i) => (seen(i % PIXELS) ? 1 : 0)) })

/** Mean squared error over the pixels that were lost. */
const lostError = (a: Tensor, b: Tensor): number => {
  let [sum, n] = [0, 0]
  a.data.forEach((v, i) => {
    if (seen(i % PIXELS)) return
    sum += (v - (b.data[i] ?? 0)) ** 2
    n++
  })
  return sum / n
}

const nothing: Tensor = { shape: [0], data: new Float64Array(0) }
const x = (batch: Batch): Tensor => batch.get('x') ?? nothing

const run = async (): Promise<Findings> => {
  const results = await inSeeds(SEEDS, (seed) =>
    withTrained(
      seeded(mnistVae, seed),
      ({ vae, session, test }) => {
        const all = x(test)
        const truth: Tensor = { shape: [COUNT, 28, 28, 1], data: all.data.slice(0, COUNT * PIXELS) }
        const corrupted = emptied(truth)
        const once = orThrow(reconstruct(vae, session, new Map([['x', corrupted]])))
        const given = new Map([
          ['x', corrupted],
          ['mask', maskOf(truth)],
        ])
        const errors = [0, 5, 20, 100].map((steps) => {
          const local = orThrow(optimiseGuide(masked, session, given, { steps, seed, samples: 4, learningRate: 0.1 }))
          const z = local.optimised.get('z/loc') ?? nothing
          return { steps, error: lostError(x(orThrow(decode(vae, session, new Map([['z', z]])))), truth) }
        })
        return { corrupted: lostError(corrupted, truth), once: lostError(x(once), truth), errors }
      },
      10_000,
    ),
  )
  const after = (steps: number): readonly number[] =>
    results.map(({ errors }) => errors.find((e) => e.steps === steps)?.error ?? Number.NaN)
  const than = (other: (r: (typeof results)[number]) => number): readonly number[] =>
    results.map((r, i) => other(r) - (after(100)[i] ?? Number.NaN))
  return {
    claims: [
      below(
        '7',
        'before the first step it is the encoder’s answer',
        results.map((r, i) => Math.abs((after(0)[i] ?? 0) - r.once)),
        1e-4,
      ),
      exceeds(
        '7',
        '100 steps of inference tell the lost half better than leaving it white, squared error a pixel',
        than((r) => r.corrupted),
      ),
      exceeds(
        '7',
        '… and better than the encoder alone',
        than((r) => r.once),
      ),
    ],
    picture: await plotSvg({
      title: 'Error on the half that was lost, by steps of inference',
      x: 'steps',
      y: 'squared error a pixel',
      lines: true,
      points: [
        ...results.flatMap(({ errors }, i) =>
          errors.map((e) => ({ x: e.steps, y: e.error, group: `seed ${SEEDS[i]}` })),
        ),
        ...[0, 100].map((step) => ({ x: step, y: results[0]?.corrupted ?? 0, group: 'left white' })),
      ],
    }),
  }
}

export const restoration: Lab = { name: '7-restoration', title: 'Restoration', run }
