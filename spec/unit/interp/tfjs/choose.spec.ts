import { describe, expect, test, vi } from 'vitest'
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
  })

  test('names in few words what is missing, and where the reason is told', async () => {
    vi.resetModules()
    vi.doMock('../../../../src/interp/native/index.ts', () => ({
      tfjsNodeEntry: () => '/a/long/way/to/tfjs-node.js',
      nativeIsHere: () => false,
    }))
    const { chooseTarget: choose } = await import('../../../../src/interp/tfjs/choose.ts')
    const { target, reason, others } = await choose()
    vi.doUnmock('../../../../src/interp/native/index.ts')
    expect([target, reason]).toEqual([
      'wasm',
      'WebAssembly with generated SIMD kernels (native TensorFlow is not here: npx elbo doctor)',
    ])
    expect(others).toEqual([
      {
        target: 'tensorflow',
        available: false,
        why: expect.stringContaining('/a/long/way/to/tfjs-node.js'),
        absent: true,
      },
    ])
  })

  test('leaves no listener behind that would end the process', async () => {
    await availableTargets()
    const sources = [...process.rawListeners('unhandledRejection'), ...process.rawListeners('uncaughtException')].map(
      String,
    )
    expect(sources.filter((source) => source.includes('ExitStatus'))).toEqual([])
  })
})
