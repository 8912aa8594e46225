import * as E from 'fp-ts/lib/Either.js'
import { advice } from '../call/advice.ts'
import { type ElboError, trainError } from '../error.ts'
import { stride } from './advance.ts'
import type { Counters } from './checkpoint.ts'
import type { NonFinite, Progress } from './events.ts'
import { meanOf, plus } from './metrics.ts'
import { allFinite, type Culprit, culpritBefore, culpritOf, describeNode, type Snapshot } from './nonFinite.ts'
import { every, rateOf } from './pace.ts'
import type { Prepared } from './prepare.ts'
import { runaway } from './runaway.ts'

const PROGRESS_EVERY = 100
/** Steps between looks at the variables: a look costs as much as a step of a fast target. */
const LOOK_EVERY = 500

/** What the steps of an epoch tell and ask. */
export interface Watch {
  readonly onEvent: (event: Progress | NonFinite) => void
  readonly breathe: () => Promise<boolean>
}

const suggestion =
  'Try a lower learning rate, clipByGlobalNorm on the optimiser, or look for extreme values in the data'

const leastWidth = `Fix the width (${advice.gaussian}), keep it from 0 (${advice.aboveZero}), or leave out what is constant`

const broken = (p: Prepared, { step, node }: Culprit, watch: Watch): ElboError => {
  const words = node === undefined ? null : describeNode(node)
  watch.onEvent({ event: 'nonFinite', step: step + 1, target: p.session.target, node: words })
  // Found with the variables as they were before that update.
  const width = runaway({
    vae: p.experiment.vae,
    initial: p.initial,
    variables: p.session.read(),
    data: p.feedsAt(step).data,
  })
  const where = `step ${step + 1} (epoch ${Math.floor(step / p.horizon.stepsPerEpoch) + 1}) on ${p.session.target}`
  const first = words === null ? 'looked at again, every vertex was finite' : `the first vertex that is not is ${words}`
  return trainError(
    width === undefined
      ? `${where} gave numbers that are not finite; ${first}. ${suggestion}`
      : `${where} gave numbers that are not finite: ${width}. ${leastWidth}`,
  )
}

const progressOf = (p: Prepared, counters: Counters, secondsLeft: number): Progress => {
  const { epochs, stepsPerEpoch } = p.horizon
  return {
    event: 'progress',
    epoch: counters.epoch + 1,
    epochs,
    step: counters.step,
    steps: epochs * stepsPerEpoch,
    loss: meanOf(counters.sums, 'loss') ?? Number.NaN,
    bound: meanOf(counters.sums, 'bound'),
    rowsPerSecond: rateOf(counters),
    secondsLeft,
  }
}

/** The variables, known to be finite; or what broke them, and at which update. */
export const look = (p: Prepared, known: Snapshot, step: number, watch: Watch): E.Either<ElboError, Snapshot> => {
  const values = p.session.read()
  return allFinite(values.values())
    ? E.right({ step, values })
    : E.left(broken(p, culpritBefore(p, known, step), watch))
}

/** Where steps came to, and whether they were told to stop there. */
interface Stepped {
  readonly counters: Counters
  readonly stopped: boolean
}
export type Steps = (from: Counters, known: Snapshot) => Promise<E.Either<ElboError, Stepped>>

/**
 * The steps of one epoch after another: from the counters on to the end of the epoch, or to where it is told to stop. `known` are variables
 * that were finite; training is replayed from there to find out what broke.
 *
 * Errors    a number that is not finite, with the first vertex that was not, the step and the target
 */
export const stepper = (p: Prepared, watch: Watch): Steps => {
  const due = every(PROGRESS_EVERY)
  const steps = stride()
  const begun = performance.now()
  let made = 0
  return async (from, start) => {
    const { stepsPerEpoch, epochs } = p.horizon
    let counters = from
    let known = start
    while (counters.position < stepsPerEpoch) {
      if (await watch.breathe()) return E.right({ counters, stopped: true })
      const { step } = counters
      const before = performance.now()
      const outputs = p.advance(step, steps.next())
      const took = performance.now() - before
      steps.took(outputs.length, took)
      for (const [i, output] of outputs.entries()) {
        const size = p.sizeAt(step + i)
        if (!allFinite(output.values())) return E.left(broken(p, culpritOf(p, known, step + i), watch))
        counters = {
          epoch: counters.epoch,
          best: counters.best,
          position: counters.position + 1,
          step: counters.step + 1,
          images: counters.images + size,
          seconds: counters.seconds + took / outputs.length / 1000,
          sums: plus(counters.sums, output, size),
        }
        made++
      }
      if (counters.step - known.step >= LOOK_EVERY) {
        const seen = look(p, known, counters.step, watch)
        if (E.isLeft(seen)) return seen
        known = seen.right
      }
      if (due()) {
        const left = epochs * stepsPerEpoch - counters.step
        watch.onEvent(progressOf(p, counters, ((performance.now() - begun) / 1000 / made) * left))
      }
    }
    return E.right({ counters, stopped: false })
  }
}
