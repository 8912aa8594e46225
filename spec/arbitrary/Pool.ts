export * from '../../src/verify/arbitrary/Pool.ts'
