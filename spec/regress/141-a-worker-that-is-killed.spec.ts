import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test, vi } from 'vitest'
import { elbo, emptyFolder, moduleText, place, start } from '../cli/elbo.ts'

// A sweep's worker that was killed ended the sweep with a stack trace, ERR_IPC_DISCONNECTED. Row 41; and two sweeps at once, rows 20 and 42.

vi.setConfig({ testTimeout: 120_000 })
const folder = emptyFolder()
afterAll(() => folder.remove())
const path = (...names: readonly string[]): string => join(folder.path, ...names)
const beta = (b: number): string => `beta-${b}_seed-0`

/** The processes that a process began. Source  proc_pid_task_children(5) */
const childrenOf = (pid: number): readonly number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'utf8')
        return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1] === String(pid) ? [Number(name)] : []
      } catch {
        return []
      }
    })

test.skipIf(process.platform !== 'linux')(
  'the others go on, the message says which ended and how, and the point can be resumed',
  async () => {
    place(folder.path, { 'm.ts': moduleText({ settings: 'epochs: 300, batch: 12' }) })
    const args = ['sweep', 'm.ts', '--beta', '1,2', '--jobs', '1', '--target', 'cpu', '--out', 's']
    const { child, ended } = start(args, folder.path)
    await vi.waitFor(() => expect(existsSync(path('s', beta(1), 'metrics.jsonl'))).toBe(true), 60_000)
    const second = await elbo(['sweep', '--resume', 's'], folder.path)
    expect(second).toMatchObject({
      code: 1,
      err: `elbo: 's' is in use by process ${child.pid}; wait for it to end, or stop it\n`,
    })
    for (const worker of childrenOf(child.pid ?? 0)) process.kill(worker, 'SIGKILL')
    const { code, err } = await ended
    expect({ code, err }).toEqual({
      code: 1,
      err: `elbo: point ${beta(1)}: its process ended (SIGKILL)\nwhat is trained is kept; to go on: npx elbo sweep --resume s\n`,
    })
    expect([beta(1), beta(2)].map((name) => existsSync(path('s', name, 'point.json')))).toEqual([false, true])
    const again = await elbo(['sweep', '--resume', 's'], folder.path)
    expect(again).toMatchObject({ code: 0, err: '' })
    expect(existsSync(path('s', beta(1), 'point.json'))).toBe(true)
    expect(readdirSync(path('s', beta(1))).filter((name) => /^\.lock|part$/.test(name))).toEqual([])
  },
)
