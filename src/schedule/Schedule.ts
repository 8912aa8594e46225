import { scalar } from '../expr/build.ts'
import type { Node } from '../expr/Op.ts'

/** How long training is planned to take: what a schedule is measured against. */
export interface Horizon {
  readonly stepsPerEpoch: number
  readonly epochs: number
}

/** What must hold of a schedule's options; `holds` is 0 where it does not. */
export interface Check {
  readonly what: string
  readonly value: Node
  readonly allowed: string
  readonly holds: Node
}

/** How many steps a schedule takes to its end, of how many there are. */
export interface Need {
  readonly what: string
  readonly steps: Node
  readonly of: Node
}

/** A number that changes over training: expressions of {@link time} and of its own options, so that it is plain data whoever wrote it. */
export interface ChangingNumber {
  readonly tag: 'schedule'
  readonly name: string
  readonly options: Readonly<Record<string, number>>
  /** the option that is meant where the schedule as a whole is set to a number, as a sweep does */
  readonly size: string | null
  readonly value: Node
  readonly checks: readonly Check[]
  readonly needs: readonly Need[]
  /** what was wrong with how it was written */
  readonly problems: readonly string[]
}

/** A number that may change over training, as data. Where a schedule may stand, a plain number is one that does not change. */
export type Schedule = number | ChangingNumber

/** What every schedule is a function of: the number of the update, from 0, and how long training is planned to take. */
export const time: { readonly [K in 'step' | keyof Horizon]: Node } = {
  step: scalar('step'),
  stepsPerEpoch: scalar('stepsPerEpoch'),
  epochs: scalar('epochs'),
}

const OPTION = 'option/'
/** The leaf of an option, so that it can be set after the expression was written. */
export const option = (name: string): Node => scalar(OPTION + name)
/** The option that a leaf stands for. */
export const optionIn = (leaf: Node): string | undefined =>
  leaf.op === 'scalar' && leaf.arg.name.startsWith(OPTION) ? leaf.arg.name.slice(OPTION.length) : undefined
