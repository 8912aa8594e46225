import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { elbo, emptyFolder, moduleText, place } from '../cli/elbo.ts'

const data = `csv({ file: 'data.csv', columns: ['height', 'weight'] })`
const observed = 'dense(2), gaussian({ scale: 1 })'

// `elbo sample` in another folder than that of training: "cannot read 'data.csv'", of a model that takes nothing from data.
test('a model without conditions is sampled wherever its run is; what asks data says that they are gone', async () => {
  const folder = emptyFolder()
  const [home, away] = [join(folder.path, 'home'), join(folder.path, 'away')]
  mkdirSync(home)
  mkdirSync(away)
  place(home, {
    'rows.ts': moduleText({ data, given: 'real(2)', observed, settings: 'epochs: 1, batch: 10' }),
    'data.csv': ['height,weight', ...Array.from({ length: 60 }, (_, i) => `${100 + (i % 7)},${5 * (i % 3)}`)].join(
      '\n',
    ),
  })
  const quick = ['--target', 'cpu']
  const trained = await elbo(['train', 'rows.ts', '--out', 'run', ...quick], home)
  const run = join(home, 'run')
  const beside = await elbo(['sample', run, '--out', join(folder.path, 'beside.csv'), ...quick], home)
  const moved = await elbo(['sample', run, '--out', join(folder.path, 'moved.csv'), ...quick], away)
  const encoded = await elbo(['encode', run, ...quick], away)
  expect([trained, beside, moved].map(({ code, err }) => [code, err])).toEqual([0, 0, 0].map((code) => [code, '']))
  expect(readFileSync(join(folder.path, 'moved.csv'), 'utf8')).toBe(
    readFileSync(join(folder.path, 'beside.csv'), 'utf8'),
  )
  expect([encoded.code, encoded.err]).toEqual([1, expect.stringContaining("'data.csv'")])
  folder.remove()
}, 60_000)
