import type { Spec } from 'vega'
import { colours } from './theme.ts'

interface Bar {
  readonly name: string
  readonly height: number
  /** drawn two of them either way; NaN where it is not known */
  readonly standardError?: number
  /** an outline only */
  readonly hollow?: boolean
}

interface Options {
  readonly bars: readonly Bar[]
  readonly axes: readonly [across: string, up: string]
  /** what filled and hollow bars are */
  readonly states?: readonly [filled: string, hollow: string]
}

const MOST = 900
/** Room for a bar: its name in full, while there is any. */
const roomFor = (names: readonly string[]): number => Math.max(22, 7 * Math.max(...names.map((n) => n.length)) + 10)

/** Bars by falling height. */
export const bars = ({ bars, axes, states = ['', ' '] }: Options): Spec => {
  const legend = states[0] !== ''
  return {
    width: Math.min(MOST, Math.max(240, bars.length * roomFor(bars.map(({ name }) => name)))),
    height: 240,
    data: [
      {
        name: 'bars',
        values: bars.map(({ name, height, standardError = 0, hollow = false }) => {
          const error = Number.isNaN(standardError) ? 0 : 2 * standardError
          return { name, height, low: height - error, high: height + error, state: states[hollow ? 1 : 0] }
        }),
      },
    ],
    scales: [
      {
        name: 'x',
        type: 'band',
        domain: { data: 'bars', field: 'name', sort: { op: 'sum', field: 'height', order: 'descending' } },
        range: 'width',
        padding: 0.2,
      },
      {
        name: 'y',
        type: 'linear',
        domain: { data: 'bars', fields: ['low', 'high'] },
        range: 'height',
        nice: true,
        zero: true,
      },
      { name: 'colour', type: 'ordinal', domain: [...states], range: [colours.blue.paper, colours.background.paper] },
    ],
    axes: [
      { orient: 'bottom', scale: 'x', title: axes[0] },
      { orient: 'left', scale: 'y', title: axes[1], grid: true, tickCount: 6 },
    ],
    legends: legend
      ? [
          {
            fill: 'colour',
            symbolType: 'square',
            symbolStrokeColor: colours.blue.paper,
            orient: 'top',
            direction: 'horizontal',
          },
        ]
      : [],
    marks: [
      {
        type: 'rect',
        from: { data: 'bars' },
        encode: {
          update: {
            x: { scale: 'x', field: 'name' },
            width: { scale: 'x', band: 1 },
            y: { scale: 'y', field: 'height' },
            y2: { scale: 'y', value: 0 },
            fill: { scale: 'colour', field: 'state' },
            stroke: { value: colours.blue.paper },
          },
        },
      },
      {
        type: 'rule',
        from: { data: 'bars' },
        encode: {
          update: {
            x: { scale: 'x', field: 'name', band: 0.5 },
            y: { scale: 'y', field: 'low' },
            y2: { scale: 'y', field: 'high' },
            stroke: { value: colours.ink.paper },
          },
        },
      },
    ],
  }
}
