import { pipe } from 'fp-ts/lib/function.js'
import { flat, input, layer, layerOf, normal, relu } from '../surface.ts'

const x = input('x', 784)

// a layer that takes another size than the one before makes
//~ Dense expects last dimension 400 but got 392
export const a = pipe(x, layer(392), relu, layerOf(400, 20))

// the same, called directly
//~ Argument of type 'Shaped<[392]>' is not assignable to parameter of type '"Dense expects last dimension 400 but got 392"'
export const b = layerOf(400, 20)(input('h', 392))

// an image where a row of pixels belongs: the last dimension is the channel
//~ Dense expects last dimension 784 but got 1
export const c = pipe(input('x', 28, 28, 1), layerOf(784, 400))

//~ Dense expects at least one dimension but got []
export const d = pipe(input('s'), layer(10))

//~ Dense expects at least one dimension but got []
export const e = pipe(input('s'), layerOf(1, 10))

// one mistake is reported once: what follows it is not blamed
export const f = pipe(
  x,
  flat,
  //~ Dense expects last dimension 783 but got 784
  layerOf(783, 400),
  relu,
  layerOf(200, 10),
)
//~ Dense expects last dimension 20 but got 784
const broken = layerOf(20, 5)(x)
export const g = relu(layerOf(7, 8)(broken))

// a head of half the size
//~ Normal over 20 needs 2 x 20 = 40 parameters in the last dimension but got 20
export const h = pipe(x, layer(20), normal(20))

//~ Normal expects at least one dimension but got []
export const i = pipe(input('s'), normal(1))

// a size that the type knows beside one that it does not
declare const late: number
//~ Dense expects last dimension 30 but got 20
export const j = pipe(input('x', late, 20), layerOf(30, 5))
