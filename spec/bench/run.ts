import * as tf from '@tensorflow/tfjs-core'
import { Command, Option } from 'commander'
import { availableTargets, type Backend } from '../../src/interp/tfjs/index.ts'
import { handwritten } from './handwritten.ts'
import { ours } from './ours.ts'

/**
 * Ours against hand-written TensorFlow.js, in one process: rounds of one and the other alternate, so that both meet the same machine, and the
 * median of each counts. Absolute figures move with the machine; the ratio holds.
 */
interface Row {
  readonly work: string
  readonly batch: number
  readonly target: Backend
  readonly msPerStep: number
  readonly baseline: string
  readonly baselineMsPerStep: number
  readonly ratio: number
}

interface Options {
  readonly target: readonly Backend[]
  readonly batch: readonly string[]
  readonly rounds: string
  readonly json?: boolean
}

const options = new Command('bench')
  .description('Time a training step of the classic VAE against the same in hand-written TensorFlow.js.')
  .addOption(
    new Option('--target <names...>', 'backends to run on')
      .choices(['tensorflow', 'wasm', 'cpu'])
      .default(['tensorflow', 'wasm', 'cpu']),
  )
  .option('--batch <sizes...>', 'data in a minibatch', ['128'])
  .option('--rounds <n>', 'rounds of each', '7')
  .option('--json', 'one JSON object a line')
  .parse()
  .opts<Options>()

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN

interface Contestant {
  readonly step: () => void
  readonly loss: () => number
}

/** Milliseconds a step. Reading the loss waits for what a backend has only queued. */
const time = (contestant: Contestant, steps: number): number => {
  const start = performance.now()
  for (let i = 0; i < steps; i++) contestant.step()
  contestant.loss()
  return (performance.now() - start) / steps
}

/** As many steps as take this long, so that a round is neither noise nor a wait. */
const ROUND_MS = 400
const stepsFor = (contestant: Contestant): number => {
  time(contestant, 2)
  return Math.max(2, Math.ceil(ROUND_MS / time(contestant, 3)))
}

const measure = async (target: Backend, batch: number): Promise<Row> => {
  const mine = await ours(target, batch)
  const theirs = handwritten(batch)
  const [mySteps, theirSteps] = [stepsFor(mine), stepsFor(theirs)]
  const [myTimes, theirTimes]: [number[], number[]] = [[], []]
  for (let round = 0; round < Number(options.rounds); round++) {
    myTimes.push(time(mine, mySteps))
    theirTimes.push(time(theirs, theirSteps))
  }
  mine.dispose()
  theirs.dispose()
  const [msPerStep, baselineMsPerStep] = [median(myTimes), median(theirTimes)]
  return {
    work: 'train VAE 784-400-20',
    batch,
    target,
    msPerStep,
    baseline: 'hand-written tfjs',
    baselineMsPerStep,
    ratio: baselineMsPerStep / msPerStep,
  }
}

const line = ({ work, batch, target, msPerStep, baseline, baselineMsPerStep, ratio }: Row): string =>
  `${work}  batch ${batch}  ${target.padEnd(10)}  ${msPerStep.toFixed(2).padStart(8)} ms a step   ${baseline} ${baselineMsPerStep.toFixed(2).padStart(8)} ms   ${ratio.toFixed(2)} times as fast`

const here = new Set((await availableTargets()).filter((t) => t.available).map((t) => t.target))
for (const target of options.target) {
  if (!here.has(target)) {
    if (options.json !== true) console.log(`${target}: not on this machine`)
    continue
  }
  await tf.setBackend(target)
  for (const batch of options.batch) {
    const row = await measure(target, Number(batch))
    console.log(options.json === true ? JSON.stringify(row) : line(row))
  }
}
