import type { Estimate } from './Estimate.ts'

/** A verdict in words: what was found, how that is known, what it means and what to try. Plain data. */
export interface Finding {
  readonly topic:
    'bound' | 'collapse' | 'training' | 'generalisation' | 'prior' | 'samples' | 'best' | 'curve' | 'entropy'
  readonly level: 'fine' | 'note' | 'problem'
  readonly statement: string
  readonly evidence: readonly string[]
  readonly meaning: string
  /** nothing where nothing is to be done */
  readonly remedy: readonly string[]
}

/** How numbers are told in findings. */
export const nats = (x: number): string => `${x.toFixed(2).replace('-', '−')} nats`
export const estimated = ({ value, standardError }: Estimate): string => `${nats(value)} ± ${standardError.toFixed(2)}`
