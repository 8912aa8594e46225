import { pipe } from 'fp-ts/lib/function.js'
import {
  adam,
  adamW,
  add,
  bernoulli,
  binary,
  concat,
  cyclical,
  type DataSource,
  dense,
  diagonalNormal,
  elbo,
  type Expr,
  experiment,
  type Experiment,
  flatten,
  full,
  given,
  inline,
  latent,
  model,
  observe,
  relu,
  reshape,
  slice,
  standardNormal,
  vae,
  warmUp,
} from 'elbo-ts'
import { normalStream } from './kit.ts'

/** What lab 4 trains: three kinds of small pictures, of 16 pixels; for each a way or two to lose the latent, and ways to have it back. */

export interface Case {
  readonly name: string
  readonly collapses: boolean
  readonly experiment: Experiment
}

const LATENTS = 4
const next = normalStream(4)
const coin = (): number => (next() > 0 ? 1 : 0)
/** The other bit, where a standard normal number is further from 0 than this. */
const flipped = (bit: number, beyond: number): number => (Math.abs(next()) > beyond ? 1 - bit : bit)
const repeated = <A>(count: number, make: (i: number) => A): readonly A[] =>
  Array.from({ length: count }, (_, i) => make(i))

const field = (shape: readonly number[], rows: readonly (readonly number[])[]) =>
  ({ shape: [...shape], support: 'binary', values: rows.flat() }) as const
const alone = (shape: readonly number[], rows: readonly (readonly number[])[]): DataSource =>
  inline({ fields: { x: field(shape, rows) } })
/** The pictures twice: what is modelled, and a copy that a decoder is given. */
const withCopy = (shape: readonly number[], rows: readonly (readonly number[])[]): DataSource =>
  inline({ fields: { x: field(shape, rows), copy: field(shape, rows) } })

/** A copy of one of 8 prototypes, with a few pixels wrong: about 2 nats are worth knowing. */
const prototypes = repeated(8, () => repeated(16, coin))
const copies = repeated(1500, (i) => (prototypes[i % 8] ?? []).map((bit) => (next() > 1.5 ? 1 - bit : bit)))

const guide = pipe(
  given({ x: binary(16) }),
  latent('z', ({ x }) => pipe(x, dense(64), relu, dense(2 * LATENTS), diagonalNormal(LATENTS))),
)
const plain = vae({
  model: pipe(
    model,
    latent('z', () => standardNormal(LATENTS)),
    observe('x', ({ z }) => pipe(z, dense(64), relu, dense(16), bernoulli)),
  ),
  guide,
})
/** A decoder that is given a copy of x has no need of z. */
const skipping = vae({
  model: pipe(
    given({ copy: binary(16) }),
    latent('z', () => standardNormal(LATENTS)),
    observe('x', ({ z, copy }: { z: Expr<[4]>; copy: Expr<[16]> }) =>
      pipe(z, concat(copy), dense(64), relu, dense(16), bernoulli),
    ),
  ),
  guide,
})
const aboutCopies = { optimizer: adam(3e-3), epochs: 40, batch: 50 } as const
const ofCopies = { ...aboutCopies, vae: plain, data: alone([16], copies) }

/** Four rows: the first at random, each other the one above with a few pixels wrong. Rows that are read in order need no z. */
const rain = repeated(5000, () => {
  const rows = [repeated(4, coin)]
  for (let r = 1; r < 4; r++) rows.push((rows[r - 1] ?? []).map((bit) => flipped(bit, 1.8)))
  return rows.flat()
})
const rowsGuide = pipe(
  given({ x: binary(4, 4) }),
  latent('z', ({ x }) => pipe(x, flatten, dense(32), relu, dense(2 * LATENTS), diagonalNormal(LATENTS))),
)
const blind = vae({
  model: pipe(
    model,
    latent('z', () => standardNormal(LATENTS)),
    observe('x', ({ z }) => pipe(z, dense(16), relu, dense(16), reshape(4, 4), bernoulli)),
  ),
  guide: rowsGuide,
})
/** A decoder that reads, for each row, the row above it: p(x | z) = Πᵣ p(rowᵣ | rowᵣ₋₁, z). It can be the data's own law. */
const autoregressive = vae({
  model: pipe(
    given({ copy: binary(4, 4) }),
    latent('z', () => standardNormal(LATENTS)),
    observe('x', ({ z, copy }: { z: Expr<[4]>; copy: Expr<[4, 4]> }) => {
      const above = pipe(full(0, 1, 4), concat(pipe(copy, slice(0, 0, 3)), 0))
      return pipe(above, dense(4), add(pipe(z, dense(16), relu, dense(16), reshape(4, 4))), bernoulli)
    }),
  ),
  guide: rowsGuide,
})
const ofRain = { optimizer: adam(3e-2), epochs: 30, batch: 50, objective: elbo() } as const

/**
 * Words of a code: 5 bits, told by 16 pixels each of which is the parity of some of them. Any three pixels are independent, so one pixel or two tell
 * nothing of the others and are not worth their KL; only all 5 bits together are. At full KL nothing that the encoder finds first pays.
 *
 * Source  Muller 1954; Reed 1954 (the first-order code of length 16)
 */
const words = repeated(5000, () => {
  const [offset, ...bits] = repeated(5, coin)
  return repeated(16, (i) => {
    const parity = bits.reduce((sum, bit, j) => sum + bit * ((i >> j) & 1), offset ?? 0) % 2
    return flipped(parity, 2.5)
  })
})
/** With a little weight decay, which lets what is not used go to 0 sooner. */
const ofWords = {
  vae: plain,
  data: alone([16], words),
  optimizer: adamW(6e-3, { weightDecay: 0.1 }),
  epochs: 16,
  batch: 50,
}

/** What is lost by haste alone, and is back with nothing else changed. */
export const EARLY = 'full KL from the first step'
export const WARMED = 'warm-up'

export const cases: readonly Case[] = [
  {
    name: 'a skip from x',
    collapses: true,
    experiment: experiment({
      ...aboutCopies,
      vae: skipping,
      data: withCopy([16], copies),
      objective: elbo(),
    }),
  },
  { name: 'the skip removed', collapses: false, experiment: experiment({ ...ofCopies, objective: elbo() }) },
  { name: 'β = 20', collapses: true, experiment: experiment({ ...ofCopies, objective: elbo({ beta: 20 }) }) },
  {
    name: 'β = 20, with free bits',
    collapses: false,
    experiment: experiment({ ...ofCopies, objective: elbo({ beta: 20, freeBits: 0.5 }) }),
  },
  {
    name: 'a decoder that reads the row above',
    collapses: true,
    experiment: experiment({ ...ofRain, vae: autoregressive, data: withCopy([4, 4], rain) }),
  },
  {
    name: 'a decoder that reads z alone',
    collapses: false,
    experiment: experiment({ ...ofRain, vae: blind, data: alone([4, 4], rain) }),
  },
  { name: EARLY, collapses: true, experiment: experiment({ ...ofWords, objective: elbo() }) },
  {
    name: WARMED,
    collapses: false,
    experiment: experiment({ ...ofWords, objective: elbo({ beta: warmUp({ epochs: 8 }) }) }),
  },
  {
    name: 'a cyclical schedule',
    collapses: false,
    experiment: experiment({ ...ofWords, objective: elbo({ beta: cyclical({ cycles: 2 }) }) }),
  },
  {
    name: 'free bits',
    collapses: false,
    experiment: experiment({ ...ofWords, objective: elbo({ freeBits: 1 }) }),
  },
]
