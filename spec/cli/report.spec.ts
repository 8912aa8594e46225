import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { chromium, look } from './chromium.ts'
import { type Ended, emptyFolder, manyCommands, moduleText, place } from './elbo.ts'

/** The page of a run: what is on it, and how a browser shows it. */

vi.setConfig({ testTimeout: 90_000 })

const folder = emptyFolder()
const commands = manyCommands(folder.path)
afterAll(() => {
  commands.close()
  folder.remove()
})

const runs = ['pictures', 'rows'] as const
type Line = Readonly<Record<string, unknown>>
const last = ({ code, out, err }: Ended): Line =>
  code === 0 ? JSON.parse(out.trim().split('\n').at(-1) ?? '') : { failed: `exit ${code}: ${out}${err}` }
const told: Record<string, Line> = {}

beforeAll(async () => {
  place(folder.path, {
    'pictures.ts': moduleText(),
    'rows.ts': moduleText({
      data: `csv({ file: 'rows.csv', columns: ['height', 'weight', 'age'] })`,
      given: 'real(3)',
      observed: 'dense(3), gaussian({ scale: 1 })',
      settings: 'epochs: 2, batch: 10',
    }),
    'rows.csv': [
      'height,weight,age',
      ...Array.from({ length: 90 }, (_, i) => `${100 + (i % 7)},${5 * (i % 3)},${i % 11}`),
    ].join('\n'),
  })
  for (const name of runs) {
    await commands.elbo(['train', `${name}.ts`, '--target', 'cpu', '--no-pictures', '--out', name])
    told[name] = last(await commands.elbo(['report', name, '--target', 'cpu', '--json']))
  }
}, 120_000)

const pageOf = (name: string): string => readFileSync(join(folder.path, name, 'report.html'), 'utf8')
const figures = ['curve', 'kl-z', 'plane-z', 'traversals', 'interpolations', 'samples', 'reconstructions']
const expected = { pictures: [...figures.slice(0, 6), 'data', 'reconstructions'], rows: figures }

const missing = chromium === undefined ? ' (SKIPPED: no chromium on the PATH)' : ''

describe.each(runs)('elbo report of a run of %s', (name) => {
  test('ends in one object: numbers, verdicts, figures', () => {
    expect(told[name]).toMatchObject({
      event: 'done',
      run: name,
      out: join(name, 'report.html'),
      figures: expected[name],
      bound: { value: expect.any(Number), standardError: expect.any(Number) },
    })
    expect(told[name]).toHaveProperty('findings.0.remedy')
    expect(told[name]).toHaveProperty('collapse')
  })

  test('needs no network, no script, no other file', () => {
    const page = pageOf(name)
    expect(page).not.toMatch(/<script|<iframe|@import|url\(/)
    const links = [...page.matchAll(/(?:href|src)="([^"]*)"/g)].map(([, to]) => to ?? '')
    expect(links.filter((to) => !to.startsWith('#') && !to.startsWith('data:'))).toEqual([])
    expect(page.match(/https?:\/\/(?!www\.w3\.org\/)/g)).toBeNull()
  })

  test('has every figure in a section that the contents name', () => {
    const page = pageOf(name)
    expect([...page.matchAll(/<figure id="([^"]*)"/g)].map(([, id]) => id)).toEqual(expected[name])
    const sections = [...page.matchAll(/<section id="([^"]*)"/g)].map(([, id]) => id)
    expect([...page.matchAll(/<a href="#([^"]*)"/g)].map(([, id]) => id)).toEqual(sections)
  })

  test('says each verdict with what it means', () => {
    expect(pageOf(name).match(/<article class="verdict/g)?.length).toBeGreaterThanOrEqual(4)
    expect(pageOf(name)).not.toMatch(/NaN|undefined|Infinity/)
  })

  test.skipIf(chromium === undefined).each([false, true])(
    `headless Chromium shows every figure, readable, without a complaint; dark: %s${missing}`,
    (dark) => {
      const { seen, complaints } = look(chromium ?? '', join(folder.path, name, 'report.html'), dark)
      expect(complaints).toEqual([])
      expect(seen.dark).toBe(dark)
      expect(seen.figures.map(({ id }) => id)).toEqual(expected[name])
      for (const { id, width, height } of seen.figures) expect([id, width > 100, height > 50]).toEqual([id, true, true])
      expect(seen).toMatchObject({ broken: 0, pictures: name === 'pictures' ? 5 : 0, overflow: 0 })
      // WCAG 2 asks 4.5 of text
      expect([seen.palest, seen.contrast >= 4.5]).toEqual([seen.palest, true])
    },
  )
})

test.skipIf(chromium === undefined)(
  `the browser's complaints, broken pictures and pale texts are seen${missing}`,
  () => {
    place(folder.path, {
      'broken.html': `<body style="background: white"><figure id="f"><svg width="5" height="5"><text y="5" fill="#eee">pale</text><image href="data:image/png;base64,AAAA"/></svg></figure><script>console.error('planted')</script></body>`,
    })
    const { seen, complaints } = look(chromium ?? '', join(folder.path, 'broken.html'), false)
    expect(complaints).toEqual([expect.stringContaining('planted')])
    expect(seen).toMatchObject({ broken: 1, palest: 'pale', figures: [{ id: 'f', width: 5 }] })
    expect(seen.contrast).toBeLessThan(1.5)
  },
)

test('a bound of another kind is not compared with the ELBO', async () => {
  place(folder.path, {
    'weighted.ts': moduleText({ settings: 'epochs: 2, batch: 16' }).replace(
      'objective: elbo()',
      'objective: e.iwae(5)',
    ),
  })
  await commands.elbo(['train', 'weighted.ts', '--target', 'cpu', '--no-pictures', '--out', 'weighted'])
  const done = last(await commands.elbo(['report', 'weighted', '--target', 'cpu', '--json']))
  expect(done).toMatchObject({ event: 'done', figures: expected.pictures })
  expect(JSON.stringify(done['findings'])).not.toContain('generalisation')
  expect(JSON.stringify(told['pictures']?.['findings'])).toContain('generalisation')
})

test('what cannot be reported on is told', async () => {
  const nowhere = await commands.elbo(['report', 'nowhere'])
  expect(nowhere).toMatchObject({ code: 1, err: "elbo: there is no folder 'nowhere'\n" })
  const form = await commands.elbo(['report', 'pictures', '--out', 'page.png'])
  expect(form).toMatchObject({ code: 2, err: expect.stringContaining('.html') })
})
