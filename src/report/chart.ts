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

/** A Vega specification as SVG text, in the colours of paper. */
export const chartSvg = (spec: Spec): TE.TaskEither<ElboError, string> =>
  TE.tryCatch(
    async () => {
      const { parse, View, Warn } = await import('vega')
      return new View(parse({ ...look, ...spec }), { renderer: 'none', logLevel: Warn }).toSVG()
    },
    (cause) => fileError(`a chart could not be drawn: ${cause instanceof Error ? cause.message : String(cause)}`),
  )
