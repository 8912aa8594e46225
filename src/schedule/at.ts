import { constant } from '../expr/build.ts'
import type { Node } from '../expr/Op.ts'
import { rewriteNodes, topological } from '../expr/walk.ts'
import { isElementwise, meaningOf } from '../passes/meaning.ts'
import { splatOf } from '../passes/splat.ts'
import { withOperands } from '../expr/substitute.ts'
import { type ChangingNumber, type Horizon, optionIn, type Schedule, time } from './Schedule.ts'

/** A vertex of numbers alone is their value. */
const folded = (old: Node, src: readonly Node[]): Node => {
  const numbers = src.flatMap((s) => splatOf(s) ?? [])
  return isElementwise(old) && old.shape.length === 0 && numbers.length === src.length
    ? constant(meaningOf(old.op, numbers))
    : withOperands(old, src)
}

/** Expressions with other vertices in the place of leaves; what then follows from numbers alone is computed here, in float64. */
export const filledIn = (roots: readonly Node[], image: (leaf: Node) => Node | undefined): readonly Node[] => {
  const made = rewriteNodes(roots, (old, src) => image(old) ?? folded(old, src))
  return roots.map((root) => made.get(root) ?? root)
}

const planned =
  ({ options }: Pick<ChangingNumber, 'options'>, horizon: Horizon, step: Node) =>
  (leaf: Node): Node | undefined => {
    const name = optionIn(leaf)
    if (name !== undefined) return constant(options[name] ?? Number.NaN)
    if (leaf === time.step) return step
    return leaf === time.stepsPerEpoch
      ? constant(horizon.stepsPerEpoch)
      : leaf === time.epochs
        ? constant(horizon.epochs)
        : undefined
  }

/** The schedule at update number `step` (from 0), as a vertex, so that one plan serves every step. */
export const scheduleAt = (schedule: Schedule, horizon: Horizon, step: Node): Node =>
  typeof schedule === 'number'
    ? constant(schedule)
    : (filledIn([schedule.value], planned(schedule, horizon, step))[0] ?? constant(Number.NaN))

/** Expressions of a schedule that do not read the step, as numbers. */
export const numbersOf = (schedule: ChangingNumber, horizon: Horizon, of: readonly Node[]): readonly number[] =>
  filledIn(of, planned(schedule, horizon, constant(0))).map((node) => splatOf(node) ?? Number.NaN)

/** Steps beyond this many are looked at in equal strides. */
const MOST_STEPS = 100_000

/** A schedule's value at every planned update; of a very long training at a hundred thousand of them, the first and the last among them. */
export const course = (schedule: Schedule, horizon: Horizon): readonly (readonly [step: number, value: number])[] => {
  const last = Math.max(0, horizon.stepsPerEpoch * horizon.epochs - 1)
  const order = topological([scheduleAt(schedule, horizon, time.step)])
  const place = new Map(order.map((node, i) => [node, i]))
  const computes = order.map((node) => {
    const from = node.src.map((s) => place.get(s) ?? -1)
    return (known: readonly number[], step: number): number =>
      node === time.step
        ? step
        : isElementwise(node)
          ? meaningOf(
              node.op,
              from.map((i) => known[i] ?? Number.NaN),
            )
          : (splatOf(node) ?? Number.NaN)
  })
  const count = order.includes(time.step) ? Math.min(last + 1, MOST_STEPS) : 1
  return Array.from({ length: count }, (_, i) => {
    const step = count === 1 ? 0 : Math.round((i * last) / (count - 1))
    const known: number[] = []
    for (const compute of computes) known.push(compute(known, step))
    return [step, known.at(-1) ?? Number.NaN] as const
  })
}

/** Whether its value at a step changes with how long training is planned to be, and not only with the step. */
export const dependsOnHorizon = (schedule: Schedule): boolean =>
  typeof schedule !== 'number' && topological([schedule.value]).includes(time.epochs)
