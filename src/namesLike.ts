/** What a message says of a name that there is not: the names that there are, the most similar first. */

/** Insertions, deletions, replacements and swaps of neighbours that lead from a to b. Source  optimal string alignment; Damerau 1964, CACM 7(3) */
const distance = (a: string, b: string): number => {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)]
  const at = (i: number, j: number): number => rows[i]?.[j] ?? Number.POSITIVE_INFINITY
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    rows.push(row)
    for (let j = 1; j <= b.length; j++) {
      const replaced = at(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1)
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? at(i - 2, j - 2) + 1 : replaced
      row[j] = Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, replaced, swapped)
    }
  }
  return at(a.length, b.length)
}

/** Longer texts, such as a whole file that was given for a name, are compared by their beginnings. */
const COMPARED = 100

/**
 * Names by the share of them that has to change to make them of `name`, whatever their case; those that are equally near stay in their order, and so
 * do names that are all numbers.
 */
const nearestFirst = (name: string, known: readonly string[]): readonly string[] => {
  const plain = (text: string): string => text.slice(0, COMPARED).toLowerCase()
  if (known.every((text) => text !== '' && Number.isFinite(Number(text)))) return known
  return known
    .map((text) => ({ text, far: distance(plain(name), plain(text)) / Math.max(1, name.length, text.length) }))
    .sort((a, b) => a.far - b.far)
    .map(({ text }) => text)
}

/** Of more names only the nearest are told. */
const MOST = 12

/**
 * The names that there are, for a message about one that there is not: the most similar first, of many the first ones and how many others there are.
 *
 * For example   namesLike('whit', ['height', 'width']) // => 'width, height'
 */
export const namesLike = (name: string, known: readonly string[]): string => {
  const names = nearestFirst(name, known)
  const others = names.length - MOST
  return others > 1 ? `${names.slice(0, MOST).join(', ')} and ${others} others` : names.join(', ')
}
