import type { ReduceSpec } from '../machine.ts'

/** [outer, extent, inner] to [outer, inner], in double precision. */
export const reduce = ({ law, outer, extent, inner }: ReduceSpec): ((x: Float32Array, out: Float32Array) => void) => {
  const kept = new Float64Array(inner)
  const start = law === 'sum' ? 0 : Number.NEGATIVE_INFINITY
  return (x, out) => {
    for (let o = 0; o < outer; o++) {
      kept.fill(start)
      for (let e = 0, at = o * extent * inner; e < extent; e++)
        for (let i = 0; i < inner; i++, at++) kept[i] = law === 'sum' ? kept[i]! + x[at]! : Math.max(kept[i]!, x[at]!)
      out.set(kept, o * inner)
    }
  }
}
