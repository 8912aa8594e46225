import { pipe } from 'fp-ts/lib/function.js'
import {
  add,
  categorical,
  concat,
  conv2d,
  conv2dTranspose,
  dense,
  diagonalLaplace,
  diagonalLogNormal,
  diagonalNormal,
  flatten,
  gaussian,
  given,
  kl,
  laplace,
  linear,
  logNormal,
  logSumExp,
  matmul,
  mean,
  named,
  normal,
  real,
  relu,
  reshape,
  share,
  slice,
  standardNormal,
  sum,
  transpose,
} from 'elbo-ts'

const { h, z, y, image, scalar } = given({
  h: real(392),
  z: real(20),
  y: real(10),
  image: real(28, 28, 1),
  scalar: real(),
}).env

// a layer that takes another size than the one before makes; what follows it is not blamed
export const a = pipe(
  h,
  dense(392),
  relu,
  //~ Type 'Expr<[392]>' is not assignable to type '"Dense expects last dimension 400 but got 392"'
  linear(400, 40),
  relu,
  diagonalNormal(20),
)

// an image that was not flattened: the last dimension is the channel
//~ Dense expects last dimension 784 but got 1
export const b = pipe(image, linear(784, 400))

//~ conv2d expects [height, width, channels] but got [392]
export const c = pipe(h, conv2d({ filters: 8, kernel: 3 }))

//~ conv2dTranspose expects [height, width, channels] but got [20]
export const d = pipe(z, conv2dTranspose({ filters: 8, kernel: 3 }))

// 28 → 14 → 7 by strides of 2; the head counts one more
export const e = pipe(
  image,
  conv2d({ filters: 16, kernel: 3, stride: 2 }),
  conv2d({ filters: 32, kernel: 3, stride: 2 }),
  flatten,
  //~ Dense expects last dimension 2048 but got 1568
  linear(2048, 40),
)

//~ conv2d: stride must be a whole number of at least 1 but got 0
export const g = pipe(image, conv2d({ filters: 8, kernel: 3, stride: 0 }))

//~ conv2d: kernel 30 does not fit into [28, 28, 1] with padding 'valid'
export const j = pipe(image, conv2d({ filters: 8, kernel: 30, padding: 'valid' }))

//~ reshape: cannot view [1568] (1568 elements) as [7, 7, 30] (1470 elements)
export const l = pipe(z, dense(1568), relu, reshape(7, 7, 30))

//~ reshape: a dimension must be a whole number of at least 1 but got -1
export const m = pipe(z, reshape(4, -1))

//~ cannot broadcast [20] with [10]: 20 vs 10
export const n = pipe(z, add(y))

//~ matmul: inner dimensions differ: [20] x [10] (20 vs 10)
export const o = pipe(z, matmul(y))

// the picture was not flattened before the label is joined to it
//~ concat: ranks differ: [28, 28, 1] vs [10]
export const p = pipe(image, concat(y))

//~ transpose: [1, 0] is not an order of the axes of [28, 28, 1]
export const q = pipe(image, transpose(1, 0))

//~ slice: 30 is past the end of axis -1 of [20]
export const r = pipe(z, slice(-1, 10, 30))

//~ sum: axis 1 is out of range for [20]
export const s = pipe(z, sum(1))

//~ mean: axes [0, -3] name an axis of [28, 28, 1] twice
export const t = pipe(image, mean(0, -3))

//~ logSumExp: axis -1 is out of range for []
export const u = pipe(scalar, logSumExp(-1))

//~ Dense: its size must be a whole number of at least 1 but got 2.5
export const v = pipe(z, dense(2.5))

// as many outputs as latent dimensions: the log-variances were forgotten
//~ Normal over 20 needs 2 x 20 = 40 parameters in the last dimension but got 20
export const aa = pipe(h, dense(20), diagonalNormal(20))

//~ LogNormal over 5 needs 2 x 5 = 10 parameters in the last dimension but got 20
export const ab = pipe(z, diagonalLogNormal(5))

//~ Laplace: its size must be a whole number of at least 1 but got 0
export const ac = pipe(z, diagonalLaplace(0))

//~ gaussian with a scale per output needs an even last dimension (locations, then log-variances) but got 1
export const ad = pipe(image, gaussian({ scale: 'perOutput' }))

//~ Normal: scale must be a positive number but got -0.1
export const af = pipe(image, gaussian({ scale: -0.1 }))

//~ Normal: scale must be a positive number but got 0
export const ag = normal(z, 0)

//~ Laplace: scale must be a positive number but got -1
export const ah = laplace(0, -1)

//~ cannot broadcast [20] with [10]: 20 vs 10
export const ai = logNormal(z, y)

//~ standardNormal: a dimension must be a whole number of at least 1 but got -20
export const aj = standardNormal(-20)

//~ real: a dimension must be a whole number of at least 1 but got 0.5
export const ak = given({ x: real(0.5) })

//~ Categorical needs its categories in the last dimension but got []
export const al = pipe(scalar, categorical)

//~ KL: shapes differ: q [20] vs p [32]
export const am = kl(standardNormal(20), standardNormal(32))

//~ KL: no closed-form KL(Normal || Laplace); use elbo({ kl: 'sampled' })
export const an = kl(normal(0, 1), laplace(0, 1))

// a layer with a name, or with tied weights, is still that layer
//~ Dense expects last dimension 30 but got 20
export const aq = pipe(z, named('mean', linear(30, 10)))
//~ Dense expects last dimension 30 but got 20
export const ar = pipe(z, share('w', linear(30, 10)))
