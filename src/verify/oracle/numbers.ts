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

/** A function of every number, in a loop: weights are many. */
export const mapped = (data: Tensor['data'], f: (x: number, i: number) => number): Float64Array => {
  const out = new Float64Array(data.length)
  for (let i = 0; i < data.length; i++) out[i] = f(data[i] ?? Number.NaN, i)
  return out
}

/** The largest size of a number. */
export const largest = ({ data }: Tensor): number => {
  let most = 0
  for (let i = 0; i < data.length; i++) most = Math.max(most, Math.abs(data[i] ?? Number.NaN))
  return most
}

/** Whether two tensors' numbers are equal to the last bit, or at most this far apart. */
export const alike = (a: Tensor, b: Tensor, allowed: number): boolean => {
  if (a.data.length !== b.data.length) return false
  for (let i = 0; i < a.data.length; i++) {
    const [x, y] = [a.data[i] ?? Number.NaN, b.data[i] ?? Number.NaN]
    if (!Object.is(x, y) && !(Math.abs(x - y) <= allowed)) return false
  }
  return true
}
