import { fillNormal, fillUniform } from '../data/seeds.ts'
import type { NoiseLaw } from '../expr/Op.ts'
import { sizeOf } from '../expr/Tensor.ts'
import type { Feeds } from './Session.ts'

/**
 * ε of a noise leaf, in float32 on every target. A minibatch begins at the samples of its first row.
 *
 * Shapes    [n, ...datum]: datum b takes samples (row + b) · |datum| and on
 */
export const noiseFor = (
  { name, law, shape }: { readonly name: string; readonly law: NoiseLaw; readonly shape: readonly number[] },
  { seed, step, row = 0 }: Feeds,
): Float32Array => {
  const data = new Float32Array(sizeOf(shape))
  const fill = law === 'normal' ? fillNormal : fillUniform
  fill(data, { seed, step, name }, row * sizeOf(shape.slice(1)))
  return data
}
