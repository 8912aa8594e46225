import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PNG } from 'pngjs'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { type Ended, emptyFolder, manyCommands, moduleText, place, start } from './elbo.ts'

/** From a module to a run, and what can be asked of it then. */

/** Processes wait for one another where there are few cores. */
vi.setConfig({ testTimeout: 60_000 })

const folder = emptyFolder()
const commands = manyCommands(folder.path)
afterAll(() => {
  commands.close()
  folder.remove()
})

const modules = {
  'pictures.ts': moduleText(),
  'rows.ts': moduleText({
    data: `csv({ file: 'rows.csv', columns: ['height', 'weight'] })`,
    given: 'real(2)',
    observed: 'dense(2), gaussian({ scale: 1 })',
    settings: "name: 'bodies', epochs: 1, batch: 10",
  }),
  'conditional.ts': `${moduleText({ more: 'const { concat, oneHot } = e', settings: 'epochs: 1, batch: 16' })
    .replace('pipe(model, latent', 'pipe(e.given({ y: oneHot(3) }), latent')
    .replace('({ z }) => pipe(z,', '({ z, y }) => pipe(z, concat(y),')
    .replace('e.given({ x: binary(8, 8, 1) })', 'e.given({ x: binary(8, 8, 1), y: oneHot(3) })')
    .replace(
      'inline({ fields: {',
      "inline({ fields: { y: { shape: [3], support: 'oneHot', values: Array.from({ length: 120 }, (_, i) => (i % 3 === Math.floor(i / 3) % 3 ? 1 : 0)) },",
    )}`,
  'rows.csv': ['height,weight', ...Array.from({ length: 60 }, (_, i) => `${100 + (i % 7)},${5 * (i % 3)}`)].join('\n'),
}

const quick = ['--target', 'cpu']
const bytes = (name: string): Buffer => readFileSync(join(folder.path, name))
const text = (name: string): string => readFileSync(join(folder.path, name), 'utf8')
const png = (name: string): PNG => PNG.sync.read(readFileSync(join(folder.path, name)))

type Line = Readonly<Record<string, unknown>>
const eventsOf = (out: string): readonly Line[] =>
  out
    .trim()
    .split('\n')
    .map((line): Line => JSON.parse(line))
const fine = ({ code, err, out }: Ended): string => (code === 0 ? out : `exit ${code}: ${err}`)
const asked = async (...args: readonly string[]): Promise<Line> => {
  const out = fine(await commands.elbo([...args, '--json']))
  const events = eventsOf(out)
  return events.length === 1 ? (events[0] ?? {}) : { unexpected: out }
}

let trained: readonly Line[] = []

beforeAll(async () => {
  place(folder.path, modules)
  trained = eventsOf(fine(await commands.elbo(['train', 'pictures.ts', ...quick, '--validation', '0.2', '--json'])))
  await commands.elbo(['train', 'rows.ts', ...quick])
}, 60_000)

describe('train --json', () => {
  test('tells what happens, one object a line, the end last', () => {
    expect(trained.map(({ event }) => event).join(' ')).toMatch(
      /^started( (checkpoint|progress))+ epoch( (checkpoint|progress))+ epoch done$/,
    )
  })

  test('ends in what the run came to', () => {
    const done = trained.at(-1)
    expect(done).toMatchObject({ run: 'runs/pictures-1', target: 'cpu', epochs: 2, steps: 4 })
    for (const quantity of ['bound', 'reconstruction'])
      expect(done).toHaveProperty(`test.${quantity}`, expect.closeTo(-45, -1))
    expect(done).toHaveProperty('test.kl', expect.any(Number))
    expect(done).toHaveProperty('activeUnits', expect.any(Number))
    expect(done).toHaveProperty('seconds', expect.any(Number))
    expect(done).toHaveProperty('rowsPerSecond', expect.any(Number))
  })

  test('leaves a folder with everything', () => {
    expect(readdirSync(join(folder.path, 'runs/pictures-1')).toSorted()).toEqual([
      'best.npz',
      'curve.png',
      'curve.svg',
      'interpolation.png',
      'last.npz',
      'manifold.png',
      'metrics.jsonl',
      'reconstructions.png',
      'run.json',
      'samples.png',
      'weights.npz',
    ])
    for (const name of ['curve', 'interpolation', 'manifold', 'reconstructions', 'samples'])
      expect(png(`runs/pictures-1/${name}.png`).width).toBeGreaterThan(100)
  })
})

