import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Contestant } from './Contestant.ts'

/** Other frameworks, each in a Python of its own that waits while others run. */
const peers = {
  torch: { title: 'PyTorch', works: ['mlp', 'conv', 'iwae'] },
  jax: { title: 'JAX', works: ['mlp', 'conv', 'iwae'] },
  tf: { title: 'tf.function', works: ['mlp', 'conv'] },
} as const
export type PeerName = keyof typeof peers
export const peerNames: readonly PeerName[] = ['torch', 'jax', 'tf']

const script = fileURLToPath(new URL('peers.py', import.meta.url))

/** Undefined where this Python does not have it, or it cannot do the work. */
export const peer = async (
  python: string,
  name: PeerName,
  work: string,
  batch: number,
): Promise<Contestant | undefined> => {
  if (!peers[name].works.some((can) => can === work)) return undefined
  const child = spawn(python, [script, name, work, String(batch)], { stdio: ['pipe', 'pipe', 'ignore'] })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const answer = async (): Promise<string | undefined> => {
    const line = await lines.next()
    return line.done === true ? undefined : line.value
  }
  child.on('error', () => {})
  const ready = await answer()
  if (ready?.startsWith('ready') !== true) return undefined
  return {
    name: peers[name].title,
    run: async (steps) => {
      child.stdin.write(`${steps}\n`)
      return Number((await answer())?.split(' ')[0])
    },
    dispose: () => {
      child.stdin.end()
    },
  }
}
