import { pipe } from 'fp-ts/lib/function.js'
import { add, convolve, flat, hasShape, input, join, layer, layerOf, normal, relu, spread, view } from '../surface.ts'

/** Shapes of a convolutional VAE with three levels of latents: 20 layers with weights. */
const x = input('x', 64, 64, 3)
const trunk = pipe(
  x,
  convolve({ filters: 32, kernel: 4, stride: 2 }),
  relu,
  convolve({ filters: 64, kernel: 4, stride: 2 }),
  relu,
  convolve({ filters: 128, kernel: 4, stride: 2 }),
  relu,
  convolve({ filters: 256, kernel: 4, stride: 2 }),
  relu,
  flat,
  layer(512),
  relu,
)
const z1 = pipe(trunk, layerOf(512, 256), relu, layerOf(256, 128), normal(64))
const z2 = pipe(trunk, join(z1), layerOf(576, 256), relu, layerOf(256, 64), normal(32))
const z3 = pipe(trunk, join(z2), layerOf(544, 128), relu, layerOf(128, 32), normal(16))
const top = pipe(z3, layer(128), relu, layerOf(128, 512), relu)
const middle = pipe(z2, join(z3), layer(512), add(top), relu)
const bottom = pipe(z1, layer(512), add(middle), relu, layerOf(512, 4096), view(4, 4, 256))
const out = pipe(
  bottom,
  spread({ filters: 128, kernel: 4, stride: 2 }),
  relu,
  spread({ filters: 64, kernel: 4, stride: 2 }),
  relu,
  spread({ filters: 32, kernel: 4, stride: 2 }),
  relu,
  spread({ filters: 3, kernel: 4, stride: 2 }),
)
hasShape<[64, 64, 3]>()(out)
