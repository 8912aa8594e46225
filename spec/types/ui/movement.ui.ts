import { pipe } from 'fp-ts/lib/function.js'
import { input, layer, part, sum, sumKeeping, turn, view } from '../surface.ts'

const x = input('x', 2, 3, 4)
const z = input('z', 20)

//~ reshape: cannot view [1568] (1568 elements) as [7, 7, 30] (1470 elements)
export const a = pipe(z, layer(1568), view(7, 7, 30))

//~ reshape: cannot view [200000] (200000 elements) as [500, 401] (200500 elements)
export const b = pipe(input('x', 200000), view(500, 401))

//~ reshape: cannot view [2, 3, 4] (24 elements) as [] (1 elements)
export const c = pipe(x, view())

//~ transpose: [0, 0, 1] is not an order of the axes of [2, 3, 4]
export const d = pipe(x, turn(0, 0, 1))

//~ transpose: [1, 0] is not an order of the axes of [2, 3, 4]
export const e = pipe(x, turn(1, 0))

//~ transpose: [2, 0, -1] is not an order of the axes of [2, 3, 4]
export const f = pipe(x, turn(2, 0, -1))

//~ sum: axis 3 is out of range for [2, 3, 4]
export const g = pipe(x, sum([3]))

//~ sum: axis -4 is out of range for [2, 3, 4]
export const h = pipe(x, sum([0, -4]))

//~ sum: axes [0, -3] name an axis of [2, 3, 4] twice
export const i = pipe(x, sumKeeping([0, -3]))

//~ sum: axis -1 is out of range for []
export const j = pipe(x, sum('all'), sum([-1]))

//~ slice: 30 is past the end of axis -1 of [20]
export const k = pipe(z, part(-1, 10, 30))

//~ slice: nothing lies from 5 up to 5
export const l = pipe(z, part(0, 5, 5))

//~ slice: nothing lies from 7 up to 5
export const m = pipe(z, part(0, 7, 5))

//~ slice: axis 1 is out of range for [20]
export const n = pipe(z, part(1, 0, 5))
