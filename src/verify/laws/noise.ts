import * as fc from 'fast-check'
import { fillNormal, fillUniform } from '../../data/seeds.ts'
import { dkw, hoeffding } from '../oracle/deviation.ts'
import { normalBelow } from '../oracle/quadrature.ts'
import { type LawSuite, law } from '../Law.ts'

/** Where ε comes from: what a wrong subject replaces. */
export interface NoiseSource {
  readonly name: string
  readonly draw: (
    law: 'normal' | 'uniform',
    count: number,
    stream: { readonly seed: number; readonly step: number; readonly name: string },
  ) => ArrayLike<number>
}
export const noiseHere: NoiseSource = {
  name: 'streams',
  draw: (kind, count, stream) => {
    const out = new Float32Array(count)
    const fill = kind === 'normal' ? fillNormal : fillUniform
    fill(out, stream)
    return out
  },
}

const N = 16_384
const ALARM = 1e-11
const streams = fc.record({
  seed: fc.nat({ max: 2 ** 31 - 1 }),
  step: fc.nat({ max: 100_000 }),
  name: fc.constantFrom('z', 'z1', 'z2', 'a/longer/name', 'prior/z'),
})
/** Both laws as numbers on [0, 1] that should be uniform. */
const levels = (
  source: NoiseSource,
  kind: 'normal' | 'uniform',
  stream: Parameters<NoiseSource['draw']>[2],
  count = N,
): Float64Array => Float64Array.from(source.draw(kind, count, stream), (x) => (kind === 'normal' ? normalBelow(x) : x))
const kinds = ['uniform', 'normal'] as const

const fromUniform = (values: Float64Array): number => {
  const sorted = values.toSorted()
  return sorted.reduce(
    (worst, u, i) => Math.max(worst, Math.abs(u - i / sorted.length), Math.abs(u - (i + 1) / sorted.length)),
    0,
  )
}
/** The mean of the product of two centred uniforms: 0 where they are independent, 1/12 where they are equal. Each product is within ±¼. */
const product = (a: Float64Array, c: Float64Array): number =>
  a.reduce((sum, u, i) => sum + (u - 0.5) * ((c[i] ?? Number.NaN) - 0.5), 0) / a.length
const statistics = {
  falseAlarm: 2 * ALARM,
  catches: `a correlation of ${(12 * 2 * hoeffding(N / 2, ALARM, -0.25, 0.25)).toFixed(2)}`,
}

/** What the streams of noise owe. */
export const noiseLaws: LawSuite<NoiseSource> = {
  name: 'noise',
  extends: [],
  laws: [
    law({
      name: 'noise has its law',
      statement: 'the distribution function of many draws is the uniform’s, the Normal’s',
      source: 'Massart 1990; Salmon et al. 2011 (Philox)',
      statistics: {
        falseAlarm: 2 * ALARM,
        catches: `distribution functions ${(2 * dkw(N, ALARM)).toFixed(3)} apart: a mean 0.15 σ off, a scale 27 % off`,
      },
      most: 50,
      given: () => streams,
      holds: (source, stream, g) => {
        for (const kind of kinds)
          g.within(
            fromUniform(levels(source, kind, stream)),
            dkw(N, ALARM),
            `the distance of ${kind} noise from its law`,
          )
      },
    }),
    law({
      name: 'noise is a function of its stream',
      statement: 'equal seed, step and name give equal numbers, and a longer draw begins with the shorter one',
      given: () => streams,
      holds: (source, stream, g) => {
        for (const kind of kinds) {
          const [a, c] = [source.draw(kind, 64, stream), source.draw(kind, 100, stream)]
          g.holds(
            Array.from(a).every((x, i) => x === c[i]),
            `${kind} noise is not replayed`,
          )
        }
      },
    }),
    law({
      name: 'steps are independent',
      statement: 'noise of one step says nothing of the next step’s',
      source: 'Hoeffding 1963',
      statistics,
      most: 50,
      given: () => streams,
      holds: (source, stream, g) => {
        for (const kind of kinds)
          g.within(
            product(levels(source, kind, stream), levels(source, kind, { ...stream, step: stream.step + 1 })),
            hoeffding(N / 2, ALARM, -0.25, 0.25),
            `the correlation of two steps of ${kind} noise`,
          )
      },
    }),
    law({
      name: 'names and seeds are independent',
      statement: 'noise of one latent, and of one seed, says nothing of another’s',
      statistics: { ...statistics, falseAlarm: 4 * ALARM },
      most: 50,
      given: () => streams,
      holds: (source, stream, g) => {
        const others = [
          { ...stream, name: `${stream.name}'` },
          { ...stream, seed: stream.seed + 1 },
        ]
        for (const kind of kinds)
          for (const other of others)
            g.within(
              product(levels(source, kind, stream), levels(source, kind, other)),
              hoeffding(N / 2, ALARM, -0.25, 0.25),
              `the correlation of two streams of ${kind} noise`,
            )
      },
    }),
    law({
      name: 'rows of a minibatch are independent',
      statement: 'noise of one datum says nothing of the next datum’s',
      statistics,
      most: 50,
      given: () => fc.tuple(streams, fc.constantFrom(1, 2, 5, 20)),
      holds: (source, [stream, width], g) => {
        for (const kind of kinds) {
          const all = levels(source, kind, stream, N)
          // Pairs of disjoint rows, so that the products are independent of one another.
          const rows = Math.floor(N / width / 2)
          const [even, odd] = [0, 1].map((which) =>
            Float64Array.from(
              { length: rows * width },
              (_, i) => all[(2 * Math.floor(i / width) + which) * width + (i % width)] ?? Number.NaN,
            ),
          )
          g.within(
            product(even ?? all, odd ?? all),
            hoeffding(rows * width, ALARM, -0.25, 0.25),
            `the correlation of two rows of ${kind} noise`,
          )
        }
      },
    }),
  ],
}
