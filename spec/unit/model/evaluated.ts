import type { Leaf } from '../../../src/expr/leaf.ts'
import { evaluateNodes } from '../../../src/interp/reference/evaluate.ts'
import type { Node } from '../../../src/expr/Op.ts'
import { right } from '../either.ts'

/** Numbers for leaves, by what the leaf is and its name: `noise z`, `param model/x/dense_0/kernel`, `data x`, `scalar step`. */
export type Feeds = Readonly<Record<string, readonly number[]>>

/** What vertices are worth in float64, each as a row-major list. */
export const evaluated = (roots: readonly Node[], feeds: Feeds): readonly (readonly number[])[] =>
  right(
    evaluateNodes(roots, {
      leaf: (leaf: Leaf) => {
        const values = feeds[`${leaf.op} ${leaf.arg.name}`]
        return values === undefined ? undefined : { shape: leaf.shape, data: Float64Array.from(values) }
      },
    }),
  ).map((t) => [...t.data])

/** {@link evaluated} for one vertex of shape []. */
export const numberOf = (root: Node, feeds: Feeds): number => evaluated([root], feeds)[0]?.[0] ?? Number.NaN
