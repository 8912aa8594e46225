import { pipe } from 'fp-ts/lib/function.js'
import { add, hasShape, input, layerOf, matching, type Shaped } from '../surface.ts'
import type { Dim } from '../../../src/shape/Dim.ts'

declare const late: number

// what is known is still checked, and `?` stands for what is not
//~ select: shapes differ: [?, 20] vs [?, 30]
export const a = pipe(input('a', late, 20), matching(input('b', late, 30)))

//~ cannot broadcast [?, 4] with [5]: 4 vs 5
export const b = pipe(input('a', late, 4), add(input('b', 5)))

// a block that takes any size cannot contain a layer that takes one
//~ Dense expects last dimension 400 but got ${showDim<D>}
export const c = <D extends Dim>(h: Shaped<[D]>) => pipe(h, layerOf(400, 3))

// the test's own probe: it tells a late size from a known one
//~ missing the following properties from type '{ readonly expected: [20]; readonly found: [number]; }'
hasShape<[20]>()(input('x', late))
