import * as tf from '@tensorflow/tfjs-core'
import { Command, Option } from 'commander'
import * as E from 'fp-ts/lib/Either.js'
import { targetsHere } from '../../src/interp/openTarget.ts'
import type { TargetName } from '../../src/interp/Session.ts'
import { type Contestant, race } from './Contestant.ts'
import { handwritten } from './handwritten.ts'
import { more } from './more.ts'
import { ours } from './ours.ts'
import { peer, peerNames } from './peer.ts'
import { works } from './works.ts'

/** Ours against hand-written TensorFlow.js, and against other frameworks where Python has them, in one run, round about. */
interface Row {
  readonly work: string
  readonly batch: number
  readonly target: string
  readonly msPerStep: number
  readonly baseline: string
  readonly baselineMsPerStep: number
  /** baseline / ours: over 1 is faster */
  readonly ratio: number
}

interface Options {
  readonly target: readonly TargetName[]
  readonly work: readonly string[]
  readonly batch: readonly string[]
  readonly rounds: string
  readonly peers?: boolean
  readonly more?: boolean
  readonly python: string
  readonly json?: boolean
}

const options = new Command('bench')
  .description('Time a training step against hand-written TensorFlow.js, and against other frameworks.')
  .addOption(
    new Option('--target <names...>', 'what to run on')
      .choices(['graph', 'tensorflow', 'wasm', 'cpu'])
      .default(['graph', 'tensorflow', 'wasm', 'cpu']),
  )
  .addOption(new Option('--work <names...>', 'what to train').choices(Object.keys(works)).default(['mlp']))
  .option('--batch <sizes...>', 'data in a minibatch', ['128'])
  .option('--rounds <n>', 'rounds of each', '7')
  .option('--peers', 'also against PyTorch, JAX and TensorFlow, where Python has them')
  .option('--more', 'instead: the start, memory, and how the cost grows (after npm run build)')
  .option('--python <program>', 'a Python that has them', 'python3')
  .option('--json', 'one JSON object a line')
  .parse()
  .opts<Options>()

/** By hand on the backend that is current: tfjs-node for both native targets. */
const byHand = (batch: number): Contestant => {
  const { step, loss, dispose } = handwritten(batch)
  return {
    name: 'hand-written tfjs',
    run: async (steps) => {
      const begun = performance.now()
      for (let i = 0; i < steps; i++) step()
      // What a backend has only queued is waited for.
      loss()
      return performance.now() - begun
    },
    dispose,
  }
}

const measure = async (work: string, target: TargetName, batch: number): Promise<readonly Row[]> => {
  const found = works[work]
  if (found === undefined) return []
  await tf.setBackend(target === 'graph' ? 'tensorflow' : target)
  const contestants: Contestant[] = [await ours(found.experiment, target, batch)]
  if (work === 'mlp') contestants.push(byHand(batch))
  if (options.peers === true)
    for (const name of peerNames) {
      const other = await peer(options.python, name, work, batch)
      if (other !== undefined) contestants.push(other)
    }
  const [msPerStep = Number.NaN, ...others] = await race(contestants, Number(options.rounds))
  for (const { dispose } of contestants) dispose()
  return others.map((baselineMsPerStep, i) => ({
    work: found.title,
    batch,
    target,
    msPerStep,
    baseline: contestants[i + 1]?.name ?? '',
    baselineMsPerStep,
    ratio: baselineMsPerStep / msPerStep,
  }))
}

const line = ({ work, batch, target, msPerStep, baseline, baselineMsPerStep, ratio }: Row): string =>
  `${work}  batch ${batch}  ${target.padEnd(10)}  ${msPerStep.toFixed(2).padStart(8)} ms a step   ${baseline} ${baselineMsPerStep.toFixed(2).padStart(8)} ms   ${ratio.toFixed(2)} times as fast`

const known = await targetsHere()
const here = new Set(E.isRight(known) ? known.right.filter((t) => t.available).map((t) => t.target) : [])
for (const target of options.target) {
  if (!here.has(target)) {
    if (options.json !== true) console.log(`${target}: not on this machine`)
    continue
  }
  if (options.more === true) {
    for await (const found of more(target, Number(options.rounds)))
      console.log(
        options.json === true
          ? JSON.stringify(found)
          : `${found.figure.padEnd(48)} ${target.padEnd(10)} ${found.value.toFixed(2).padStart(10)} ${found.unit}`,
      )
    continue
  }
  for (const work of options.work)
    for (const batch of options.batch)
      for (const row of await measure(work, target, Number(batch)))
        console.log(options.json === true ? JSON.stringify(row) : line(row))
}
