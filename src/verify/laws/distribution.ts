import * as fc from 'fast-check'
import { fillNormal, fillUniform } from '../../data/seeds.ts'
import type { Gauge } from '../Gauge.ts'
import { type LawSuite, law } from '../Law.ts'
import { accurate, points } from './accurate.ts'
import { dkw } from '../oracle/deviation.ts'
import { dot, normalQuantile, total } from '../oracle/quadrature.ts'
import { rounding } from '../subject/Arithmetic.ts'
import {
  type Density,
  drawsAt,
  logProbsAt,
  massOf,
  type Parameters,
  parametersOf,
  scoresAt,
  stated,
} from '../subject/Density.ts'
import { exactly, expectation, type Function, settle } from '../subject/expectation.ts'
import { densityFormula, drawFormulas, type Formula } from '../subject/Formula.ts'

const inSupport: { readonly [S in Density['support']]: (x: number) => boolean } = {
  real: Number.isFinite,
  positive: (x) => x > 0 && Number.isFinite(x),
  unit: (x) => x >= 0 && x <= 1,
  binary: (x) => x === 0 || x === 1,
  count: (x) => Number.isInteger(x) && x >= 0,
}

/** The largest distance between the distribution function of the draws and that of the mass: at every edge of a panel, or every value. */
const distance = (draws: Float64Array, { points, mass, edges = points }: ReturnType<typeof massOf>): number => {
  const sorted = draws.toSorted()
  // Masses of panels that end at the edges after the first; of a discrete value, its own.
  const continuous = edges.length < points.length
  const perPanel = continuous ? points.length / (edges.length - 1) : 1
  let [below, at, worst] = [0, 0, 0]
  edges.slice(continuous ? 1 : 0).forEach((edge, panel) => {
    at += total(mass.subarray(panel * perPanel, (panel + 1) * perPanel))
    while (below < sorted.length && (sorted[below] ?? Infinity) <= edge) below++
    worst = Math.max(worst, Math.abs(below / sorted.length - at))
  })
  return worst
}

/** Noise that fills its range evenly: the middles of `count` cells of equal probability. */
const even = (density: Density, count: number): Float64Array =>
  Float64Array.from({ length: count }, (_, i) =>
    density.sample?.noise === 'normal' ? normalQuantile((i + 0.5) / count) : (i + 0.5) / count,
  )

/** Uniform noise is a multiple of 2⁻²³ below 1: once in so many draws it is 0. */
const ends = ({ sample }: Density): readonly number[] => (sample?.noise === 'uniform' ? [0, 1 - 2 ** -23] : [])

/** The mass with an edge at every 512th part of the draws, so that no distance between edges is larger than that. */
const massAtQuantiles = (d: Density, at: Parameters): ReturnType<typeof massOf> =>
  massOf(d, at, [...drawsAt(d, at, even(d, 512))])

/** Draws against the density; mass that the points do not find, or find twice, is an error of theirs. */
const follows = (g: Gauge, d: Density, at: Parameters, draws: Float64Array, allowed: number): void => {
  const mass = massAtQuantiles(d, at)
  const apart = distance(draws, mass)
  const error = Math.abs(1 - total(mass.mass))
  g.agree(
    { value: apart / allowed, error: 0 },
    { value: 0, error: error / allowed },
    1,
    'the distance of the distribution functions, of what is allowed,',
  )
}

const DRAWS = 4096
const RANDOM_DRAWS = 16_384
const ALARM = 1e-11

/** Formulas of a density for the law of rounding, made once. */
const formulas = new WeakMap<Density, readonly Formula[]>()
const ROUNDINGS = 32
const formulasOf = (d: Density): readonly Formula[] => {
  const made = formulas.get(d) ?? [densityFormula(d, ROUNDINGS), ...drawFormulas(d, ROUNDINGS)]
  formulas.set(d, made)
  return made
}

const seeded = (
  density: Density,
): fc.Arbitrary<{ readonly at: Readonly<Record<string, number>>; readonly seed: number }> =>
  fc.record({ at: parametersOf(density), seed: fc.nat({ max: 2 ** 31 - 1 }) })
const ones: Function = (xs) => xs.map(() => 1)
const hasSample = ({ sample }: Density): boolean => sample !== undefined

