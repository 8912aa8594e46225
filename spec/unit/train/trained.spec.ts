import * as E from 'fp-ts/lib/Either.js'
import { cpSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { pipe } from 'fp-ts/lib/function.js'
import { afterAll, describe, expect, test } from 'vitest'
import { fit, logLikelihood, openRun, type Trained } from 'elbo-ts'
import { openReference } from '../../../src/interp/reference/index.ts'
import { remembering } from '../../../src/train/remembering.ts'
import { trainedModel } from '../../../src/train/trained.ts'
import { conditional, rows } from '../../browser/conditional.ts'
import { messageOf, right } from '../either.ts'
import { newPath } from '../../temporary.ts'
import { tiny, withSettings } from './tiny.ts'

const out = newPath()
const fitted = right(await fit(conditional, { out, target: 'cpu' })())
const opened = right(await openRun(out, { of: conditional, target: 'cpu' })())
afterAll(() => {
  fitted.model.dispose()
  opened.dispose()
})

describe('a model in a program', () => {
  test('is the same from its training and from its folder, wherever that is', async () => {
    const elsewhere = newPath()
    cpSync(out, elsewhere, { recursive: true })
    const moved = right(await openRun(elsewhere, { target: 'cpu' })())
    const asked = { x: rows, y: rows.map((_, i) => i % 2) }
    const latents = right(fitted.model.encode(asked))
    expect(latents.z.shape).toEqual([40, 2])
    expect(right(opened.encode(asked))).toEqual(latents)
    expect(right(moved.encode(asked))).toEqual(latents)
    moved.dispose()
  })

  test('encodes, decodes and reconstructs: the third is the second of the first', () => {
    const y = rows.map((_, i) => i % 2)
    const { x } = right(opened.reconstruct({ x: rows, y }))
    expect(
      right(
        pipe(
          opened.encode({ x: rows, y }),
          E.chain((z) => opened.decode(z, { y })),
        ),
      ).x,
    ).toEqual(x)
  })

  test('samples, given what it is conditioned on, and says what is missing', () => {
    const { latents, means, draws } = right(opened.sample({ count: 3, seed: 1, given: { y: [0, 1, 0] } }))
    expect([latents.z.shape, means.x?.shape, draws.x?.shape, means.y]).toEqual([[3, 2], [3, 3], [3, 3], undefined])
    expect(messageOf(opened.sample({ count: 3 }))).toBe("the model needs a value of 'y' for each of the 3")
  })

  test('scores by −log p(x): what is far from the data scores higher', () => {
    const scores = right(opened.score({ x: [...rows, [9, -9, 9]], y: [...rows.map(() => 0), 0] }))
    expect(scores.indexOf(Math.max(...scores))).toBe(40)
    const batch = right(opened.batch({ x: rows, y: rows.map(() => 0) }))
    const { data } = right(logLikelihood(conditional.vae, opened.session, batch, { samples: 50 }))
    expect([...scores.subarray(0, 3)]).toEqual(data.slice(0, 3).map(({ logMean }) => -logMean))
  })

  test('tells progress, and stops when it is told to', async () => {
    const events: string[] = []
    const stopped = new AbortController()
    const run = right(
      await fit(withSettings({ epochs: 50 }), {
        target: 'cpu',
        signal: stopped.signal,
        onEvent: ({ event }) => {
          events.push(event)
          if (events.filter((e) => e === 'epoch').length === 2) stopped.abort()
        },
      })(),
    )
    expect([run.status, run.history.length, events[0], events.at(-1)]).toEqual([
      'interrupted',
      2,
      'started',
      'interrupted',
    ])
    expect(right(run.model.sample({ count: 1 })).means.x?.shape).toEqual([1, 6])
    run.model.dispose()
  })
})

describe('is refused with words', () => {
  test('where there is no run, or a run of something else', async () => {
    expect(messageOf(await openRun('nowhere')())).toBe("there is no folder 'nowhere'")
    expect(messageOf(await openRun(out, { of: tiny })())).toBe(`'${out}' is a run of another model than 'tiny'`)
    const broken = newPath()
    cpSync(out, broken, { recursive: true })
    rmSync(join(broken, 'last.npz'))
    expect(messageOf(await openRun(broken)())).toMatch(/cannot read '.*last\.npz'/)
  })
})

test('plans are kept: the same question compiles once, and at most so many are held', () => {
  let [made, disposed] = [0, 0]
  const session = openReference()
  const counted = remembering(
    {
      ...session,
      prepare: (graph) => {
        made++
        return pipe(
          session.prepare(graph),
          E.map((plan) => ({ ...plan, dispose: () => void disposed++ })),
        )
      },
    },
    2,
  )
  counted.write(fitted.weights)
  const asked: Trained<(typeof conditional)['vae']> = trainedModel(conditional, {}, counted)
  const once = (count: number) => right(asked.sample({ count, given: { y: Array.from({ length: count }, () => 1) } }))
  const first = once(1)
  expect([once(1), once(1)]).toEqual([first, first])
  expect([made, disposed]).toEqual([1, 0])
  for (const count of [2, 1, 3, 1]) once(count)
  // 2 went when 3 came: 1 had been asked for since.
  expect([made, disposed]).toEqual([3, 1])
  counted.dispose()
  expect(disposed).toBe(3)
})
