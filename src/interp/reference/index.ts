export { evaluate, evaluateNodes, type Feed } from './evaluate.ts'
export { openReference } from './session.ts'
