// What TypeScript below 5.3 sees of elbo-ts: package.json names it under "types@<5.3". There mistakes in shapes pass in silence.

import type { TypeScriptNeeded } from './needed.ts'

export * from '../index.ts'
export declare const vae: (halves: TypeScriptNeeded) => never
export declare const experiment: (options: TypeScriptNeeded) => never
