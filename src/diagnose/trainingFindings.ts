import type { Estimate } from './Estimate.ts'
import { estimated, type Finding, nats } from './Finding.ts'

/** The bound at the end of each epoch, on data that the weights were not chosen on where there are any. */
export interface Progress {
  readonly split: 'train' | 'validation'
  readonly bounds: readonly number[]
}

/** Where training broke off by itself. */
export interface Stopped {
  /** the update after which nothing was right, from 1 */
  readonly step: number
  /** of the epochs that ended, none or more: whose weights there are */
  readonly epochs: number
  /** whether it was numbers that were not finite */
  readonly nonFinite: boolean
  /** what was wrong */
  readonly message: string
}

/** A run that broke off: whatever else is said is of the weights before. */
export const stoppedFinding = ({ step, epochs, nonFinite, message }: Stopped): Finding => ({
  topic: 'training',
  level: 'problem',
  statement: `Training stopped at step ${step}: ${nonFinite ? 'not finite' : 'it failed'}.`,
  evidence: [message],
  meaning:
    epochs === 0
      ? 'No epoch came to its end, so there is no trained model to judge.'
      : `The weights that there are come from before, from one of ${epochs} epochs: the run is not finished.`,
  remedy: nonFinite
    ? ['a lower learning rate, or clipByGlobalNorm on the optimiser', 'look for extreme values in the data']
    : ['go on: npx elbo train --resume <run>'],
})

/** All that is to be said where no epoch came to its end. */
export const untrainedFinding = (stopped: Stopped | undefined): Finding =>
  stopped === undefined
    ? {
        topic: 'training',
        level: 'problem',
        statement: 'The model is not trained: no epoch has come to its end.',
        evidence: ['the run has no line of an epoch'],
        meaning: 'A verdict on weights as they were drawn would say nothing of the model.',
        remedy: ['go on: npx elbo train --resume <run>'],
      }
    : stoppedFinding(stopped)

/** How much of the whole way an epoch may still go to be called the end of it, and a fall may take back to be called a ripple. */
const SMALL = 0.1

type Course = 'falling' | 'rising' | 'level' | 'unclear'
const statements: { readonly [C in Course]: string } = {
  falling: 'The bound had fallen when training ended.',
  rising: 'Training was still gaining when it ended.',
  level: 'Training had levelled off when it ended.',
  unclear: 'Whether training had levelled off cannot be told.',
}
const meanings: { readonly [C in Course]: string } = {
  falling:
    'Training went away from what it had reached: the steps are too large, or the objective rewards something else than the bound.',
  rising: 'One more epoch would have been visible on test data: the numbers here are those of an unfinished model.',
  level: 'One more epoch would have changed less than these test data can tell.',
  unclear: 'The last epoch still changed the bound, by less than these test data can tell.',
}
const remedies: { readonly [C in Course]: readonly string[] } = {
  falling: [
    'a lower learning rate, or clipByGlobalNorm on the optimiser',
    'an earlier end: --validation 0.1 --patience 3',
  ],
  rising: ['go on: npx elbo train --resume <run> --epochs …', 'a larger learning rate, if the curve is straight'],
  level: [],
  unclear: ['more test data, or more epochs: npx elbo train --resume <run> --epochs …'],
}

/**
 * Whether training came to rest: up and down are both looked for, and what the test data cannot resolve is not called fine. A validation bound
 * that falls after its best epoch costs nothing, as that epoch's weights are kept, unless its best epoch is the first.
 */
export const trainingFinding = ({ split, bounds }: Progress, bound: Estimate): readonly Finding[] => {
  const [before, last] = [bounds.at(-2), bounds.at(-1)]
  if (before === undefined || last === undefined) return []
  const resolved = 2 * bound.standardError
  const gain = last - before
  const most = Math.max(...bounds)
  const range = most - Math.min(...bounds)
  const fallen = most - last
  const course: Course = !Number.isFinite(resolved + range)
    ? 'unclear'
    : fallen > resolved
      ? 'falling'
      : gain > resolved
        ? 'rising'
        : Math.abs(gain) > SMALL * Math.max(range, resolved)
          ? 'unclear'
          : 'level'
  const kept = split === 'validation' && bounds.indexOf(most) > 0
  const lost = course === 'falling' && fallen > SMALL * range && !kept
  return [
    {
      topic: 'training',
      level: course === 'level' ? 'fine' : lost ? 'problem' : 'note',
      statement: statements[course],
      evidence: [
        `the last epoch changed the ${split} bound by ${nats(gain)}; the standard error on test data is ${nats(bound.standardError)}`,
        ...(course === 'falling'
          ? [
              `it ended ${nats(fallen)} below that of epoch ${bounds.indexOf(most) + 1}, the highest, ${nats(most)}${kept ? ', whose weights are kept' : ''}`,
            ]
          : []),
      ],
      meaning: meanings[course],
      remedy: remedies[course],
    },
  ]
}

/** Nats that nobody would call overfitting, and the share of the bound. */
const FINE = 1

/** Whether new data are modelled as well as those trained on. */
export const generalisationFinding = (trained: number | undefined, bound: Estimate): readonly Finding[] => {
  if (trained === undefined) return []
  const gap = trained - bound.value
  const resolved = 3 * bound.standardError
  const over = gap > resolved
  // Far below, or told apart by less than what matters: neither proves that nothing is wrong.
  const coarse = !(resolved <= Math.max(FINE, SMALL * Math.abs(bound.value)))
  const unclear = !over && (gap < -Math.max(resolved, FINE) || coarse)
  return [
    {
      topic: 'generalisation',
      level: over || unclear ? 'note' : 'fine',
      statement: over
        ? 'The model fits its training data better than new data.'
        : unclear
          ? 'Whether the model fits its training data better than new data cannot be told.'
          : 'No overfitting is visible: new data are modelled as well as the training data.',
      evidence: [`training bound of the last epoch ${nats(trained)}, test bound ${estimated(bound)}`],
      meaning: over
        ? 'Part of what was learnt is about the training data alone. (The training bound is a mean over the epoch, so the gap is larger than it looks.)'
        : unclear
          ? coarse
            ? 'So few test data leave the test bound too uncertain to compare.'
            : 'The training bound, a mean over the last epoch, is below the test bound: the weights changed too much during that epoch, or are of another one.'
          : 'The gap is within three standard errors of the test bound.',
      remedy: over
        ? ['hold data out and stop in time: --validation 0.1 --patience 3', 'a smaller net, or more data']
        : [],
    },
  ]
}
