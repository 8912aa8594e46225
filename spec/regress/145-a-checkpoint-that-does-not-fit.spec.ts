import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { encode } from '../../src/train/inference.ts'
import { openRun as openInPage } from '../../src/train/inBrowser.ts'
import { openTarget } from '../../src/interp/openTarget.ts'
import { type Checkpoint, decodeCheckpoint, encodeCheckpoint } from '../../src/train/checkpoint.ts'
import { readNpz, writeNpz } from '../../src/train/npz.ts'
import { openRun } from '../../src/train/openRun.ts'
import { newPath } from '../temporary.ts'
import { messageOf, right } from '../unit/either.ts'
import { tiny, trained, withSettings } from '../unit/train/tiny.ts'

// A checkpoint with a seal of its own but other shapes: wasm read past the end of the tensor and answered.

const e = withSettings({ epochs: 2, validation: 0.25 })
const out = newPath()
beforeAll(async () => {
  right((await trained(e, { out })).result)
})

const kernel = 'model/x/dense_0/kernel'
const forged = (name: string, forge: (checkpoint: Checkpoint) => Checkpoint): string => {
  const copy = newPath()
  cpSync(out, copy, { recursive: true })
  const path = join(copy, name)
  writeFileSync(path, encodeCheckpoint(forge(right(decodeCheckpoint(path, readFileSync(path))))))
  return copy
}
const withValue =
  (shape: readonly number[], key = kernel) =>
  (c: Checkpoint): Checkpoint => ({
    ...c,
    values: new Map([...c.values, [key, { shape, data: new Float32Array(shape.reduce((n, d) => n * d, 1)) }]]),
  })
const without = (c: Checkpoint): Checkpoint => ({ ...c, values: new Map([...c.values].filter(([k]) => k !== kernel)) })

describe.each(['last.npz', 'best.npz'])('in %s', (name) => {
  test.each([
    ['an array that is too small', withValue([1, 1]), `'${kernel}' is of shape [1, 1], but the program takes [2, 5]`],
    ['a transposed one', withValue([5, 2]), `'${kernel}' is of shape [5, 2], but the program takes [2, 5]`],
    ['none', without, `no '${kernel}' of shape [2, 5]`],
  ])('%s is refused by its name, to ask and to go on', async (_, forge, words) => {
    const folder = forged(name, forge)
    const message = `'${folder}/${name}': ${words}`
    expect(messageOf(await openRun(folder, { target: 'reference' })())).toBe(message)
    expect(messageOf((await trained(e, { resume: folder })).result)).toBe(message)
  })

  test('a state of the optimiser that does not fit, or that there is not, is refused to go on', async () => {
    const state = [...right(decodeCheckpoint('', readFileSync(join(out, name)))).values.keys()].find(
      (key) => key.includes(kernel) && key !== kernel,
    )
    const small = forged(name, withValue([1], state))
    expect(messageOf((await trained(e, { resume: small })).result)).toBe(
      `'${small}/${name}': '${state}' is of shape [1], but the program takes [2, 5]`,
    )
    const more = forged(name, withValue([1], 'more'))
    expect(messageOf((await trained(e, { resume: more })).result)).toBe(
      `'${more}/${name}': the experiment has no variable 'more'`,
    )
  })

  test.each([
    [{ step: 9 }, /step 9 is not/],
    [{ position: 1 }, /is not 1 steps after/],
    [{ step: -1 }, /counters.step: expected a whole number from 0 on/],
    [{ epoch: 0.5 }, /counters.epoch: expected a whole number from 0 on/],
  ])('counters %j that do not add up too', async (counters, message) => {
    const folder = forged(name, (c) => ({ ...c, counters: { ...c.counters, ...counters } }))
    expect(messageOf((await trained(e, { resume: folder })).result)).toMatch(message)
  })
})

test('weights that do not fit are refused in a page', async () => {
  const record = readFileSync(join(out, 'run.json'), 'utf8')
  const weights = right(readNpz(readFileSync(join(out, 'weights.npz'))))
  const small = writeNpz(new Map([...weights, [kernel, { shape: [5, 2], data: new Float32Array(10) }]]))
  expect(messageOf(await openInPage({ record, weights: small }, { target: 'cpu' })())).toBe(
    `weights.npz: '${kernel}' is of shape [5, 2], but the program takes [2, 5]`,
  )
})

test.each(['reference', 'cpu', 'wasm', 'graph', 'tensorflow'] as const)(
  'written straight to a session on %s they are refused where they are used',
  async (target) => {
    const opened = await openTarget(target)()
    if (opened._tag === 'Left') return
    const { session } = opened.right
    const weights = right(readNpz(readFileSync(join(out, 'weights.npz'))))
    const x = new Map([['x', { shape: [2, 6], data: new Float32Array(12) }]])
    const asked = () => encode(tiny.vae, session, x)
    session.write(weights)
    right(asked())
    const name = 'guide/z/dense_0/kernel'
    for (const shape of [
      [5, 6],
      [1, 1],
    ]) {
      session.write(new Map([...weights, [name, { shape, data: new Float32Array((shape[0] ?? 0) * (shape[1] ?? 0)) }]]))
      expect(messageOf(asked())).toContain(`'${name}'`)
    }
    session.dispose()
  },
)
