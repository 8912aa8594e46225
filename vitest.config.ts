import { defineConfig } from 'vitest/config'
import { mutants } from './spec/mutation/plugin.ts'

export default defineConfig({
  plugins: [mutants()],
  // The specs and examples say `from 'elbo-ts'`; the `source` condition of package.json answers with src/.
  ssr: { resolve: { conditions: ['source', 'module', 'node', 'development|production'] } },
  test: {
    include: ['spec/**/*.spec.ts'],
    exclude: ['spec/bench/**'],
    testTimeout: 20_000,
    // Vitest would leave one core of two idle.
    maxWorkers: '100%',
    reporters: ['default'],
  },
})
