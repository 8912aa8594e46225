import { pipe } from 'fp-ts/lib/function.js'
import { describe, expect, test } from 'vitest'
import {
  type AnyVae,
  bernoulli,
  binary,
  categorical,
  dense,
  diagonalNormal,
  enumerate,
  full,
  given,
  latent,
  model,
  observe,
  real,
  standardNormal,
  vae,
} from 'elbo-ts'
import { decodeVae, encodeVae, programFingerprint, type VaeJson } from '../../../src/model/codec.ts'
import { messageOf, right } from '../either.ts'

const program = (units = 3): AnyVae =>
  vae({
    model: pipe(
      model,
      latent('z', () => standardNormal(2)),
      observe('x', ({ z }) => pipe(z, dense(units), bernoulli)),
    ),
    guide: pipe(
      given({ x: binary(units) }),
      latent('z', ({ x }) => pipe(x, dense(4), diagonalNormal(2))),
    ),
  })
const mixture = (): AnyVae =>
  vae({
    model: pipe(
      model,
      latent('k', () => categorical(full(0, 3))),
      observe('x', ({ k }) => pipe(k, dense(3), bernoulli)),
    ),
    guide: pipe(
      given({ x: binary(3), condition: real(2) }),
      latent('k', ({ x }) => pipe(x, dense(3), categorical, enumerate)),
    ),
  })
const json = encodeVae(program())
const [site] = json.guide
const guideWith = (change: object): unknown => ({ ...json, guide: [{ ...site, ...change }] })
const throughText = (vaeJson: VaeJson): unknown => JSON.parse(JSON.stringify(vaeJson))

describe('a program in a file', () => {
  test('says of every site its kind, name, family, shape and where its parameters are', () => {
    expect(json.guide.map(({ kind, name, family, shape }) => [kind, name, family, shape])).toEqual([
      ['latent', 'z', 'Normal', [2]],
    ])
    expect(Object.keys(site?.params ?? {})).toEqual(['loc', 'scale', 'logScale'])
    expect(json.model.map(({ kind, name, family }) => [kind, name, family])).toEqual([
      ['latent', 'z', 'Normal'],
      ['observed', 'x', 'Bernoulli'],
    ])
    expect(json.given).toEqual({ x: { shape: [3], support: 'binary' } })
    expect(json.problems).toEqual([])
  })

  test.each([
    ['drawn', program],
    ['enumerated', mixture],
  ])('comes back, its latent %s', (_, make) => {
    const v = make()
    expect(right(decodeVae(throughText(encodeVae(v))))).toEqual({
      given: v.given,
      model: v.model,
      guide: v.guide,
      problems: v.problems,
    })
  })

  test('what was wrong stays wrong in its own words, whatever its shapes', () => {
    const broken = { ...json, problems: ['it is wrong'], guide: [{ ...site, shape: [7] }] }
    expect(right(decodeVae(broken)).problems).toEqual(['it is wrong'])
  })

  test.each<readonly [what: string, json: unknown, told: string]>([
    ['no object', 3, 'not a program of elbo-ts: expected a vae but found 3'],
    ['no site', { ...json, model: [3] }, 'not a program of elbo-ts: model.0: expected { kind: '],
    ['no kind', guideWith({ kind: 'x' }), `guide.0.kind: expected 'latent' or 'observed' but found "x"`],
    ['no name', guideWith({ name: 3 }), 'guide.0.name: expected string but found 3'],
    ['no family', guideWith({ family: ['Normal'] }), 'guide.0.family: expected string but found'],
    [
      'a name that objects have',
      guideWith({ family: 'toString' }),
      "guide 'z': 'toString' is no family of this library, and what it knows is not written beside it",
    ],
    [
      'a place that is none',
      guideWith({ params: { loc: -1 } }),
      'params.loc: expected a whole number from 0 but found -1',
    ],
    ['a place between two', guideWith({ params: { loc: 0.5 } }), 'expected a whole number from 0 but found 0.5'],
    [
      'a place too far',
      guideWith({ params: { ...site?.params, loc: 999 } }),
      "output 'guide/0/params/loc' is vertex 999, but there are",
    ],
    [
      'no parameters',
      guideWith({ params: {} }),
      "guide 'z': Normal has the parameters loc, scale, logScale but here are none",
    ],
    ['one parameter too few', guideWith({ params: { loc: 0, scale: 0 } }), 'but here are loc, scale'],
    ['one too many', guideWith({ params: { ...site?.params, odd: 0 } }), 'but here are loc, scale, logScale, odd'],
    ['one of another name', guideWith({ params: { loc: 0, scale: 0, odd: 0 } }), 'but here are loc, scale, odd'],
    ['another shape', guideWith({ shape: [2, 1] }), "guide 'z': loc has shape [2] but the event is [2, 1]"],
    ['a Normal enumerated', guideWith({ enumerated: true }), "guide 'z': "],
    ['enumerated otherwise', guideWith({ enumerated: 1 }), 'guide.0.enumerated: expected true but found 1'],
    ['a support that is none', { ...json, given: { x: { shape: [3], support: 'odd' } } }, 'given.x.support: expected '],
    ['problems that are no texts', { ...json, problems: [3] }, 'problems.0: expected string but found 3'],
  ])('%s is refused', (_, broken, told) => {
    expect(messageOf(decodeVae(broken))).toContain(told)
  })

  test('what no longer agrees is told', () => {
    expect(right(decodeVae({ ...json, model: json.model.slice(0, 1) })).problems).toEqual([
      'the model observes nothing; add observe(name, …)',
    ])
  })
})

describe('a fingerprint', () => {
  test('is that of the structure: the order in which fields are given is nothing', () => {
    const v = mixture()
    const turned = { ...v, given: Object.fromEntries(Object.entries(v.given).toReversed()) }
    expect(Object.keys(turned.given)).not.toEqual(Object.keys(v.given))
    expect(programFingerprint(turned)).toBe(programFingerprint(v))
    expect(programFingerprint({ ...v, problems: ['x'] })).toBe(programFingerprint(v))
  })

  test('differs with a shape, a name, a support, a half', () => {
    const v = program()
    const others: readonly AnyVae[] = [
      v,
      program(4),
      { ...v, given: { y: v.given['x'] ?? { shape: [], support: 'real' } } },
      { ...v, given: { x: { shape: [3], support: 'unit' } } },
      { ...v, guide: v.guide.map((s) => ({ ...s, name: 'w' })) },
      { ...v, model: v.model.slice(0, 1) },
      mixture(),
    ]
    expect(new Set(others.map(programFingerprint)).size).toBe(others.length)
  })
})
