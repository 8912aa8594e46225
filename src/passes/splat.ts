import { constant } from '../expr/build.ts'
import type { Dims, Node } from '../expr/Op.ts'

/** The one number that fills a constant. */
export const splatOf = (node: Node | undefined): number | undefined =>
  node?.op === 'const' && node.arg.values.length === 1 ? node.arg.values[0] : undefined

/** A constant of one number in this shape. */
export const splat = (value: number, shape: Dims): Node => constant(value, shape)

/** Whether a constant is exactly this number; 0 stands for both zeros. */
export const isSplat = (node: Node | undefined, value: number): boolean => splatOf(node) === value
