import { add } from '../expr/build.ts'
import type { Node } from '../expr/Op.ts'

/** Uniform noise in the middle of its cell of 2⁻²³: a level for a quantile function, never 0, and below 1 in float32. */
export const level = (uniform: Node): Node => add(uniform, 2 ** -24)
