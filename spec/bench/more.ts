import { spawn } from 'node:child_process'
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
import type { TargetName } from '../../src/interp/Session.ts'
import type { Experiment } from '../../src/train/Experiment.ts'
import { race } from './Contestant.ts'
import { ours } from './ours.ts'
import { works } from './works.ts'

/** What is not a matter of milliseconds a step: the start, the memory, and how the cost of a step grows. */
export interface Figure {
  readonly figure: string
  readonly target: TargetName
  readonly value: number
  readonly unit: 'ms' | 'MB' | 'ms a step'
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

/** Figures of one target, as they are found. */
export const more = async function* (target: TargetName, rounds: number): AsyncGenerator<Figure> {
  const mlp = works['mlp']?.experiment
  if (mlp === undefined) return
  const figure = (name: string, value: number, unit: Figure['unit']): Figure => ({ figure: name, target, value, unit })
  yield figure('from elbo train to the first metric', await toFirstMetric(target), 'ms')
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
