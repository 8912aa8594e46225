export { availableTargets, type Availability, type Choice, chooseTarget } from './choose.ts'
export type { Backend } from './engine.ts'
export { openTfjs } from './openTfjs.ts'
export type { TfjsOptions } from './session.ts'
