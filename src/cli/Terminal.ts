import type { ElboError } from '../index.ts'
import type { Output } from './output.ts'

/** What a command talks to. Streams are passed in, so that a spec can listen. */
export interface Streams {
  readonly out: Output
  readonly err: Output
  /** where a line may be written over, if anywhere */
  readonly bar?: NodeJS.WritableStream | undefined
}

/** One line for machines; what happened, and what is known of it. */
type Event = { readonly event: string } & Readonly<Record<string, unknown>>

export interface Terminal {
  readonly json: boolean
  /** where a line may be written over, if anywhere */
  readonly bar: NodeJS.WritableStream | undefined
  /** a result for people: standard output, nothing with --json */
  readonly say: (text: string) => void
  /** a result for machines: one JSON object on standard output, only with --json */
  readonly emit: (event: Event) => void
  /** what is no result, such as a warning: standard error */
  readonly note: (text: string) => void
  /** why standard output was lost, where it was; and when it is */
  readonly lost: () => Error | undefined
  readonly onLost: (listener: () => void) => () => void
}

/** JSON has no NaN and no infinity; a machine reads null. */
const line = (event: Event): string => `${JSON.stringify(event)}\n`

export const terminal = ({ out, err, bar }: Streams, json: boolean): Terminal => ({
  json,
  bar: json ? undefined : bar,
  say: (text) => {
    if (!json) out.write(`${text}\n`)
  },
  emit: (event) => {
    if (json) out.write(line(event))
  },
  note: (text) => {
    err.write(`${text}\n`)
  },
  lost: () => out.lost?.(),
  onLost: (listener) => out.onLost?.(listener) ?? (() => {}),
})

/** One message on standard error; for machines, one line on standard output instead. */
export const complain = (at: Terminal, error: ElboError): void => {
  if (at.json) at.emit({ event: 'error', tag: error.tag, message: error.message })
  else at.note(`elbo: ${error.message}`)
}
