import { pipe } from 'fp-ts/lib/function.js'
import { describe, expect, test } from 'vitest'
import {
  bernoulli,
  define,
  dense,
  diagonalNormal,
  gaussian,
  given,
  latent,
  linear,
  model,
  observe,
  real,
  relu,
  reshape,
  standardNormal,
  vae,
} from 'elbo-ts'

const n = (size: number): number => size
const x = given({ x: real(3) })

describe('a program', () => {
  test('is a value: extending it leaves it as it was', () => {
    const one = pipe(
      x,
      latent('z', ({ x }) => pipe(x, dense(4), diagonalNormal(2))),
    )
    const two = pipe(
      one,
      latent('w', () => standardNormal(2)),
    )
    expect(one.sites.map((s) => s.name)).toEqual(['z'])
    expect(Object.keys(one.env)).toEqual(['x', 'z'])
    expect(two.sites.map((s) => s.name)).toEqual(['z', 'w'])
    expect(model.sites).toEqual([])
  })

  test('has its sites in order, definitions among none of them', () => {
    const p = pipe(
      model,
      latent('b', () => standardNormal(2)),
      define('h', ({ b }) => pipe(b, dense(3), relu)),
      latent('a', ({ h }) => pipe(h, dense(4), diagonalNormal(2))),
      observe('x', ({ a, b, h }) => pipe(a, dense(1), (y) => (b.shape, h.shape, pipe(y, bernoulli)))),
    )
    expect(p.sites.map((s) => [s.kind, s.name])).toEqual([
      ['latent', 'b'],
      ['latent', 'a'],
      ['observed', 'x'],
    ])
    expect(p.problems).toEqual([])
  })

  test('may use names that every object has', () => {
    const p = pipe(
      model,
      latent('toString', () => standardNormal(2)),
      latent('constructor', () => standardNormal(2)),
      observe('x', (env) => pipe(env.constructor, dense(1), bernoulli)),
    )
    expect(p.problems).toEqual([])
    expect(p.sites.map((s) => s.name)).toEqual(['toString', 'constructor', 'x'])
  })
})

describe('a mistake is told once', () => {
  test('with the step that it is in, and not by the steps that read its result', () => {
    const p = pipe(
      x,
      define('h', ({ x }) => pipe(x, linear(n(4), 5), relu)),
      define('g', ({ h }) => pipe(h, dense(5))),
      latent('z', ({ g }) => pipe(g, dense(4), diagonalNormal(2))),
      latent('w', ({ z, h }) => pipe(z, dense(3), (a) => (h.shape, pipe(a, dense(4), diagonalNormal(2))))),
    )
    expect(p.problems).toEqual(["'h': Dense expects last dimension 4 but got 3"])
  })

  test('where a broken latent is read, its shape is not blamed', () => {
    const p = pipe(
      x,
      latent('z', ({ x }) => pipe(x, dense(n(2)), diagonalNormal(2))),
      latent('w', ({ z }) => pipe(z, linear(2, 8), reshape(2, 4), diagonalNormal(2))),
    )
    expect(p.problems).toEqual(["'z': Normal over 2 needs 2 x 2 = 4 parameters in the last dimension but got 2"])
  })

  test('where a half is broken, the other is compared with what it has', () => {
    const guide = pipe(
      x,
      latent('z', ({ x }) => pipe(x, dense(n(2)), diagonalNormal(2))),
      latent('w', () => standardNormal(n(7))),
    )
    const p = pipe(
      model,
      latent('z', () => standardNormal(2)),
      latent('w', () => standardNormal(n(5))),
      observe('x', ({ z }) => pipe(z, dense(n(0)), gaussian({ scale: 1 }))),
    )
    expect(vae({ model: p, guide }).problems).toEqual([
      "'x': Dense: its size must be a whole number of at least 1 but got 0",
      "'z': Normal over 2 needs 2 x 2 = 4 parameters in the last dimension but got 2",
      "latent 'w': shapes differ: q [7] vs p [5]",
    ])
  })

  test('two mistakes in two steps are two', () => {
    const p = pipe(
      x,
      define('a', ({ x }) => pipe(x, linear(n(4), 5))),
      define('b', ({ x }) => pipe(x, linear(n(7), 5))),
    )
    expect(p.problems).toEqual([
      "'a': Dense expects last dimension 4 but got 3",
      "'b': Dense expects last dimension 7 but got 3",
    ])
  })

  test('the same mistake in two steps is two', () => {
    const p = pipe(
      x,
      define('a', ({ x }) => pipe(x, linear(n(4), 5))),
      define('b', ({ x }) => pipe(x, linear(n(4), 5))),
    )
    expect(p.problems).toEqual([
      "'a': Dense expects last dimension 4 but got 3",
      "'b': Dense expects last dimension 4 but got 3",
    ])
  })

  test('a field that cannot be is told where it is given, used or not', () => {
    const text = 'real: a dimension must be a whole number of at least 1 but got 0'
    expect(given({ x: real(n(0)) }).problems).toEqual([text])
    const used = pipe(
      given({ x: real(n(0)) }),
      latent('z', ({ x }) => pipe(x, dense(4), diagonalNormal(2))),
    )
    expect(used.problems).toEqual([text])
  })
})

describe('what a callback answers', () => {
  /** As from a module that nobody type-checked. */
  const answer = (value: unknown): never => value as never
  const wrong: readonly unknown[] = [undefined, null, 3, 'normal', () => 0, [], {}, { problems: [] }]
  const expression = define('y', () => answer(standardNormal(2)))

  test.each(wrong.map((value) => [value]))('%j is no distribution and no expression', (value) => {
    expect(
      pipe(
        model,
        latent('z', () => answer(value)),
      ).problems,
    ).toEqual([expect.stringContaining("'z': the callback must return a distribution but returned ")])
    expect(
      pipe(
        model,
        observe('z', () => answer(value)),
      ).problems,
    ).toEqual([expect.stringContaining("'z': the callback must return a distribution but returned ")])
    expect(
      pipe(
        model,
        define('z', () => answer(value)),
      ).problems,
    ).toEqual([expect.stringContaining("'z': the callback must return an expression but returned ")])
  })

  test('a distribution is no expression, nor the other way round', () => {
    expect(expression(model).problems).toEqual([
      expect.stringContaining("'y': the callback must return an expression but returned "),
    ])
    expect(
      pipe(
        x,
        latent('z', ({ x }) => answer(x)),
      ).problems,
    ).toEqual([expect.stringContaining("'z': the callback must return a distribution but returned ")])
  })

  test('an expression that is wrong already is told for what it is', () => {
    const p = pipe(
      x,
      latent('z', ({ x }) => answer(pipe(x, linear(n(4), 5)))),
    )
    expect(p.problems).toEqual(["'z': Dense expects last dimension 4 but got 3"])
  })
})

describe('a name', () => {
  test('known late is compared when built', () => {
    const name: string = 'z'
    const p = pipe(
      model,
      latent(name, () => standardNormal(2)),
      latent(name, () => standardNormal(3)),
    )
    expect(p.problems).toEqual(["name 'z' is already bound in this program"])
    expect(p.sites.map((s) => s.dist.shape)).toEqual([[2]])
  })

  test('of an observation is taken too', () => {
    const name: string = 'x'
    const p = pipe(
      model,
      latent('z', () => standardNormal(2)),
      observe(name, ({ z }) => pipe(z, dense(3), bernoulli)),
      observe(name, ({ z }) => pipe(z, dense(3), bernoulli)),
      define(name, ({ z }) => z),
    )
    expect(p.problems).toEqual(["name 'x' is already bound in this program"])
  })
})
