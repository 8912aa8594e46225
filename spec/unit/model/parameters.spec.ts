import { pipe } from 'fp-ts/lib/function.js'
import { describe, expect, test } from 'vitest'
import {
  add,
  type AnyVae,
  bernoulli,
  binary,
  conv2d,
  define,
  dense,
  diagonalNormal,
  type Expr,
  flatten,
  gaussian,
  given,
  latent,
  learnedGaussian,
  model,
  named,
  normal,
  observe,
  real,
  relu,
  reshape,
  share,
  softplus,
  standardNormal,
  vae,
} from 'elbo-ts'
import { vaeParams } from '../../../src/train/graphs.ts'

const shapesOf = (v: AnyVae): Readonly<Record<string, readonly number[]>> =>
  Object.fromEntries(vaeParams(v).map((p) => [p.arg.name, p.shape]))
const namesOf = (v: AnyVae): readonly string[] => Object.keys(shapesOf(v))

const guide = pipe(
  given({ x: real(3) }),
  latent('z', ({ x }) => pipe(x, dense(4), diagonalNormal(2))),
)
const model2 = pipe(
  model,
  latent('z', () => standardNormal(2)),
)
/** With a given decoder, or a given way from the data to the latent. */
const decoding = (to: (z: Expr<[2]>) => Expr<[3]>): AnyVae =>
  vae({
    model: pipe(
      model2,
      observe('x', ({ z }) => pipe(to(z), gaussian({ scale: 1 }))),
    ),
    guide,
  })

describe('parameters have the name of their path', () => {
  test('half, variable, kind and number, role; with the shapes of the layers', () => {
    const v = vae({
      model: pipe(
        model,
        latent('z', () => standardNormal(20)),
        observe('x', ({ z }) => pipe(z, dense(400), relu, dense(784), reshape(28, 28, 1), bernoulli)),
      ),
      guide: pipe(
        given({ x: binary(28, 28, 1) }),
        define('h', ({ x }) => pipe(x, conv2d({ filters: 8, kernel: 3, stride: 2 }), flatten)),
        latent('z', ({ h }) => pipe(h, dense(40), diagonalNormal(20))),
      ),
    })
    expect(v.problems).toEqual([])
    expect(shapesOf(v)).toEqual({
      'model/x/dense_0/kernel': [20, 400],
      'model/x/dense_0/bias': [400],
      'model/x/dense_1/kernel': [400, 784],
      'model/x/dense_1/bias': [784],
      'guide/h/conv2d_0/kernel': [3, 3, 1, 8],
      'guide/h/conv2d_0/bias': [8],
      'guide/z/dense_0/kernel': [1568, 40],
      'guide/z/dense_0/bias': [40],
    })
  })

  test('both halves may have layers under one latent’s name', () => {
    const v = vae({
      model: pipe(
        model,
        latent('z2', () => standardNormal(2)),
        latent('z', ({ z2 }) => pipe(z2, dense(4), diagonalNormal(2))),
        observe('x', ({ z }) => pipe(z, dense(3), learnedGaussian())),
      ),
      guide: pipe(
        guide,
        latent('z2', ({ z }) => pipe(z, dense(4), diagonalNormal(2))),
      ),
    })
    expect(v.problems).toEqual([])
    expect(namesOf(v).filter((n) => n.endsWith('kernel') || n.endsWith('logScale'))).toEqual([
      'model/z/dense_0/kernel',
      'model/x/dense_0/kernel',
      'model/x/learnedGaussian_0/logScale',
      'guide/z/dense_0/kernel',
      'guide/z2/dense_0/kernel',
    ])
  })

  test('a decoder that two VAEs use has the same names in both: each is a program of its own', () => {
    const decode = (z: Expr<[2]>) => pipe(z, dense(5), relu, dense(3))
    expect(namesOf(decoding(decode))).toEqual(namesOf(decoding(decode)))
  })
})

describe('named', () => {
  test('puts its name into the path, one within the other', () => {
    const v = decoding((z) =>
      pipe(
        z,
        named('trunk', (h) => pipe(h, dense(5), relu, named('last', dense(6)))),
        dense(3),
      ),
    )
    expect(v.problems).toEqual([])
    expect(namesOf(v).filter((n) => n.startsWith('model') && n.endsWith('kernel'))).toEqual([
      'model/x/trunk/dense_0/kernel',
      'model/x/trunk/last/dense_0/kernel',
      'model/x/dense_0/kernel',
    ])
  })

  test('tells two equal layers on one input apart', () => {
    const v = vae({
      model: pipe(
        model2,
        observe('x', ({ z }) => pipe(z, dense(3), gaussian({ scale: 1 }))),
      ),
      guide: pipe(
        given({ x: real(3) }),
        latent('z', ({ x }) => normal(pipe(x, named('mean', dense(2))), pipe(x, named('scale', dense(2)), softplus))),
      ),
    })
    expect(v.problems).toEqual([])
    expect(namesOf(v).filter((n) => n.startsWith('guide'))).toEqual([
      'guide/z/mean/dense_0/kernel',
      'guide/z/mean/dense_0/bias',
      'guide/z/scale/dense_0/kernel',
      'guide/z/scale/dense_0/bias',
    ])
  })

  test('twice in one place is refused', () => {
    const v = decoding((z) => pipe(pipe(z, named('a', dense(3))), add(pipe(z, named('a', dense(3))))))
    expect(v.problems).toEqual([
      "'x': the name 'a' is used twice; give each layer a name of its own, or tie them with share('a', …)",
    ])
  })
})

