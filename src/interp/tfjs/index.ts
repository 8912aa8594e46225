export { availableTargets, type Availability, type Choice, chooseTarget } from './choose.ts'
export type { Backend } from './engine.ts'
export { openTfjs, type TfjsOptions } from './session.ts'
