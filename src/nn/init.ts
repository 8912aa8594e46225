import type { Init } from '../expr/Op.ts'

export const zeros: Init = { tag: 'constant', value: 0 }

/** Uniform in ±√(6 / (fan in + fan out)): signals and gradients keep their size. Source  Glorot & Bengio 2010, eq. 16 */
export const glorot = (fanIn: number, fanOut: number): Init => ({
  tag: 'uniform',
  limit: Math.sqrt(6 / (fanIn + fanOut)),
})
