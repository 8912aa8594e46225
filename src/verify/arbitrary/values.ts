import type { Leaf } from '../../expr/leaf.ts'
import type { Dims, Support } from '../../expr/Op.ts'
import { sizeOf, type Tensor } from '../../expr/Tensor.ts'
import { type Random, random } from './random.ts'

const oneHot = (shape: Dims, { below }: Random): Float64Array => {
  const classes = shape.at(-1) ?? 1
  const values = new Float64Array(sizeOf(shape))
  for (let row = 0; row < values.length; row += classes) values[row + below(classes)] = 1
  return values
}

const inSupport = (support: Support, { below, within }: Random): number => {
  switch (support) {
    case 'real':
      return within(-2, 2)
    case 'positive':
      return within(0.1, 3)
    case 'unit':
      return within(0, 1)
    case 'binary':
    case 'oneHot':
      return below(2)
    case 'count':
      return below(5)
  }
}

const hash = (name: string): number =>
  [...name].reduce((h, c) => Math.imul(h ^ c.charCodeAt(0), 0x01000193), 0x811c9dc5)

/** Numbers for a leaf: of its kind, exact in float32, decided by the seed and its name alone. */
export const valuesOf = (leaf: Leaf, seed: number): Tensor => {
  const source = random(seed ^ hash(leaf.arg.name))
  const each = (value: () => number): Float64Array => Float64Array.from({ length: sizeOf(leaf.shape) }, value)
  switch (leaf.op) {
    case 'data':
      return {
        shape: leaf.shape,
        data:
          leaf.arg.support === 'oneHot' ? oneHot(leaf.shape, source) : each(() => inSupport(leaf.arg.support, source)),
      }
    case 'noise':
      return {
        shape: leaf.shape,
        data: each(() => (leaf.arg.law === 'uniform' ? source.within(0, 1) : source.within(-2, 2))),
      }
    case 'param':
    case 'state':
    case 'scalar':
      return { shape: leaf.shape, data: each(() => source.within(-2, 2)) }
  }
}
