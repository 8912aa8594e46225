export * from '../../src/verify/arbitrary/makers.ts'
