import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as t from 'io-ts'
import { exactNumber, extents } from '../expr/argCodec.ts'
import { graphCodec } from '../expr/codec.ts'
import { type Schedule, scheduleCodec } from '../schedule/index.ts'
import { adam, adamW, chain, clipByGlobalNorm, sgd } from './chain.ts'
import { kinds } from './kinds.ts'
import { isOptimizer, type Optimizer, type Rule, type Step, type Traced } from './Optimizer.ts'

/** In a file, sgd, adam and adamW are their name and options, as they have always been; every other optimiser is its steps. */

const descent = { learningRate: scheduleCodec, clip: t.union([t.number, t.null]) }
const moments = { ...descent, beta1: t.number, beta2: t.number, epsilon: t.number }
const short = t.union([
  t.type({ tag: t.literal('sgd'), ...descent, momentum: t.number }),
  t.type({ tag: t.literal('adam'), ...moments }),
  t.type({ tag: t.literal('adamW'), ...moments, weightDecay: t.number }),
])
type Short = t.TypeOf<typeof short>

const fromShort = ({ tag, clip, learningRate, ...options }: Short): Optimizer => {
  const made = { sgd, adam, adamW }[tag](learningRate, options)
  return clip === null ? made : chain(clipByGlobalNorm(clip), made)
}

/** The short form whose meaning is this chain, if there is one. */
const toShort = ({ steps, problems }: Optimizer): Short | undefined => {
  const of = (name: string): Step['options'] | undefined => steps.find((s) => s.name === name)?.options
  const learningRate = of('learningRate')?.['learningRate']
  if (problems.length > 0 || learningRate === undefined) return undefined
  const clip = of('clipByGlobalNorm')?.['clip'] ?? null
  const moved = of('scaleByAdam')
  const decayed = of('decayWeights')
  const tag = moved === undefined ? 'sgd' : decayed === undefined ? 'adam' : 'adamW'
  const json = short.decode({
    tag,
    learningRate: scheduleCodec.encode(learningRate),
    ...(moved === undefined ? { momentum: of('momentum')?.['momentum'] ?? 0 } : moved),
    clip,
    ...decayed,
  })
  if (E.isLeft(json)) return undefined
  const again = fromShort(json.right)
  const names = (all: readonly Step[]): string =>
    all.map((s) => `${s.name} ${Object.keys(s.options).join()}`).join('; ')
  const isSame =
    names(again.steps) === names(steps) && steps.every((s) => s.rule === undefined && s.parts === undefined)
  return isSame ? json.right : undefined
}

const traced = t.type({ shape: extents, graph: graphCodec, problems: t.readonlyArray(t.string) })
const STATE = 'state/'
const encodeTraced = ({ shape, update, state, problems }: Traced): unknown =>
  traced.encode({
    shape,
    problems,
    graph: {
      outputs: { update, ...Object.fromEntries(Object.entries(state).map(([name, n]) => [STATE + name, n])) },
      updates: {},
    },
  })

interface StepJson {
  readonly name: string
  readonly options: Readonly<Record<string, Schedule>>
  readonly parts?: Readonly<Record<string, Optimizer>>
  readonly rule?: { readonly state: readonly string[]; readonly traced: readonly t.TypeOf<typeof traced>[] }
}
const number: t.Type<Schedule, unknown, unknown> = t.union([exactNumber, scheduleCodec])
const encodeOption = (value: Schedule): unknown =>
  typeof value === 'number' ? exactNumber.encode(value) : scheduleCodec.encode(value)
const stepJson: t.Type<StepJson, unknown, unknown> = t.recursion('a step', () =>
  t.intersection([
    t.type({ name: t.string, options: t.record(t.string, number) }),
    t.partial({
      parts: t.record(t.string, optimizerCodec),
      rule: t.type({ state: t.readonlyArray(t.string), traced: t.readonlyArray(traced) }),
    }),
  ]),
)
const long = t.type(
  { tag: t.literal('chain'), steps: t.readonlyArray(stepJson), problems: t.readonlyArray(t.string) },
  'an optimiser',
)

const ruleFrom = ({ state, traced: shapes }: NonNullable<StepJson['rule']>): Rule | undefined => {
  const made = shapes.flatMap(({ shape, graph, problems }): readonly Traced[] => {
    const { update } = graph.outputs
    const next = state.flatMap((name) => {
      const node = graph.outputs[STATE + name]
      return node === undefined ? [] : [[name, node] as const]
    })
    return update === undefined || next.length < state.length
      ? []
      : [{ shape, problems, update, state: Object.fromEntries(next) }]
  })
  return made.length < shapes.length ? undefined : { state, traced: made }
}

const stepFrom = ({ name, options, parts, rule }: StepJson): Step | undefined => {
  const own = rule === undefined ? undefined : ruleFrom(rule)
  const isKnown = rule === undefined ? parts !== undefined || kinds[name] !== undefined : own !== undefined
  return isKnown
    ? { name, options, ...(parts === undefined ? {} : { parts }), ...(own === undefined ? {} : { rule: own }) }
    : undefined
}

const json = t.union([short, long])

/** Optimiser ↔ JSON; own rules have been traced. Runs of the version before have sgd, adam and adamW in the same form. */
export const optimizerCodec: t.Type<Optimizer, unknown, unknown> = new t.Type(
  'an optimiser',
  isOptimizer,
  (u, context) =>
    pipe(
      json.validate(u, context),
      E.chain((read) => {
        if (read.tag !== 'chain') return t.success(fromShort(read))
        const steps = read.steps.flatMap((step) => stepFrom(step) ?? [])
        return steps.length < read.steps.length
          ? t.failure<Optimizer>(
              u,
              context,
              'a step that this version does not know, or whose expressions are not those of a rule',
            )
          : t.success<Optimizer>({ tag: 'optimizer', steps, problems: read.problems })
      }),
    ),
  (optimizer) => {
    const known = toShort(optimizer)
    if (known !== undefined) return short.encode(known)
    return {
      tag: 'chain',
      steps: optimizer.steps.map(({ name, options, parts, rule }) => ({
        name,
        options: Object.fromEntries(Object.entries(options).map(([key, value]) => [key, encodeOption(value)])),
        ...(parts === undefined
          ? {}
          : { parts: Object.fromEntries(Object.entries(parts).map(([k, o]) => [k, optimizerCodec.encode(o)])) }),
        ...(rule === undefined ? {} : { rule: { state: rule.state, traced: rule.traced.map(encodeTraced) } }),
      })),
      problems: optimizer.problems,
    }
  },
)
