import { cpSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { beforeAll, describe, expect, it } from 'vitest'
import { openTarget } from '../../../src/interp/openTarget.ts'
import { readRun } from '../../../src/train/runFolder.ts'
import { messageOf, right } from '../either.ts'
import { contentOf, linesIn } from './folders.ts'
import { newPath } from '../../temporary.ts'
import { tiny, tinyVae, trained, withSettings } from './tiny.ts'

const e = withSettings({ validation: 0.25, patience: 3, epochs: 5 })
/** 27 data in batches of 8 and 3; the look at the clock before each of 4 steps and 2 minibatches of validation, 5 times over, and 1 of test. */
const LOOKS = 5 * (4 + 2) + 1

type Target = 'reference' | 'wasm' | 'graph' | 'tensorflow'
const native = E.isRight(await openTarget('graph')())

const stopped = async (stopAt: number, target: Target): Promise<string> => {
  const folder = newPath()
  const { session } = right(await openTarget(target)())
  const { result, events } = await trained(e, { out: folder, stopAt }, session)
  expect(right(result).status).toBe('interrupted')
  expect(events.at(-1)).toMatchObject({ event: 'interrupted', run: folder })
  session.dispose()
  return folder
}
const resumed = async (folder: string, target: Target, experiment = e) => {
  const { session } = right(await openTarget(target)())
  const { result } = await trained(experiment, { resume: folder }, session)
  session.dispose()
  return result
}
const whole = async (target: Target): Promise<string> => {
  const folder = newPath()
  const { session } = right(await openTarget(target)())
  const { result } = await trained(e, { out: folder }, session)
  expect(right(result).status).toBe('done')
  session.dispose()
  return folder
}

describe('resume', () => {
  it.each([
    'reference',
    'wasm',
    // Whole minibatches in calls of some, of which there are as many as the time allows; the short ones by themselves.
    ...(native ? (['graph', 'tensorflow'] as const) : []),
  ] as const)('ends in the same numbers wherever it was stopped, on %s', async (target) => {
    const expected = contentOf(await whole(target))
    const places = target === 'reference' ? [...Array(14).keys(), LOOKS - 2, LOOKS - 1] : [0, 3, 9, 11]
    const other = newPath()
    right((await trained(withSettings({ seed: 4 }, e), { out: other })).result)
    expect(contentOf(other), 'the comparison sees a difference').not.toEqual(expected)
    for (const place of places) {
      const folder = await stopped(place, target)
      expect(right(await resumed(folder, target)).status).toBe('done')
      expect(contentOf(folder), `stopped at look ${place}`).toEqual(expected)
    }
  })

  it('ends in the same numbers however often it was stopped', async () => {
    const expected = contentOf(await whole('reference'))
    const folder = await stopped(2, 'reference')
    for (let times = 0; times < 12; times++) await trained(e, { resume: folder, stopAt: 1 })
    right(await resumed(folder, 'reference'))
    expect(contentOf(folder)).toEqual(expected)
  })

  it('of a run that is done changes nothing', async () => {
    const folder = await whole('reference')
    const before = contentOf(folder)
    right(await resumed(folder, 'reference'))
    expect(contentOf(folder)).toEqual(before)
  })

  it('can go on for longer than was planned, with the first epochs as they were', async () => {
    const plain = { ...withSettings({ epochs: 2 }), objective: { ...tiny.objective, beta: 1 } } as typeof tiny
    const folder = newPath()
    right((await trained(plain, { out: folder })).result)
    const first = linesIn(folder).slice(0, 2)
    right(await resumed(folder, 'reference', withSettings({ epochs: 4 }, plain)))
    const longer = newPath()
    right((await trained(withSettings({ epochs: 4 }, plain), { out: longer })).result)
    expect(linesIn(folder).slice(2)).toEqual(linesIn(longer).slice(2))
    expect(linesIn(folder).slice(0, 2)).toEqual(first)
    expect(JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8')).experiment.settings.epochs).toBe(4)
  })

  it('drops lines of epochs that the checkpoint does not know', async () => {
    const folder = await stopped(8, 'reference')
    const copy = newPath()
    cpSync(folder, copy, { recursive: true })
    right(await resumed(folder, 'reference'))
    cpSync(join(folder, 'metrics.jsonl'), join(copy, 'metrics.jsonl'))
    right(await resumed(copy, 'reference'))
    expect(contentOf(copy)).toEqual(contentOf(folder))
  })

  describe('refuses', () => {
    let folder = ''
    beforeAll(async () => {
      folder = await stopped(8, 'reference')
    })
    const cases = [
      ['another model', { ...e, vae: tinyVae(6) }, /is a run of another model than 'tiny'$/],
      ['another batch', withSettings({ batch: 4 }, e), /batch was 8 and is now 4; a run is resumed as it was begun/],
      ['another seed', withSettings({ seed: 4 }, e), /seed was 3 and is now 4/],
      [
        'another objective',
        { ...e, objective: { tag: 'iwae', samples: 2 } },
        /objective.tag was "elbo" and is now "iwae"/,
      ],
    ] as const
    it.each(cases)('%s', async (_, experiment, message) => {
      const before = contentOf(folder)
      expect(messageOf(await resumed(folder, 'reference', experiment as typeof e))).toMatch(message)
      expect(contentOf(folder)).toEqual(before)
    })
    it('a folder that is not there, or holds no run', async () => {
      const missing = newPath()
      expect(messageOf(await resumed(missing, 'reference'))).toBe(`there is no folder '${missing}'`)
      expect(messageOf(await resumed('spec', 'reference'))).toMatch(
        /'spec' is not the folder of a run: it has no run.json/,
      )
    })
  })

  it('may change the target', async () => {
    const folder = await stopped(11, 'wasm')
    const done = right(await resumed(folder, 'reference')).done
    const other = right((await trained(e)).result).done
    expect(done?.test?.bound).toBeCloseTo(other?.test?.bound ?? Number.NaN, 3)
    const targets = async () => {
      const { target, earlierTargets } = right(await readRun(folder)())
      return [...earlierTargets, target]
    }
    expect(await targets()).toEqual(['wasm', 'reference'])
    right(await resumed(folder, 'wasm'))
    expect(await targets(), 'nothing was left to train').toEqual(['wasm', 'reference'])
    right(await resumed(folder, 'wasm', withSettings({ epochs: 6, patience: 6 }, e)))
    expect(await targets()).toEqual(['wasm', 'reference', 'wasm'])
  })
})
