import type { CollapseVerdict } from './collapse.ts'
import { estimated, type Finding, nats } from './Finding.ts'
import type { Portrait } from './portrait.ts'
import type { SampleScores } from './sampleScores.ts'
import {
  generalisationFinding,
  type Progress,
  type Stopped,
  stoppedFinding,
  trainingFinding,
} from './trainingFindings.ts'

export type { Finding } from './Finding.ts'
export { type Progress, type Stopped, untrainedFinding } from './trainingFindings.ts'

const percent = (x: number): string => `${(100 * x).toFixed(0)} %`

/** A log-probability of whole numbers is at most 0. */
const impossible = ({ bound, data }: Portrait): readonly Finding[] =>
  data?.discrete === true && bound.value > Math.max(0, 3 * bound.standardError)
    ? [
        {
          topic: 'bound',
          level: 'problem',
          statement: 'The bound is above what such data allow.',
          evidence: [`bound ${estimated(bound)}; a log-probability of binary data, classes or counts is at most 0`],
          meaning:
            'This is not a log-probability of the data. Their likelihood is a density, as a Normal’s is, which has no upper limit on whole numbers; or it is told the datum that it is to explain.',
          remedy: [
            'a likelihood of such data: bernoulli, categorical, poisson',
            'look for a path from the datum to its likelihood that does not go through a latent',
          ],
        },
      ]
    : []

const nothingToEncode = ({ evidence, remedy }: CollapseVerdict): Finding => ({
  topic: 'collapse',
  level: 'problem',
  statement: 'There is nothing to encode: all test data are alike.',
  evidence,
  meaning: 'A latent that tells nothing is right for such data: no schedule or architecture changes that.',
  remedy,
})

const collapse = ({ verdict, evidence, remedy }: CollapseVerdict): Finding => ({
  topic: 'collapse',
  level: verdict === 'none' ? 'fine' : verdict === 'partial' ? 'note' : 'problem',
  statement: {
    none: 'The posterior has not collapsed: every latent dimension is in use.',
    partial: 'Some latent dimensions are not in use.',
    full: 'The posterior has collapsed: no latent dimension is in use.',
  }[verdict],
  evidence,
  meaning: {
    none: 'Each dimension costs nats and its posterior mean moves with the data: z tells of x.',
    partial:
      'Where a dimension is off, its posterior is the prior whatever the datum is. It costs nothing and tells nothing.',
    full: 'The decoder models the data without z. Encoding a datum tells nothing of it, and traversals all look alike.',
  }[verdict],
  remedy,
})

/** KL(q(z) ‖ p(z)) lies between the rate less either bound on the information, of which log n limits the lower alone. */
const prior = ({ rate, information }: Portrait): Finding => {
  const least = Math.max(0, rate.value - information.upper.value)
  const most = Math.max(0, rate.value - information.lower.value)
  const error = rate.standardError + information.upper.standardError
  const full = information.lower.value > 0.9 * information.ceiling
  const off = least > 1 && least > 3 * error
  const unclear = full || !(most <= Math.max(1, 0.1 * rate.value) && Number.isFinite(error))
  return {
    topic: 'prior',
    // What cannot be told is not fine.
    level: off || unclear ? 'note' : 'fine',
    statement: off
      ? 'The prior is not where the data are encoded.'
      : unclear
        ? `How well the prior covers the encoded data cannot be told${full ? ' from so few data' : ''}.`
        : 'The encoded data fill the prior.',
    evidence: [
      `rate ${estimated(rate)}; I(X; Z) between ${nats(Math.max(0, information.lower.value))} and ${nats(information.upper.value)}; from n data the lower end is at most log n, ${nats(information.ceiling)}`,
      `KL(q(z) ‖ p(z)) between ${nats(least)} and ${nats(most)}`,
    ],
    meaning: off
      ? 'That part of the rate buys no information: the aggregate posterior is not the prior, so the prior has regions that no datum is encoded to, and what is decoded there need not look like data.'
      : unclear
        ? full
          ? 'The model distinguishes every datum from every other, so the estimate meets its ceiling, log n. Look at the samples instead.'
          : 'The two bounds are too far apart to say which. Look at the samples instead.'
        : 'Nearly all of the rate is information about x: draws from the prior are draws from where data lie.',
    remedy: off
      ? ['a longer warm-up or a larger β pulls the two together', 'a more flexible prior: a hierarchy of latents']
      : [],
  }
}

