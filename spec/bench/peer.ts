import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { TargetName } from '../../src/interp/Session.ts'
import type { Contestant } from './Contestant.ts'

/** Other frameworks, each in a Python of its own. */
const peers = {
  torch: { title: 'PyTorch', works: ['mlp', 'conv', 'iwae'] },
  jax: { title: 'JAX', works: ['mlp', 'conv', 'iwae'] },
  tf: { title: 'tf.function', works: ['mlp', 'conv'] },
} as const
export type PeerName = keyof typeof peers
export const peerNames: readonly PeerName[] = ['torch', 'jax', 'tf']

const script = (name: string): string => fileURLToPath(new URL(name, import.meta.url))

/** A program that waits while others run; undefined where it does not start. */
const waiting = async (name: string, program: string, args: readonly string[]): Promise<Contestant | undefined> => {
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'ignore'] })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const answer = async (): Promise<string | undefined> => {
    const line = await lines.next()
    return line.done === true ? undefined : line.value
  }
  child.on('error', () => {})
  const ready = await answer()
  if (ready?.startsWith('ready') !== true) return undefined
  return {
    name,
    run: async (steps) => {
      child.stdin.write(`${steps}\n`)
      return Number((await answer())?.split(' ')[0])
    },
    dispose: () => {
      child.stdin.end()
    },
  }
}

const timed = (name: string, ...args: readonly string[]): Promise<Contestant | undefined> =>
  waiting(name, process.execPath, ['--conditions=source', '--import', 'tsx', script('timed.ts'), ...args])

export const ourOwn = (work: string, target: TargetName, batch: number): Promise<Contestant | undefined> =>
  timed(target, 'ours', work, target, `${batch}`)

/** Of the classic model alone; on tfjs-node for both native targets. */
export const byHand = (work: string, target: TargetName, batch: number): Promise<Contestant | undefined> =>
  work === 'mlp'
    ? timed('hand-written tfjs', 'byHand', work, target === 'graph' ? 'tensorflow' : target, `${batch}`)
    : Promise.resolve(undefined)

/** Undefined where this Python does not have it, or it cannot do the work. */
export const peer = (python: string, name: PeerName, work: string, batch: number): Promise<Contestant | undefined> =>
  peers[name].works.some((can) => can === work)
    ? waiting(peers[name].title, python, [script('peers.py'), name, work, `${batch}`])
    : Promise.resolve(undefined)
