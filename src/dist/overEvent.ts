import type { Node } from '../expr/Op.ts'
import { vmap } from '../transform/vmap.ts'
import { isHole } from './Dist.ts'

/** Expressions of one number as those of an event: an axis at a time, each coordinate with its own value, noise and parameters. */
export const overEvent = (roots: readonly Node[], event: readonly number[]): readonly Node[] =>
  event.toReversed().reduce((now, size) => vmap(now, size, isHole), roots)
