import { type Estimate, estimateOf } from './Estimate.ts'
import { curveViolations, leastRate, paretoFront } from './rateDistortion.ts'

/** What one run of a sweep came to, on test data. Units nats a datum */
export interface SweepMeasurement {
  readonly settings: Readonly<Record<string, number>>
  readonly seed: number
  readonly bound: Estimate
  readonly rate: Estimate
  readonly distortion: Estimate
  /** latent dimensions active by both criteria, of how many */
  readonly active: number
  readonly dimensions: number
}

/** All seeds of one setting. */
export interface SweepRow {
  readonly label: string
  readonly settings: Readonly<Record<string, number>>
  readonly seeds: number
  /** means over seeds; the standard error is that of the seeds, or of the test data where there is one seed */
  readonly bound: Estimate
  readonly rate: Estimate
  readonly distortion: Estimate
  readonly active: number
  readonly dimensions: number
  /** no other setting has both a smaller rate and a smaller distortion */
  readonly pareto: boolean
}

/** What a sweep shows. */
export interface SweepCurve {
  readonly rows: readonly SweepRow[]
  /** by rising rate */
  readonly front: readonly SweepRow[]
  /** how far the rows are from a falling, convex curve */
  readonly violations: { readonly rise: number; readonly bump: number }
  /**
   * Of the line H − D ≤ R. `given` is the data's entropy where it is known; `most` is the smallest D + R here, and an entropy no larger than that
   * is all that these models can say.
   */
  readonly entropy: { readonly given: number | null; readonly most: number }
  /** rows that lie below the line by more than two standard errors of the bound: none, unless the entropy is wrong or the test data differ */
  readonly below: readonly string[]
}

const over = (runs: readonly SweepMeasurement[], of: (run: SweepMeasurement) => Estimate): Estimate => {
  const [only] = runs
  return only !== undefined && runs.length === 1 ? of(only) : estimateOf(runs.map((run) => of(run).value))
}

const labelOf = (settings: SweepMeasurement['settings']): string =>
  Object.entries(settings)
    .map(([path, value]) => `${path.split('.').at(-1) ?? path} ${value}`)
    .join(', ')

/**
 * The rate–distortion curve of a sweep: means and errors over seeds, the Pareto front, and the bound H − D ≤ R that holds whatever the model.
 *
 * Bias      the smallest D + R is a minimum of estimates: too small by about their error
 * Source    Alemi et al. 2018, arXiv:1711.00464, §3
 */
export const sweepCurve = (runs: readonly SweepMeasurement[], entropy?: number): SweepCurve => {
  const groups = new Map<string, SweepMeasurement[]>()
  for (const run of runs) {
    const label = labelOf(run.settings)
    groups.set(label, [...(groups.get(label) ?? []), run])
  }
  const rows = [...groups].map(([label, members]) => ({
    label,
    settings: members[0]?.settings ?? {},
    seeds: members.length,
    bound: over(members, (m) => m.bound),
    rate: over(members, (m) => m.rate),
    distortion: over(members, (m) => m.distortion),
    active: members.reduce((sum, m) => sum + m.active / members.length, 0),
    dimensions: members[0]?.dimensions ?? 0,
  }))
  const points = rows.map(({ label, rate, distortion }) => ({ label, rate: rate.value, distortion: distortion.value }))
  const best = paretoFront(points).map((p) => p.label)
  const marked = rows.map((row): SweepRow => ({ ...row, pareto: best.includes(row.label) }))
  return {
    rows: marked,
    front: best.flatMap((label) => marked.find((row) => row.label === label) ?? []),
    violations: curveViolations(points),
    entropy: { given: entropy ?? null, most: Math.min(...points.map((p) => p.rate + p.distortion)) },
    below:
      entropy === undefined
        ? []
        : rows.flatMap(({ label, rate, distortion, bound }) =>
            rate.value < leastRate(entropy, distortion.value) - 2 * bound.standardError ? [label] : [],
          ),
  }
}
