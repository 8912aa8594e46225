import { record } from '../call/Kind.ts'
import { takes } from '../call/takes.ts'
import * as b from '../expr/build.ts'
import { type Expr, exprOf } from '../expr/Expr.ts'
import { isLeaf } from '../expr/leaf.ts'
import type { Node } from '../expr/Op.ts'
import { topological } from '../expr/walk.ts'
import { isElementwise } from '../passes/meaning.ts'
import { embedded, together } from './embedded.ts'
import { lastStep } from './kinds.ts'
import { ends } from './problems.ts'
import { type Check, option, optionIn, type Schedule, time } from './Schedule.ts'

type Numbers = Readonly<Record<string, number>>
type Schedules = Readonly<Record<string, Schedule>>

/** What an own schedule is a function of, each one number. */
type Given<O extends Numbers, S extends Schedules> = {
  readonly [K in 'step' | 'epoch' | 'progress' | (keyof O & string) | (keyof S & string)]: Expr<[]>
}

export interface OwnSchedule<O extends Numbers, S extends Schedules> {
  readonly name: string
  /** numbers that are shown, and swept under their names; the first of them is what a sweep of the whole schedule sets */
  readonly options?: O
  /** between which numbers an option must be, both ends included */
  readonly ranges?: { readonly [K in keyof O]?: readonly [least: number, most: number] }
  /** other schedules that it is made of */
  readonly of?: S
  readonly value: (given: Given<O, S>) => Expr<[]>
  /** how many steps it takes to its end, if it has one: a plan of fewer is refused */
  readonly needs?: (given: Given<O, S>) => Expr<[]>
}

const GIVEN: ReadonlySet<string> = new Set(['step', 'epoch', 'progress'])

/** A number that is made of what a schedule may read, or what is wrong with it. */
const numberOf = (name: string, made: unknown): { readonly node: Node; readonly problems: readonly string[] } => {
  const nothing = b.constant(Number.NaN)
  const wrong = (...problems: readonly string[]): ReturnType<typeof numberOf> => ({ node: nothing, problems })
  if (typeof made === 'number') return { node: b.constant(made), problems: [] }
  if (typeof made !== 'object' || made === null || !('node' in made))
    return wrong(`${name}: its value is no expression`)
  // What has a node is an expression: nothing else does.
  const { node, shape, problems } = made as Expr<[]>
  if (problems.length > 0) return wrong(...problems.map((p) => `${name}: ${p}`))
  if (shape.length > 0) return wrong(`${name}: its value has shape [${shape.join(', ')}]; a schedule is one number`)
  const stranger = topological([node]).find(
    (n) =>
      n.shape.length > 0 ||
      !(n.op === 'const' || isElementwise(n) || Object.values(time).includes(n) || optionIn(n) !== undefined),
  )
  return stranger === undefined
    ? { node, problems: [] }
    : wrong(
        isLeaf(stranger)
          ? `${name}: it reads ${stranger.op} '${stranger.arg.name}'; a schedule reads the step and its own options`
          : `${name}: it has a '${stranger.op}' of shape [${stranger.shape.join(', ')}]; a schedule is made of single numbers, one by one`,
      )
}

const makeSchedule = <const O extends Numbers = Record<never, number>, const S extends Schedules = Record<never, 0>>(
  of: OwnSchedule<O, S>,
): Schedule => {
  const { name } = of
  const options: Numbers = of.options ?? {}
  const schedules: Schedules = of.of ?? {}
  const parts = Object.entries(schedules).map(([key, part]) => [key, embedded(key, part)] as const)
  const names = Object.keys(options)
  const given = Object.fromEntries(
    [
      ['step', time.step],
      ['epoch', b.div(time.step, time.stepsPerEpoch)],
      ['progress', b.min(1, b.div(time.step, lastStep))],
      ...names.map((key) => [key, option(key)] as const),
      ...parts.map(([key, { value }]) => [key, value] as const),
    ].map(([key, node]) => [key, exprOf<[]>(node as Node)]),
  ) as Given<O, S>
  const value = numberOf(name, of.value(given))
  const steps = of.needs === undefined ? undefined : numberOf(name, of.needs(given))
  const { checks, needs, problems, options: theirs } = together(parts.map(([, part]) => part))
  const ranges: Readonly<Record<string, readonly [number, number] | undefined>> = of.ranges ?? {}
  const taken = [...names, ...Object.keys(schedules)].filter((key, i, all) => GIVEN.has(key) || all.indexOf(key) !== i)
  return {
    tag: 'schedule',
    name,
    options: { ...options, ...theirs },
    size: names[0] ?? null,
    value: value.node,
    checks: [
      ...Object.entries(ranges).flatMap(([key, range]): readonly Check[] => {
        if (range === undefined) return []
        const [least, most] = range
        const holds = b.mul(b.sub(1, b.less(option(key), least)), b.sub(1, b.less(most, option(key))))
        return [{ what: `${name}'s ${key}`, value: option(key), allowed: `from ${least} to ${most}`, holds }]
      }),
      ...checks,
    ],
    needs: [...(steps === undefined ? [] : [ends(name, steps.node)]), ...needs],
    problems: [
      ...taken.map((key) => `${name}: '${key}' is given to every schedule, or stands twice; choose another name`),
      ...problems,
      ...new Set([...value.problems, ...(steps?.problems ?? [])]),
    ],
  }
}

/**
 * A schedule of your own: an expression of the number of the update, of the epoch (a fraction) and of the progress of training (0 at the
 * first update, 1 at the last), of its options and of other schedules. It is plain data: a run that uses it is resumed without your module.
 *
 * Range    of `step` from 0; of `progress` 0 to 1
 * Errors   a value that is not one number, or reads a parameter or data; an option outside its range; a value below 0 where none may be;
 *          a value that is not finite at some step
 * @example  schedule({
 *             name: 'inverseSqrt',
 *             options: { peak: 1e-3 },
 *             value: ({ epoch, peak }) => pipe(peak, div(sqrt(pipe(epoch, add(1))))),
 *           })
 */
export const schedule: typeof makeSchedule = takes('schedule', makeSchedule, [record])
