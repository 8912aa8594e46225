import { pipe } from 'fp-ts/lib/function.js'
import { convolve, flat, input, layer, layerOf, relu, spread } from '../surface.ts'

const image = input('image', 28, 28, 1)

//~ conv2d expects [height, width, channels] but got [784]
export const a = pipe(input('x', 784), convolve({ filters: 8, kernel: 3 }))

// a batch axis is not there
//~ conv2d expects [height, width, channels] but got [128, 28, 28, 1]
export const b = pipe(input('x', 128, 28, 28, 1), convolve({ filters: 8, kernel: 3 }))

//~ conv2dTranspose expects [height, width, channels] but got [49]
export const c = pipe(input('z', 20), layer(49), spread({ filters: 8, kernel: 3, stride: 2 }))

//~ conv2d: kernel 5 does not fit into [4, 4, 8] with padding 'valid'
export const d = pipe(image, convolve({ filters: 8, kernel: 3, stride: 7 }), convolve({ filters: 4, kernel: 5, padding: 'valid' }))

//~ conv2d: kernel 5 does not fit into [28, 4, 1] with padding 'valid'
export const e = pipe(input('strip', 28, 4, 1), convolve({ filters: 8, kernel: 5, padding: 'valid' }))

// 28 / 2 / 2 = 7, and 7 · 7 · 32 = 1568
export const f = pipe(
  image,
  convolve({ filters: 16, kernel: 3, stride: 2 }),
  relu,
  convolve({ filters: 32, kernel: 3, stride: 2 }),
  flat,
  //~ Dense expects last dimension 1576 but got 1568
  layerOf(1576, 40),
)
