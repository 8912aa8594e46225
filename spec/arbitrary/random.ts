export * from '../../src/verify/arbitrary/random.ts'
