import type { AnyDist } from '../dist/Dist.ts'
import { jointValues } from '../dist/enumerate.ts'
import { logProb } from '../dist/family.ts'
import * as b from '../expr/build.ts'
import { node } from '../expr/node.ts'
import type { Node, NodeOf } from '../expr/Op.ts'
import { topological } from '../expr/walk.ts'
import { substitute } from '../expr/substitute.ts'
import { vmap } from '../transform/vmap.ts'
import type { Choose, Elaborated } from './elaborate.ts'

/** Sums over latents that the guide enumerates: elaborate with {@link enumerating}, then sum what was made of it. */

const isEnumerated = (dist: AnyDist): boolean => dist.sampling === 'enumerated'

/** Stands for the value of an enumerated latent until {@link overValues} puts all of them there; no target ever sees it. */
const valueLeaf = (dist: AnyDist, name: string): NodeOf<'data'> =>
  node('data', { name: `any value of ${name}`, shape: dist.shape, support: dist.support })

/** As `choose`, but an enumerated latent has no value yet: what is made of it is for {@link expectation}. */
export const enumerating =
  (choose: Choose): Choose =>
  (dist, name) =>
    isEnumerated(dist) ? { value: valueLeaf(dist, name), dist } : choose(dist, name)

/** Log-probabilities [values] of all values of the enumerated latents together, and the roots at them: [values, ...root]. */
const overValues = (e: Elaborated, roots: readonly Node[]): { readonly logQ: Node; readonly at: readonly Node[] } => {
  const summed = [...e.posteriors].filter(([, dist]) => isEnumerated(dist))
  const values = jointValues(summed.map(([, dist]) => dist))
  const leaves = summed.map(([name, dist]) => valueLeaf(dist, name))
  const byName = new Map(leaves.map((leaf, i) => [leaf.arg.name, values[i]]))
  const valuesFor = (leaf: Node): Node | undefined => (leaf.op === 'data' ? byName.get(leaf.arg.name) : undefined)
  const logQ = b.addAll(summed.map(([, dist], i) => logProb(dist, leaves[i] ?? b.constant(Number.NaN))))
  const mapped = vmap([logQ, ...roots], values[0]?.shape[0] ?? 1, (leaf) => valuesFor(leaf) !== undefined)
  const [probabilities = logQ, ...at] = substitute(mapped, valuesFor)
  return { logQ: probabilities, at }
}

/** Whether a root is made of a value that is still to be summed over. */
const isOpen = (e: Elaborated, root: Node): boolean => {
  const leaves = new Set<Node>([...e.posteriors].map(([name, dist]) => valueLeaf(dist, name)))
  return topological([root]).some((n) => leaves.has(n))
}

/** Σₖ q(k) root(k) over the values of the enumerated latents. What no value enters stays as it is. */
export const expectation = (e: Elaborated, roots: readonly Node[]): readonly Node[] => {
  const open = roots.filter((root) => isOpen(e, root))
  if (open.length === 0) return roots
  const { logQ, at } = overValues(e, open)
  const weigh = (x: Node): Node =>
    b.sum(b.mul(b.reshape(b.exp(logQ), [...logQ.shape, ...x.shape.slice(1).map(() => 1)]), x), [0])
  const sums = new Map(open.map((root, i) => [root, weigh(at[i] ?? root)]))
  return roots.map((root) => sums.get(root) ?? root)
}

/** log Σₖ q(k) exp root(k), of a number. */
export const logExpectation = (e: Elaborated, root: Node): Node => {
  if (![...e.posteriors.values()].some(isEnumerated)) return root
  const { logQ, at } = overValues(e, [root])
  return b.logSumExp(b.add(logQ, at[0] ?? root))
}
