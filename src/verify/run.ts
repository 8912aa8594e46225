import * as fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { gauge, type Untold } from './Gauge.ts'
import type { Binding, BoundLaw } from './Law.ts'

export interface RunOptions {
  /** how many values each law is tried on; a law may be worth fewer */
  readonly runs: number
  readonly seed: number
  /** with the same seed, the one value at this path alone: how a counterexample is seen again */
  readonly path?: string
}

export const usualRuns: RunOptions = { runs: 100, seed: 20261122 }

/** Why a law does not hold: the smallest value found that breaks it, as text, and how to come back to it. */
export interface Failure {
  readonly law: string
  readonly counterexample: string
  readonly reason: string
  readonly seed: number
  readonly path: string
  readonly shrinks: number
}

export interface Verdict {
  /** suite / law */
  readonly law: string
  readonly subject: string
  readonly statement: string
  readonly runs: number
  readonly seconds: number
  /** the largest error seen, as a fraction of what the law allows; 0 for laws that compare no numbers */
  readonly worst: number
  /** comparisons that could not be told, for the error of an integral or of a finite difference; a law of which none could be told is not shown to hold */
  readonly untold: Untold
  /** an upper bound on the probability that all this failed by chance */
  readonly falseAlarm: number
  readonly failure: Failure | null
}

const shown = (counterexample: readonly unknown[] | null): string =>
  (counterexample ?? []).map((v) => fc.stringify(v)).join(', ')

const wordsOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown))

const reasonOf = (details: fc.RunDetails<unknown[]>): string =>
  details.errorInstance !== null
    ? wordsOf(details.errorInstance)
    : details.numSkips > 0
      ? 'too few values fulfil the law’s condition'
      : 'the property is false'

/** Or why it cannot be tried: values of its subject cannot be made, or the path is none of its paths. */
const checked = (
  property: () => fc.IProperty<unknown[]>,
  { seed, runs, path }: RunOptions,
): E.Either<string, fc.RunDetails<unknown[]>> =>
  E.tryCatch(
    () =>
      fc.check(property(), {
        seed,
        numRuns: runs,
        ...(path === undefined ? {} : { path, endOnFailure: true }),
        // A law over large programs must not spend minutes on making a counterexample smaller.
        interruptAfterTimeLimit: 120_000,
      }),
    (thrown) => `it cannot be tried: ${wordsOf(thrown)}`,
  )

type Found = Omit<Failure, 'law'>
const foundIn = (details: fc.RunDetails<unknown[]>): Found | null =>
  details.failed
    ? {
        counterexample: shown(details.counterexample),
        reason: reasonOf(details),
        seed: details.seed,
        path: details.counterexamplePath ?? '',
        shrinks: details.numShrinks,
      }
    : null

/**
 * Try one law. Nothing is tried again after a failure, but smaller values of the same kind.
 *
 * @throws RangeError where there would be no run
 */
export const runLaw = (binding: Binding, law: BoundLaw, options: RunOptions): Verdict => {
  if (!(Number.isInteger(options.runs) && options.runs >= 1))
    throw new RangeError(`runs must be a whole number of at least 1 but got ${options.runs}`)
  const measured = gauge()
  const started = performance.now()
  const runs = Math.min(options.runs, law.most ?? Infinity)
  const details = checked(() => law.property(measured) as fc.IProperty<unknown[]>, { ...options, runs })
  const found = E.isRight(details)
    ? foundIn(details.right)
    : { counterexample: 'no value', reason: details.left, seed: options.seed, path: '', shrinks: 0 }
  const name = `${binding.suite} / ${law.name}`
  return {
    law: name,
    subject: binding.subject,
    statement: law.statement,
    runs: E.isRight(details) ? details.right.numRuns : 0,
    seconds: (performance.now() - started) / 1000,
    worst: measured.worst(),
    untold: measured.untold(),
    falseAlarm: (law.statistics?.falseAlarm ?? 0) * runs,
    failure: found === null ? null : { law: name, ...found },
  }
}

export const runAll = (bindings: readonly Binding[], options: RunOptions = usualRuns): readonly Verdict[] =>
  bindings.flatMap((binding) => binding.laws.map((l) => runLaw(binding, l, options)))

/** Whether a law was tried, and nothing it compared could be told. */
export const isUntold = ({ failure, untold }: Verdict): boolean =>
  failure === null && untold.times > 0 && untold.times === untold.of

/** Why some, or all, of a law's comparisons could not be told; nothing where all could. */
export const doubts = ({ untold: { times, of, first } }: Verdict): string | undefined =>
  times === 0 ? undefined : `cannot tell in ${times} of ${of} comparisons: ${first}`

/** A failure as a person reads it: the law, the smallest program or value that breaks it, and the way back. */
export const explain = (verdict: Verdict): string => {
  const { failure } = verdict
  if (failure === null) {
    const said = isUntold(verdict) ? 'cannot be told of' : 'holds for'
    const doubt = doubts(verdict)
    return `${verdict.law} ${said} ${verdict.subject} (${verdict.runs} runs)${doubt === undefined ? '' : `\n  ${doubt}`}`
  }
  return [
    `${verdict.law} does not hold for ${verdict.subject}`,
    `  law      ${verdict.statement}`,
    `  because  ${failure.reason}`,
    `  for      ${failure.counterexample.replaceAll('\n', '\n           ')}`,
    `  again    seed ${failure.seed}, path ${failure.path}`,
  ].join('\n')
}
