import { pipe } from 'fp-ts/lib/function.js'
import { describe, expect, test } from 'vitest'
import {
  add,
  type AnyVae,
  dense,
  diagonalNormal,
  exp,
  type Expr,
  gaussian,
  given,
  latent,
  learnedGaussian,
  model,
  named,
  normal,
  observe,
  parameter,
  real,
  reshape,
  share,
  vae,
} from 'elbo-ts'
import { decodeVae, encodeVae } from '../../src/model/codec.ts'
import { vaeParams } from '../../src/train/graphs.ts'
import { right } from '../unit/either.ts'

const namesOf = (v: AnyVae): readonly string[] => vaeParams(v).map((p) => p.arg.name)
const own = (v: AnyVae): readonly string[] => namesOf(v).filter((name) => !/^(model\/x|guide\/z)\//.test(name))

const x = given({ x: real(3) })
/** A VAE with this prior, and with this added to what the guide says. */
const over = (loc: Expr<[8]>, logScale: Expr<[8]>, shift?: Expr<[8]>): AnyVae =>
  vae({
    model: pipe(
      model,
      latent('z', () => normal(loc, exp(logScale))),
      observe('x', ({ z }) => pipe(z, dense(3), learnedGaussian())),
    ),
    guide: pipe(
      x,
      latent('z', ({ x }) =>
        shift === undefined ? pipe(x, dense(16), diagonalNormal(8)) : normal(pipe(x, dense(8), add(shift)), 1),
      ),
    ),
  })

describe('layers that are applied outside every callback', () => {
  test('are as many as were applied, however alike', () => {
    const [loc, logScale] = [parameter(0, 8), parameter(0, 8)]
    const v = over(loc, logScale)
    expect(v.problems).toEqual([])
    expect(own(v)).toEqual(['model/parameter_0/value', 'model/parameter_1/value'])
    expect(namesOf(right(decodeVae(encodeVae(v))))).toEqual(namesOf(v))
  })
  test('have the same names in a program that is made again', () => {
    const made = () => own(over(parameter(0, 8), parameter(0, 8)))
    expect(made()).toEqual(made())
  })
  test('are one where several callbacks read one', () => {
    const loc = parameter(0, 8)
    expect(own(over(loc, loc, loc))).toEqual(['model/parameter_0/value'])
    expect(own(over(loc, parameter(0, 8), parameter(0, 8)))).toEqual([
      'model/parameter_0/value',
      'model/parameter_1/value',
      'guide/parameter_0/value',
    ])
  })
  test('on one input are two layers', () => {
    const h = pipe(x.env.x, reshape(1, 3))
    const [a, b] = [pipe(h, dense(8), reshape(8)), pipe(h, dense(8), reshape(8))]
    const v = vae({
      model: pipe(
        model,
        latent('z', () => normal(parameter(0, 8), 1)),
        observe('x', ({ z }) => pipe(z, dense(3), gaussian({ scale: 1 }))),
      ),
      guide: pipe(
        x,
        latent('z', () => normal(a, exp(b))),
      ),
    })
    expect(v.problems).toEqual([])
    expect(
      namesOf(v)
        .filter((name) => name.startsWith('guide'))
        .toSorted(),
    ).toEqual(['guide/dense_0/bias', 'guide/dense_0/kernel', 'guide/dense_1/bias', 'guide/dense_1/kernel'])
  })
  test('keep a name of their own, which two may not have', () => {
    const loc = (name: string) => named(name, () => parameter(0, 8))()
    const v = over(loc('a'), loc('b'))
    expect(v.problems).toEqual([])
    expect(own(v)).toEqual(['model/a/parameter_0/value', 'model/b/parameter_0/value'])
    expect(over(loc('a'), loc('a')).problems).toEqual([
      "'model': the name 'a' is used twice; give each layer a name of its own, or tie them with share('a', …)",
    ])
    const pair = named('both', () => [loc('a'), loc('a')] as const)()
    expect(over(...pair).problems).toEqual([
      "'model': the name 'both/a' is used twice; give each layer a name of its own, or tie them with share('both/a', …)",
    ])
  })
  test('are tied where that is said', () => {
    const tied = share('w', () => parameter(0, 8))
    expect(own(over(tied(), tied()))).toEqual(['shared/w/parameter_0/value'])
  })
})
