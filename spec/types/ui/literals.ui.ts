import { pipe } from 'fp-ts/lib/function.js'
import { convolve, input, layer, layerOf, normal, part, view } from '../surface.ts'

const x = input('x', 20)
const image = input('image', 28, 28, 1)

//~ input 'x': a dimension must be a whole number of at least 1 but got 0
export const a = input('x', 28, 0)

//~ input 'x': a dimension must be a whole number of at least 1 but got -28
export const b = input('x', -28)

//~ input 'x': a dimension must be a whole number of at least 1 but got 2.5
export const c = input('x', 2.5)

//~ input 'x': a dimension must be a whole number of at least 1 but got 1e+21
export const d = input('x', 1e21)

//~ input 'x': a dimension must be a whole number of at least 1 but got 1e-7
export const e = input('x', 0.0000001)

//~ Dense: its size must be a whole number of at least 1 but got 0
export const f = pipe(x, layer(0))

//~ Dense: its input must be a whole number of at least 1 but got -20
export const g = pipe(x, layerOf(-20, 5))

//~ conv2d: stride must be a whole number of at least 1 but got 0
export const h = pipe(image, convolve({ filters: 8, kernel: 3, stride: 0 }))

//~ conv2d: kernel must be a whole number of at least 1 but got 2.5
export const i = pipe(image, convolve({ filters: 8, kernel: 2.5 }))

//~ conv2d: filters must be a whole number of at least 1 but got -8
export const j = pipe(image, convolve({ filters: -8, kernel: 3 }))

//~ reshape: a dimension must be a whole number of at least 1 but got -1
export const k = pipe(x, view(4, -1))

//~ Normal: its size must be a whole number of at least 1 but got 0.5
export const l = pipe(x, normal(0.5))

//~ slice: a bound must be a whole number of at least 0 but got -3
export const m = pipe(x, part(0, -3, 2))
