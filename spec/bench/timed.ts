import * as tf from '@tensorflow/tfjs-core'
import { createInterface } from 'node:readline'
import type { TargetName } from '../../src/interp/Session.ts'
import type { Backend } from '../../src/interp/tfjs/engine.ts'
import { openTfjs } from '../../src/interp/tfjs/index.ts'
import type { Contestant } from './Contestant.ts'
import { handwritten } from './handwritten.ts'
import { ours } from './ours.ts'
import { works } from './works.ts'

/**
 * One contestant in a process of its own, so that nothing of the others, kernels and threads among it, is there: timed.ts {ours|byHand} WORK
 * TARGET BATCH. It speaks the lines of peers.py.
 */
const [who = 'ours', work = 'mlp', target = 'wasm', batch = '128'] = process.argv.slice(2)

const byHand = async (backend: Backend, size: number): Promise<Contestant> => {
  await openTfjs(backend)()
  await tf.setBackend(backend)
  const { step, loss, dispose } = handwritten(size)
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

const found = works[work]
if (found === undefined) throw new Error(`there is no work '${work}'`)
// Both are names that run.ts has checked.
const contestant =
  who === 'byHand'
    ? await byHand(target as Backend, Number(batch))
    : await ours(found.experiment, target as TargetName, Number(batch))
const say = (line: string): void => void process.stdout.write(`${line}\n`)

await contestant.run(5)
say('ready')
for await (const line of createInterface({ input: process.stdin })) say(`${await contestant.run(Number(line))}`)
contestant.dispose()
