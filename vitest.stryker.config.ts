import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'
import shared from './vitest.config.ts'

/** Examples take milliseconds, properties seconds, laws most of a minute. */
const cost = ({ moduleId }: TestSpecification): number =>
  moduleId.includes('/spec/laws/') ? 2 : /(pipeline|vmap|grad|laws|sampling)\.spec/.test(moduleId) ? 1 : 0

/** What is quick comes first: it kills most mutants, and the first failure ends a run. Vitest takes a class here. */
class QuickFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return files.toSorted((a, b) => cost(a) - cost(b) || (a.moduleId < b.moduleId ? -1 : 1))
  }
}

/** What mutants are judged by: the laws and the unit specs of the folders that are mutated; nothing that needs a target. */
export default defineConfig({
  ...shared,
  test: {
    ...shared.test,
    include: [
      'spec/laws/{distribution,bounds,objective,information,training,graphs,codec}.spec.ts',
      'spec/unit/{dist,transform,model,passes}/**/*.spec.ts',
      'spec/unit/train/{codec,optimizer}.spec.ts',
      'spec/types/values.spec.ts',
    ],
    // It opens a target.
    exclude: ['spec/unit/dist/float32.spec.ts'],
    // Fewer values than `npm test` tries: what dies here dies there.
    env: { ELBO_LAWS_DEPTH: '0.3' },
    setupFiles: ['spec/mutation/noShrinking.ts'],
    sequence: { sequencer: QuickFirst },
    // Hanging is for Stryker to find: a spec that is slow on a busy machine must not count as a mutant killed.
    testTimeout: 600_000,
    hookTimeout: 600_000,
    // The library is loaded once a run of mutants, not once a file.
    isolate: false,
  },
})