describe('train', () => {
  test('says to people what they want to know, and counts runs', async () => {
    const out = fine(await commands.elbo(['train', 'pictures.ts', ...quick, '--no-pictures']))
    expect(out).toMatch(/^pictures on cpu: /)
    expect(out).toMatch(
      /^epoch 1\/2 {3}bound −\d+\.\d\d {3}reconstruction −\d+\.\d\d {3}KL \d+\.\d\d {3}[\d,]+ images\/s/m,
    )
    expect(out).toMatch(/^test: bound −\d+\.\d\d {3}reconstruction −\d+\.\d\d {3}KL \d+\.\d\d/m)
    expect(out).toMatch(/of 2 latent dimensions active/)
    expect(out).toMatch(/^runs\/pictures-2: /m)
    expect(out).not.toMatch(/\.png/)
  })

  test('goes on with a run to the same numbers', async () => {
    const train = (...args: readonly string[]): Promise<Ended> =>
      commands.elbo(['train', ...args, ...quick, '--no-pictures'])
    fine(await train('pictures.ts', '--epochs', '3', '--out', 'straight'))
    fine(await train('pictures.ts', '--epochs', '1', '--out', 'parts'))
    expect(fine(await train('--resume', 'parts', '--epochs', '3'))).toMatch(/resumed after 1 epoch, at step 3/)
    expect(bytes('parts/weights.npz').equals(bytes('straight/weights.npz'))).toBe(true)
  })

  test('seeds make a difference, and the same seed none', async () => {
    const weights = async (out: string, seed: string): Promise<Buffer> => {
      fine(
        await commands.elbo([
          'train',
          'pictures.ts',
          ...quick,
          '--no-pictures',
          '--epochs',
          '1',
          '--seed',
          seed,
          '--out',
          out,
        ]),
      )
      return bytes(`${out}/weights.npz`)
    }
    const [one, again, two] = [await weights('seed1', '1'), await weights('again1', '1'), await weights('seed2', '2')]
    expect([one.equals(again), one.equals(two)]).toEqual([true, false])
  })

  test('Ctrl-C saves, says how to go on, and ends with 130', async () => {
    const { child, ended } = start(
      ['train', 'pictures.ts', ...quick, '--epochs', '1000000', '--out', 'stopped', '--json'],
      folder.path,
    )
    child.stdout?.once('data', () => child.kill('SIGINT'))
    const { code, out, err } = await ended
    expect(code).toBe(130)
    expect(eventsOf(out).at(-1)).toMatchObject({ event: 'interrupted', run: 'stopped' })
    expect(err).toMatch('npx elbo train --resume stopped')
    const { step, epoch } = eventsOf(out).at(-1) ?? {}
    const epochs = String(Number(epoch) + 1)
    const resumed = fine(
      await commands.elbo(['train', '--resume', 'stopped', '--epochs', epochs, ...quick, '--no-pictures', '--json']),
    )
    expect(eventsOf(resumed)[0]).toMatchObject({ event: 'started', resumed: { step } })
  })
})

