import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fit } from 'elbo-ts'
import { expect, test } from 'vitest'
import { answersOf, listed } from '../browser/asked.ts'
import { conditional } from '../browser/conditional.ts'
import { inPage } from '../browser/page.ts'
import { chromium } from '../cli/chromium.ts'
import { newPath } from '../temporary.ts'
import { right } from '../unit/either.ts'

// openRun in a page: "ReferenceError: Buffer is not defined". The rule 'page' of spec/architecture keeps the source clean of its kind.

const program = `
  const fetched = {
    record: await (await fetch('/run.json')).text(),
    weights: new Uint8Array(await (await fetch('/weights.npz')).arrayBuffer()),
  }
  const messageOf = (either) => either._tag === 'Left' ? either.left.message : 'nothing wrong'
  const refused = async (what, of) => messageOf(await openRun({ ...fetched, ...what }, { of, target: 'cpu' })())
  const opened = await openRun(fetched, { of: conditional, target: 'cpu' })()
  if (opened._tag === 'Left') throw new Error(opened.left.message)
  return {
    node: [typeof Buffer, typeof process, typeof setImmediate],
    answers: answersOf(opened.right),
    refused: [
      await refused({ weights: fetched.weights.subarray(0, 100) }),
      await refused({ weights: writeNpz(new Map()) }),
      await refused({}, bars),
      messageOf(await fit({ ...bars, data: mnist() })()),
    ],
  }`

// exp, log and sin of two versions of V8 differ in their last place: one unit of single precision is 6e-8.
expect.addEqualityTesters([
  (a, b) =>
    typeof a === 'number' && typeof b === 'number' ? Math.abs(a - b) <= 1e-6 * Math.max(1, Math.abs(b)) : undefined,
])

test.skipIf(chromium === undefined)(
  'a run of Node is opened and asked in a page and in a Worker, with the answers of Node',
  { timeout: 120_000 },
  async () => {
    const out = newPath()
    const { model } = right(await fit(conditional, { out, target: 'cpu' })())
    const inNode: unknown = JSON.parse(JSON.stringify(answersOf(model), listed))
    model.dispose()
    const files = {
      '/run.json': readFileSync(join(out, 'run.json')),
      '/weights.npz': readFileSync(join(out, 'weights.npz')),
    }
    const imports = `
      import { fit, mnist, openRun, writeNpz } from 'elbo-ts/browser'
      import { answersOf } from './asked.ts'
      import { conditional } from './conditional.ts'
      import bars from '../../examples/browser-training/bars.ts'`
    for (const answer of await inPage({ imports, body: program, files, places: ['page', 'worker'] }))
      expect(answer).toEqual({
        node: ['undefined', 'undefined', 'undefined'],
        answers: inNode,
        refused: [
          expect.stringMatching('truncated or changed'),
          "weights.npz: no 'model/x/dense_0/kernel' of shape [4, 3]",
          "'run.json' is a run of another model than 'bars'",
          expect.stringMatching(/^a page reads no files, as mnist\(\) does: fetch the numbers/),
        ],
      })
  },
)