describe('two equal layers on one input', () => {
  const twice = (z: Expr<[2]>) => pipe(pipe(z, dense(3)), add(pipe(z, dense(3))))

  test('are refused, not silently one', () => {
    expect(decoding(twice).problems).toEqual([
      "'x': dense(3) is applied twice to the same input, which would be one layer; tell them apart with named('mean', dense(3)), or tie them with share('w', dense(3))",
    ])
  })

  test('are refused with the path of where they are', () => {
    const v = decoding((z) => pipe(z, named('heads', twice)))
    expect(v.problems).toEqual([
      "'x/heads': dense(3) is applied twice to the same input, which would be one layer; tell them apart with named('mean', dense(3)), or tie them with share('w', dense(3))",
    ])
  })

  test('are two layers in two places, of two sizes, or on two inputs', () => {
    const places = (z: Expr<[2]>) => pipe(z, named('a', dense(3)), add(pipe(z, named('b', dense(3)))))
    const sizes = (z: Expr<[2]>) => pipe(z, dense(3), add(pipe(z, dense(1))))
    const inputs = (z: Expr<[2]>) => pipe(z, dense(3), add(pipe(z, relu, dense(3))))
    expect([places, sizes, inputs].map((to) => decoding(to).problems)).toEqual([[], [], []])
    expect([places, sizes, inputs].map((to) => vaeParams(decoding(to)).length)).toEqual([6, 6, 6])
  })
})

describe('share', () => {
  const siamese = (right: number): AnyVae =>
    vae({
      model: pipe(
        model2,
        observe('a', ({ z }) => pipe(z, dense(3), gaussian({ scale: 1 }))),
        observe('b', ({ z }) => pipe(z, dense(right), gaussian({ scale: 1 }))),
      ),
      guide: pipe(
        given({ a: real(3), b: real(right) }),
        latent('z', ({ a, b }) =>
          pipe(a, share('view', dense(4)), add(pipe(b, share('view', dense(4)))), diagonalNormal(2)),
        ),
      ),
    })

  test('ties weights: one parameter for all uses', () => {
    const v = siamese(3)
    expect(v.problems).toEqual([])
    expect(namesOf(v).filter((n) => n.includes('shared'))).toEqual([
      'shared/view/dense_0/kernel',
      'shared/view/dense_0/bias',
    ])
    expect(vaeParams(v)).toHaveLength(6)
  })

  test('ties across the halves, under one name', () => {
    const v = vae({
      model: pipe(
        model2,
        observe('x', ({ z }) => pipe(z, share('w', dense(3)), gaussian({ scale: 1 }))),
      ),
      guide: pipe(
        given({ x: real(3) }),
        latent('z', ({ x }) => pipe(x, dense(2), share('w', dense(3)), dense(4), diagonalNormal(2))),
      ),
    })
    expect(v.problems).toEqual([])
    expect(namesOf(v).filter((n) => n.endsWith('kernel'))).toEqual([
      'shared/w/dense_0/kernel',
      'guide/z/dense_0/kernel',
      'guide/z/dense_1/kernel',
    ])
  })

  test('ties on one input too: that was said', () => {
    const v = decoding((z) => pipe(z, share('w', dense(3)), add(pipe(z, share('w', dense(3))))))
    expect(v.problems).toEqual([])
    expect(vaeParams(v)).toHaveLength(4)
  })

  test('of layers with other shapes is refused', () => {
    expect(siamese(5).problems).toEqual([
      "'shared/view/dense_0/kernel': shared weights are used with shapes [3, 4] and [5, 4]",
    ])
  })

  test('of three shapes is refused twice: each is compared with the first', () => {
    const shared = (x: Expr<[number]>) => pipe(x, share('w', dense(2)))
    const v = vae({
      model: pipe(
        model2,
        observe('a', ({ z }) => pipe(z, dense(3), gaussian({ scale: 1 }))),
      ),
      guide: pipe(
        given({ a: real(3), b: real(4), c: real(5) }),
        latent('z', ({ a, b, c }) => pipe(shared(a), add(shared(b)), add(shared(c)), dense(4), diagonalNormal(2))),
      ),
    })
    expect(v.problems).toEqual([
      "'shared/w/dense_0/kernel': shared weights are used with shapes [3, 2] and [4, 2]",
      "'shared/w/dense_0/kernel': shared weights are used with shapes [3, 2] and [5, 2]",
    ])
  })

  test('of weights that start at other values is refused', () => {
    const likelihood = (initial: number) => (z: Expr<[2]>) =>
      pipe(z, dense(3), share('s', learnedGaussian({ initial })))
    const v = vae({
      model: pipe(
        model2,
        observe('a', ({ z }) => likelihood(1)(z)),
        observe('b', ({ z }) => likelihood(2)(z)),
      ),
      guide: pipe(
        given({ a: real(3), b: real(3) }),
        latent('z', ({ a }) => pipe(a, dense(4), diagonalNormal(2))),
      ),
    })
    expect(v.problems).toEqual(["'shared/s/learnedGaussian_0/logScale': shared weights start from different values"])
  })
})
