import { pipe } from 'fp-ts/lib/function.js'
import { describe, expect, test } from 'vitest'
import { dense, diagonalNormal, gaussian, given, latent, model, observe, real, standardNormal, vae } from 'elbo-ts'
import { notAProgram } from '../../../src/model/messages.ts'

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
