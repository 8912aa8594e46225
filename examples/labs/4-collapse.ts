import { collapseVerdict, crossScores, informationBounds, inspect, latentSummaries } from 'elbo-ts'
import { type Case, cases, EARLY, WARMED } from './collapseCases.ts'
import {
  below,
  type Claim,
  exceeds,
  type Findings,
  inSeeds,
  type Lab,
  often,
  orThrow,
  seeded,
  withTrained,
} from './kit.ts'
import { plotSvg } from './picture.ts'

/**
 * Lab 4: posterior collapse. Four ways to lose a latent: a skip from x, a large β, a decoder that is powerful enough without z, and full KL before
 * there is anything to pay it with. Then what brings it back: the skip removed, free bits, a decoder that sees z alone, warm-up, a cyclical schedule.
 */

const SEEDS = [1, 2, 3]

interface Seen {
  readonly kl: number
  readonly bound: number
  readonly information: { readonly lower: number; readonly upper: number }
  readonly verdict: string
}

const seen = (of: Case, seed: number): Promise<Seen> =>
  withTrained(seeded(of.experiment, seed), ({ vae, session, test }) => {
    const inspected = orThrow(inspect(vae, session, test))
    const summaries = latentSummaries(inspected)
    const information = informationBounds(orThrow(crossScores(vae, session, test)))
    return {
      kl: summaries.reduce((sum, s) => sum + s.kl.value, 0),
      bound: inspected.bound.reduce((sum, b) => sum + b / inspected.count, 0),
      information: { lower: information.lower.value, upper: information.upper.value },
      verdict: collapseVerdict(summaries, information).verdict,
    }
  })

const claimsOf = ({ name, collapses }: Case, seeds: readonly Seen[]): readonly Claim[] => {
  const [kl, lower, upper] = [
    seeds.map((s) => s.kl),
    seeds.map((s) => s.information.lower),
    seeds.map((s) => s.information.upper),
  ]
  const full = seeds.map((s) => s.verdict === 'full')
  return collapses
    ? [
        below('4', `${name}: KL falls to 0, nats`, kl, 0.1),
        below('4', `${name}: I(X; Z) falls to 0, nats`, upper, 0.1),
        often('4', `${name}: the verdict is full collapse`, full, SEEDS.length),
      ]
    : [
        exceeds('4', `${name}: I(X; Z) is above 0.3 nats`, lower, 0.3),
        often(
          '4',
          `${name}: the verdict is not full collapse`,
          full.map((is) => !is),
          SEEDS.length,
        ),
      ]
}

const run = async (): Promise<Findings> => {
  const measured: { readonly of: Case; readonly seeds: readonly Seen[] }[] = []
  for (const of of cases) measured.push({ of, seeds: await inSeeds(SEEDS, (seed) => seen(of, seed)) })
  const bounds = (name: string): readonly number[] =>
    measured.flatMap(({ of, seeds }) => (of.name === name ? seeds.map((s) => s.bound) : []))
  const early = bounds(EARLY)
  return {
    claims: [
      ...measured.flatMap(({ of, seeds }) => claimsOf(of, seeds)),
      exceeds(
        '4',
        'collapse by haste is no optimum: after equal training the bound with warm-up is over 1 nat higher',
        bounds(WARMED).map((bound, i) => bound - (early[i] ?? Infinity)),
        1,
      ),
    ],
    picture: await plotSvg({
      title: 'KL and information, each case at three seeds',
      x: 'KL, nats a datum',
      y: 'I(X; Z), lower bound, nats',
      lines: false,
      points: measured.flatMap(({ of, seeds }) =>
        seeds.map((s) => ({ x: s.kl, y: s.information.lower, group: of.name })),
      ),
    }),
  }
}

export const collapse: Lab = { name: '4-collapse', title: 'Posterior collapse', run }
