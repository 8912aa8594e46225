import { defineConfig } from 'vitest/config'
import shared from './vitest.config.ts'

/** What mutants are judged by: the laws and the unit specs of the folders that are mutated; nothing that needs a target. */
export default defineConfig({
  ...shared,
  test: {
    ...shared.test,
    include: [
      'spec/laws/{distribution,bounds,objective,information,training,graphs,codec}.spec.ts',
      'spec/unit/{dist,transform,model,passes}/**/*.spec.ts',
      'spec/unit/train/optimizer.spec.ts',
    ],
    testTimeout: 60_000,
  },
})
