import type { Dims } from '../expr/Op.ts'
import { type Horizon, below0, scheduleProblems } from '../schedule/index.ts'
import { isOutside } from '../schedule/messages.ts'
import { partOf, partProblems } from './byPart.ts'
import { kinds, type Range } from './kinds.ts'
import type { Optimizer, Step } from './Optimizer.ts'
import { distinctShapes, tracedAt } from './rule.ts'

/** What an optimiser is judged by, of a program's parameters. */
export interface Named {
  readonly name: string
  readonly shape: Dims
}

const rateProblems = (rate: Step['options'][string], horizon: Horizon): readonly string[] => {
  const problems = scheduleProblems('learning rate', rate, horizon)
  const lowest = problems.length > 0 ? undefined : below0(rate, horizon)
  return lowest === undefined ? problems : [`learning rate must be 0 or more but got ${lowest}`]
}

/** Only a learning rate may change over training. */
const optionProblems = (
  { options }: Step,
  ranges: Readonly<Record<string, Range>>,
  horizon: Horizon,
): readonly string[] =>
  Object.entries(ranges).flatMap(([name, { what, allowed, holds }]) => {
    const value = options[name] ?? Number.NaN
    if (name === 'learningRate' && typeof value !== 'number') return rateProblems(value, horizon)
    const number = typeof value === 'number' ? value : Number.NaN
    return holds(number) ? [] : [isOutside('optimizer', what, number, allowed)]
  })

const ruleProblems = (step: Step, params: readonly Named[]): readonly string[] => {
  const { name, options, rule } = step
  const wrong = Object.entries(options).find(([, value]) => !Number.isFinite(value))
  if (wrong !== undefined) return [isOutside(name, wrong[0], Number(wrong[1]), 'a finite number')]
  return distinctShapes(params.map(({ shape }) => shape)).flatMap((shape) =>
    rule === undefined ? [] : (tracedAt(step, rule, shape)?.problems ?? []),
  )
}

const stepProblems = (step: Step, horizon: Horizon, params: readonly Named[]): readonly string[] => {
  const { name, parts, rule } = step
  if (rule !== undefined) return ruleProblems(step, params)
  if (parts !== undefined)
    return [
      ...partProblems(
        parts,
        params.map((p) => p.name),
      ),
      ...Object.entries(parts).flatMap(([glob, part]) =>
        optimizerProblems(
          part,
          horizon,
          params.filter((p) => partOf(parts, p.name) === glob),
        ),
      ),
    ]
  const kind = kinds[name]
  return kind === undefined ? [`optimizer: there is no step '${name}'`] : optionProblems(step, kind.ranges, horizon)
}

/** What is wrong with an optimiser for this horizon and a program's parameters. */
export const optimizerProblems = (
  { steps, problems }: Optimizer,
  horizon: Horizon,
  params: readonly Named[] = [],
): readonly string[] => [...new Set([...problems, ...steps.flatMap((step) => stepProblems(step, horizon, params))])]
