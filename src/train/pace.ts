/** What may tell training to stop; an `AbortSignal` will do. */
export interface Stop {
  readonly aborted: boolean
}

/** After what waits in the event loop; a page has no `setImmediate`. */
const yielded: () => Promise<void> =
  typeof setImmediate === 'function'
    ? () => new Promise((resume) => setImmediate(resume))
    : () => new Promise((resume) => setTimeout(resume))

/** Long enough to waste nothing, short enough that a key press is heard at once. */
const BREATH = 10

/**
 * Called between steps, lets the event loop run now and then, so that signals arrive and progress is drawn though each step blocks; answers
 * whether to stop.
 */
export const breather = (stop: Stop | undefined): (() => Promise<boolean>) => {
  let last = performance.now()
  return async () => {
    if (performance.now() - last >= BREATH) {
      await yielded()
      last = performance.now()
    }
    return stop?.aborted === true
  }
}

/** Answers true at most once in so many milliseconds. */
export const every = (milliseconds: number): (() => boolean) => {
  let last = performance.now()
  return () => {
    const now = performance.now()
    if (now - last < milliseconds) return false
    last = now
    return true
  }
}

/** Of training alone. */
export const rateOf = ({ images, seconds }: { readonly images: number; readonly seconds: number }): number =>
  seconds === 0 ? 0 : images / seconds
