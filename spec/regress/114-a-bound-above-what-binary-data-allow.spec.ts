import { pipe } from 'fp-ts/lib/function.js'
import { bernoulli, binary, dense, given, latent, model, normal, observe, portrait, standardNormal, vae } from 'elbo-ts'
import { expect, test } from 'vitest'
import { collapseVerdict, findingsOf, type Portrait } from '../../src/index.ts'
import { openReference } from '../../src/interp/reference/index.ts'
import { vaeParams } from '../../src/train/graphs.ts'
import { initialValues } from '../../src/train/initialize.ts'
import { right } from '../unit/either.ts'

const guide = pipe(
  given({ x: binary(6) }),
  latent('z', ({ x }) => normal(pipe(x, dense(2)), 1)),
)
/** A likelihood that knows the datum. */
const told = vae({
  model: pipe(
    model,
    latent('z', () => standardNormal(2)),
    observe('x', () => normal(guide.env.x, 0.001)),
  ),
  guide,
})
const honest = vae({
  model: pipe(
    model,
    latent('z', () => standardNormal(2)),
    observe('x', ({ z }) => pipe(z, dense(6), bernoulli)),
  ),
  guide,
})
const digits = new Map([['x', { shape: [40, 6], data: Float32Array.from({ length: 240 }, (_, i) => (i * 7919) % 2) }]])
const topics = (seen: Portrait) =>
  findingsOf({ portrait: seen, progress: undefined, trained: undefined, samples: undefined }).filter(
    ({ topic }) => topic === 'bound',
  )
const seenOf = (model_: typeof told | typeof honest): Portrait => {
  const session = openReference()
  session.write(initialValues(vaeParams(model_), 0))
  return right(portrait(model_, session, digits))
}

test('a density of binary digits above 0 is a problem, however high', () => {
  const seen = seenOf(told)
  expect(seen.bound.value).toBeGreaterThan(20)
  expect(topics(seen)).toMatchObject([{ level: 'problem', statement: 'The bound is above what such data allow.' }])
})
test('a log-probability is not', () => {
  expect(topics(seenOf(honest))).toEqual([])
})
test('nor is a density of real data', () => {
  const one = { value: 3, standardError: 0.1 }
  const real: Portrait = {
    count: 9,
    bound: one,
    distortion: one,
    rate: one,
    latents: [],
    planes: [],
    ranges: [],
    information: { lower: one, upper: one, ceiling: 5 },
    collapse: collapseVerdict([]),
    data: { discrete: false, alike: false },
  }
  expect(topics(real)).toEqual([])
  expect(topics({ ...real, data: { discrete: true, alike: false } })).toHaveLength(1)
})
