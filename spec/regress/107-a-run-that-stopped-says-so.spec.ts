import * as E from 'fp-ts/lib/Either.js'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { openReference } from '../../src/interp/reference/index.ts'
import type { Feeds, Plan, Session } from '../../src/interp/Session.ts'
import { readHistory } from '../../src/train/history.ts'
import { emptyFolder, manyCommands, moduleText, place } from '../cli/elbo.ts'
import { newPath } from '../temporary.ts'
import { messageOf, right } from '../unit/either.ts'
import { tiny, trained } from '../unit/train/tiny.ts'

vi.setConfig({ testTimeout: 90_000 })

/** A target that spoils a parameter before its n-th update, so after the one before. */
const spoiled = (at: number): Session => {
  const session = openReference()
  let updates = 0
  return {
    ...session,
    prepare: (graph) =>
      E.map((plan: Plan) => ({
        ...plan,
        run: (feeds: Feeds) => {
          if (Object.keys(graph.updates).length > 0 && ++updates === at) {
            const [name, value] = [...session.read()][0] ?? ['', { shape: [], data: new Float32Array() }]
            session.write(new Map([[name, { ...value, data: Float64Array.from(value.data, () => Number.NaN) }]]))
          }
          return plan.run(feeds)
        },
      }))(session.prepare(graph)),
  }
}

describe('a run that broke off', () => {
  test('says in its folder at which step, and resumed no more', async () => {
    const out = newPath()
    const { result } = await trained(tiny, { out }, spoiled(8))
    const message = messageOf(result)
    const { epochs, failed } = right(await readHistory(out)())
    expect(epochs).toHaveLength(1)
    expect(failed).toEqual({ event: 'failed', step: 7, epochs: 1, nonFinite: true, message })
    expect(message).toContain('step 7 (epoch 2)')
    right((await trained(tiny, { resume: out })).result)
    expect(right(await readHistory(out)())).not.toHaveProperty('failed')
  })
})

const folder = emptyFolder()
const commands = manyCommands(folder.path)
afterAll(() => {
  commands.close()
  folder.remove()
})

test('elbo report of it has no verdict on an untrained model', async () => {
  place(folder.path, { 'm.ts': moduleText({ settings: 'epochs: 2, batch: 8' }).replace('adam(1e-2)', 'adam(1e6)') })
  const run = await commands.elbo(['train', 'm.ts', '--target', 'cpu', '--no-pictures', '--out', 'r'])
  expect(run.code).toBe(1)
  const step = /step (\d+)/.exec(run.err)?.[1] ?? 'none'
  const { code, out, err } = await commands.elbo(['report', 'r', '--target', 'cpu'])
  expect({ code, err }).toEqual({ code: 0, err: '' })
  expect(out).toContain(`problem  Training stopped at step ${step}: not finite.`)
  expect(out).not.toMatch(/^(fine|note) /m)
  const { findings, collapse } = JSON.parse(
    (await commands.elbo(['report', 'r', '--target', 'cpu', '--json'])).out.trim().split('\n').at(-1) ?? '',
  )
  expect(findings).toHaveLength(1)
  expect(findings[0]).toMatchObject({ topic: 'training', level: 'problem' })
  expect(collapse).toBeNull()
})
