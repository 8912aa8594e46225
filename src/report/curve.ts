import * as TE from 'fp-ts/lib/TaskEither.js'
import type { Spec } from 'vega'
import { type ElboError, fileError } from '../error.ts'
import { panel } from './curvePanel.ts'
import { FONT, INK, PALE } from './rasterize.ts'

/** What one epoch measured, in nats a datum, under the names of the metrics; where there was no validation data the rest is `train` alone. */
export interface CurvePoint {
  readonly epoch: number
  readonly split: 'train' | 'validation' | 'test'
  readonly values: Readonly<Record<string, number>>
}

interface CurveOptions {
  readonly title: string
  readonly note?: string
  readonly points: readonly CurvePoint[]
}

/** Which quantities get a panel, in this order, with what the axis says. A run has those that its objective measures. */
const panels: Readonly<Record<string, string>> = {
  bound: 'bound (nats)',
  reconstruction: 'reconstruction (nats)',
  kl: 'KL (nats)',
  loss: 'loss (nats)',
}
/** Told apart without colour too: validation is dashed, test is a single line across. */
const colours = { train: '#2a6fbb', validation: '#c4541a', test: '#3c7d4f' } as const
const dashes = { train: [1, 0], validation: [6, 3], test: [2, 3] }

interface Row {
  readonly panel: string
  readonly split: CurvePoint['split']
  readonly epoch: number
  readonly value: number
}

const rowsOf = (points: readonly CurvePoint[]): readonly Row[] =>
  points.flatMap(({ epoch, split, values }) =>
    Object.entries(values)
      .filter(([panel, value]) => panel in panels && Number.isFinite(value))
      .map(([panel, value]) => ({ panel, split, epoch, value })),
  )

/** The whole chart as a Vega specification: one panel a quantity, one line a split, the test set as a line across. */
const curveSpec = ({ title, note, points }: CurveOptions): Spec => {
  const rows = rowsOf(points)
  const epochs = Math.max(1, ...rows.map((r) => r.epoch))
  const splits = (['train', 'validation', 'test'] as const).filter((split) => rows.some((r) => r.split === split))
  return {
    $schema: 'https://vega.github.io/schema/vega/v6.json',
    background: 'white',
    padding: 20,
    title: {
      text: title,
      anchor: 'start',
      fontSize: 17,
      fontWeight: 600,
      offset: 34,
      ...(note === undefined ? {} : { subtitle: note, subtitleFontSize: 13, subtitleColor: PALE, subtitlePadding: 5 }),
    },
    config: {
      style: {
        'guide-label': { font: FONT, fontSize: 12 },
        'guide-title': { font: FONT, fontSize: 12, fontWeight: 400 },
        'group-title': { font: FONT },
        'group-subtitle': { font: FONT },
      },
      title: { font: FONT, subtitleFont: FONT, color: INK },
      axis: {
        labelColor: PALE,
        titleColor: INK,
        domainColor: '#9aa3ad',
        tickColor: '#9aa3ad',
        gridColor: '#e6e9ed',
      },
      legend: { labelFont: FONT, labelFontSize: 12 },
    },
    data: [{ name: 'points', values: [...rows] }],
    scales: [
      { name: 'colour', type: 'ordinal', domain: splits, range: splits.map((s) => colours[s]) },
      { name: 'dash', type: 'ordinal', domain: splits, range: splits.map((s) => dashes[s]) },
    ],
    legends: [
      {
        stroke: 'colour',
        strokeDash: 'dash',
        symbolType: 'stroke',
        symbolSize: 300,
        symbolStrokeWidth: 2,
        orient: 'bottom',
        direction: 'horizontal',
        columnPadding: 20,
        offset: 40,
      },
    ],
    layout: { columns: 3, padding: { column: 72, row: 72 }, bounds: 'flush', align: 'each' },
    marks: Object.entries(panels)
      .filter(
        ([name]) => rows.some((r) => r.panel === name) && !(name === 'loss' && rows.some((r) => r.panel === 'bound')),
      )
      .map(([name, label]) =>
        panel(
          name,
          label,
          epochs,
          dashes.test,
          rows.filter((r) => r.panel === name).map((r) => r.value),
        ),
      ),
  }
}

/** The chart as SVG text; {@link rasterize} makes a PNG of it. */
export const curveSvg = (options: CurveOptions): TE.TaskEither<ElboError, string> =>
  TE.tryCatch(
    async () => {
      const { parse, View, Warn } = await import('vega')
      return new View(parse(curveSpec(options)), { renderer: 'none', logLevel: Warn }).toSVG()
    },
    (cause) => fileError(`the curve could not be drawn: ${cause instanceof Error ? cause.message : String(cause)}`),
  )
