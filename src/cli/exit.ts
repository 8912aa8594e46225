import type { ElboError } from '../index.ts'

/** How a command ends, for scripts. */
export const OK = 0
export const FAILED = 1
/** the command was not understood; nothing was done */
export const USAGE = 2
/** as the shell has it: 128 + SIGINT */
export const INTERRUPTED = 130

export const codeFor = (error: ElboError): number => (error.tag === 'Usage' ? USAGE : FAILED)
