import * as E from 'fp-ts/lib/Either.js'
import * as T from 'fp-ts/lib/Task.js'
import { nativeIsHere } from '../native/index.ts'
import { loadBackend } from './backends.ts'
import { wholeOperations } from './cores.ts'
import type { Backend } from './engine.ts'

/** Whether a target can be used here, and what it is or why it is missing. */
export interface Availability {
  readonly target: Backend
  readonly available: boolean
  readonly why: string
  /** nobody installed it, which is no fault: native TensorFlow is optional */
  readonly absent: boolean
}
export interface Choice {
  readonly target: Backend
  readonly reason: string
  /** faster ones, which are missing */
  readonly others: readonly Availability[]
  /** why those of them that are here do not start, in one line; undefined where none has a fault */
  readonly fault: string | undefined
}

/** Fastest first. */
const preference: readonly Backend[] = ['tensorflow', 'wasm', 'cpu']
const what: { readonly [B in Backend]: string } = {
  tensorflow: 'native TensorFlow through @tensorflow/tfjs-node',
  wasm: 'WebAssembly with generated SIMD kernels',
  cpu: 'plain JavaScript',
}
const called: { readonly [B in Backend]: string } = {
  tensorflow: 'native TensorFlow',
  wasm: 'WebAssembly',
  cpu: 'plain JavaScript',
}

const look =
  (target: Backend): T.Task<Availability> =>
  async () => {
    const loaded = await loadBackend(target)()
    return E.isRight(loaded)
      ? { target, available: true, why: what[target], absent: false }
      : {
          target,
          available: false,
          why: loaded.left.message.replace(`${target}: `, ''),
          absent: target === 'tensorflow' && !nativeIsHere(),
        }
  }

/** All targets of TensorFlow.js on this machine, the fastest first. */
export const availableTargets: T.Task<readonly Availability[]> = T.sequenceSeqArray(preference.map(look))

/** Native, then wasm, then plain JavaScript: the first that loads, and which before it do not. Slower ones are not loaded. */
export const chooseTarget: T.Task<Choice> = async () => {
  // Where native TensorFlow is here, the target 'graph' is what runs.
  wholeOperations()
  const missing: Availability[] = []
  for (const target of preference) {
    const found = await look(target)()
    if (found.available) return chosen(target, found.why, missing)
    missing.push(found)
  }
  return chosen('cpu', what.cpu, missing)
}

const chosen = (target: Backend, why: string, others: readonly Availability[]): Choice => {
  const absent = others.filter((other) => other.absent)
  const faults = others.filter((other) => !other.absent).map((other) => `${called[other.target]}: ${other.why}`)
  const fault = faults.length === 0 ? undefined : faults.join('; ')
  // Why what is not installed is not there is long, and `elbo doctor` tells it.
  const notes = [
    ...absent.map((other) => `${called[other.target]} is not here: npx elbo doctor`),
    ...(fault === undefined ? [] : [`faster but failing: ${fault}`]),
  ]
  return { target, reason: notes.length === 0 ? why : `${why} (${notes.join('; ')})`, others, fault }
}
