import { record } from '../call/Kind.ts'
import { takes } from '../call/takes.ts'
import * as b from '../expr/build.ts'
import { type AnyExpr, type Expr, exprOf } from '../expr/Expr.ts'
import { isLeaf } from '../expr/leaf.ts'
import { node } from '../expr/node.ts'
import type { Dims, Node } from '../expr/Op.ts'
import { topological } from '../expr/walk.ts'
import type { Shape } from '../shape/Shape.ts'
import { show } from '../shape/show.ts'
import type { Optimizer, Rule, RuleGiven, Step, Traced } from './Optimizer.ts'
import { option, time } from '../schedule/Schedule.ts'

/** What a rule reads, as leaves of one shape. */
export const ruleLeaves = (
  shape: Dims,
): Readonly<Record<'parameter' | 'gradient', Node>> & { state: (name: string) => Node } => {
  const leaf = (name: string): Node => node('data', { name, shape, support: 'real' })
  return { parameter: leaf('parameter'), gradient: leaf('gradient'), state: (name) => leaf(`state/${name}`) }
}

const isExpr = (value: unknown): value is AnyExpr => typeof value === 'object' && value !== null && 'node' in value
const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null

/** A rule's expressions at one shape. */
const traced = ({ name, options }: Step, { state, update }: Rule, shape: Dims): Traced => {
  const leaves = ruleLeaves(shape)
  const given = (n: Node): Expr<Shape> => exprOf<Shape>(n)
  const made = update?.({
    parameter: given(leaves.parameter),
    gradient: given(leaves.gradient),
    state: Object.fromEntries(state.map((slot) => [slot, given(leaves.state(slot))])),
    step: exprOf<[]>(time.step),
    options: Object.fromEntries(Object.keys(options).map((key) => [key, exprOf<[]>(option(key))])),
  })
  const result: Readonly<Record<string, unknown>> = isExpr(made) ? { update: made } : isRecord(made) ? made : {}
  const next = isRecord(result['state']) ? result['state'] : {}
  const known = new Set<Node>([
    leaves.parameter,
    leaves.gradient,
    time.step,
    ...state.map(leaves.state),
    ...Object.keys(options).map(option),
  ])
  const problems: string[] = []
  const checked = (what: string, value: unknown): Node => {
    const at = `${name}: ${what}, of a parameter of shape ${show(shape)},`
    if (!isExpr(value)) problems.push(`${at} is no expression`)
    else if (value.problems.length > 0) problems.push(...value.problems.map((p) => `${name}: ${p}`))
    else if (!b.sameDims(value.shape, shape)) problems.push(`${at} has shape ${show(value.shape)}`)
    else {
      const stranger = topological([value.node]).find((n) => isLeaf(n) && !known.has(n))
      if (stranger === undefined) return value.node
      problems.push(
        `${at} reads ${isLeaf(stranger) ? `${stranger.op} '${stranger.arg.name}'` : stranger.op}, which is none of what it is given`,
      )
    }
    return leaves.parameter
  }
  return {
    shape,
    update: checked('its update', result['update']),
    state: Object.fromEntries(state.map((slot) => [slot, checked(`its next '${slot}'`, next[slot])])),
    problems: [
      ...problems,
      ...Object.keys(next)
        .filter((slot) => !state.includes(slot))
        .map((slot) => `${name}: there is no state '${slot}'; there is ${state.join(', ') || 'none'}`),
    ],
  }
}

const sameShape =
  (shape: Dims) =>
  (t: Traced): boolean =>
    b.sameDims(t.shape, shape)

/** A rule at a shape: as it was traced, or traced now. */
export const tracedAt = (step: Step, rule: Rule, shape: Dims): Traced | undefined =>
  rule.traced.find(sameShape(shape)) ?? (rule.update === undefined ? undefined : traced(step, rule, shape))

export const distinctShapes = (shapes: readonly Dims[]): readonly Dims[] =>
  shapes.filter((shape, i) => shapes.findIndex((other) => b.sameDims(other, shape)) === i)

/** The same optimiser with every own rule traced at these shapes: from then on it is data. */
export const tracedFor = ({ steps, problems }: Optimizer, shapes: readonly Dims[]): Optimizer => ({
  tag: 'optimizer',
  steps: steps.map((step): Step => {
    const { rule, parts } = step
    if (rule?.update !== undefined)
      return {
        ...step,
        rule: { state: rule.state, traced: distinctShapes(shapes).map((shape) => traced(step, rule, shape)) },
      }
    return parts === undefined
      ? step
      : { ...step, parts: Object.fromEntries(Object.entries(parts).map(([k, o]) => [k, tracedFor(o, shapes)])) }
  }),
  problems,
})

type Numbers = Readonly<Record<string, number>>
interface Given<O extends Numbers, S extends string> {
  readonly parameter: Expr<Shape>
  readonly gradient: Expr<Shape>
  readonly state: Readonly<Record<S, Expr<Shape>>>
  /** how many updates were made before this one */
  readonly step: Expr<[]>
  readonly options: { readonly [K in keyof O]: Expr<[]> }
}
type Made<S extends string> = [S] extends [never]
  ? AnyExpr
  : { readonly update: AnyExpr; readonly state: Readonly<Record<S, AnyExpr>> }

const makeRule = <const O extends Numbers = Record<never, number>, const S extends string = never>(of: {
  readonly name: string
  readonly options?: O
  readonly state?: readonly S[]
  readonly update: (given: Given<O, S>) => Made<S>
}): Optimizer => {
  // What is given has the options and the states that are declared here.
  const update = of.update as (given: RuleGiven) => unknown
  return {
    tag: 'optimizer',
    steps: [{ name: of.name, options: of.options ?? {}, rule: { state: of.state ?? [], traced: [], update } }],
    problems: [],
  }
}

/**
 * A rule of your own: an expression of a parameter, its gradient, what the rule remembers of it (0 at first), the number of the update (from
 * 0) and its options. It is called for every shape of parameter that a program has, so it may reduce over all of a parameter, and what it
 * makes is data: a run that uses it is resumed without your module. What it makes of the gradient goes on along the chain.
 *
 * Shapes   the update and every state: those of the parameter
 * Errors   another shape; a state that is not there; a leaf that it was not given
 * @example chain(
 *            rule({
 *              name: 'adagrad',
 *              options: { epsilon: 1e-8 },
 *              state: ['squares'],
 *              update: ({ gradient, state: { squares }, options: { epsilon } }) => {
 *                const sum = pipe(squares, add(square(gradient)))
 *                return { update: pipe(gradient, div(pipe(sqrt(sum), add(epsilon)))), state: { squares: sum } }
 *              },
 *            }),
 *            learningRate(0.1),
 *          )
 */
export const rule: typeof makeRule = takes('rule', makeRule, [record])
