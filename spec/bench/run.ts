import { Command, Option } from 'commander'
import * as E from 'fp-ts/lib/Either.js'
import { openTarget } from '../../src/interp/openTarget.ts'
import type { TargetName } from '../../src/interp/Session.ts'
import { race } from './Contestant.ts'
import { more } from './more.ts'
import { byHand, ourOwn, peer, peerNames } from './peer.ts'
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

const measure = async (work: string, target: TargetName, batch: number): Promise<readonly Row[] | undefined> => {
  const mine = await ourOwn(work, target, batch)
  if (mine === undefined) return undefined
  const contestants = [mine]
  const others = options.peers === true ? peerNames : []
  // One after the other: to start costs more than a step, and would be in its way.
  const starts = [
    () => byHand(work, target, batch),
    ...others.map((name) => () => peer(options.python, name, work, batch)),
  ]
  for (const start of starts) {
    const other = await start()
    if (other !== undefined) contestants.push(other)
  }
  const [msPerStep = Number.NaN, ...times] = await race(contestants, Number(options.rounds))
  for (const { dispose } of contestants) dispose()
  return times.map((baselineMsPerStep, i) => ({
    work: works[work]?.title ?? work,
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

const absent = (target: TargetName): void => {
  if (options.json !== true) console.log(`${target}: not on this machine`)
}
for (const target of options.target) {
  if (options.more === true) {
    const opened = await openTarget(target)()
    if (E.isLeft(opened)) absent(target)
    else {
      opened.right.session.dispose()
      for await (const found of more(target, Number(options.rounds)))
        console.log(
          options.json === true
            ? JSON.stringify(found)
            : `${found.figure.padEnd(48)} ${target.padEnd(10)} ${found.value.toFixed(2).padStart(10)} ${found.unit}`,
        )
    }
    continue
  }
  for (const work of options.work)
    for (const batch of options.batch) {
      const rows = await measure(work, target, Number(batch))
      if (rows === undefined) absent(target)
      for (const row of rows ?? []) console.log(options.json === true ? JSON.stringify(row) : line(row))
    }
}
