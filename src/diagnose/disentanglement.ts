import { meanOf } from './Estimate.ts'
import { binned, classesOf, entropyOf, informationOf } from './mutualInformation.ts'
import { columnAt, type Rows } from './Rows.ts'

/** How much apart a code's two best dimensions are for each factor, and over the factors. */
export interface FactorGaps {
  readonly score: number
  readonly factors: readonly { readonly best: number; readonly first: number; readonly second: number }[]
}

const columnsOf = (rows: Rows): readonly Float64Array[] =>
  Array.from({ length: rows.width }, (_, j) => columnAt(rows, j))

const gaps = (scores: readonly (readonly number[])[]): FactorGaps => {
  const factors = scores.map((byCode) => {
    const order = byCode.map((_, i) => i).sort((a, b) => (byCode[b] ?? 0) - (byCode[a] ?? 0))
    const [best = 0, next] = order
    return { best, first: byCode[best] ?? 0, second: next === undefined ? 0 : (byCode[next] ?? 0) }
  })
  return { score: meanOf(factors.map(({ first, second }) => first - second)), factors }
}

/**
 * Mutual information gap: of each factor, the information that the best code dimension has on it less that of the second best, as a share of
 * the factor's entropy. 1 where each factor is one dimension's alone and wholly; 0 where it is nowhere, or in two dimensions equally.
 *
 * Bias      informations are plug-in, over `bins` equal bins of each code dimension: each too high by about (bins − 1)(classes − 1) / 2n,
 *           which largely cancels in the gap
 * Source    Chen, Li, Grosse & Duvenaud 2018, arXiv:1802.04942, eq. 6
 */
export const mig = (codes: Rows, factors: Rows, bins = 20): FactorGaps => {
  const binnedCodes = columnsOf(codes).map((column) => binned(column, bins))
  return gaps(
    columnsOf(factors)
      .map(classesOf)
      .map((factor) => {
        const entropy = entropyOf(factor)
        return binnedCodes.map((code) => (entropy === 0 ? 0 : informationOf(code, factor) / entropy))
      }),
  )
}

/** What a factor's kind is: a number whose differences mean something, or a class that only has a name. */
export type FactorKind = 'number' | 'class'

/** The squared correlation of two columns. */
const squaredCorrelation = (a: Float64Array, b: Float64Array): number => {
  const [meanA, meanB] = [meanOf(a), meanOf(b)]
  let [ab, aa, bb] = [0, 0, 0]
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [(a[i] ?? 0) - meanA, (b[i] ?? 0) - meanB]
    ab += x * y
    aa += x * x
    bb += y * y
  }
  return aa === 0 || bb === 0 ? 0 : ab ** 2 / (aa * bb)
}

/** η²: the share of a column's variance that lies between classes. */
const correlationRatio = (column: Float64Array, factor: Float64Array): number => {
  const classes = classesOf(factor)
  const groups = new Map<number, number[]>()
  column.forEach((x, i) => {
    const key = classes[i] ?? 0
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [x])
    else group.push(x)
  })
  const mean = meanOf(column)
  const all = column.reduce((sum, x) => sum + (x - mean) ** 2, 0)
  const between = [...groups.values()].reduce((sum, g) => sum + g.length * (meanOf(g) - mean) ** 2, 0)
  return all === 0 ? 0 : between / all
}

/**
 * Attribute predictability gap: of each factor, how well the best code dimension predicts it less how well the second best does. A number is
 * predicted by a line (R²); for a class the score is η², the share of the code's variance between classes.
 *
 * Bias      R² and η² of n data are too high by about 1/n and (classes − 1)/n, which largely cancels in the gap
 * Source    Kumar, Sattigeri & Balakrishnan 2018, arXiv:1711.00848, §3 (there classes are scored by the accuracy of a linear classifier)
 */
export const sap = (codes: Rows, factors: Rows, kinds: readonly FactorKind[]): FactorGaps =>
  gaps(
    columnsOf(factors).map((factor, k) =>
      columnsOf(codes).map((code) =>
        kinds[k] === 'class' ? correlationRatio(code, factor) : squaredCorrelation(code, factor),
      ),
    ),
  )
