import { type Picture, pngOf } from './Picture.ts'

interface GridOptions {
  readonly columns: number
  /** how many pixels on the page a pixel of the data has along an edge */
  readonly scale: number
  /** white between neighbours, in pixels of the page (2) */
  readonly gap?: number
  /** white below every so many rows, so that these rows are read together */
  readonly group?: { readonly rows: number; readonly gap: number }
}

/** A grid and where its cells are, so that labels can be put beside them. */
export interface Grid {
  readonly picture: Picture
  /** the left edge of each column and the top edge of each row, in pixels */
  readonly lefts: readonly number[]
  readonly tops: readonly number[]
  readonly cell: { readonly width: number; readonly height: number }
}

const white = 255

/** Pictures in reading order, enlarged without smoothing. They all have the size of the first. */
export const arrange = (pictures: readonly Picture[], options: GridOptions): Grid => {
  const { columns, scale, gap = 2, group } = options
  const [first] = pictures
  const cell = { width: (first?.width ?? 1) * scale, height: (first?.height ?? 1) * scale }
  const rows = Math.max(1, Math.ceil(pictures.length / columns))
  const extra = (row: number): number => (group === undefined ? 0 : Math.floor(row / group.rows) * group.gap)
  const lefts = Array.from(
    { length: Math.min(columns, Math.max(1, pictures.length)) },
    (_, c) => c * (cell.width + gap),
  )
  const tops = Array.from({ length: rows }, (_, r) => r * (cell.height + gap) + extra(r))
  const width = (lefts.at(-1) ?? 0) + cell.width
  const height = (tops.at(-1) ?? 0) + cell.height
  const rgb = new Uint8Array(width * height * 3).fill(white)
  for (const [i, picture] of pictures.entries()) {
    const [left = 0, top = 0] = [lefts[i % columns], tops[Math.floor(i / columns)]]
    for (let y = 0; y < cell.height; y++) {
      let to = ((top + y) * width + left) * 3
      const line = Math.floor(y / scale) * picture.width
      for (let x = 0; x < cell.width; x++) {
        const from = (line + Math.floor(x / scale)) * 3
        for (let channel = 0; channel < 3; channel++) rgb[to++] = picture.rgb[from + channel] ?? 0
      }
    }
  }
  return { picture: { width, height, rgb }, lefts, tops, cell }
}

/**
 * The pictures alone, as a PNG file's bytes.
 *
 * @example  imageGrid(samples, { columns: 16, scale: 2 })
 */
export const imageGrid = (pictures: readonly Picture[], options: GridOptions): Uint8Array =>
  pngOf(arrange(pictures, options).picture)
