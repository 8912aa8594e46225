import { INTERRUPTED } from './exit.ts'

/** A wish to stop, looked at between steps. */
export interface Interrupt {
  readonly signal: AbortSignal
  /** Ctrl-C means again what it meant before */
  readonly release: () => void
}

/** The first Ctrl-C asks to stop in good order, the second one stops at once. `onFirst` says so; `atOnce` leaves the terminal as it was. */
export const listenForInterrupt = (onFirst: () => void, atOnce: () => void): Interrupt => {
  const controller = new AbortController()
  const onSignal = (): void => {
    if (controller.signal.aborted) {
      atOnce()
      process.exit(INTERRUPTED)
    }
    controller.abort()
    onFirst()
  }
  const signals = ['SIGINT', 'SIGTERM'] as const
  for (const signal of signals) process.on(signal, onSignal)
  return {
    signal: controller.signal,
    release: () => {
      for (const signal of signals) process.off(signal, onSignal)
    },
  }
}