describe('a run is asked', () => {
  test('for samples: a picture, everything, a table', async () => {
    expect(await asked('sample', 'runs/pictures-1', ...quick, '--count', '20', '--seed', '4')).toEqual({
      event: 'done',
      run: 'runs/pictures-1',
      out: 'runs/pictures-1/samples.png',
      count: 20,
      seed: 4,
      target: 'cpu',
    })
    await asked('sample', 'runs/pictures-1', ...quick, '--out', 'all.npz')
    expect(text('all.npz')).toMatch(/latent\/z\.npy[^]*mean\/x\.npy[^]*draw\/x\.npy/)
    await asked('sample', 'runs/bodies-1', ...quick, '--count', '300')
    const [head, ...rows] = text('runs/bodies-1/samples.csv').trim().split('\n')
    expect(head).toBe('height,weight')
    expect(rows).toHaveLength(300)
    // In the table's own terms: heights of 100 to 106 again, not standardised ones.
    const heights = rows.map((row) => Number(row.split(',')[0]))
    expect(heights.reduce((sum, h) => sum + h, 0) / 300).toBeCloseTo(103, -1)
  })

  test('for reconstructions', async () => {
    expect(await asked('reconstruct', 'runs/pictures-1', ...quick, '--out', 'pairs.svg')).toMatchObject({
      count: 4,
      out: 'pairs.svg',
    })
    expect(text('pairs.svg')).toMatch(/^<svg[^]*Reconstructions of test data[^]*<image/)
    await asked('reconstruct', 'runs/bodies-1', ...quick)
    expect(text('runs/bodies-1/reconstructions.csv')).toMatch(/^height,weight\n10\d/)
  })

  test('for what lies between', async () => {
    expect(
      await asked('interpolate', 'runs/pictures-1', ...quick, '--count', '2', '--steps', '5', '--out', 'between.png'),
    ).toMatchObject({ steps: 5 })
    expect(png('between.png').width).toBeGreaterThan(100)
    const { code, err } = await commands.elbo(['interpolate', 'runs/bodies-1', ...quick])
    expect([code, err]).toEqual([1, expect.stringContaining('observes no pictures')])
  })

  test('for its program, which is that of its module', async () => {
    const { settings, ...module } = await asked('show', 'pictures.ts')
    expect(await asked('show', 'runs/pictures-1')).toEqual({
      ...module,
      name: 'pictures',
      settings: { ...Object(settings), validation: 0.2 },
    })
    const { code, err } = await commands.elbo(['encode', 'pictures.ts'])
    expect([code, err]).toEqual([1, "elbo: 'pictures.ts' is a file; a run is the folder that training left\n"])
  })

  test('for latents', async () => {
    expect(await asked('encode', 'runs/pictures-1', ...quick)).toMatchObject({ count: 4, latents: { z: [2] } })
    expect(text('runs/pictures-1/latents.csv')).toMatch(/^z_0,z_1\n-?\d/)
  })

  test('of a conditional model, a class a column; its labels beside its latents', async () => {
    const out = fine(await commands.elbo(['train', 'conditional.ts', ...quick, '--out', 'conditional']))
    expect(out).toMatch('samples.png')
    await asked('encode', 'conditional', ...quick)
    expect(text('conditional/latents.csv')).toMatch(/^y,z_0,z_1\n[012],/)
  })
})

describe('without a run', () => {
  test('show prints a program, its parameters and its cost', async () => {
    const out = fine(await commands.elbo(['show', 'pictures.ts']))
    for (const part of [
      'model  observed  x  ~ Bernoulli  [8, 8, 1]',
      "%2 = data 'z' real : [2]",
      'model/x/dense_0/kernel',
      'FLOP',
    ])
      expect(out).toContain(part)
    const told = await asked('show', 'pictures.ts', '--batch', '32')
    expect(told).toMatchObject({
      parameterCount: 2 * 64 + 64 + 64 * 4 + 4,
      step: { batch: 32, flops: expect.any(Number) },
    })
    expect(fine(await commands.elbo(['show', 'pictures.ts', '--as', 'mermaid']))).toMatch(/^(flowchart|graph)/)
    expect(fine(await commands.elbo(['show', 'pictures.ts', '--as', 'dot']))).toMatch(/^digraph/)
  })

  test('doctor tells what is here', async () => {
    const told = await asked('doctor')
    expect(told).toMatchObject({ versions: { node: process.versions.node } })
    expect(told['targets']).toEqual(
      expect.arrayContaining([
        { target: 'cpu', available: true, why: expect.any(String) },
        { target: 'reference', available: true, why: expect.any(String) },
      ]),
    )
  })

  test.each(['train', 'show', 'sample', 'reconstruct', 'interpolate', 'encode', 'export', 'doctor'])(
    '%s --help explains itself, with examples',
    async (name) => {
      const out = fine(await commands.elbo([name, '--help']))
      expect(out).toMatch(new RegExp(`^Usage: elbo ${name}`))
      expect(out).toMatch(new RegExp(`Examples:\\n {2}\\$ npx elbo ${name}`))
    },
  )

  test('nothing is left beside what was asked for', () => {
    expect(existsSync(join(folder.path, 'runs/pictures-3'))).toBe(false)
    expect(readdirSync(folder.path, { recursive: true }).filter((name) => String(name).endsWith('.part'))).toEqual([])
  })
})
