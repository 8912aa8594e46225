import { advice } from '../call/advice.ts'
import type { Finding } from './findings.ts'
import type { SweepCurve, SweepRow } from './sweepCurve.ts'

const nats = (x: number): string => `${x.toFixed(2).replace('-', '−')} nats`
const list = (rows: readonly SweepRow[]): string => rows.map((r) => r.label).join('; ')

const best = (rows: readonly SweepRow[]): readonly Finding[] => {
  const [first, second] = rows.toSorted((a, b) => b.bound.value - a.bound.value)
  if (first === undefined || second === undefined) return []
  const lead = first.bound.value - second.bound.value
  const error = Math.hypot(first.bound.standardError, second.bound.standardError)
  const clear = lead > 2 * error
  return [
    {
      topic: 'best',
      level: 'fine',
      statement: clear
        ? `The highest bound is that of ${first.label}.`
        : `The highest bound is that of ${first.label}, but ${second.label} may be as good.`,
      evidence: [
        `${first.label}: ${nats(first.bound.value)} ± ${first.bound.standardError.toFixed(2)}; next, ${second.label}: ${nats(second.bound.value)} ± ${second.bound.standardError.toFixed(2)}`,
      ],
      meaning:
        'The bound is −D − R: the best compression and the best density. Another point of the curve can be the better choice where rate and distortion do not weigh the same.',
      remedy: clear ? [] : ['more seeds: --seeds 0,1,2,3,4'],
    },
  ]
}

const collapsed = (rows: readonly SweepRow[]): Finding => {
  const empty = rows.filter((r) => r.active === 0)
  const partly = rows.filter((r) => r.active > 0 && r.active < r.dimensions)
  return {
    topic: 'collapse',
    level: empty.length > 0 ? 'problem' : partly.length > 0 ? 'note' : 'fine',
    statement:
      empty.length > 0
        ? `The posterior has collapsed at ${list(empty)}.`
        : partly.length > 0
          ? 'Some settings leave latent dimensions unused.'
          : 'Every setting uses every latent dimension.',
    evidence: rows.map((r) => `${r.label}: ${Number(r.active.toFixed(1))} of ${r.dimensions} dimensions active`),
    meaning:
      'Where no dimension is active the rate is about 0 and the decoder knows only what all data have in common: the end of the curve at the left.',
    remedy: empty.length > 0 ? [`a smaller β, or a warm-up: ${advice.warmUp}`] : [],
  }
}

/** Optima of all β lie on a falling, convex curve; what does not is not an optimum. */
const shape = ({ rows, violations }: SweepCurve): readonly Finding[] => {
  if (rows.length < 3) return []
  const error = Math.max(0, ...rows.map((r) => r.distortion.standardError).filter((e) => !Number.isNaN(e)))
  const { rise, bump } = violations
  const off = Math.max(rise, bump) > 3 * error
  return [
    {
      topic: 'curve',
      level: off ? 'note' : 'fine',
      statement: off
        ? 'The points are no rate–distortion curve yet.'
        : 'The curve falls and is convex, within its errors.',
      evidence: [
        `the most by which D rises along R: ${nats(rise)}; the furthest above a chord: ${nats(bump)}; the largest standard error of D: ${nats(error)}`,
      ],
      meaning: off
        ? 'The best models of all β lie on one falling, convex curve. A point above it could have less distortion at its rate: its training has not come to its optimum, or something else than β was swept.'
        : 'Each point is about the best that this family of models does at its rate.',
      remedy: off ? ['train longer', 'begin each point where the one before it ended: --warm', 'more seeds'] : [],
    },
  ]
}

const entropy = ({ entropy: { given, most }, below }: SweepCurve): Finding => ({
  topic: 'entropy',
  level: below.length > 0 ? 'problem' : 'fine',
  statement:
    given === null
      ? `The data's entropy is at most ${nats(most)}.`
      : below.length > 0
        ? `H − D ≤ R is broken at ${below.join('; ')}.`
        : 'H − D ≤ R holds at every point.',
  evidence: [`the least R + D is ${nats(most)}${given === null ? '' : `; H is given as ${nats(given)}`}`],
  meaning:
    below.length > 0
      ? 'No model of discrete data can be there: the entropy is not that of these data, or the test data are not like the training data.'
      : 'Whatever the model, discrete data of entropy H need a rate of at least H − D: every point lies on or above that line, so the smallest R + D bounds H from above. (The smallest of several estimates is a little too small.)',
  remedy: below.length > 0 ? ['check the entropy that was given'] : [],
})

/** Verdicts on a sweep, the most serious first. */
export const sweepFindings = (curve: SweepCurve): readonly Finding[] => {
  const order = { problem: 0, note: 1, fine: 2 } as const
  return [...best(curve.rows), collapsed(curve.rows), ...shape(curve), entropy(curve)].toSorted(
    (a, b) => order[a.level] - order[b.level],
  )
}
