import { mkdirSync, readFileSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { type Ended, emptyFolder, manyCommands, moduleText, place } from './elbo.ts'

/** A run that has travelled: its folder is where it was trained no longer, and neither are its data. */

vi.setConfig({ testTimeout: 60_000 })

const folder = emptyFolder()
const [home, away] = [join(folder.path, 'home'), join(folder.path, 'away')]
mkdirSync(home)
mkdirSync(away)
const [here, there] = [manyCommands(home), manyCommands(away)]
afterAll(() => {
  here.close()
  there.close()
  folder.remove()
})

const rows = (shift: number): string =>
  [
    'height,weight,sex',
    ...Array.from({ length: 60 }, (_, i) => `${100 + shift + (i % 7)},${5 * (i % 3)},${i % 2 ? 'f' : 'm'}`),
  ].join('\n')
const quick = ['--target', 'cpu']
const asked = (...args: readonly string[]): Promise<Ended> => there.elbo([...args, ...quick])
const fine = ({ code, err, out }: Ended): string => (code === 0 ? out : `exit ${code}: ${err}`)
const text = (name: string): string => readFileSync(join(away, name), 'utf8')

beforeAll(async () => {
  place(home, {
    'rows.ts': moduleText({
      data: `csv({ file: 'data.csv', label: 'sex' })`,
      given: 'real(2)',
      observed: 'dense(2), gaussian({ scale: 1 })',
      settings: 'epochs: 1, batch: 10',
    }),
    'data.csv': rows(0),
  })
  // The class is given to both halves; the label's column is known late.
  place(home, {
    'class.ts': readFileSync(join(home, 'rows.ts'), 'utf8')
      .replace('pipe(model, latent', 'pipe(e.given({ y: e.oneHot(2) }), latent')
      .replace('({ z }) => pipe(z,', '({ z, y }) => pipe(z, e.concat(y),')
      .replace('e.given({ x: real(2) })', 'e.given({ x: real(2), y: e.oneHot(2) })'),
  })
  for (const name of ['rows', 'class'])
    fine(await here.elbo(['train', `${name}.ts`, '--out', name, '--no-pictures', ...quick]))
  for (const name of ['rows', 'class']) renameSync(join(home, name), join(away, name))
  place(away, { 'moved.csv': rows(0), 'other.csv': rows(1), 'short.csv': rows(0).split('\n').slice(0, 50).join('\n') })
}, 60_000)

test('says that its data are gone and how to say where they are now', async () => {
  for (const command of [
    ['encode', 'rows'],
    ['reconstruct', 'rows'],
    ['report', 'rows'],
    ['train', '--resume', 'rows', '--epochs', '2'],
  ]) {
    const { code, err } = await asked(...command)
    expect([code, err]).toEqual([
      1,
      "elbo: cannot read 'data.csv': there is no such file; where the data of the run are now, tell by --data <path>\n",
    ])
  }
})

test('is asked with its data from another place, the labels by their names', async () => {
  expect(fine(await asked('encode', 'rows', '--data', 'moved.csv'))).toMatch('the latents of 6 test data of rows')
  expect(text('rows/latents.csv')).toMatch(/^y,z_0,z_1\n[mf],-?\d/)
  expect(fine(await asked('reconstruct', 'rows', '--data', 'moved.csv'))).toMatch('6 test data of rows')
})

test('goes on with its data from another place, and knows that place from then on', async () => {
  fine(await asked('train', '--resume', 'rows', '--epochs', '2', '--data', 'moved.csv'))
  expect(fine(await asked('encode', 'rows'))).toMatch('the latents of 6')
})

test.each([
  [
    'other.csv',
    'trained on other values: names, classes or the numbers that rows are standardised by are not the same',
    ', or accept these: --accept-data',
  ],
  ['short.csv', 'trained on 54 data and tested on 6, now there are 44 and 5', ''],
])('refuses data that are not its own: %s', async (file, why, advice) => {
  const encoded = await asked('encode', 'rows', '--data', file)
  expect([encoded.code, encoded.err]).toEqual([1, `elbo: not the data of the run, which was ${why}\n`])
  const resumed = await asked('train', '--resume', 'rows', '--epochs', '9', '--data', file)
  expect([resumed.code, resumed.err]).toEqual([
    2,
    `elbo: 'rows' was ${why}; resume with the same data and limit${advice}\n`,
  ])
})

test('goes on with other data where they are accepted by name', async () => {
  fine(await asked('train', '--resume', 'rows', '--epochs', '3', '--data', 'other.csv', '--accept-data'))
  expect(fine(await asked('encode', 'rows'))).toMatch('the latents of 6')
})

test('needs no data to draw from classes, which stand beside what was drawn', async () => {
  fine(await asked('sample', 'class', '--count', '4'))
  expect(text('class/samples.csv')).toMatch(/^y,height,weight\nf,\d[^]*\nm,\d[^]*\nf,\d[^]*\nm,\d[^]*$/)
  fine(await asked('sample', 'class', '--count', '4', '--out', 'all.npz'))
  expect(text('all.npz')).toMatch(/given\/y\.npy[^]*draw\/x\.npy/)
})
