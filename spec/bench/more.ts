import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipe } from 'fp-ts/lib/function.js'
import {
  bernoulli,
  binary,
  dense,
  diagonalNormal,
  flatten,
  given,
  latent,
  model,
  observe,
  relu,
  reshape,
  standardNormal,
  vae,
} from 'elbo-ts'
import { epochOrder } from '../../src/data/batches.ts'
import { load } from '../../src/data/load.ts'
import { openTarget } from '../../src/interp/openTarget.ts'
import type { TargetName } from '../../src/interp/Session.ts'
import type { Experiment } from '../../src/train/Experiment.ts'
import { trainGraph } from '../../src/train/graphs.ts'
import { initialValues, variablesOf } from '../../src/train/initialize.ts'
import { train } from '../../src/train/loop.ts'
import { race } from './Contestant.ts'
import { ours, right } from './ours.ts'
import { works } from './works.ts'

/** What is not a matter of milliseconds a step: the start, the memory, and how the cost of a step grows. */
export interface Figure {
  readonly figure: string
  readonly target: TargetName
  readonly value: number
  readonly unit: 'ms' | 'MB' | 'ms a step' | 'times'
}

const widthOf = (hidden: number, { objective, optimizer, ...rest }: Experiment): Experiment => ({
  ...rest,
  objective,
  optimizer,
  vae: vae({
    model: pipe(
      model,
      latent('z', () => standardNormal(20)),
      observe('x', ({ z }) => pipe(z, dense(hidden), relu, dense(784), reshape(28, 28, 1), bernoulli)),
    ),
    guide: pipe(
      given({ x: binary(28, 28, 1) }),
      latent('z', ({ x }) => pipe(x, flatten, dense(hidden), relu, dense(40), diagonalNormal(20))),
    ),
  }),
})

/** From the start of the process to the first line that tells a loss. */
const toFirstMetric = (target: TargetName): Promise<number> =>
  new Promise((resolve) => {
    const begun = performance.now()
    const args = ['train', 'examples/01-mnist.ts', '--target', target, '--epochs', '1', '--limit', '12800', '--json']
    const child = spawn(process.execPath, ['dist/cli/main.js', ...args, '--out', `runs/bench-${process.pid}-${target}`])
    child.stdout.on('data', (text: Buffer) => {
      if (!text.toString().includes('"loss"')) return
      resolve(performance.now() - begun)
      child.kill()
    })
    child.on('close', () => resolve(Number.NaN))
  })

/** An epoch of MNIST in training, with its reports and checkpoints, over as many bare steps on the same data. */
const epochOverSteps = async (target: TargetName, experiment: Experiment): Promise<number> => {
  const dataset = right(await load(experiment.data)())
  const { session } = right(await openTarget(target)())
  const ends: number[] = []
  const out = mkdtempSync(join(tmpdir(), 'elbo-bench-'))
  const epochs = 4
  const trained = await train(
    { ...experiment, settings: { ...experiment.settings, epochs } },
    {
      session,
      dataset,
      out,
      onEvent: (event) => {
        if (event.event === 'epoch') ends.push(event.seconds * 1000)
      },
    },
  )()
  right(trained)
  rmSync(out, { recursive: true })
  const epoch = ((ends.at(-1) ?? Number.NaN) - (ends[0] ?? Number.NaN)) / (epochs - 1)
  const batch = 128
  const steps = Math.ceil(dataset.train.size / batch)
  const graph = trainGraph(
    experiment.vae,
    experiment.objective,
    experiment.optimizer,
    { epochs, stepsPerEpoch: steps },
    batch,
  )
  session.write(initialValues(variablesOf(graph), 1))
  const prepared = session.prepareLoop?.(graph, { fields: dataset.fields, split: dataset.train, batch })
  if (prepared === undefined) return Number.NaN
  const loop = right(prepared)
  const order = epochOrder(dataset.train, 1, 0)
  const rows = Array.from({ length: steps - 1 }, (_, i) => order.subarray(i * batch, (i + 1) * batch))
  const passes = Array.from({ length: epochs }, (_, pass) => {
    const begun = performance.now()
    loop.run({ step: pass * steps, seed: 1, rows })
    return ((performance.now() - begun) / rows.length) * steps
  })
  loop.dispose()
  session.dispose()
  return epoch / (passes.slice(1).reduce((sum, ms) => sum + ms, 0) / (epochs - 1))
}

/** Figures of one target, as they are found. */
export const more = async function* (target: TargetName, rounds: number): AsyncGenerator<Figure> {
  const mlp = works['mlp']?.experiment
  if (mlp === undefined) return
  const figure = (name: string, value: number, unit: Figure['unit']): Figure => ({ figure: name, target, value, unit })
  yield figure('from elbo train to the first metric', await toFirstMetric(target), 'ms')
  if (target === 'graph')
    yield figure('an epoch inside training, over as many bare steps', await epochOverSteps(target, mlp), 'times')
  const begun = performance.now()
  const first = await ours(mlp, target, 128)
  await first.run(1)
  yield figure('from opening the target to the first step done', performance.now() - begun, 'ms')
  await first.run(50)
  const before = process.memoryUsage().rss
  for (let i = 0; i < 10; i++) await first.run(50)
  yield figure('memory after 51 steps', before / 1e6, 'MB')
  yield figure('memory that 500 more steps take', (process.memoryUsage().rss - before) / 1e6, 'MB')
  first.dispose()
  for (const hidden of [100, 200, 400, 800]) {
    const contestant = await ours(widthOf(hidden, mlp), target, 128)
    const [ms = Number.NaN] = await race([contestant], rounds)
    contestant.dispose()
    yield figure(`hidden width ${hidden}, batch 128`, ms, 'ms a step')
  }
  for (const batch of [32, 128, 512, 2048]) {
    const contestant = await ours(mlp, target, batch)
    const [ms = Number.NaN] = await race([contestant], rounds)
    contestant.dispose()
    yield figure(`hidden width 400, batch ${batch}, ${batch * 20} data`, ms, 'ms a step')
  }
}
