import type { Tensor } from '../expr/Tensor.ts'
import type { Feeds, Loop, Plan } from '../interp/Session.ts'

/** Updates from number `step` on: at least one, at most `most`, none past the epoch. The outputs of each, in order. */
export type Advance = (step: number, most: number) => readonly ReadonlyMap<string, Tensor>[]

/** How the updates of an epoch are made: all full minibatches by a loop where the target has one, else each by a plan. */
export interface Steps {
  readonly stepsPerEpoch: number
  readonly batch: number
  readonly seed: number
  readonly sizeAt: (step: number) => number
  readonly rowsAt: (step: number) => Uint32Array
  readonly planAt: (step: number) => Plan
  readonly feedsAt: (step: number) => Feeds
}

export const advanceWith =
  (loop: Loop | undefined, { stepsPerEpoch, batch, seed, sizeAt, rowsAt, planAt, feedsAt }: Steps): Advance =>
  (step, most) => {
    if (loop === undefined || sizeAt(step) !== batch) return [planAt(step).run(feedsAt(step))]
    const end = Math.min(step + most, (Math.floor(step / stepsPerEpoch) + 1) * stepsPerEpoch)
    const rows: Uint32Array[] = []
    for (let at = step; at < end && sizeAt(at) === batch; at++) rows.push(rowsAt(at))
    return loop.run({ step, seed, rows })
  }

/** Milliseconds that a call may take, so that progress and key presses are seen. */
const CALL = 80
const MOST = 1000

/** How many updates to ask for at once: as many as the last ones say fit into a call. */
export const stride = (): {
  readonly next: () => number
  readonly took: (steps: number, milliseconds: number) => void
} => {
  let most = 1
  return {
    next: () => most,
    took: (steps, milliseconds) => {
      const fitting = Math.floor((CALL * steps) / Math.max(milliseconds, 1e-3))
      // The first call compiles, so it says little: never more than four times as many as before.
      most = Math.max(1, Math.min(fitting, most * 4, MOST))
    },
  }
}
