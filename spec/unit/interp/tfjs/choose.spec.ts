import { describe, expect, test } from 'vitest'
import { availableTargets, chooseTarget } from '../../../../src/interp/tfjs/index.ts'

describe('the choice of a target', () => {
  test('is the fastest that is here, with the reason', async () => {
    const here = await availableTargets()
    const choice = await chooseTarget()
    expect(here.map((t) => t.target)).toEqual(['tensorflow', 'wasm', 'cpu'])
    expect(here.filter((t) => t.target !== 'tensorflow').map((t) => t.available)).toEqual([true, true])
    const first = here.find((t) => t.available)
    expect(choice.target).toBe(first?.target)
    expect(choice.reason).toContain(first?.why)
    for (const other of choice.others) expect(choice.reason).toContain(`${other.target} is not here: ${other.why}`)
  })

  test('leaves no listener behind that would end the process', async () => {
    await availableTargets()
    const sources = [...process.rawListeners('unhandledRejection'), ...process.rawListeners('uncaughtException')].map(
      String,
    )
    expect(sources.filter((source) => source.includes('ExitStatus'))).toEqual([])
  })
})
