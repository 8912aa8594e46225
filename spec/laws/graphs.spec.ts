import { describe, test, vi } from 'vitest'
import { fusion, lowering, optimise, simplification } from '../../src/passes/pipeline.ts'
import { check } from '../../src/verify/Law.ts'
import { autodiffHere, autodiffLaws } from '../../src/verify/laws/autodiff.ts'
import { exprLaws, expressionsHere } from '../../src/verify/laws/expr.ts'
import { passLaws } from '../../src/verify/laws/passes.ts'
import { testLaws } from '../../src/verify/testLaws.ts'

vi.setConfig({ testTimeout: 120_000 * Number(process.env['ELBO_LAWS_DEPTH'] ?? 1) })

const passes = [...new Set([...simplification, ...fusion, ...Object.values(lowering).flat()])]

describe('expr', () => {
  testLaws(test, check(exprLaws, expressionsHere))
})
describe('autodiff', () => {
  testLaws(test, check(autodiffLaws, autodiffHere))
})
describe('passes', () => {
  for (const pass of passes) testLaws(test, check(passLaws, pass), { runs: 40 })
  for (const target of ['cpu', 'wasm', 'tensorflow', 'generated'] as const)
    testLaws(test, check(passLaws, { name: `all for ${target}`, run: (graph) => optimise(graph, target) }), {
      runs: 40,
    })
})
