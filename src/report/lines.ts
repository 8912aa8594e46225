import type { Spec } from 'vega'
import { colours } from './theme.ts'

export interface LinePoint {
  readonly panel: string
  readonly series: string
  readonly x: number
  readonly y: number
}

/** Lines in panels that share their scales, one line a series. */
export const lines = ({
  points,
  axes,
}: {
  readonly points: readonly LinePoint[]
  readonly axes: readonly [across: string, up: string]
}): Spec => {
  const position = { x: { scale: 'x', field: 'x' }, y: { scale: 'y', field: 'y' } }
  const colour = { scale: 'colour', field: 'series' }
  const width = 240
  const height = 170
  return {
    data: [{ name: 'points', values: [...points] }],
    layout: { columns: 3, padding: 36, bounds: 'full', align: 'each' },
    scales: [
      { name: 'x', type: 'linear', domain: { data: 'points', field: 'x' }, range: [0, width], zero: false },
      {
        name: 'y',
        type: 'linear',
        domain: { data: 'points', field: 'y' },
        range: [height, 0],
        nice: true,
        zero: false,
      },
      { name: 'colour', type: 'ordinal', domain: { data: 'points', field: 'series' }, range: { scheme: 'tableau10' } },
    ],
    legends: [{ stroke: 'colour', symbolType: 'stroke', orient: 'right' }],
    marks: [
      {
        type: 'group',
        from: { facet: { name: 'panel', data: 'points', groupby: 'panel' } },
        title: {
          text: { signal: 'parent.panel' },
          fontSize: 12,
          anchor: 'start',
          color: colours.ink.paper,
        },
        encode: { update: { width: { value: width }, height: { value: height } } },
        axes: [
          { orient: 'bottom', scale: 'x', title: axes[0], tickCount: 5 },
          { orient: 'left', scale: 'y', title: axes[1], tickCount: 5, grid: true },
        ],
        marks: [
          {
            type: 'group',
            from: { facet: { name: 'series', data: 'panel', groupby: 'series' } },
            marks: [
              {
                type: 'line',
                from: { data: 'series' },
                encode: { update: { ...position, stroke: colour, strokeWidth: { value: 2 } } },
              },
            ],
          },
        ],
      },
    ],
  }
}
