import type { Dims } from '../expr/Op.ts'

/** The permutation of this many axes, two or more, that exchanges the last two: what `transposeA` and `transposeB` do. */
export const lastTwoSwapped = (rank: number): Dims => [...Array(rank - 2).keys(), rank - 1, rank - 2]
