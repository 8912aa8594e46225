/** Pairs that can be made of n things. */
const pairs = (n: number): number => (n * (n - 1)) / 2

const counts = (labels: Iterable<string>): number[] => {
  const found = new Map<string, number>()
  for (const label of labels) found.set(label, (found.get(label) ?? 0) + 1)
  return [...found.values()]
}
const pairsIn = (sizes: readonly number[]): number => sizes.reduce((sum, n) => sum + pairs(n), 0)

/**
 * How far two groupings of the same things agree, whatever the groups are called: over all pairs of things, whether both groupings
 * put them together or apart, beyond what chance gives to groups of these sizes.
 *
 * Range     1 for one grouping twice, 0 in mean where one is a random permutation, at least −½
 * Source    Hubert & Arabie 1985, J. Classification 2, eq. 5
 * @example  adjustedRandIndex([0, 0, 1, 1], [7, 7, 3, 3]) // => 1
 */
export const adjustedRandIndex = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  const [first, second] = [Array.from(a), Array.from(b)]
  const together = pairsIn(counts(first.map((label, i) => `${label} ${second[i]}`)))
  const [inFirst, inSecond] = [first, second].map((labels) => pairsIn(counts(labels.map(String))))
  const chance = ((inFirst ?? 0) * (inSecond ?? 0)) / pairs(first.length)
  const most = ((inFirst ?? 0) + (inSecond ?? 0)) / 2
  // Both have one group, or both have every thing by itself: they are equal.
  return most === chance ? 1 : (together - chance) / (most - chance)
}
