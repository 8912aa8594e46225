import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as t from 'io-ts'
import { match } from 'ts-pattern'
import { exactNumber } from '../expr/argCodec.ts'
import { graphCodec } from '../expr/codec.ts'
import { type Graph, rootsOf } from '../expr/Graph.ts'
import type { Node } from '../expr/Op.ts'
import { topological } from '../expr/walk.ts'
import { isElementwise } from '../passes/meaning.ts'
import { cosine, cyclical, decay, warmUp } from './kinds.ts'
import { type ChangingNumber, optionIn, type Schedule, time } from './Schedule.ts'

/**
 * In a file, the library's own schedules are their names and options, which their constructors make schedules of again; every other is its
 * expressions.
 */

const span = t.union([t.type({ epochs: t.number }), t.type({ steps: t.number })])
const named = t.union([
  t.type({ tag: t.literal('warmUp'), over: span, from: t.number, to: t.number }),
  t.type({ tag: t.literal('cyclical'), cycles: t.number, rise: t.number, from: t.number, to: t.number }),
  t.type({ tag: t.literal('cosine'), from: t.number, to: t.number }),
  t.type({ tag: t.literal('decay'), over: span, from: t.number, factor: t.number }),
])
const whole = t.type(
  {
    tag: t.literal('schedule'),
    name: t.string,
    options: t.record(t.string, exactNumber),
    size: t.union([t.string, t.null]),
    problems: t.readonlyArray(t.string),
    checks: t.readonlyArray(t.type({ what: t.string, allowed: t.string })),
    needs: t.readonlyArray(t.type({ what: t.string })),
    graph: graphCodec,
  },
  'a schedule',
)

const graphOf = ({ value, checks, needs }: ChangingNumber): Graph => ({
  outputs: {
    value,
    ...Object.fromEntries(
      checks.flatMap(
        (c, i) =>
          [
            [`check ${i}`, c.value],
            [`holds ${i}`, c.holds],
          ] as const,
      ),
    ),
    ...Object.fromEntries(
      needs.flatMap(
        (n, i) =>
          [
            [`steps ${i}`, n.steps],
            [`of ${i}`, n.of],
          ] as const,
      ),
    ),
  },
  updates: {},
})

/** Options that there are not are passed on: they are reported where problems are asked for. */
const madeByName = (json: t.TypeOf<typeof named>): ChangingNumber =>
  match(json)
    .with({ tag: 'warmUp' }, ({ over, ...rest }) => warmUp({ ...over, ...rest }))
    .with({ tag: 'cyclical' }, (o) => cyclical(o))
    .with({ tag: 'cosine' }, (o) => cosine(o))
    .with({ tag: 'decay' }, ({ over, ...rest }) => decay({ ...over, ...rest }))
    .exhaustive()

/** By name and options, where the constructor of that name makes this very schedule of them. */
const byName = (schedule: ChangingNumber): t.TypeOf<typeof named> | undefined => {
  const { epochs, steps, ...rest } = schedule.options
  const over = epochs === undefined ? (steps === undefined ? {} : { over: { steps } }) : { over: { epochs } }
  const json = named.decode({ tag: schedule.name, ...over, ...rest })
  if (E.isLeft(json) || schedule.problems.length > 0) return undefined
  const { value, checks } = madeByName(json.right)
  return value === schedule.value && checks.length === schedule.checks.length ? json.right : undefined
}

const isOfTime = (node: Node): boolean =>
  node.shape.length === 0 &&
  (node.op === 'const' || isElementwise(node) || optionIn(node) !== undefined || Object.values(time).includes(node))

const wholeFrom = (json: t.TypeOf<typeof whole>): ChangingNumber | undefined => {
  const { graph, checks, needs, ...rest } = json
  const { value } = graph.outputs
  const at = (name: string): Node => graph.outputs[name] ?? time.step
  const missing = [
    ...checks.flatMap((_, i) => [`check ${i}`, `holds ${i}`]),
    ...needs.flatMap((_, i) => [`steps ${i}`, `of ${i}`]),
  ].some((name) => graph.outputs[name] === undefined)
  if (value === undefined || missing || !topological(rootsOf(graph)).every(isOfTime)) return undefined
  return {
    ...rest,
    value,
    checks: checks.map((c, i) => ({ ...c, value: at(`check ${i}`), holds: at(`holds ${i}`) })),
    needs: needs.map((n, i) => ({ ...n, steps: at(`steps ${i}`), of: at(`of ${i}`) })),
  }
}

const isSchedule = (u: unknown): u is Schedule =>
  typeof u === 'number' || (typeof u === 'object' && u !== null && 'tag' in u && u.tag === 'schedule' && 'value' in u)
const json = t.union([t.number, named, whole])

/** Schedule ↔ JSON. Runs of the version before have the library's own schedules in the same form. */
export const scheduleCodec: t.Type<Schedule, unknown, unknown> = new t.Type(
  'a number or a schedule',
  isSchedule,
  (u, context) =>
    pipe(
      json.validate(u, context),
      E.chain((read) => {
        if (typeof read === 'number') return t.success(read)
        const made = read.tag === 'schedule' ? wholeFrom(read) : madeByName(read)
        return made === undefined
          ? t.failure<Schedule>(u, context, 'its expressions are not those of a schedule')
          : t.success<Schedule>(made)
      }),
    ),
  (schedule) =>
    // What is no schedule is for the reader to refuse.
    typeof schedule === 'number' || !isSchedule(schedule)
      ? schedule
      : (byName(schedule) ??
        whole.encode({
          tag: 'schedule',
          name: schedule.name,
          options: Object.fromEntries(Object.entries(schedule.options).filter(([, v]) => typeof v === 'number')),
          size: schedule.size,
          problems: schedule.problems,
          checks: schedule.checks.map(({ what, allowed }) => ({ what, allowed })),
          needs: schedule.needs.map(({ what }) => ({ what })),
          graph: graphOf(schedule),
        })),
)
