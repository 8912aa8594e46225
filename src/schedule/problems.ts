import * as b from '../expr/build.ts'
import type { Node } from '../expr/Op.ts'
import { course, numbersOf } from './at.ts'
import { isOutside, neverEnds } from './messages.ts'
import { type Check, type Horizon, type Need, type Schedule, time } from './Schedule.ts'

/** The steps that are planned. */
export const plannedSteps: Node = b.mul(time.stepsPerEpoch, time.epochs)

export const finite = (what: string, ...values: readonly Node[]): readonly Check[] =>
  values.map((value) => ({ what, value, allowed: 'a finite number', holds: b.equal(b.sub(value, value), 0) }))
export const above0 = (what: string, value: Node): Check => ({
  what,
  value,
  allowed: 'above 0',
  holds: b.less(0, value),
})
export const ends = (what: string, steps: Node): Need => ({ what, steps, of: plannedSteps })

/** What is wrong with a schedule on a horizon: an option that there is not, or out of range, or an end that training never reaches. */
export const scheduleProblems = (name: string, schedule: Schedule, horizon: Horizon): readonly string[] => {
  if (typeof schedule === 'number')
    return Number.isFinite(schedule) ? [] : [isOutside(name, 'the value', schedule, 'a finite number')]
  const { problems, checks, needs } = schedule
  // Where a length is misspelt there is none, which is not worth a second message.
  if (problems.length > 0) return problems.map((problem) => `${name}: ${problem}`)
  const numbers = (of: readonly Node[]): readonly number[] => numbersOf(schedule, horizon, of)
  const outside = checks.flatMap(({ what, value, allowed, holds }) => {
    const [held, got = Number.NaN] = numbers([holds, value])
    return held === 0 || Number.isNaN(held) ? [isOutside(name, what, got, allowed)] : []
  })
  const endless = needs.flatMap(({ what, steps, of }) => {
    const [needed = 0, planned = 0] = numbers([steps, of])
    return needed > planned ? [neverEnds(name, what, needed, planned)] : []
  })
  if (outside.length + endless.length > 0) return [...outside, ...endless]
  const [step, broken] = course(schedule, horizon).find(([, value]) => !Number.isFinite(value)) ?? []
  return step === undefined ? [] : [`${name}: ${schedule.name} is ${broken} at step ${step}`]
}

/** The digits of a message: more would show the rounding of a cosine. */
const DIGITS = 6

/** The lowest value of a schedule where it is below 0 by more than its rounding. */
export const below0 = (schedule: Schedule, horizon: Horizon): number | undefined => {
  const values = course(schedule, horizon).map(([, value]) => value)
  const [lowest, size] = values.reduce(([low, high], v) => [Math.min(low, v), Math.max(high, Math.abs(v))], [0, 0])
  return lowest < -1e-6 * size ? Number(lowest.toPrecision(DIGITS)) : undefined
}
