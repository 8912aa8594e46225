import * as E from 'fp-ts/lib/Either.js'
import { readdirSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { gather, inOrder, pick, training } from '../../src/data/batches.ts'
import { load } from '../../src/data/load.ts'
import type { Tensor } from '../../src/expr/Tensor.ts'
import { openReference } from '../../src/interp/reference/index.ts'
import type { Feeds, Session } from '../../src/interp/Session.ts'
import { openTarget, targetsHere } from '../../src/interp/openTarget.ts'
import { type Experiment, experimentProblems } from '../../src/train/Experiment.ts'
import { gradientGraph } from '../../src/train/graphs.ts'
import { initialValues, variablesOf } from '../../src/train/initialize.ts'

/** Every example, on its own data and first weights: the loss and each gradient, on each target against the float64 reference. */

const folder = new URL('../../examples/', import.meta.url)
const files = readdirSync(folder).filter((f) => /^\d\d-.*\.ts$/.test(f))
const size = 16
const horizon = { stepsPerEpoch: 100, epochs: 5 }

const right = <A>(either: E.Either<{ readonly message: string }, A>): A => {
  if (E.isLeft(either)) throw new Error(either.left.message)
  return either.right
}
const experimentOf = async (file: string): Promise<Experiment> =>
  ((await import(new URL(file, folder).href)) as { default: Experiment }).default

const firstBatch = async (e: Experiment): Promise<Feeds> => {
  const dataset = right(await load(e.data, { limit: size })())
  const fields = right(pick(dataset.fields, Object.keys(e.vae.given)))
  expect(experimentProblems(e, fields, horizon)).toEqual([])
  const rows = inOrder(dataset.train).subarray(0, size)
  return { data: gather(fields, dataset.train, rows, training(1, 0)), scalars: { step: 60 }, seed: 1, step: 0 }
}

const onSession = (session: Session, e: Experiment, feeds: Feeds): ReadonlyMap<string, Tensor> => {
  const graph = gradientGraph(e.vae, e.objective, horizon, size)
  session.write(initialValues(variablesOf(graph), 1))
  const plan = right(session.prepare(graph))
  const outputs = plan.run(feeds)
  plan.dispose()
  return outputs
}

/** The largest difference, relative to the largest element: what single precision can promise of a sum of terms that cancel. */
const worst = (got: Tensor, wanted: Tensor): number => {
  const expected = [...wanted.data]
  const size = expected.reduce((most, w) => Math.max(most, Math.abs(w)), 0)
  const off = expected.reduce((most, w, i) => Math.max(most, Math.abs(w - (got.data[i] ?? Number.NaN))), 0)
  return size === 0 ? off : off / size
}

const available = right(await targetsHere())
  .filter((t) => t.available && t.target !== 'reference')
  .map((t) => t.target)

describe.each(files)('examples/%s', (file) => {
  let experiment: Experiment
  let feeds: Feeds
  let wanted: ReadonlyMap<string, Tensor>
  const open: Session[] = []
  beforeAll(async () => {
    experiment = await experimentOf(file)
    feeds = await firstBatch(experiment)
    wanted = onSession(openReference(), experiment, feeds)
  }, 60_000)
  afterAll(() => open.forEach((s) => s.dispose()))

  it.each(available)(
    'has the reference’s loss and gradients on %s',
    async (target) => {
      const { session } = right(await openTarget(target)())
      open.push(session)
      const got = onSession(session, experiment, feeds)
      expect([...got.keys()]).toEqual([...wanted.keys()])
      for (const [name, tensor] of wanted) expect(worst(got.get(name) ?? tensor, tensor), name).toBeLessThan(1e-4)
    },
    60_000,
  )
})
