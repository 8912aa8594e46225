import { pipe } from 'fp-ts/lib/function.js'
import { add, input, join, matching, times } from '../surface.ts'

const a20 = input('a', 20)

//~ cannot broadcast [20] with [30]: 20 vs 30
export const a = pipe(a20, add(input('b', 30)))

//~ cannot broadcast [2, 3, 4] with [5, 1, 4]: 2 vs 5
export const b = pipe(input('a', 2, 3, 4), add(input('b', 5, 1, 4)))

//~ cannot broadcast [3, 2] with [3]: 2 vs 3
export const c = pipe(input('a', 3, 2), add(input('b', 3)))

//~ matmul: inner dimensions differ: [5, 20] x [30, 5] (20 vs 30)
export const d = pipe(input('a', 5, 20), times(input('b', 30, 5)))

//~ matmul: inner dimensions differ: [20] x [30, 5] (20 vs 30)
export const e = pipe(a20, times(input('b', 30, 5)))

//~ matmul: leading dimensions do not broadcast: [2, 5, 20] x [3, 20, 5] (2 vs 3)
export const f = pipe(input('a', 2, 5, 20), times(input('b', 3, 20, 5)))

//~ matmul expects vectors or matrices but got [20] x []
export const g = pipe(a20, times(input('s')))

//~ concat on axis -1: the other dimensions differ: [2, 20] vs [3, 10]
export const h = pipe(input('a', 2, 20), join(input('b', 3, 10)))

//~ concat on axis 0: the other dimensions differ: [20, 4] vs [20, 5]
export const i = pipe(input('a', 20, 4), join(input('b', 20, 5), 0))

//~ concat: ranks differ: [20] vs [1, 20]
export const j = pipe(a20, join(input('b', 1, 20)))

//~ concat: axis 1 is out of range for [20]
export const k = pipe(a20, join(a20, 1))

//~ concat: axis -1 is out of range for []
export const l = pipe(input('s'), join(input('s')))

//~ select: shapes differ: [20] vs [1]
export const m = pipe(a20, matching(input('b', 1)))
