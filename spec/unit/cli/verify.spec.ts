import { fileURLToPath } from 'node:url'
import { describe, expect, test, vi } from 'vitest'
import { run } from '../../../src/cli/run.ts'

vi.setConfig({ testTimeout: 120_000 })

const elbo = async (
  ...args: readonly string[]
): Promise<{ readonly code: number; readonly out: string; readonly err: string }> => {
  let [out, err] = ['', '']
  const code = await run(args, { out: { write: (t) => (out += t) }, err: { write: (t) => (err += t) } })
  return { code, out, err }
}
const module = (name: string): string => fileURLToPath(new URL(`./verify/${name}.ts`, import.meta.url))
interface Done {
  readonly event: string
  readonly laws: number
  readonly failed: number
  readonly runs: number
  readonly seconds: number
  readonly failures: readonly {
    readonly law: string
    readonly counterexample: string
    readonly seed: number
    readonly path: string
  }[]
}
const lastLine = (out: string): Done => JSON.parse(out.trim().split('\n').at(-1) ?? '{}') as Done

describe('elbo verify', () => {
  test.each(['own-distribution', 'own-objective'])('the example %s holds', async (name) => {
    const { code, out } = await elbo('verify', `examples/verify/${name}.ts`, '--runs', '8', '--json')
    const done = lastLine(out)
    expect(done).toMatchObject({ event: 'done', failed: 0, failures: [] })
    expect(done.laws).toBeGreaterThan(10)
    expect(done.runs).toBeGreaterThan(80)
    expect(code).toBe(0)
  })

  test('a small experiment holds, on the reference and on wasm', async () => {
    const file = module('small')
    for (const target of ['reference', 'wasm']) {
      const { code, out, err } = await elbo('verify', file, '--runs', '5', '--target', target)
      expect(err).toBe('')
      expect(out).toMatch(/holds {3}training \/ resume = uninterrupted +5 /)
      expect(out).toMatch(/\d+ laws, 0 broken, \d+ values tried in [\d.]+ s, seed 0/)
      expect(code).toBe(0)
    }
  })

  test('a wrong objective fails, with the program that shows it', async () => {
    const { code, out } = await elbo('verify', module('wrong'), '--runs', '10', '--seed', '3')
    expect(code).toBe(1)
    expect(out).toContain('BROKEN  bounds / bound + KL(q ‖ posterior) = log p(x)')
    expect(out).toContain("latent('z1', () => standardNormal(1))")
    expect(out).toContain('again    seed 3, path ')
  })
  test('and as JSON', async () => {
    const { code, out } = await elbo('verify', module('wrong'), '--runs', '10', '--json')
    const done = lastLine(out)
    expect(code).toBe(1)
    expect(done.failed).toBe(done.failures.length)
    expect(done.failures[0]).toMatchObject({ law: 'bounds / bound + KL(q ‖ posterior) = log p(x)', seed: 0 })
    expect(done.failures[0]?.counterexample).toContain('vae({')
  })
  test('one law alone, and one counterexample again', async () => {
    const file = module('wrong')
    const found = lastLine((await elbo('verify', file, '--law', 'linear-Gaussian', '--runs', '10', '--json')).out)
    const [failure] = found.failures
    expect(found).toMatchObject({ laws: 1, failed: 1 })
    const again = lastLine(
      (await elbo('verify', file, '--law', 'linear-Gaussian', '--seed', '0', '--path', failure?.path ?? '', '--json'))
        .out,
    )
    expect(again).toMatchObject({ runs: 1, failures: [{ counterexample: failure?.counterexample }] })
    const none = await elbo('verify', file, '--law', 'no such law')
    expect(none).toMatchObject({ code: 2, err: expect.stringContaining("no law here has 'no such law' in its name") })
  })
  test('a module with nothing to verify is told what to export', async () => {
    const { code, err } = await elbo('verify', module('nothing'))
    expect(code).toBe(1)
    expect(err).toContain('exports nothing to verify; export an experiment as default, or laws')
  })
})
