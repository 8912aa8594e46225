import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { type Ended, emptyFolder, manyCommands } from '../cli/elbo.ts'

/** Parts of the user's own, each from its declaration to a sweep: after the first run its module is gone, and nothing needs it. */

vi.setConfig({ testTimeout: 120_000 })

const examples = fileURLToPath(new URL('../../examples/', import.meta.url))
/** own-training.spec.ts looks at these, and bars.ts is their data. */
const elsewhere = new Set(['schedule.ts', 'optimizer.ts', 'bars.ts'])
const files = readdirSync(join(examples, 'own')).filter((f) => f.endsWith('.ts') && !elsewhere.has(f))

const folder = emptyFolder()
const commands = manyCommands(folder.path)
afterAll(() => {
  commands.close()
  folder.remove()
})
const said = ({ code, out, err }: Ended): string => (code === 0 ? out : `exit ${code}: ${out}${err}`)

mkdirSync(join(folder.path, 'examples'), { recursive: true })
cpSync(join(examples, 'data'), join(folder.path, 'examples/data'), { recursive: true })
cpSync(join(examples, 'own'), join(folder.path, 'own'), { recursive: true })

describe.each(files)('examples/own/%s', (file) => {
  const run = file.replace('.ts', '')
  test('trains; without its module it is resumed, encodes, and is swept', async () => {
    const short = ['--limit', '200', '--target', 'wasm']
    const trained = await commands.elbo(['train', `own/${file}`, '--epochs', '1', ...short, '--out', run])
    expect(said(trained)).toMatch(/test: bound/)
    const rates = ['--set', 'optimizer.learningRate=0.001,0.01', '--jobs', '1', '--out', `${run}-sweep`]
    const swept = await commands.elbo(['sweep', `own/${file}`, '--epochs', '1', ...short, ...rates])
    expect(said(swept)).toMatch(/0\.01/)
    rmSync(join(folder.path, 'own', file))
    const resumed = await commands.elbo(['train', '--resume', run, '--epochs', '2', '--target', 'wasm'])
    expect(said(resumed)).toMatch(/epoch 2\/2/)
    const encoded = await commands.elbo(['encode', run, '--out', `${run}.csv`])
    expect(said(encoded)).not.toMatch(/^exit/)
    expect(readFileSync(join(folder.path, `${run}.csv`), 'utf8')).not.toMatch(/NaN/)
  })
})
