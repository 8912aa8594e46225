import { pipe } from 'fp-ts/lib/function.js'
import { bernoulli, conv2d, dense, type Expr, gaussian, kl, standardNormal } from 'elbo-ts'

declare const z: Expr<[20]>
declare const image: Expr<[28, 28, 1]>

// what is no option, no size, no expression, no distribution: the compiler's own words
//~ 'strides' does not exist in type 'Options<8, 3, 1, "same">'. Did you mean to write 'stride'?
export const a = pipe(image, conv2d({ filters: 8, kernel: 3, strides: 2 }))

//~ Type '"full"' is not assignable to type 'Padding'
export const b = pipe(image, conv2d({ filters: 8, kernel: 3, padding: 'full' }))

//~ Property 'kernel' is missing in type '{ filters: 8; }'
export const c = pipe(image, conv2d({ filters: 8 }))

//~ Argument of type 'string' is not assignable to parameter of type 'number'
export const d = pipe(z, dense('400'))

//~ Type '"shared"' is not assignable to type 'number | "perOutput"'
export const e = pipe(image, gaussian({ scale: 'shared' }))

//~ Argument of type 'Normal<[20]>' is not assignable to parameter of type 'Expr<Shape>'
export const f = bernoulli(standardNormal(20))

//~ Argument of type 'Expr<[20]>' is not assignable to parameter of type 'AnyDist'
export const g = kl(standardNormal(20), z)
