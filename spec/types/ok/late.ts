import { pipe } from 'fp-ts/lib/function.js'
import type { ConvOptions } from '../../../src/shape/conv2d.ts'
import type { Dim } from '../../../src/shape/Dim.ts'
import type { Shape } from '../../../src/shape/Shape.ts'
import {
  add,
  convolve,
  flat,
  hasShape,
  input,
  join,
  layer,
  layerOf,
  matching,
  normal,
  part,
  sum,
  times,
  view,
  type Shaped,
} from '../surface.ts'

declare const late: number
declare const anyRank: Shaped<Shape>
declare const either: 20 | 32
declare const options: ConvOptions

// a size known late passes every check, and a known one beside it is kept
hasShape<[10]>()(pipe(input('x', late), layerOf(784, 10)))
hasShape<[number]>()(pipe(input('x', 7, 7, late), flat))
hasShape<[5]>()(pipe(input('x', late), add(input('b', 5))))
hasShape<[number]>()(pipe(input('x', late), add(input('b', 1))))
hasShape<[number, 3]>()(pipe(input('x', late, 4), times(input('w', 4, 3))))
hasShape<[number]>()(pipe(input('x', late), join(input('y', 10))))
hasShape<[7, 7, 32]>()(pipe(input('x', late), view(7, 7, 32)))
hasShape<[number]>()(pipe(input('x', 20), part(0, late, 20)))
hasShape<[20]>()(pipe(input('x', late), normal(20)))
hasShape<[number, 14, 8]>()(pipe(input('x', late, 28, 1), convolve({ filters: 8, kernel: 3, stride: 2 })))
hasShape<[number, number, number]>()(pipe(input('x', 28, 28, 1), convolve(options)))
hasShape<number[]>()(pipe(input('x', 2, 3), sum([late])))

// of two sizes that must be equal, the one that is known counts
hasShape<[7, 20]>()(pipe(input('a', late, 10), join(input('b', 7, 10))))
hasShape<[7, 10]>()(pipe(input('a', late, 10), matching(input('b', 7, late))))
hasShape<[7, 10]>()(pipe(input('a', late, 10), add(input('b', 7, late))))

// so does a rank
hasShape<number[]>()(pipe(anyRank, layer(20), layerOf(30, 40)))
hasShape<[number, number, 8]>()(pipe(anyRank, convolve({ filters: 8, kernel: 3 })))
hasShape<[4]>()(pipe(anyRank, view(4)))

// one of several literals: whichever it is, it may fit
hasShape<[5]>()(pipe(input('x', either), layerOf(20, 5)))

// blocks that leave a size or a rank open
export const head = <D extends Dim>(h: Shaped<[D]>): Shaped<[20]> => pipe(h, layer(64), layer(20))
export const block = <D extends Dim>(h: Shaped<[28, 28, D]>): Shaped<[6272]> =>
  pipe(h, convolve({ filters: 32, kernel: 3, stride: 2 }), flat)
hasShape<[6272]>()(pipe(input('x', 28, 28, 3), block))

/** Leading axes of any rank: the layer's check waits until the block is used. */
export const rows = <P extends Dim[]>(h: Shaped<[...P, 784]>) => pipe(h, layerOf(784, 400))
hasShape<[3, 400]>()(pipe(input('x', 3, 784), rows))
