/** What may tell training to stop; an `AbortSignal` will do. */
export interface Stop {
  readonly aborted: boolean
}

/**
 * After what waits in the event loop. A message does what Node's `setImmediate` does, in a page and in Node; a page makes timers that follow
 * one another wait for 4 ms (HTML standard, "timer nesting level").
 */
const yielded = (): Promise<void> =>
  new Promise((resume) => {
    const { port1, port2 } = new MessageChannel()
    const received = (): void => {
      port1.close()
      resume()
    }
    port1.addEventListener('message', received)
    port1.start()
    port2.postMessage(null)
  })

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
