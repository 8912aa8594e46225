import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { decodeCheckpoint } from '../../../src/train/checkpoint.ts'
import { readNpz } from '../../../src/train/npz.ts'
import { right } from '../either.ts'

/** What does not depend on how fast the machine is. */
const timeless = (json: string): unknown =>
  JSON.parse(json, (key, value: unknown) =>
    ['seconds', 'rowsPerSecond', 'run', 'target', 'seal'].includes(key) ? 0 : value,
  )

export const linesIn = (folder: string): readonly unknown[] =>
  readFileSync(join(folder, 'metrics.jsonl'), 'utf8').trimEnd().split('\n').map(timeless)

/** Everything a run left behind, but for times. */
export const contentOf = (folder: string): unknown => {
  const files = readdirSync(folder).sort()
  const checkpoint = (name: string): unknown => {
    if (!files.includes(name)) return undefined
    const { fingerprint, counters, values } = right(decodeCheckpoint(name, readFileSync(join(folder, name))))
    return { fingerprint, counters: timeless(JSON.stringify(counters)), values: [...values] }
  }
  return {
    files,
    lines: linesIn(folder),
    last: checkpoint('last.npz'),
    best: checkpoint('best.npz'),
    weights: [...right(readNpz(readFileSync(join(folder, 'weights.npz'))))],
  }
}
