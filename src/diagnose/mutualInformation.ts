/** A column of whole numbers from 0: classes, or bins of a real column. */
export type Codes = Uint32Array

/** Values in `bins` equal intervals from the smallest to the largest. A constant column is one bin. */
export const binned = (values: ArrayLike<number>, bins: number): Codes => {
  let [low, high] = [Infinity, -Infinity]
  for (let i = 0; i < values.length; i++) {
    low = Math.min(low, values[i] ?? 0)
    high = Math.max(high, values[i] ?? 0)
  }
  return Uint32Array.from(values, (x) =>
    high === low ? 0 : Math.min(bins - 1, Math.floor((bins * (x - low)) / (high - low))),
  )
}

/** Whole numbers for the different values, in ascending order. */
export const classesOf = (values: ArrayLike<number>): Codes => {
  const names = [...new Set(Array.from(values))].sort((a, b) => a - b)
  const at = new Map(names.map((name, i) => [name, i]))
  return Uint32Array.from(values, (x) => at.get(x) ?? 0)
}

const entropyOfCounts = (counts: Iterable<number>, total: number): number => {
  let sum = 0
  for (const n of counts) if (n > 0) sum -= (n / total) * Math.log(n / total)
  return sum
}

const countsOf = (codes: ArrayLike<number>): Map<number, number> => {
  const counts = new Map<number, number>()
  for (let i = 0; i < codes.length; i++) counts.set(codes[i] ?? 0, (counts.get(codes[i] ?? 0) ?? 0) + 1)
  return counts
}

/** The plug-in entropy. Bias too low by about (classes − 1) / 2n nats. Source  Miller 1955 */
export const entropyOf = (codes: Codes): number => entropyOfCounts(countsOf(codes).values(), codes.length)

/** The plug-in mutual information. Bias too high by about (a − 1)(b − 1) / 2n nats for a and b classes. Units nats */
export const informationOf = (a: Codes, b: Codes): number => {
  const base = 1 + b.reduce((most, x) => Math.max(most, x), 0)
  const joint = Float64Array.from(a, (x, i) => x * base + (b[i] ?? 0))
  return Math.max(0, entropyOf(a) + entropyOf(b) - entropyOfCounts(countsOf(joint).values(), a.length))
}
