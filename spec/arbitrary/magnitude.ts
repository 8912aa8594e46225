export * from '../../src/verify/arbitrary/magnitude.ts'
