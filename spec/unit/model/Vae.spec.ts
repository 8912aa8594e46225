import { pipe } from 'fp-ts/lib/function.js'
import { describe, expect, test } from 'vitest'
import {
  add,
  bernoulli,
  binary,
  dense,
  diagonalNormal,
  gaussian,
  given,
  latent,
  model,
  observe,
  real,
  standardNormal,
  vae,
} from 'elbo-ts'
import { inferredBackward } from '../../../src/model/backward.ts'
import {
  givenSupports,
  guideObserves,
  noDataFor,
  notAProgram,
  notReparameterised,
} from '../../../src/model/messages.ts'

const program = pipe(
  model,
  latent('z', () => standardNormal(2)),
  observe('x', ({ z }) => pipe(z, dense(3), gaussian({ scale: 1 }))),
)
const guide = pipe(
  given({ x: real(3) }),
  latent('z', ({ x }) => pipe(x, dense(4), diagonalNormal(2))),
)
/** As from a module that nobody type-checked. */
const untyped = vae as unknown as (halves: object) => { readonly problems: readonly string[] }

describe('a half that is no program', () => {
  test.each([[undefined], [null], [3], ['model'], [{}], [{ sites: [] }], [{ env: {} }], [() => program]])(
    '%j is told, and nothing else of it',
    (half) => {
      expect(untyped({ model: half, guide }).problems).toEqual([notAProgram('model')])
      expect(untyped({ model: program, guide: half }).problems).toEqual([notAProgram('guide')])
    },
  )
  test('both', () => {
    expect(untyped({}).problems).toEqual([notAProgram('model'), notAProgram('guide')])
  })
})

test('two halves that are programs are both given what either is given, and have their sites', () => {
  const conditional = pipe(
    given({ c: real(2) }),
    latent('z', ({ c }) => pipe(c, dense(4), diagonalNormal(2))),
    observe('x', ({ z }) => pipe(z, dense(3), gaussian({ scale: 1 }))),
  )
  const v = vae({ model: conditional, guide })
  expect(v.problems).toEqual([])
  expect(Object.keys(v.given)).toEqual(['c', 'x'])
  expect([v.model, v.guide].map((sites) => sites.map((s) => s.name))).toEqual([['z', 'x'], ['z']])
})

describe('halves that do not belong together', () => {
  test('a latent that no gradient passes', () => {
    const drawn = pipe(
      given({ x: real(3) }),
      latent('z', ({ x }) => pipe(x, dense(2), bernoulli)),
    )
    expect(untyped({ model: program, guide: drawn }).problems).toEqual([notReparameterised('z', 'Bernoulli', 'binary')])
  })
  test('one input of two supports', () => {
    const conditional = pipe(
      given({ x: binary(3) }),
      latent('z', ({ x }) => pipe(x, dense(4), diagonalNormal(2))),
      observe('y', ({ z }) => pipe(z, dense(1), gaussian({ scale: 1 }))),
    )
    const of = pipe(
      given({ x: real(3), y: real(1) }),
      latent('z', ({ x }) => pipe(x, dense(4), diagonalNormal(2))),
    )
    expect(untyped({ model: conditional, guide: of }).problems).toEqual([givenSupports('x', 'binary', 'real')])
  })
  test('an observation without data', () => {
    const observing = pipe(
      program,
      observe('y', ({ z }) => pipe(z, dense(1), gaussian({ scale: 1 }))),
    )
    expect(untyped({ model: observing, guide }).problems).toEqual([noDataFor('y')])
  })
  test('a guide that observes', () => {
    const observing = pipe(
      guide,
      observe('y', ({ z }) => pipe(z, dense(3), gaussian({ scale: 1 }))),
    )
    expect(untyped({ model: program, guide: observing }).problems).toEqual([guideObserves('y')])
  })
})

describe('a latent is inferred backward where its prior reads what the guide draws from it', () => {
  const top = pipe(
    model,
    latent('z3', () => standardNormal(1)),
    latent('z2', () => standardNormal(1)),
    latent('z1', ({ z3 }) => pipe(z3, dense(2), diagonalNormal(1))),
    observe('x', ({ z1, z2 }) => pipe(z1, add(z2), dense(3), gaussian({ scale: 1 }))),
  )
  const from = given({ x: real(3) })
  test('by way of another', () => {
    const chain = pipe(
      from,
      latent('z1', ({ x }) => pipe(x, dense(2), diagonalNormal(1))),
      latent('z2', ({ z1 }) => pipe(z1, dense(2), diagonalNormal(1))),
      latent('z3', ({ z2 }) => pipe(z2, dense(2), diagonalNormal(1))),
    )
    expect([...inferredBackward(vae({ model: top, guide: chain }))]).toEqual(['z1'])
  })
  test('not where all are inferred from the data alone', () => {
    const apart = pipe(
      from,
      latent('z1', ({ x }) => pipe(x, dense(2), diagonalNormal(1))),
      latent('z2', ({ x }) => pipe(x, dense(2), diagonalNormal(1))),
      latent('z3', ({ x }) => pipe(x, dense(2), diagonalNormal(1))),
    )
    expect([...inferredBackward(vae({ model: top, guide: apart }))]).toEqual([])
  })
})
