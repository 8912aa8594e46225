export * from '../../src/verify/arbitrary/nodes.ts'
