import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import {
  bernoulli,
  binary,
  dense,
  diagonalNormal,
  elbo,
  experiment,
  given,
  inline,
  iwae,
  latent,
  model,
  observe,
  adam,
  standardNormal,
  vae,
} from 'elbo-ts'
import { describe, expect, it } from 'vitest'
import type { Dataset } from '../../src/data/Field.ts'
import { evaluation, gather, inOrder } from '../../src/data/batches.ts'
import { inspect } from '../../src/diagnose/inspect.ts'
import { logLikelihood } from '../../src/diagnose/logLikelihood.ts'
import { openTarget } from '../../src/interp/openTarget.ts'
import { type Session, targetNames } from '../../src/interp/Session.ts'
import { evaluateOn, type Evaluation } from '../../src/train/evaluate.ts'
import { sample } from '../../src/train/inference.ts'
import { prepare } from '../../src/train/prepare.ts'
import { right } from '../unit/either.ts'

/** Latents of three numbers: rows of noise do not begin where blocks of the generator do. */
const threeLatents = vae({
  model: pipe(
    model,
    latent('z', () => standardNormal(3)),
    observe('x', ({ z }) => pipe(z, dense(6), bernoulli)),
  ),
  guide: pipe(
    given({ x: binary(6) }),
    latent('z', ({ x }) => pipe(x, dense(6), diagonalNormal(3))),
  ),
})
const greys = (size: number, from: number) => ({
  size,
  columns: { x: Uint8Array.from({ length: size * 6 }, (_, i) => ((i + from) * 7919) % 256) },
})
/** Grey pixels, drawn as bits whenever they are read. */
const dataset: Dataset = {
  fields: { x: { shape: [6], support: 'binary', encoding: 'dynamic' } },
  train: greys(36, 0),
  validation: greys(7, 500),
  test: greys(11, 900),
}
const declared = (objective: Parameters<typeof experiment>[0]['objective'], batch: number) =>
  experiment({
    vae: threeLatents,
    objective,
    data: inline({ fields: { x: { shape: [6], support: 'binary', values: [0, 0, 0, 0, 0, 0] } } }),
    optimizer: adam(0.02),
    epochs: 1,
    batch,
    seed: 5,
  })

const measured = async (
  session: Session,
  objective: ReturnType<typeof elbo> | ReturnType<typeof iwae>,
  batch: number,
) => {
  const prepared = right(prepare(declared(objective, batch), session, dataset))
  session.write(prepared.initial)
  const parts: (Evaluation | undefined)[] = []
  for (const part of ['validation', 'test'] as const)
    parts.push(right(await evaluateOn(prepared, part, () => Promise.resolve(false))))
  prepared.dispose()
  return parts.flatMap((part) => [part?.metrics.bound, part?.metrics.reconstruction, part?.metrics.kl].map(Number))
}

/** Of each objective the numbers that the float64 reference gives. */
const known = new Map<string, readonly number[]>()
describe.each(targetNames.toReversed())('on %s', (target) => {
  const digits = target === 'reference' ? 12 : 4
  it.each([
    ['the bound', elbo()],
    ['the bound of a sampled KL', elbo({ kl: 'sampled' })],
    ['a bound of three samples', iwae(3)],
  ] as const)('%s is one number, whatever the minibatches', async (name, objective) => {
    const opened = await openTarget(target)()
    if (E.isLeft(opened)) return
    const { session } = opened.right
    const [want = [], ...others] = await [1, 3, 5, 36].reduce<Promise<number[][]>>(
      async (done, batch) => [...(await done), await measured(session, objective, batch)],
      Promise.resolve([]),
    )
    session.dispose()
    expect(want.every(Number.isFinite)).toBe(true)
    const reference = known.get(name) ?? want
    known.set(name, reference)
    want.forEach((value, i) => expect(value).toBeCloseTo(reference[i] ?? Number.NaN, digits))
    for (const other of others) other.forEach((value, i) => expect(value).toBeCloseTo(want[i] ?? Number.NaN, digits))
  })
})

describe('whatever is asked of a model', () => {
  const ask = async (use: (session: Session) => void): Promise<void> => {
    const { session } = right(await openTarget('reference')())
    const prepared = right(prepare(declared(elbo(), 5), session, dataset))
    session.write(prepared.initial)
    use(session)
    prepared.dispose()
    session.dispose()
  }
  const test = gather(dataset.fields, dataset.test, inOrder(dataset.test), evaluation(5))
  const first = gather(dataset.fields, dataset.test, inOrder(dataset.test).subarray(0, 4), evaluation(5))

  it('the bound that a report gives is the one that the run gave', async () => {
    const { session } = right(await openTarget('reference')())
    const [, , , bound = Number.NaN] = await measured(session, elbo(), 5)
    const { bound: each } = right(inspect(threeLatents, session, test, { seed: 5 }))
    session.dispose()
    expect(each.reduce((sum, x) => sum + x, 0) / each.length).toBeCloseTo(bound, 12)
  })
  it('log p(x) does not depend on how many data a plan is made for', () =>
    ask((session) => {
      const of = (part: number) =>
        right(logLikelihood(threeLatents, session, test, { samples: 6, chunk: 3, part })).data.map((d) => d.logMean)
      expect(of(4)).toEqual(of(11))
    }))
  it('a datum has the bound that it has alone with those before it', () =>
    ask((session) => {
      const [all, some] = [test, first].map((data) => right(inspect(threeLatents, session, data)).bound)
      expect(all?.slice(0, 4)).toEqual(some)
    }))
  it('a sample is the same among few and among many', () =>
    ask((session) => {
      const [few, many] = [3, 450].map((count) =>
        right(sample(threeLatents, session, { count, seed: 2 })).draws.get('x'),
      )
      expect(many?.data.slice(0, 18)).toEqual(few?.data)
      const rows = Array.from({ length: 450 }, (_, i) => many?.data.slice(i * 6, i * 6 + 6).join(''))
      expect(rows.slice(0, 200)).not.toEqual(rows.slice(200, 400))
    }))
})
