import * as E from 'fp-ts/lib/Either.js'
import * as T from 'fp-ts/lib/Task.js'
import { loadBackend } from './backends.ts'
import { wholeOperations } from './cores.ts'
import type { Backend } from './engine.ts'

/** Whether a target can be used here, and what it is or why it is missing. */
export interface Availability {
  readonly target: Backend
  readonly available: boolean
  readonly why: string
}
export interface Choice {
  readonly target: Backend
  readonly reason: string
  /** faster ones, which are missing */
  readonly others: readonly Availability[]
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
      ? { target, available: true, why: what[target] }
      : { target, available: false, why: loaded.left.message.replace(`${target}: `, '') }
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
    if (found.available) return { target, reason: [found.why, ...notHere(missing)].join(' '), others: missing }
    missing.push(found)
  }
  return { target: 'cpu', reason: notHere(missing).join(''), others: missing }
}

/** Names only: why they are missing is long, and `elbo doctor` tells it. */
const notHere = (missing: readonly Availability[]): readonly string[] =>
  missing.length === 0
    ? []
    : [
        `(${missing.map(({ target }) => called[target]).join(' and ')} ${missing.length === 1 ? 'is' : 'are'} not here: npx elbo doctor)`,
      ]
