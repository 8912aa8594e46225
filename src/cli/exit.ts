import type { ElboError } from '../index.ts'

/** How a command ends, for scripts. */
export const OK = 0
export const FAILED = 1
/** the command was not understood; nothing was done */
export const USAGE = 2

/** What can end a command early, with the exit code that a shell gives it: 128 and the signal's number. */
export const stopCodes = { SIGHUP: 129, SIGINT: 130, SIGPIPE: 141, SIGTERM: 143 } as const
export type StopSignal = keyof typeof stopCodes

export const codeFor = (error: ElboError): number => (error.tag === 'Usage' ? USAGE : FAILED)
