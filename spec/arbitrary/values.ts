export * from '../../src/verify/arbitrary/values.ts'
