import { parse, type Spec, View } from 'vega'

/** Points in groups, as SVG: `lines` joins each group's in order of x. */
export interface Plot {
  readonly title: string
  readonly x: string
  readonly y: string
  readonly lines: boolean
  readonly points: readonly { readonly x: number; readonly y: number; readonly group: string }[]
}

const WIDTH = 460
const HEIGHT = 300

const specOf = ({ title, x, y, lines, points }: Plot): Spec => {
  const position = { x: { scale: 'x', field: 'x' }, y: { scale: 'y', field: 'y' } }
  const colour = { scale: 'colour', field: 'group' }
  return {
    width: WIDTH,
    height: HEIGHT,
    padding: 10,
    background: 'white',
    title: { text: title, anchor: 'start' },
    data: [{ name: 'points', values: [...points] }],
    scales: [
      { name: 'x', type: 'linear', domain: { data: 'points', field: 'x' }, range: 'width', nice: true, zero: false },
      { name: 'y', type: 'linear', domain: { data: 'points', field: 'y' }, range: 'height', nice: true, zero: false },
      { name: 'colour', type: 'ordinal', domain: { data: 'points', field: 'group' }, range: { scheme: 'tableau10' } },
    ],
    axes: [
      { orient: 'bottom', scale: 'x', title: x, tickCount: 6 },
      { orient: 'left', scale: 'y', title: y, tickCount: 6, grid: true },
    ],
    legends: [{ fill: 'colour', symbolType: 'circle', labelLimit: 300 }],
    marks: [
      ...(lines
        ? [
            {
              type: 'group' as const,
              from: { facet: { name: 'series', data: 'points', groupby: 'group' } },
              marks: [
                {
                  type: 'line' as const,
                  from: { data: 'series' },
                  sort: { field: 'datum.x' },
                  encode: { update: { ...position, stroke: colour, strokeWidth: { value: 1.5 } } },
                },
              ],
            },
          ]
        : []),
      {
        type: 'symbol' as const,
        from: { data: 'points' },
        encode: {
          update: { ...position, fill: colour, size: { value: lines ? 24 : 50 }, opacity: { value: lines ? 1 : 0.6 } },
        },
      },
    ],
  }
}

export const plotSvg = (plot: Plot): Promise<string> => new View(parse(specOf(plot)), { renderer: 'none' }).toSVG()
