import { LawBroken } from './Gauge.ts'
import { type Binding, saysNothing } from './Law.ts'
import { explain, runLaw, type RunOptions, usualRuns } from './run.ts'

/** `test` of vitest, jest or node:test: a name and what must not throw. */
export type Test = (name: string, body: () => void) => unknown

/** How much deeper than usual the laws are tried: `ELBO_LAWS_DEPTH=10` tries ten times as many values. */
const depth = (): number => {
  const asked = Number(process.env['ELBO_LAWS_DEPTH'] ?? 1)
  return asked > 0 ? asked : 1
}

/**
 * One test a law, in whatever runner `test` is of. A failure's message is the law, its smallest counterexample, and the seed and path that
 * lead back to it.
 *
 * @example  testLaws(test, check(distributionLaws, myDensity))
 */
export const testLaws = (test: Test, binding: Binding, options: Partial<RunOptions> = {}): void => {
  if (binding.laws.length === 0)
    test(`${binding.suite}: ${binding.subject}`, () => {
      throw new LawBroken(saysNothing(binding))
    })
  for (const law of binding.laws)
    test(`${binding.suite} / ${law.name}: ${binding.subject}`, () => {
      const runs = Math.ceil((options.runs ?? usualRuns.runs) * depth())
      const verdict = runLaw(binding, law, { ...usualRuns, ...options, runs })
      if (verdict.failure !== null) throw new LawBroken(explain(verdict))
    })
}
