import * as TE from 'fp-ts/lib/TaskEither.js'
import type { Spec } from 'vega'
import { type ElboError, fileError } from '../error.ts'
import { FONT } from './rasterize.ts'
import { colours } from './theme.ts'

const ink = colours.ink.paper
const pale = colours.pale.paper

/** What all charts of a page have in common. */
const look: Spec = {
  $schema: 'https://vega.github.io/schema/vega/v6.json',
  background: 'white',
  padding: 8,
  config: {
    style: {
      'guide-label': { font: FONT, fontSize: 12 },
      'guide-title': { font: FONT, fontSize: 12, fontWeight: 400 },
    },
    axis: {
      labelColor: pale,
      titleColor: ink,
      domainColor: colours.axis.paper,
      tickColor: colours.axis.paper,
      gridColor: colours.grid.paper,
      labelOverlap: true,
      labelLimit: 0,
    },
    title: { font: FONT, color: ink },
    legend: { labelLimit: 0, labelFont: FONT, labelFontSize: 12, labelColor: pale, titleColor: ink },
  },
}

/** Rows of numbers and words, as every chart here has them. */
const isFiniteRow = (row: unknown): boolean =>
  typeof row !== 'object' ||
  row === null ||
  Object.values(row).every((v) => typeof v !== 'number' || Number.isFinite(v))

interface Finite {
  readonly spec: Spec
  /** rows that no axis has a place for */
  readonly left: number
  readonly shown: number
}

const finiteOnly = (spec: Spec): Finite => {
  let [left, shown] = [0, 0]
  const data = (spec.data ?? []).map((table) => {
    if (!('values' in table) || !Array.isArray(table.values)) return table
    const rows: readonly unknown[] = table.values
    const values = rows.filter(isFiniteRow)
    left += rows.length - values.length
    shown += values.length
    return { ...table, values }
  })
  return { spec: { ...spec, data }, left, shown }
}

/** What is drawn where nothing can be. */
const nothing: Spec = {
  width: 420,
  height: 40,
  marks: [
    {
      type: 'text',
      encode: {
        update: {
          x: { value: 0 },
          y: { value: 24 },
          text: { value: 'nothing here is finite' },
          font: { value: FONT },
          fill: { value: pale },
        },
      },
    },
  ],
}

/** What a chart leaves out: numbers that are not finite have no place on it. Nothing where it shows all. */
export const leftOut = (spec: Spec): string => {
  const { left, shown } = finiteOnly(spec)
  return left === 0 ? '' : `${left} of ${left + shown} values are not finite and are not drawn`
}

/** A Vega specification as SVG text, in the colours of paper, without the rows that hold a number that is not finite: see {@link leftOut}. */
export const chartSvg = (whole: Spec): TE.TaskEither<ElboError, string> =>
  TE.tryCatch(
    async () => {
      const { parse, View, Warn } = await import('vega')
      const { spec, left, shown } = finiteOnly(whole)
      return new View(parse({ ...look, ...(left > 0 && shown === 0 ? nothing : spec) }), {
        renderer: 'none',
        logLevel: Warn,
      }).toSVG()
    },
    (cause) => fileError(`a chart could not be drawn: ${cause instanceof Error ? cause.message : String(cause)}`),
  )
