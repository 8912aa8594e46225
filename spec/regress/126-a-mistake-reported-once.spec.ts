import { pipe } from 'fp-ts/lib/function.js'
import * as e from 'elbo-ts'
import { expect, test } from 'vitest'
import { dataAgreement } from '../../src/train/agreement.ts'

/** One mistake is one message: what follows from it is not reported besides. */

const guide = pipe(
  e.given({ x: e.binary(4) }),
  e.latent('z', ({ x }) => pipe(x, e.dense(4), e.diagonalNormal(2))),
)
const latent = pipe(
  e.model,
  e.latent('z', () => e.standardNormal(2)),
)
const late = (n: number): number => n

test('a name used twice, for layers of two shapes', () => {
  const model = pipe(
    latent,
    e.observe('x', ({ z }) =>
      pipe(
        z,
        e.named('norm', e.dense(3)),
        e.relu,
        e.named('norm', e.dense(4)),
        e.named('norm', e.dense(4)),
        e.bernoulli,
      ),
    ),
  )
  expect(e.vae({ model, guide }).problems).toEqual([
    "'x': the name 'norm' is used twice; give each layer a name of its own, or tie them with share('norm', …)",
  ])
})

test('a name used twice outside every callback, for layers of two shapes', () => {
  const [a, b] = [late(3), late(4)].map((n) => e.named('norm', () => e.parameter(0, n))())
  const model = pipe(
    latent,
    e.observe('x', ({ z }) =>
      pipe(z, e.dense(3), e.add(a as e.Expr<[3]>), e.dense(4), e.add(b as e.Expr<[4]>), e.bernoulli),
    ),
  )
  expect(e.vae({ model, guide }).problems).toEqual([
    "'model': the name 'norm' is used twice; give each layer a name of its own, or tie them with share('norm', …)",
  ])
})

test('weights shared between layers of two shapes', () => {
  const model = pipe(
    latent,
    e.observe('x', ({ z }) => pipe(z, e.share('w', e.dense(3)), e.relu, e.share('w', e.dense(4)), e.bernoulli)),
  )
  expect(e.vae({ model, guide }).problems).toEqual([
    "'shared/w/dense_0/kernel': shared weights are used with shapes [2, 3] and [3, 4]",
  ])
})

test('a variable bound twice, with two shapes', () => {
  const name = ['z', 'z'] as readonly string[]
  const twice = pipe(
    e.model,
    e.latent(name[0] ?? '', () => e.standardNormal(2)),
    e.latent(name[1] ?? '', () => e.standardNormal(late(3))),
    e.observe('x', (scope) => pipe((scope as { z: e.Expr<[number]> }).z, e.linear(3, 4), e.bernoulli)),
  )
  expect(e.vae({ model: twice, guide }).problems).toEqual(["name 'z' is already bound in this program"])
})

test('a field whose shape cannot be', () => {
  const field = e.binary(late(0), 4)
  const wrong = pipe(
    e.given({ x: field }),
    e.latent('z', ({ x }) => pipe(x, e.dense(4), e.diagonalNormal(2))),
  )
  const model = pipe(
    latent,
    e.observe('x', ({ z }) => pipe(z, e.dense(4), e.bernoulli)),
  )
  const vae = e.vae({ model, guide: wrong } as never) as e.AnyVae
  expect(vae.problems).toEqual(['binary: a dimension must be a whole number of at least 1 but got 0'])
  expect(dataAgreement({ x: { shape: [4], support: 'binary' } }, vae.given)).toEqual([])
})
