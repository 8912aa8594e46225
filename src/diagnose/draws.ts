import { fillNormal, fillUniform, type Stream } from '../data/seeds.ts'

/** Standard normal numbers on the host. */
export const normals = (count: number, stream: Stream): Float64Array => {
  const out = new Float32Array(count)
  fillNormal(out, stream)
  return Float64Array.from(out)
}

/** Numbers uniform on [0, 1). */
export const uniforms = (count: number, stream: Stream): Float64Array => {
  const out = new Float32Array(count)
  fillUniform(out, stream)
  return Float64Array.from(out)
}
