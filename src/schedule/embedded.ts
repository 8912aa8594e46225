import { constant } from '../expr/build.ts'
import type { Node } from '../expr/Op.ts'
import { filledIn } from './at.ts'
import { type ChangingNumber, option, optionIn, type Schedule, time } from './Schedule.ts'

/** A schedule as a part of another: over other time, its options under a longer name. */
export type Part = Omit<ChangingNumber, 'tag' | 'name' | 'size'>

/** `warmUp.to` is the option `to` of the part `warmUp`. A plain number is an option of the part's own name. */
export const embedded = (prefix: string, schedule: Schedule, at: Partial<typeof time> = {}): Part => {
  if (typeof schedule === 'number')
    return { options: { [prefix]: schedule }, value: option(prefix), checks: [], needs: [], problems: [] }
  const name = (own: string): string => `${prefix}.${own}`
  const moved = (node: Node): Node => {
    const image = (leaf: Node): Node | undefined => {
      const own = optionIn(leaf)
      if (own !== undefined) return option(name(own))
      if (leaf === time.step) return at.step
      if (leaf === time.stepsPerEpoch) return at.stepsPerEpoch
      return leaf === time.epochs ? at.epochs : undefined
    }
    return filledIn([node], image)[0] ?? constant(Number.NaN)
  }
  const { options, value, checks, needs, problems } = schedule
  return {
    options: Object.fromEntries(Object.entries(options).map(([own, number]) => [name(own), number])),
    value: moved(value),
    checks: checks.map((c) => ({ ...c, what: c.what, value: moved(c.value), holds: moved(c.holds) })),
    needs: needs.map(({ what, steps, of }) => ({ what, steps: moved(steps), of: moved(of) })),
    problems,
  }
}

/** All that parts have, but for their values. */
export const together = (parts: readonly Part[]): Omit<Part, 'value'> => ({
  options: Object.assign({}, ...parts.map(({ options }) => options)),
  checks: parts.flatMap(({ checks }) => checks),
  needs: parts.flatMap(({ needs }) => needs),
  problems: [...new Set(parts.flatMap(({ problems }) => problems))],
})
