import { FAILED, stopCodes, type StopSignal } from './exit.ts'
import { isClosed, lossOf } from './output.ts'
import type { Terminal } from './Terminal.ts'

/** A wish to stop, looked at between steps. */
export interface Interrupt {
  readonly signal: AbortSignal
  /** why it stopped, in words, and the exit code of that; as Ctrl-C where nobody asked */
  readonly reason: () => { readonly words: string; readonly code: number }
  /** signals mean again what they meant before */
  readonly release: () => void
}

/** SIGHUP comes twice where a terminal is closed: from its shell and from the system. */
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/**
 * The first Ctrl-C asks to stop in good order, the second one stops at once; so does SIGTERM. A terminal that is closed and output that is lost ask to
 * stop in good order. `onFirst` says so; `atOnce` leaves the terminal as it was.
 */
export const listenForInterrupt = (at: Terminal, onFirst: () => void, atOnce: () => void): Interrupt => {
  const controller = new AbortController()
  let by: StopSignal | undefined
  const stop = (signal: StopSignal): void => {
    by ??= signal
    controller.abort()
  }
  const onSignal = (signal: NodeJS.Signals): void => {
    const known = signals.find((name) => name === signal) ?? 'SIGINT'
    if (!controller.signal.aborted) {
      stop(known)
      onFirst()
    } else if (known !== 'SIGHUP') {
      atOnce()
      process.exit(stopCodes[known])
    }
  }
  for (const signal of signals) process.on(signal, onSignal)
  const keepOn = at.onLost(() => stop('SIGPIPE'))
  if (at.lost() !== undefined) stop('SIGPIPE')
  return {
    signal: controller.signal,
    reason: () => {
      const lost = by === 'SIGPIPE' ? at.lost() : undefined
      return lost === undefined
        ? { words: 'interrupted', code: stopCodes[by ?? 'SIGINT'] }
        : { words: `${lossOf(lost)}: stopped`, code: isClosed(lost) ? stopCodes.SIGPIPE : FAILED }
    },
    release: () => {
      keepOn()
      for (const signal of signals) process.off(signal, onSignal)
    },
  }
}
