import * as fc from 'fast-check'
import { fillNormal, fillUniform } from '../../data/seeds.ts'
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
      holds: (d, at, g) => g.close(total(massOf(d, at).mass), 1, 1e-8, 'the total mass'),
    }),
    law({
      name: 'mean',
      statement: 'mean = ∫ x p(x) dx',
      applies: ({ mean }) => mean !== undefined,
      given: parametersOf,
      holds: (d, at, g) => {
        const { mass, points } = massOf(d, at)
        g.close(stated(d, 'mean', at), dot(mass, points), 1e-7, 'the mean')
      },
    }),
    law({
      name: 'variance',
      statement: 'variance = ∫ (x − mean)² p(x) dx',
      applies: ({ variance }) => variance !== undefined,
      given: parametersOf,
      holds: (d, at, g) => {
        const { mass, points } = massOf(d, at)
        const mean = dot(mass, points)
        g.close(
          stated(d, 'variance', at),
          dot(
            mass,
            points.map((x) => (x - mean) ** 2),
          ),
          1e-7,
          'the variance',
        )
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
        g.close(stated(d, 'entropy', at), -total(terms), 1e-7, 'the entropy')
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
          g.close(total(terms), 0, 1e-6, `the mean of the score of ${name}`)
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
          g.close(-total(curved), total(squares), 1e-6, `the curvature of log p in ${name}`)
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
        g.within(
          distance(drawsAt(d, at, even(d, DRAWS)), massAtQuantiles(d, at)),
          1.5 / DRAWS,
          'the distance of the distribution functions',
        )
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
        g.within(
          distance(drawsAt(d, at, noise), massAtQuantiles(d, at)),
          dkw(RANDOM_DRAWS, ALARM),
          'the distance of the distribution functions',
        )
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
