export { evaluate, evaluateNodes, type Feed } from './evaluate.ts'