/**
 * Where the verdicts on samples begin. Of 400 of MNIST's digits, binarised, with 400 others in the samples' place these are 0.95 to 1.01 of the
 * yardstick, 0.92 to 1.00 of the expected coverage, and 0 to 0.015 too near; half of the classes alone cover 0.81 of it, an autoencoder's prior
 * and noise have below 0.1 of the yardstick, and one copy in ten is 0.1 too near (spec/unit/diagnose/planted.spec.ts).
 */
const SUSPICIOUS = 0.05
/** of the yardstick */
const LIKE = 0.75
/** … and below which most are not alike */
const UNLIKE = 0.5
/** of the expected coverage */
const VARIED = 0.85

const samples = (scores: SampleScores): Finding => {
  const { count, precision, yardstick, coverage, expected, against, copies } = scores
  const quality = precision / yardstick
  const copied = copies.suspicious - copies.byChance > SUSPICIOUS
  const poor =
    quality < UNLIKE
      ? 'Samples are unlike data.'
      : quality < LIKE
        ? 'Samples are somewhat less like data than data are.'
        : undefined
  // Draws that are hard to get right leave data uncovered that the model knows of.
  const narrow = poor === undefined && coverage / expected < VARIED
  // Of draws that are unlike data the coverage says nothing, and need not.
  const told = poor !== undefined || [quality, coverage / expected, copies.suspicious].every(Number.isFinite)
  const bad = [
    ...(copied ? ['Some samples are nearly training data.'] : []),
    ...(poor === undefined ? [] : [poor]),
    ...(narrow ? ['Samples miss some of what data are like.'] : []),
  ]
  return {
    topic: 'samples',
    level: bad.length === 0 && told ? 'fine' : 'note',
    statement: !told
      ? 'Whether samples are like data cannot be told.'
      : bad.length === 0
        ? 'Samples are about as like data, and as varied, as data are.'
        : bad.join(' '),
    evidence: [
      `precision: ${percent(precision)} of ${count} draws lie among as many data, by Euclidean distance; of training data in their place ${percent(yardstick)}`,
      `coverage: ${percent(coverage)} of the data have a draw nearby; as many draws as lie among data would reach ${percent(expected)} if they were data`,
      `the median draw is ${copies.ratio.toFixed(2)} times as far from the nearest of ${against} training data as test data are; ${percent(copies.suspicious)} are nearer than all but 1 % of these, where chance gives ${percent(Math.max(0.01, copies.byChance))}`,
    ],
    meaning:
      'Precision tells of quality, coverage of variety where quality is there, distance to training data of copies. Independent noise of the likelihood counts against a draw.',
    remedy: [
      ...(poor === undefined
        ? []
        : ['train longer, or a decoder with more capacity', 'if the prior is off, see there first']),
      ...(narrow ? ['a smaller β, or more latent dimensions, where all are active'] : []),
      ...(copied ? ['fewer epochs or more data: the decoder remembers'] : []),
    ],
  }
}

/**
 * All verdicts on a run, the most serious first.
 *
 * Thresholds are for guidance: what each means is in its `meaning`, what it rests on in its `evidence`.
 */
export const findingsOf = (seen: {
  readonly portrait: Portrait
  readonly progress: Progress | undefined
  /** the bound on training data in the last epoch */
  readonly trained: number | undefined
  readonly samples: SampleScores | undefined
  /** where training broke off by itself, if it did */
  readonly stopped?: Stopped | undefined
}): readonly Finding[] => {
  const { portrait } = seen
  const order = { problem: 0, note: 1, fine: 2 } as const
  return [
    ...impossible(portrait),
    portrait.data?.alike === true ? nothingToEncode(portrait.collapse) : collapse(portrait.collapse),
    ...(seen.stopped !== undefined
      ? [stoppedFinding(seen.stopped)]
      : seen.progress === undefined
        ? []
        : trainingFinding(seen.progress, portrait.bound)),
    ...generalisationFinding(seen.trained, portrait.bound),
    prior(portrait),
    ...(seen.samples === undefined ? [] : [samples(seen.samples)]),
  ].toSorted((a, b) => order[a.level] - order[b.level])
}
