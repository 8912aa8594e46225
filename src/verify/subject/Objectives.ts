import type * as fc from 'fast-check'
import * as b from '../../expr/build.ts'
import type { Leaf } from '../../expr/leaf.ts'
import { node } from '../../expr/node.ts'
import type { Node } from '../../expr/Op.ts'
import type { Tensor } from '../../expr/Tensor.ts'
import { lossOf, type Measured, measure, measureBatch, type Objective } from '../../model/objective.ts'
import type { Horizon } from '../../schedule/index.ts'
import type { AnyVae } from '../../model/Vae.ts'
import type { ProgramSample, TaskSample } from '../arbitrary/programs.ts'
import { valuesAt } from '../oracle/numbers.ts'

/** How objectives become expressions: what a wrong subject replaces. */
export interface Objectives {
  readonly name: string
  readonly measure: (vae: AnyVae, objective: Objective, data: (name: string) => Node) => Measured<Node>
  readonly measureBatch: (
    vae: AnyVae,
    objective: Objective,
    data: (name: string) => Node,
    size: number,
  ) => Measured<Node>
  readonly lossOf: (
    objective: Objective,
    measured: Measured<Node>,
    horizon: Horizon,
    step: Node,
  ) => { readonly loss: Node; readonly beta: Node | undefined }
  /** one program and its objective to try them on; default: random ones */
  readonly own?: { readonly objective: Objective; readonly samples: fc.Arbitrary<TaskSample> }
}
export const objectives: Objectives = { name: 'objectives', measure, measureBatch, lossOf }

/** Random schedules end within it. */
export const horizon: Horizon = { stepsPerEpoch: 5, epochs: 4 }

export const dataOf =
  (vae: AnyVae) =>
  (name: string): Node => {
    const field = vae.given[name]
    return field === undefined
      ? b.constant(Number.NaN)
      : node('data', { name, shape: field.shape, support: field.support })
  }

/** A number for each datum of a minibatch: which datum of the sample's endless data, and with which noise. */
export type Rows = readonly number[]
export const firstRows = (size: number): Rows => Array.from({ length: size }, (_, i) => i)

const isVaried = (leaf: Leaf): boolean => leaf.op === 'data' || leaf.op === 'noise'

/** The same program's sample on its n-th datum. */
const onDatum =
  (sample: ProgramSample, datum: number) =>
  (leaf: Leaf): Tensor => {
    const own = { ...leaf, arg: { ...leaf.arg, name: `${leaf.arg.name}#${datum}` } } as Leaf
    return sample.values(isVaried(leaf) ? own : leaf)
  }

const numbersOf = (leaf: Leaf, step: number, otherwise: (leaf: Leaf) => Tensor): Tensor =>
  leaf.op === 'scalar' ? { shape: [], data: Float64Array.of(step) } : otherwise(leaf)

/** Values of a program for one datum. */
export const onOne = (sample: ProgramSample, datum: number, step = 0): ((leaf: Leaf) => Tensor) => {
  const values = onDatum(sample, datum)
  return (leaf) => numbersOf(leaf, step, values)
}

/** Values of a program over a minibatch: leaves that differ from datum to datum have the rows' data in front. */
export const onRows =
  (sample: ProgramSample, rows: Rows, step = 0): ((leaf: Leaf) => Tensor) =>
  (leaf) =>
    numbersOf(leaf, step, (given) => {
      if (!isVaried(given)) return sample.values(given)
      const one = { ...given, shape: given.shape.slice(1), arg: { ...given.arg, shape: given.shape.slice(1) } } as Leaf
      return { shape: given.shape, data: Float64Array.from(rows.flatMap((row) => [...onDatum(sample, row)(one).data])) }
    })

/** What is measured, in numbers. */
export interface Numbers {
  readonly bound: number | undefined
  readonly reconstruction: number
  readonly kl: Readonly<Record<string, readonly number[]>>
}
export const numbers = (measured: Measured<Node>, values: (leaf: Leaf) => Tensor): Numbers => {
  const names = Object.keys(measured.kl)
  const [reconstruction, bound, ...kls] = valuesAt(
    [measured.reconstruction, measured.bound ?? measured.reconstruction, ...Object.values(measured.kl)],
    values,
  )
  return {
    bound: measured.bound === undefined ? undefined : bound?.[0],
    reconstruction: reconstruction?.[0] ?? Number.NaN,
    kl: Object.fromEntries(names.map((name, i) => [name, [...(kls[i] ?? [])]])),
  }
}
export const totalKl = ({ kl }: Numbers): number =>
  Object.values(kl)
    .flat()
    .reduce((sum, x) => sum + x, 0)
