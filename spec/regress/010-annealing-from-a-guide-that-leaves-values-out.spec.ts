import { pipe } from 'fp-ts/lib/function.js'
import { expect, test } from 'vitest'
import {
  dense,
  diagonalLogNormal,
  gaussian,
  given,
  latent,
  model,
  observe,
  real,
  standardNormal,
  vae,
} from '../../src/index.ts'
import { annealedLogLikelihood, bidirectionalCheck } from '../../src/diagnose/annealedLikelihood.ts'
import { openReference } from '../../src/interp/reference/index.ts'
import { vaeParams } from '../../src/train/graphs.ts'
import { initialValues } from '../../src/train/initialize.ts'
import { messageOf, right } from '../unit/either.ts'

const positive = vae({
  model: pipe(
    model,
    latent('z', () => standardNormal(1)),
    observe('x', ({ z }) => pipe(z, dense(1), gaussian({ scale: 1 }))),
  ),
  guide: pipe(
    given({ x: real(1) }),
    latent('z', ({ x }) => pipe(x, dense(2), diagonalLogNormal(1))),
  ),
})

// From a LogNormal guide no chain crosses 0: log p(x) was that of half the prior, and stayed so however many the temperatures.
test('chains that start at the guide do not begin where it cannot reach all of the prior', () => {
  const session = openReference()
  session.write(initialValues(vaeParams(positive), 0))
  const data = new Map([['x', { shape: [1, 1], data: Float64Array.of(-1) }]])
  const options = { chains: 2, temperatures: 4 }
  const told =
    "annealing from the guide needs real latents, but 'z' has LogNormal's support there; start from the prior"
  expect(messageOf(annealedLogLikelihood(positive, session, data, { ...options, from: 'guide' }))).toBe(told)
  expect(messageOf(bidirectionalCheck(positive, session, { ...options, from: 'guide' }))).toBe(told)
  expect(right(annealedLogLikelihood(positive, session, data, options)).data).toHaveLength(1)
})
