import type { SweepCurve, SweepRow } from '../index.ts'
import { columns } from './columns.ts'
import { nats } from './numerals.ts'

/** A sweep as a table: a line a setting, means over its seeds. */

const estimated = ({ value, standardError }: SweepRow['rate']): string =>
  Number.isNaN(standardError) ? nats(value) : `${nats(value)} ± ${nats(standardError)}`

/** What people read of it; a star marks the Pareto front. */
export const cellsOf = ({
  rows,
}: SweepCurve): { readonly head: readonly string[]; readonly rows: readonly (readonly string[])[] } => ({
  head: ['', 'setting', 'seeds', 'rate', 'distortion', 'bound', 'active'],
  rows: rows.map((row) => [
    row.pareto ? '*' : '',
    row.label,
    String(row.seeds),
    estimated(row.rate),
    estimated(row.distortion),
    estimated(row.bound),
    `${Number(row.active.toFixed(1))} of ${row.dimensions}`,
  ]),
})

/** As aligned text. */
export const tableOfSweep = (curve: SweepCurve): string => {
  const { head, rows } = cellsOf(curve)
  return columns(head, rows, ['seeds', 'rate', 'distortion', 'bound'])
}

/** For other programs: the settings under their paths, every number in full. */
export const csvOfSweep = ({ rows }: SweepCurve): string => {
  const paths = Object.keys(rows[0]?.settings ?? {})
  const measured = ['rate', 'distortion', 'bound'] as const
  return [
    [...paths, 'seeds', ...measured.flatMap((m) => [m, `${m}_error`]), 'active', 'dimensions', 'pareto'],
    ...rows.map((row) => [
      ...paths.map((path) => row.settings[path] ?? ''),
      row.seeds,
      ...measured.flatMap((m) => [row[m].value, row[m].standardError]),
      row.active,
      row.dimensions,
      row.pareto ? 1 : 0,
    ]),
  ]
    .map((cells) => `${cells.join(',')}\n`)
    .join('')
}
