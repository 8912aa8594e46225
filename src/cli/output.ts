/** A stream that may be lost while it is written to: its reader closed the pipe, its disk is full, its terminal is gone. */
export interface Output {
  /** what is written after the loss goes nowhere */
  readonly write: (text: string) => unknown
  /** why it was lost, where it was */
  readonly lost?: () => Error | undefined
  /** called once, when it is lost; answers how to call it off */
  readonly onLost?: (listener: () => void) => () => void
}

const codeOf = (cause: Error): unknown => ('code' in cause ? cause.code : undefined)

/** A reader that has seen enough, such as `head`: that is no failure. */
export const isClosed = (cause: Error): boolean => codeOf(cause) === 'EPIPE'

const reasons: Readonly<Record<string, string>> = {
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'the file would be larger than is allowed',
  EIO: 'the terminal is gone, or the device failed',
  ENOSPC: 'the disk is full',
}

export const lossOf = (cause: Error): string =>
  isClosed(cause)
    ? 'nobody reads the output any more'
    : `cannot write the output: ${reasons[String(codeOf(cause))] ?? cause.message}`

/** A stream of this process as one that may be lost. Without its listener Node ends the process with a stack trace. */
export const outputOf = (stream: NodeJS.WritableStream): Required<Output> => {
  let lost: Error | undefined
  const listeners = new Set<() => void>()
  stream.on('error', (cause: Error) => {
    if (lost !== undefined) return
    lost = cause
    for (const listener of listeners) listener()
  })
  return {
    write: (text) => lost === undefined && stream.write(text),
    lost: () => lost,
    onLost: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
