import { pipe } from 'fp-ts/lib/function.js'
import { convolve, flat, hasShape, input, join, layer, layerOf, normal, relu, spread, view } from '../surface.ts'

const x = input('x', 784)
hasShape<[784]>()(x)
hasShape<[28, 28, 1]>()(input('image', 28, 28, 1))

export const encoder = pipe(x, layer(400), relu, layerOf(400, 40), normal(20))
hasShape<[20]>()(encoder)

export const narrow = pipe(
  input('image', 28, 28, 1),
  convolve({ filters: 16, kernel: 3, stride: 2 }),
  relu,
  convolve({ filters: 32, kernel: 3, stride: 2 }),
  relu,
  flat,
)
hasShape<[1568]>()(narrow)

export const widen = pipe(
  input('z', 20),
  layer(1568),
  view(7, 7, 32),
  spread({ filters: 16, kernel: 3, stride: 2 }),
  relu,
  spread({ filters: 1, kernel: 3, stride: 2 }),
)
hasShape<[28, 28, 1]>()(widen)

export const valid = pipe(
  input('image', 28, 28, 1),
  convolve({ filters: 6, kernel: 5, padding: 'valid' }),
  convolve({ filters: 16, kernel: 4, stride: 2, padding: 'valid' }),
)
hasShape<[11, 11, 16]>()(valid)

export const validWider = pipe(input('h', 5, 5, 3), spread({ filters: 4, kernel: 3, stride: 2, padding: 'valid' }))
hasShape<[11, 11, 4]>()(validWider)

/** Odd sizes round up; strides of several digits divide too. */
export const odd = pipe(input('image', 225, 1000, 3), convolve({ filters: 8, kernel: 11, stride: 32 }))
hasShape<[8, 32, 8]>()(odd)

export const conditional = pipe(input('z', 20), join(input('y', 10)), layer(400))
hasShape<[400]>()(conditional)

/** A layer acts on the last dimension whatever stands before it. */
export const positions = pipe(input('x', 12, 64), layer(32))
hasShape<[12, 32]>()(positions)