/** What a distribution of one number owes. */
export const distributionLaws: LawSuite<Density> = {
  name: 'distribution',
  extends: [],
  laws: [
    law({
      name: 'the density integrates to 1',
      statement: '∫ p(x) dx = 1, or Σ p(x) = 1',
      given: parametersOf,
      holds: (d, at, g) => {
        const careful = () => [expectation(d, at, ones), exactly(1)] as const
        settle(g, [total(massOf(d, at).mass), 1], careful, 1e-8, 'the total mass')
      },
    }),
    law({
      name: 'mean',
      statement: 'mean = ∫ x p(x) dx',
      applies: ({ mean }) => mean !== undefined,
      given: parametersOf,
      holds: (d, at, g) => {
        const { mass, points } = massOf(d, at)
        const mean = stated(d, 'mean', at)
        const careful = () => [exactly(mean), expectation(d, at, (xs) => xs)] as const
        settle(g, [mean, dot(mass, points)], careful, 1e-7, 'the mean')
      },
    }),
    law({
      name: 'variance',
      statement: 'variance = ∫ (x − mean)² p(x) dx',
      applies: ({ variance }) => variance !== undefined,
      given: parametersOf,
      holds: (d, at, g) => {
        const { mass, points } = massOf(d, at)
        const variance = stated(d, 'variance', at)
        const around = (mean: number) => (xs: readonly number[]) => xs.map((x) => (x - mean) ** 2)
        const quick = dot(mass, around(dot(mass, points))(points))
        // An error of the mean enters by its square alone.
        const careful = () => {
          const mean = expectation(d, at, (xs) => xs)
          const spread = expectation(d, at, around(mean.value))
          return [exactly(variance), { value: spread.value, error: spread.error + mean.error ** 2 }] as const
        }
        settle(g, [variance, quick], careful, 1e-7, 'the variance')
      },
    }),
    law({
      name: 'entropy',
      statement: 'entropy = −∫ p(x) log p(x) dx',
      source: 'Shannon 1948',
      applies: ({ entropy }) => entropy !== undefined,
      given: parametersOf,
      holds: (d, at, g) => {
        const { mass, logP } = massOf(d, at)
        const terms = mass.map((m, i) => (m === 0 ? 0 : m * (logP[i] ?? Number.NaN)))
        const entropy = stated(d, 'entropy', at)
        const careful = () => [exactly(entropy), expectation(d, at, (_, logs) => logs.map((l) => -l))] as const
        settle(g, [entropy, -total(terms)], careful, 1e-7, 'the entropy')
      },
    }),
    law({
      name: 'score has mean zero',
      statement: 'E[∂ log p / ∂θ] = 0 for every parameter θ',
      source: 'Fisher 1925; Williams 1992',
      given: parametersOf,
      holds: (d, at, g) => {
        const { mass, points } = massOf(d, at)
        for (const [name, score] of Object.entries(scoresAt(d, at, points))) {
          const terms = mass.map((m, i) => (m === 0 ? 0 : m * (score[i] ?? Number.NaN)))
          const careful = () => [expectation(d, at, (xs) => scoresAt(d, at, xs)[name] ?? []), exactly(0)] as const
          settle(g, [total(terms), 0], careful, 1e-6, `the mean of the score of ${name}`)
        }
      },
    }),
    law({
      name: 'information equality',
      statement: 'E[(∂ log p / ∂θ)²] = −E[∂² log p / ∂θ²], where the density has no corner',
      source: 'Lehmann & Casella 1998, §2.5',
      applies: ({ kinks }) => kinks === undefined,
      most: 40,
      given: parametersOf,
      holds: (d, at, g) => {
        const { mass, points } = massOf(d, at)
        const [first, second] = [scoresAt(d, at, points), scoresAt(d, at, points, 2)]
        for (const name of Object.keys(first)) {
          const squares = mass.map((m, i) => (m === 0 ? 0 : m * (first[name]?.[i] ?? Number.NaN) ** 2))
          const curved = mass.map((m, i) => (m === 0 ? 0 : m * (second[name]?.[i] ?? Number.NaN)))
          const careful = () =>
            [
              expectation(d, at, (xs) => (scoresAt(d, at, xs, 2)[name] ?? new Float64Array()).map((h) => -h)),
              expectation(d, at, (xs) => (scoresAt(d, at, xs)[name] ?? new Float64Array()).map((v) => v * v)),
            ] as const
          settle(g, [-total(curved), total(squares)], careful, 1e-6, `the curvature of log p in ${name}`)
        }
      },
    }),
    law({
      name: 'draws are in the support',
      statement: 'a draw is a value of the support, and log p there is finite; also at the ends of uniform noise',
      applies: hasSample,
      given: seeded,
      holds: (d, { at }, g) => {
        const draws = drawsAt(d, at, [...even(d, 257), ...ends(d)])
        const outside = draws.find((x) => !inSupport[d.support](x))
        g.holds(outside === undefined, `a draw is ${outside}, outside ${d.support}`)
        g.holds(logProbsAt(d, at, draws).every(Number.isFinite), 'log p is not finite at a draw')
      },
    }),
    law({
      name: 'draws follow the density',
      statement:
        'noise that fills its range evenly gives draws with the density’s distribution function, to one part in their number',
      applies: hasSample,
      most: 50,
      given: parametersOf,
      holds: (d, at, g) => {
        follows(g, d, at, drawsAt(d, at, even(d, DRAWS)), 1.5 / DRAWS)
      },
    }),
    law({
      name: 'random draws follow the density',
      statement: `the distribution function of ${RANDOM_DRAWS} seeded draws is within Dvoretzky, Kiefer, Wolfowitz and Massart’s distance`,
      source: 'Massart 1990, Ann. Probab. 18(3)',
      statistics: {
        falseAlarm: ALARM,
        catches: `distribution functions ${(2 * dkw(RANDOM_DRAWS, ALARM)).toFixed(3)} apart: a mean 0.15 σ off, a scale 27 % off`,
      },
      applies: hasSample,
      most: 50,
      given: seeded,
      holds: (d, { at, seed }, g) => {
        const noise = new Float32Array(RANDOM_DRAWS)
        const fill = d.sample?.noise === 'normal' ? fillNormal : fillUniform
        fill(noise, { seed, step: 0, name: 'laws' })
        follows(g, d, at, drawsAt(d, at, noise), dkw(RANDOM_DRAWS, ALARM))
      },
    }),
    law({
      name: 'accurate in float32',
      statement: `log p and a draw lose no more than ${ROUNDINGS} roundings where every step is rounded to float32`,
      source: 'Higham 2002, Accuracy and Stability of Numerical Algorithms, §1.5–1.6',
      most: 40,
      given: () => points,
      holds: (d, at, g) => accurate(rounding, formulasOf(d), at, g),
    }),
    law({
      name: 'known values',
      statement: 'log p is the value in the table',
      applies: ({ table }) => table !== undefined && table.length > 0,
      most: 300,
      given: ({ table = [] }) => fc.constantFrom(...table),
      holds: (d, row, g) => g.close(logProbsAt(d, row.at, [row.x])[0] ?? Number.NaN, row.logProb, 1e-11, 'log p'),
    }),
  ],
}
