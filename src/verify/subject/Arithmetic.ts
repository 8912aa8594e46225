import * as E from 'fp-ts/lib/Either.js'
import type { Leaf } from '../../expr/leaf.ts'
import { apply, type Node } from '../../expr/Op.ts'
import { topological } from '../../expr/walk.ts'
import { reference } from '../../interp/reference/table.ts'
import type { Plan, Session, TargetName } from '../../interp/Session.ts'
import { optimise } from '../../passes/pipeline.ts'
import { LawBroken } from '../Gauge.ts'
import type { Formula } from './Formula.ts'

/** What computes in float32, as the laws of rounding see it. */
export interface Arithmetic {
  readonly name: string
  readonly target: TargetName | 'rounding'
  readonly evaluate: (
    formulas: readonly Formula[],
    numbers: (leaf: Leaf) => Float32Array,
  ) => readonly ArrayLike<number>[]
}

/** A target's own kernels. A list of formulas is compiled once. */
export const arithmeticOf = (session: Session): Arithmetic => {
  const plans = new WeakMap<readonly Formula[], Plan>()
  const planOf = (formulas: readonly Formula[]): Plan => {
    const known = plans.get(formulas)
    if (known !== undefined) return known
    const made = session.prepare({
      outputs: Object.fromEntries(formulas.map(({ value }, i) => [`${i}`, value])),
      updates: {},
    })
    if (E.isLeft(made)) throw new LawBroken(made.left.message)
    plans.set(formulas, made.right)
    return made.right
  }
  return {
    name: session.target,
    target: session.target,
    evaluate: (formulas, numbers) => {
      const data = formulas.flatMap(({ inputs }) =>
        inputs.map(({ leaf }) => [leaf.arg.name, { shape: leaf.shape, data: numbers(leaf) }] as const),
      )
      const outputs = planOf(formulas).run({ data: new Map(data), scalars: {}, seed: 0, step: 0 })
      return formulas.map((_, i) => outputs.get(`${i}`)?.data ?? [])
    },
  }
}

const rounded = (values: Float64Array): Float64Array => Float64Array.from(values, Math.fround)

/** The roots with every vertex rounded to float32, after the passes that all targets have: what a target with perfect kernels gives. */
const inFloat32 = (roots: readonly Node[], numbers: (leaf: Node) => Float64Array): readonly Float64Array[] => {
  const { outputs } = optimise(
    { outputs: Object.fromEntries(roots.map((root, i) => [`${i}`, root])), updates: {} },
    'generated',
  )
  const ends = roots.map((root, i) => outputs[`${i}`] ?? root)
  const values = new Map<Node, Float64Array>()
  const valueOf = (operand: Node | undefined): Float64Array => (operand && values.get(operand)) ?? new Float64Array()
  for (const vertex of topological(ends))
    values.set(vertex, rounded(apply(reference, vertex, { valueOf, leaf: numbers })))
  return ends.map(valueOf)
}

/** No target: float64 with every vertex rounded. What it finds is the formula's own fault. */
export const rounding: Arithmetic = {
  name: 'rounding',
  target: 'rounding',
  evaluate: (formulas, numbers) =>
    inFloat32(
      formulas.map(({ value }) => value),
      (leaf) => Float64Array.from(numbers(leaf as Leaf)),
    ),
}
