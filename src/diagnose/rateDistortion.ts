/** One model's place on the rate–distortion plane. Units nats a datum */
export interface RatePoint {
  readonly rate: number
  /** −reconstruction */
  readonly distortion: number
  readonly label: string
}

/** The points that no other beats in both, by rising rate: a falling curve. */
export const paretoFront = (points: readonly RatePoint[]): readonly RatePoint[] => {
  const sorted = [...points].sort((a, b) => a.rate - b.rate || a.distortion - b.distortion)
  let least = Infinity
  return sorted.filter(({ distortion }) => {
    const better = distortion < least
    least = Math.min(least, distortion)
    return better
  })
}

/**
 * How far the points, by rising rate, are from a falling and convex curve: the most by which the distortion rises from one to the next, and by
 * which a point lies above the line between its neighbours. Both 0 on the curve that is the best of any encoder and decoder.
 *
 * Source    Alemi, Poole, Fischer, Dillon, Saurous & Murphy 2018, arXiv:1711.00464, §3
 */
export const curveViolations = (points: readonly RatePoint[]): { readonly rise: number; readonly bump: number } => {
  const sorted = [...points].sort((a, b) => a.rate - b.rate)
  let [rise, bump] = [0, 0]
  for (const [i, point] of sorted.entries()) {
    const [before, after] = [sorted[i - 1], sorted[i + 1]]
    if (after !== undefined) rise = Math.max(rise, after.distortion - point.distortion)
    if (before === undefined || after === undefined || after.rate === before.rate) continue
    const share = (point.rate - before.rate) / (after.rate - before.rate)
    bump = Math.max(bump, point.distortion - (before.distortion + share * (after.distortion - before.distortion)))
  }
  return { rise, bump }
}

/** H − D ≤ R for discrete data of entropy H: the least rate at a distortion, whatever the model. Source  Alemi et al. 2018, eq. 3 */
export const leastRate = (entropy: number, distortion: number): number => Math.max(0, entropy - distortion)
