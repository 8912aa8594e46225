import * as E from 'fp-ts/lib/Either.js'
import type { Leaf } from '../../expr/leaf.ts'
import type { Node } from '../../expr/Op.ts'
import { sizeOf, type Tensor } from '../../expr/Tensor.ts'
import { evaluateNodes } from '../../interp/reference/index.ts'
import { LawBroken } from '../Gauge.ts'

/** Numbers for leaves by name: one fills the shape. */
export type Numbers = Readonly<Record<string, number | ArrayLike<number>>>

export const tensor = (shape: readonly number[], values: number | ArrayLike<number>): Tensor => ({
  shape,
  data: typeof values === 'number' ? new Float64Array(sizeOf(shape)).fill(values) : Float64Array.from(values),
})

/** What the vertices are worth in float64. A leaf without numbers breaks the law that asked. */
export const valuesAt = (roots: readonly Node[], leaf: (leaf: Leaf) => Tensor | undefined): readonly Float64Array[] => {
  const found = evaluateNodes(roots, { leaf })
  if (E.isLeft(found)) throw new LawBroken(found.left.message)
  return found.right.map(({ data }) => (data instanceof Float64Array ? data : Float64Array.from(data)))
}

export const valuesOf = (roots: readonly Node[], numbers: Numbers): readonly Float64Array[] =>
  valuesAt(roots, (leaf) => {
    const given = Object.hasOwn(numbers, leaf.arg.name) ? numbers[leaf.arg.name] : undefined
    return given === undefined ? undefined : tensor(leaf.shape, given)
  })

export const valueOf = (root: Node, numbers: Numbers): number => valuesOf([root], numbers)[0]?.[0] ?? Number.NaN
