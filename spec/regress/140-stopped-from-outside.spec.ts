import { spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { constants } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { decodeCheckpoint } from '../../src/train/checkpoint.ts'
import { right } from '../unit/either.ts'
import { commandFor, emptyFolder, moduleText, place } from '../cli/elbo.ts'

// `elbo train | head -3` exited 0 after 2 of 40 epochs; a closed standard error, a full disk under standard output and SIGHUP lost training.

vi.setConfig({ testTimeout: 120_000 })
const folder = emptyFolder()
afterAll(() => folder.remove())
beforeAll(() => place(folder.path, { 'long.ts': moduleText({ settings: 'epochs: 100000, batch: 16' }) }))

const quoted = (words: readonly string[]): string => words.map((word) => `'${word}'`).join(' ')
const { command, env } = commandFor([])
/** In a shell, so that pipes are real ones; what the command itself ended with is in the file `code`. */
const inShell = (script: string): Promise<{ readonly err: string; readonly code: number | null }> =>
  new Promise((resolve) => {
    const child = spawn('bash', ['-c', script], { cwd: folder.path, env, stdio: ['ignore', 'ignore', 'pipe'] })
    let err = ''
    child.stderr.on('data', (text: Buffer) => (err += text.toString()))
    child.on('close', (code) => resolve({ err, code }))
  })
const train = (out: string): string => `${quoted(command)} train long.ts --target cpu --no-pictures --out ${out}`

/** `trained`: whether there was time for an epoch. */
const expectResumable = (out: string, trained = true): void => {
  const names = readdirSync(join(folder.path, out))
  expect(names.filter((name) => /^\.lock|\.part$/.test(name))).toEqual([])
  expect(names).toEqual(
    expect.arrayContaining(['run.json', 'last.npz', 'weights.npz', ...(trained ? ['metrics.jsonl'] : [])]),
  )
  const path = join(folder.path, out, 'last.npz')
  const { counters } = right(decodeCheckpoint(path, readFileSync(path)))
  expect(counters.step > 0 || !trained).toBe(true)
}

test('a reader that closes its pipe ends training with a checkpoint, 141 and words', async () => {
  const { err, code } = await inShell(`${train('piped')} | head -3; exit \${PIPESTATUS[0]}`)
  expect(code).toBe(141)
  expect(err).toBe(
    'nobody reads the output any more: stopped; everything is in piped. To go on: npx elbo train --resume piped\n',
  )
  expectResumable('piped')
})

test.skipIf(!existsSync('/dev/full'))('output on a full disk ends it with a checkpoint, 1 and words', async () => {
  const { err, code } = await inShell(`${train('full')} > /dev/full`)
  expect(err).toBe(
    'cannot write the output: the disk is full: stopped; everything is in full. To go on: npx elbo train --resume full\n',
  )
  expect(code).toBe(1)
  expectResumable('full', false)
  const shown = await inShell(`${quoted(command)} show long.ts > /dev/full`)
  expect(shown).toEqual({ code: 1, err: 'elbo: cannot write the output: the disk is full\n' })
})

test('a short command whose reader has seen enough is fine', async () => {
  expect(await inShell(`${quoted(command)} show long.ts | head -1; exit \${PIPESTATUS[0]}`)).toEqual({
    code: 0,
    err: '',
  })
})

test.each([
  ['SIGHUP', 129, '2>&-'],
  ['SIGINT', 130, '2> >(true)'],
  ['SIGTERM', 143, ''],
] as const)(
  '%s ends the step and saves, with %i, whoever reads standard error: %s',
  async (signal, code, redirection) => {
    const out = signal.toLowerCase()
    const script = `exec ${train(out)} > /dev/null ${redirection}`
    const child = spawn('bash', ['-c', script], { cwd: folder.path, env, stdio: ['ignore', 'ignore', 'pipe'] })
    let err = ''
    child.stderr.on('data', (text: Buffer) => (err += text.toString()))
    const ended = new Promise((resolve) => child.on('close', (exit, by) => resolve(exit ?? by)))
    await vi.waitFor(() => expect(existsSync(join(folder.path, out, 'metrics.jsonl'))).toBe(true), 60_000)
    process.kill(child.pid ?? 0, constants.signals[signal])
    expect(await ended).toBe(code)
    expectResumable(out)
    const words = `interrupted; everything is in ${out}. To go on: npx elbo train --resume`
    expect(redirection !== '' || err.includes(words), err).toBe(true)
  },
)
