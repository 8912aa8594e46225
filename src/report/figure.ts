import type { Grid } from './imageGrid.ts'
import { pngOf } from './Picture.ts'
import { FONT, INK, PALE } from './rasterize.ts'

/** Text beside a row or under a column, centred at a pixel of the grid. */
interface Label {
  readonly at: number
  readonly text: string
}

/** A grid of pictures with what one must know to read it. */
export interface Figure {
  readonly title: string
  /** one line under the title */
  readonly note?: string
  readonly grid: Grid
  readonly rows?: readonly Label[]
  readonly columns?: readonly Label[]
  /** what the rows and the columns go along */
  readonly vertical?: string
  readonly horizontal?: string
}

const MARGIN = 20
const TITLE = 17
const TEXT = 13

const escape = (text: string): string => text.replace(/[<>&"']/g, (c) => `&#${c.charCodeAt(0)};`)

/** About what Open Sans takes for a text of this size; only the margin at the left depends on it. */
const widthOf = (text: string, size: number): number => Math.ceil(text.length * size * 0.56)

interface TextStyle {
  readonly size?: number
  readonly colour?: string
  readonly weight?: number
  readonly anchor?: 'start' | 'middle' | 'end'
  readonly turn?: boolean
}

const text = (x: number, y: number, words: string, style: TextStyle = {}): string => {
  const { size = TEXT, colour = PALE, weight = 400, anchor = 'start', turn = false } = style
  const turned = turn ? ` transform="rotate(-90 ${x} ${y})"` : ''
  return `<text x="${x}" y="${y}" font-size="${size}" font-weight="${weight}" fill="${colour}" text-anchor="${anchor}"${turned}>${escape(words)}</text>`
}

/** The figure as SVG: title above, the grid in the middle, what rows and columns are at the left and below. */
export const figureSvg = (figure: Figure): string => {
  const { grid, title, note, rows = [], columns = [], vertical, horizontal } = figure
  const besides = Math.max(0, ...rows.map((r) => widthOf(r.text, TEXT)))
  const left = MARGIN + (vertical === undefined ? 0 : TEXT + 8) + (besides === 0 ? 0 : besides + 8)
  const top = MARGIN + TITLE + (note === undefined ? 0 : TEXT + 7) + 14
  const { width, height } = grid.picture
  const under = top + height + (columns.length === 0 ? 0 : TEXT + 7)
  const page = {
    width: Math.max(left + width, MARGIN + widthOf(title, TITLE), MARGIN + widthOf(note ?? '', TEXT)) + MARGIN,
    height: under + (horizontal === undefined ? 0 : TEXT + 7) + MARGIN,
  }
  const image = Buffer.from(pngOf(grid.picture)).toString('base64')
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${page.width}" height="${page.height}" viewBox="0 0 ${page.width} ${page.height}" font-family="'${FONT}', sans-serif">`,
    `<rect width="100%" height="100%" fill="white"/>`,
    text(MARGIN, MARGIN + TITLE - 3, title, { size: TITLE, colour: INK, weight: 600 }),
    ...(note === undefined ? [] : [text(MARGIN, MARGIN + TITLE + TEXT + 5, note)]),
    `<image x="${left}" y="${top}" width="${width}" height="${height}" href="data:image/png;base64,${image}"/>`,
    ...rows.map((r) => text(left - 8, top + r.at + TEXT * 0.36, r.text, { anchor: 'end' })),
    ...columns.map((c) => text(left + c.at, top + height + TEXT + 4, c.text, { anchor: 'middle' })),
    ...(vertical === undefined
      ? []
      : [text(MARGIN + TEXT - 3, top + height / 2, vertical, { anchor: 'middle', turn: true, colour: INK })]),
    ...(horizontal === undefined
      ? []
      : [text(left + width / 2, under + TEXT + 5, horizontal, { anchor: 'middle', colour: INK })]),
    '</svg>',
  ].join('\n')
}
