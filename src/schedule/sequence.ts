import * as b from '../expr/build.ts'
import type { Node } from '../expr/Op.ts'
import { embedded, together } from './embedded.ts'
import type { Over } from './kinds.ts'
import { above0, ends } from './problems.ts'
import { option, type Schedule, time } from './Schedule.ts'

/** How long, then which schedule. */
type Then = readonly [Over, Schedule]
type Rest = Then | readonly [...Then, ...Then] | readonly [...Then, ...Then, ...Then] | readonly [...Then, ...Rest4]
type Rest4 = readonly [...Then, ...Then, ...Then] | readonly [...Then, ...Then, ...Then, ...Then]

const isSpan = (part: Schedule | Over | undefined): part is Over =>
  typeof part === 'object' && !('tag' in part) && ('epochs' in part || 'steps' in part)
const isSchedule = (part: Schedule | Over | undefined): part is Schedule =>
  typeof part === 'number' || (typeof part === 'object' && 'tag' in part)

/**
 * One schedule after another, each but the last for as long as stands behind it. Every part counts its steps from its own beginning, and its
 * own length is the training that it is planned for: a cosine at the end falls over what is left.
 *
 * Options  of each part under its number: `1.to`, `2.from`; its length is `1.epochs for` or `1.steps for`
 * Errors   a part that does not come to its end in its length; a last part that training never reaches
 * Source   join_schedules of optax, where however a part does not know its length
 * @example  adam(sequence(warmUp({ epochs: 5, to: 1e-3 }), { epochs: 5 }, cosine({ from: 1e-3 })))
 */
export const sequence = (first: Schedule, ...rest: Rest): Schedule => {
  const given: readonly (Schedule | Over)[] = [first, ...rest]
  const schedules = given.filter((_, i) => i % 2 === 0)
  const spans = given.filter((_, i) => i % 2 === 1)
  const regular = schedules.every(isSchedule) && spans.every(isSpan) && schedules.length === spans.length + 1
  const parts = regular ? schedules : []
  const lengths = (regular ? spans : []).map((span, i) => {
    const unit = span.epochs === undefined ? 'steps' : 'epochs'
    const name = `${i + 1}.${unit} for`
    const steps = unit === 'epochs' ? b.mul(option(name), time.stepsPerEpoch) : option(name)
    return { name, number: span[unit] ?? Number.NaN, steps }
  })
  const zero = b.constant(0)
  /** where part i begins; past the last, where all lengths end */
  const startOf = (i: number): Node => lengths.slice(0, i).reduce<Node>((sum, { steps }) => b.add(sum, steps), zero)
  const made = parts.map((part, i) => {
    const start = startOf(i)
    const length = lengths[i]?.steps ?? b.sub(b.mul(time.stepsPerEpoch, time.epochs), start)
    return embedded(`${i + 1}`, part, {
      step: b.sub(time.step, start),
      epochs: b.div(length, time.stepsPerEpoch),
    })
  })
  const { options, checks, needs, problems } = together(made)
  const nothing = b.constant(Number.NaN)
  const values = made.map((part) => part.value)
  const value = values
    .slice(0, -1)
    .reduceRight((later, part, i) => b.select(b.less(time.step, startOf(i + 1)), part, later), values.at(-1) ?? nothing)
  return {
    tag: 'schedule',
    name: `sequence(${schedules.map((s) => (typeof s === 'object' && 'name' in s ? s.name : String(s))).join(', ')})`,
    options: { ...options, ...Object.fromEntries(lengths.map(({ name, number }) => [name, number])) },
    size: null,
    value,
    checks: [...lengths.map(({ steps }, i) => above0(`the length of the sequence's part ${i + 1}`, steps)), ...checks],
    needs: [...(lengths.length === 0 ? [] : [ends('the sequence', b.add(startOf(lengths.length), 1))]), ...needs],
    problems: regular
      ? problems
      : ['sequence: it takes a schedule, a length such as { epochs: 5 }, a schedule, and so on'],
  }
}
