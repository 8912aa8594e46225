import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { run } from '../src/cli/run.ts'
import { decodeExperiment, encodeExperiment, type ExperimentJson } from '../src/train/codec.ts'
import type { Experiment } from '../src/train/Experiment.ts'
import { right } from './unit/either.ts'

/**
 * What every example looks like from outside: `elbo show` and the JSON of its run.json. A change that should change neither is seen here;
 * one that should shows by its diff what it does: `npx vitest run spec/golden.spec.ts -u`.
 */

const root = fileURLToPath(new URL('..', import.meta.url))
const examples = readdirSync(join(root, 'examples')).filter((name) => /^\d+-.*\.ts$/.test(name))
const golden = (example: string, ending: string): string => join(root, 'spec/golden', example.replace(/ts$/, ending))

const shown = async (module: string): Promise<string> => {
  let [out, err] = ['', '']
  const code = await run(['show', module], {
    out: { write: (text: string) => (out += text) },
    err: { write: (text: string) => (err += text) },
  })
  // Where this copy of the project lies is not part of what is shown, and may be cut off at the line's end.
  return (code === 0 ? out : err).replace(/^(data +).*"file":"\/.*$/m, '$1a file beside the example')
}

/** An experiment in JSON, its files as seen from the project's folder. */
const writtenOf = (experiment: Experiment): ExperimentJson =>
  JSON.parse(JSON.stringify(encodeExperiment(experiment)).replaceAll(root, ''))

/** One line a vertex, so that a diff is of vertices. */
const legible = ({ vae: { nodes, ...vae }, ...json }: ExperimentJson): string =>
  `${JSON.stringify({ ...json, vae }, null, 2).slice(0, -2)},
  "nodes": [
${nodes.map((node) => `    ${JSON.stringify(node)}`).join(',\n')}
  ]
}
`

const parsed = (text: string): unknown => {
  const { nodes, vae, ...json }: { readonly nodes: unknown; readonly vae: object } = JSON.parse(text)
  return { ...json, vae: { ...vae, nodes } }
}

const declared = async (example: string): Promise<Experiment> => {
  const module: { readonly default: Experiment } = await import(/* @vite-ignore */ join(root, 'examples', example))
  return module.default
}

test.each(examples)('%s is shown and written as ever', async (example) => {
  await expect(await shown(join(root, 'examples', example))).toMatchFileSnapshot(golden(example, 'txt'))
  await expect(legible(writtenOf(await declared(example)))).toMatchFileSnapshot(golden(example, 'json'))
})

const written = readdirSync(join(root, 'spec/golden'))

test.each(written.filter((file) => file.endsWith('json')))('%s is read as its example', async (file) => {
  const read = decodeExperiment(parsed(readFileSync(join(root, 'spec/golden', file), 'utf8')))
  expect(writtenOf(right(read))).toEqual(writtenOf(await declared(file.replace(/json$/, 'ts'))))
})

test('every golden file is of an example', () => {
  const names = written.map((file) => file.replace(/(txt|json)$/, 'ts'))
  expect([...new Set(names)].toSorted()).toEqual(examples.toSorted())
})
