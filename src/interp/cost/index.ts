export type { Cost } from './Cost.ts'
export { costOf, type GraphCost, graphCost } from './graphCost.ts'
