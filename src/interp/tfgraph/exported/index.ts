export { primeAbove } from './anyBatch.ts'
export { graphModel } from './graphModel.ts'
export { type Exported, exported, type Signature } from './signatures.ts'
