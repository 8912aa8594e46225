import type { Figure } from './figure.ts'
import { arrange, type Grid } from './imageGrid.ts'
import type { Picture } from './Picture.ts'

/** Every figure made of pictures. What they show was computed before: here it is only laid out and labelled. */

/** The page is about this wide, whatever the size of a picture. */
const PAGE = 1000
/** A plane of pictures is looked at as a whole, and each of them too. */
const PLANE = 1250

/** … and a single picture no larger than this. */
const LARGEST = 72

/** The largest whole enlargement with which so many pictures stand side by side. */
const scaleFor = (picture: Picture | undefined, columns: number, page: number = PAGE): number => {
  const width = picture?.width ?? 1
  return Math.max(1, Math.floor(Math.min(LARGEST / width, page / (columns * (width + 1)))))
}

/** The middle of each row or column. */
const middles = (edges: readonly number[], extent: number): readonly number[] => edges.map((edge) => edge + extent / 2)

const columnsOf = (grid: Grid): readonly number[] => middles(grid.lefts, grid.cell.width)
const rowsOf = (grid: Grid): readonly number[] => middles(grid.tops, grid.cell.height)

const labelled = (at: readonly number[], texts: readonly string[]): readonly { at: number; text: string }[] =>
  at.flatMap((place, i) => (texts[i] === undefined || texts[i] === '' ? [] : [{ at: place, text: texts[i] }]))

interface Titled {
  readonly title: string
  readonly note?: string
}

/** Data above their reconstructions, pair by pair. */
export const reconstructionFigure = (
  options: Titled & {
    readonly data: readonly Picture[]
    readonly reconstructions: readonly Picture[]
    readonly columns: number
  },
): Figure => {
  const { data, reconstructions, columns, ...titled } = options
  const starts = Array.from({ length: Math.ceil(data.length / columns) }, (_, i) => i * columns)
  const lines = starts.flatMap((from) => [
    data.slice(from, from + columns),
    reconstructions.slice(from, from + columns),
  ])
  const grid = arrange(lines.flat(), { columns, scale: scaleFor(data[0], columns), group: { rows: 2, gap: 12 } })
  const rows = labelled(
    rowsOf(grid),
    grid.tops.map((_, i) => (i % 2 === 0 ? 'data' : 'reconstruction')),
  )
  return { ...titled, grid, rows }
}

/** Data, their reconstructions, and what these leave out; the error of each in numbers under it. One row of each. */
export const errorFigure = (
  options: Titled & {
    readonly data: readonly Picture[]
    readonly reconstructions: readonly Picture[]
    readonly errors: readonly Picture[]
    readonly numbers: readonly number[]
  },
): Figure => {
  const { data, reconstructions, errors, numbers, ...titled } = options
  const columns = Math.max(1, data.length)
  const grid = arrange([...data, ...reconstructions, ...errors], { columns, scale: scaleFor(data[0], columns) })
  return {
    ...titled,
    grid,
    rows: labelled(rowsOf(grid), ['data', 'reconstruction', 'difference']),
    columns: labelled(
      columnsOf(grid),
      numbers.map((n) => n.toPrecision(3)),
    ),
  }
}

/** One dimension of a latent a row, moved from the left to the right. */
export const traversalFigure = (
  options: Titled & {
    readonly pictures: readonly Picture[]
    readonly steps: number
    readonly names: readonly string[]
  },
): Figure => {
  const { pictures, steps, names, ...titled } = options
  const grid = arrange(pictures, { columns: steps, scale: scaleFor(pictures[0], steps) })
  return { ...titled, grid, rows: labelled(rowsOf(grid), names) }
}

/** Draws, in no order but that of their columns, where these have names. */
export const sampleFigure = (
  options: Titled & {
    readonly samples: readonly Picture[]
    readonly columns: number
    readonly names?: readonly string[]
  },
): Figure => {
  const { samples, columns, names = [], ...titled } = options
  const grid = arrange(samples, { columns, scale: scaleFor(samples[0], columns) })
  return { ...titled, grid, columns: labelled(columnsOf(grid), names) }
}

/** A way through latent space: what it starts from, what is decoded along it, what it ends at. */
interface Strip {
  readonly from: Picture
  readonly between: readonly Picture[]
  readonly to: Picture
}

/** One strip a row. */
export const interpolationFigure = (options: Titled & { readonly strips: readonly Strip[] }): Figure => {
  const { strips, ...titled } = options
  const steps = strips[0]?.between.length ?? 0
  const columns = steps + 2
  const pictures = strips.flatMap(({ from, between, to }) => [from].concat(between, to))
  const grid = arrange(pictures, { columns, scale: scaleFor(pictures[0], columns) })
  const along = Array.from({ length: steps }, (_, i) => (i / Math.max(1, steps - 1)).toFixed(2).replace(/0$/, ''))
  return { ...titled, grid, columns: labelled(columnsOf(grid), ['data', ...along, 'data']) }
}

/**
 * What a decoder makes of a plane of latents: `across` grows to the right, `up` grows upwards.
 *
 * Shapes  pictures in reading order: the first row has the last of `up`
 */
export const manifoldFigure = (
  options: Titled & {
    readonly pictures: readonly Picture[]
    readonly across: readonly number[]
    readonly up: readonly number[]
    readonly axes: readonly [across: string, up: string]
  },
): Figure => {
  const { pictures, across, up, axes, ...titled } = options
  const scale = scaleFor(pictures[0], across.length, PLANE)
  const grid = arrange(pictures, { columns: across.length, scale, gap: 0 })
  const sparse = (values: readonly number[]): readonly string[] => {
    const every = Math.max(1, Math.round(values.length / 10))
    const middle = Math.floor((values.length - 1) / 2) % every
    return values.map((v, i) => (i % every === middle ? v.toFixed(1).replace('-', '−') : ''))
  }
  return {
    ...titled,
    grid,
    columns: labelled(columnsOf(grid), sparse(across)),
    rows: labelled(rowsOf(grid), sparse(up).toReversed()),
    horizontal: axes[0],
    vertical: axes[1],
  }
}
