import { adam, cosine, cyclical, decay, elbo, warmUp } from 'elbo-ts'
import { describe, expect, test } from 'vitest'
import type { Experiment } from '../../src/train/Experiment.ts'
import { messageOf, right } from '../unit/either.ts'
import { contentOf, linesIn } from '../unit/train/folders.ts'
import { newPath } from '../temporary.ts'
import { tiny, trained, withSettings } from '../unit/train/tiny.ts'

const kept = async (e: Experiment, stopAt?: number): Promise<string> => {
  const out = newPath()
  right((await trained(e, { out, ...(stopAt === undefined ? {} : { stopAt }) })).result)
  return out
}
const goingOn = async (resume: string, e: Experiment) => (await trained(e, { resume })).result
const plain: Experiment = { ...tiny, objective: elbo() }

// Two epochs gone on with to four went other ways than four in a piece, without a word: half a cosine was over after the first two.
describe('a schedule that is laid out over the planned training', () => {
  test.each<readonly [what: string, Partial<Experiment>, tag: string]>([
    ['beta', { objective: elbo({ beta: cyclical({ cycles: 2 }) }) }, 'cyclical'],
    ['beta', { objective: elbo({ beta: cosine({ from: 1 }) }) }, 'cosine'],
    ['learning rate', { optimizer: adam(cosine({ from: 0.02 })) }, 'cosine'],
    ['learning rate', { optimizer: adam(cyclical({ cycles: 2, from: 0.01, to: 0.02 })) }, 'cyclical'],
  ])('%#, of the %s, keeps the run to its length', async (what, part, tag) => {
    const e = withSettings({ epochs: 2 }, { ...plain, ...part })
    const folder = await kept(e)
    const before = contentOf(folder)
    for (const epochs of [4, 3])
      expect(messageOf(await goingOn(folder, withSettings({ epochs }, e)))).toBe(
        `'${folder}': the ${tag} schedule of the ${what} spans all of training, which was planned for 2 epochs and not ${epochs}; begin a new run of ${epochs} epochs, or use decay or warmUp, which do not depend on it`,
      )
    expect(contentOf(folder)).toEqual(before)
    const stopped = await kept(e, 3)
    expect(messageOf(await goingOn(stopped, withSettings({ epochs: 1 }, e)))).toMatch(
      'planned for 2 epochs and not 1; ',
    )
    expect(right(await goingOn(stopped, e)).status).toBe('done')
    expect(contentOf(stopped)).toEqual(before)
  })
})

test('another schedule goes on to the numbers of a run that was as long from the start', async () => {
  const e: Experiment = {
    ...plain,
    objective: elbo({ beta: warmUp({ epochs: 1 }) }),
    optimizer: adam(decay({ epochs: 1, from: 0.02, factor: 0.5 })),
  }
  const [short, long] = [withSettings({ epochs: 2 }, e), withSettings({ epochs: 4 }, e)]
  const folder = await kept(short)
  right(await goingOn(folder, long))
  const straight = await kept(long)
  expect(linesIn(folder).slice(2)).toEqual(linesIn(straight).slice(2))
})

// It ended at once, and called the weights of the fourth epoch those of the second.
test('a run does not go back to fewer epochs than it has trained', async () => {
  const folder = await kept(plain)
  const before = contentOf(folder)
  const back = (epochs: number) => goingOn(folder, withSettings({ epochs }, plain))
  expect(messageOf(await back(2))).toBe(`'${folder}': the run has trained 4 epochs already; ask for at least 4`)
  expect(contentOf(folder)).toEqual(before)
  const stopped = await kept(plain, 7)
  expect(messageOf(await goingOn(stopped, withSettings({ epochs: 1 }, plain)))).toBe(
    `'${stopped}': the run has trained 1 epoch already and 2 of the steps of the next; ask for at least 2`,
  )
  expect(right(await goingOn(stopped, withSettings({ epochs: 2 }, plain))).status).toBe('done')
})
