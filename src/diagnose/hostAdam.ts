/** Ascent on the host, every coordinate with its own scale; the last half of the iterates is averaged. */
export interface Ascent {
  readonly steps: number
  /** falls to a tenth along half a cosine */
  readonly learningRate: number
}

/**
 * Maximise by noisy gradients.
 *
 * Source    Kingma & Ba 2015, arXiv:1412.6980, Algorithm 1; Polyak & Juditsky 1992 (averaging)
 */
export const ascend = (
  initial: Float64Array,
  gradientAt: (x: Float64Array, step: number) => Float64Array,
  { steps, learningRate }: Ascent,
): Float64Array => {
  const x = Float64Array.from(initial)
  const [m, v] = [new Float64Array(x.length), new Float64Array(x.length)]
  const averaged = new Float64Array(x.length)
  const from = Math.floor(steps / 2)
  for (let t = 0; t < steps; t++) {
    const gradient = gradientAt(x, t)
    const rate = learningRate * (0.1 + 0.45 * (1 + Math.cos((Math.PI * t) / steps)))
    const [c1, c2] = [1 - 0.9 ** (t + 1), 1 - 0.999 ** (t + 1)]
    for (let i = 0; i < x.length; i++) {
      const g = gradient[i] ?? 0
      m[i] = 0.9 * (m[i] ?? 0) + 0.1 * g
      v[i] = 0.999 * (v[i] ?? 0) + 0.001 * g * g
      x[i] = (x[i] ?? 0) + (rate * ((m[i] ?? 0) / c1)) / (Math.sqrt((v[i] ?? 0) / c2) + 1e-8)
      if (t >= from) averaged[i] = (averaged[i] ?? 0) + ((x[i] ?? 0) - (averaged[i] ?? 0)) / (t - from + 1)
    }
  }
  return steps === 0 ? x : averaged
}
