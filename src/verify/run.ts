import * as fc from 'fast-check'
import { gauge } from './Gauge.ts'
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
  /** an upper bound on the probability that all this failed by chance */
  readonly falseAlarm: number
  readonly failure: Failure | null
}

const shown = (counterexample: readonly unknown[] | null): string =>
  (counterexample ?? []).map((v) => fc.stringify(v)).join(', ')

const reasonOf = (details: fc.RunDetails<unknown[]>): string =>
  details.errorInstance instanceof Error
    ? details.errorInstance.message
    : details.numSkips > 0
      ? 'too few values fulfil the law’s condition'
      : 'the property is false'

/** Try one law. Nothing is tried again after a failure, but smaller values of the same kind. */
export const runLaw = (binding: Binding, law: BoundLaw, options: RunOptions): Verdict => {
  const measured = gauge()
  const started = performance.now()
  const runs = Math.min(options.runs, law.most ?? Infinity)
  const property = law.property(measured) as fc.IProperty<unknown[]>
  const details = fc.check(property, {
    seed: options.seed,
    numRuns: runs,
    ...(options.path === undefined ? {} : { path: options.path, endOnFailure: true }),
    // A law over large programs must not spend minutes on making a counterexample smaller.
    interruptAfterTimeLimit: 120_000,
  })
  const name = `${binding.suite} / ${law.name}`
  return {
    law: name,
    subject: binding.subject,
    statement: law.statement,
    runs: details.numRuns,
    seconds: (performance.now() - started) / 1000,
    worst: measured.worst(),
    falseAlarm: (law.statistics?.falseAlarm ?? 0) * runs,
    failure: details.failed
      ? {
          law: name,
          counterexample: shown(details.counterexample),
          reason: reasonOf(details),
          seed: details.seed,
          path: details.counterexamplePath ?? '',
          shrinks: details.numShrinks,
        }
      : null,
  }
}

export const runAll = (bindings: readonly Binding[], options: RunOptions = usualRuns): readonly Verdict[] =>
  bindings.flatMap((binding) => binding.laws.map((l) => runLaw(binding, l, options)))

/** A failure as a person reads it: the law, the smallest program or value that breaks it, and the way back. */
export const explain = (verdict: Verdict): string => {
  const { failure } = verdict
  if (failure === null) return `${verdict.law} holds for ${verdict.subject} (${verdict.runs} runs)`
  return [
    `${verdict.law} does not hold for ${verdict.subject}`,
    `  law      ${verdict.statement}`,
    `  because  ${failure.reason}`,
    `  for      ${failure.counterexample.replaceAll('\n', '\n           ')}`,
    `  again    seed ${failure.seed}, path ${failure.path}`,
  ].join('\n')
}
