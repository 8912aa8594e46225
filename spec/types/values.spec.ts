import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { DataSource } from '../../src/data/DataSource.ts'
import type { FieldTypes } from '../../src/data/Field.ts'
import type { Experiment } from '../../src/train/Experiment.ts'
import { experimentProblems } from '../../src/train/Experiment.ts'
import { root } from './runner/compiler.ts'
import { expectationsOf } from './runner/expectations.ts'

/**
 * The mistakes of ui/, built in spite of the compiler: what it says of a program when it is typed, and what the program says of itself
 * when it is built, are the same words. So it goes for whoever runs a module that nobody type-checked.
 */
const files = ['layers', 'steps', 'agreement', 'experiment'] as const

/** Which mistake is built to what end, where that is not the compiler's text. */
const others: Readonly<Record<string, readonly string[]>> = {
  // a missing half is no program
  'agreement ab': ['the guide must be a program: pipe(model, …) or pipe(given({ … }), …)'],
  // one more word is harmless
  'agreement ac': [],
}

/** The texts about each export, by its name, in order. */
const textsOf = (source: string): ReadonlyMap<string, readonly string[]> => {
  const lines = source.split('\n')
  const starts = lines.flatMap((line, i) => {
    const name = /^export const (\w+) =/.exec(line)?.[1]
    return name === undefined ? [] : [{ name, line: i + 1 }]
  })
  const texts = expectationsOf(source)
  return new Map(
    starts.map(({ name, line }, i) => {
      const end = starts[i + 1]?.line ?? lines.length + 1
      return [name, texts.filter((t) => t.line >= line && t.line < end).map((t) => t.text)]
    }),
  )
}

/** The library's own words within what the compiler says; none where the compiler knows better ones. */
const ours = (text: string): readonly string[] => {
  const quoted = /"([^"]+)"'?$/.exec(text)?.[1]
  if (quoted !== undefined && quoted.includes(' ')) return [quoted]
  return /^(Type|Argument of type|Property) |does not exist|Did you mean|^is missing the following/.test(text)
    ? []
    : [text]
}

/** What the data of a source would be once loaded. */
const fieldsOf = (source: DataSource): FieldTypes => {
  if (source.tag === 'inline' || source.tag === 'shards') return source.fields
  if (source.tag === 'csv')
    return {
      x: { shape: [source.columns?.length ?? 5], support: 'real' },
      ...(source.label === undefined ? {} : { y: { shape: [4], support: 'oneHot' } }),
    }
  return {
    x: { shape: [28, 28, 1], support: source.binarize === 'none' ? 'unit' : 'binary' },
    y: { shape: [10], support: 'oneHot' },
  }
}

const isExperiment = (value: object): value is Experiment => 'tag' in value && value.tag === 'experiment'

const problemsOf = (value: object): readonly string[] => {
  if (isExperiment(value))
    return experimentProblems(value, fieldsOf(value.data), { stepsPerEpoch: 100, epochs: value.settings.epochs })
  return 'problems' in value && Array.isArray(value.problems) ? value.problems : []
}

/** What values know and types do not. */
const MORE = '( but returned .*)?'

/** What is told when built: with the place in the program, which the compiler shows by its line, and with sizes that typing did not know. */
const asBuilt = (text: string): RegExp =>
  new RegExp(`^('[^']+': )?${text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace('\\[\\?\\]', '\\[\\d+\\]')}${MORE}$`)

describe.each(files)('mistakes about %s are told when built as when typed', async (name) => {
  const path = join(root, `spec/types/ui/${name}.ui.ts`)
  const built: Readonly<Record<string, object>> = await import(/* @vite-ignore */ path)
  const cases = [...textsOf(readFileSync(path, 'utf8'))].filter(
    ([key, texts]) => texts.flatMap(ours).length > 0 || `${name} ${key}` in others,
  )

  test('of these there are many', () => expect(cases.length).toBeGreaterThan(8))

  test.each(cases)('%s', (key, texts) => {
    const problems = problemsOf(built[key] ?? {})
    const told = others[`${name} ${key}`] ?? texts.flatMap(ours)
    // The fields of data have no order.
    const [left, right] = told.length === 1 ? [problems, told] : [problems.toSorted(), told.toSorted()]
    expect(left.join('; ')).toMatch(asBuilt(right.join('; ')))
  })
})
