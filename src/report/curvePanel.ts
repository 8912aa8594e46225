import type { Spec } from 'vega'
import { FONT, INK } from './rasterize.ts'
import { label as valueLabel, valueScale } from './valueAxis.ts'

const WIDTH = 300
const HEIGHT = 240

/** The first epoch and the last, and some whole ones between. */
const epochTicks = (epochs: number): readonly number[] => {
  const every = Math.ceil(epochs / 8)
  const between = Array.from({ length: epochs }, (_, i) => i + 1).filter(
    (e) => e % every === 0 && epochs - e >= every * 0.6,
  )
  return [...new Set([1, ...between, epochs])]
}

/** A panel's data and scales are its own: a KL of 25 and a bound of −105 have nothing to share. */
export const panel = (
  name: string,
  label: string,
  epochs: number,
  dash: readonly number[],
  values: readonly number[],
): NonNullable<Spec['marks']>[number] => {
  const rows = `rows_${name}`
  const scale = valueScale(values)
  const position = { x: { scale: `x_${name}`, field: 'epoch' }, y: { scale: `y_${name}`, field: 'value' } }
  const colour = { scale: 'colour', field: 'split' }
  return {
    type: 'group',
    encode: { update: { width: { value: WIDTH }, height: { value: HEIGHT } } },
    data: [
      { name: rows, source: 'points', transform: [{ type: 'filter', expr: `datum.panel === '${name}'` }] },
      { name: `${rows}_lines`, source: rows, transform: [{ type: 'filter', expr: "datum.split !== 'test'" }] },
      { name: `${rows}_test`, source: rows, transform: [{ type: 'filter', expr: "datum.split === 'test'" }] },
    ],
    scales: [
      {
        name: `x_${name}`,
        type: 'linear',
        domain: epochs > 1 ? [1, epochs] : [0.5, 1.5],
        range: [0, WIDTH],
        zero: false,
        padding: 10,
      },
      {
        name: `y_${name}`,
        ...(scale.type === 'linear' ? { type: 'linear', nice: true } : { type: 'symlog', constant: scale.constant }),
        domain: { data: rows, field: 'value' },
        range: [HEIGHT, 0],
        zero: false,
        padding: 12,
      },
    ],
    axes: [
      { orient: 'bottom', scale: `x_${name}`, title: 'epoch', values: [...epochTicks(epochs)], format: 'd' },
      {
        orient: 'left',
        scale: `y_${name}`,
        gridScale: `x_${name}`,
        ...(scale.type === 'linear' ? { tickCount: 6 } : { values: [...scale.ticks] }),
        grid: true,
        encode: { labels: { update: { text: { signal: valueLabel } } } },
      },
    ],
    marks: [
      {
        type: 'text',
        encode: {
          enter: {
            text: { value: label },
            x: { value: 0 },
            y: { value: -12 },
            font: { value: FONT },
            fontSize: { value: 13 },
            fontWeight: { value: 600 },
            fill: { value: INK },
          },
        },
      },
      {
        type: 'rule',
        from: { data: `${rows}_test` },
        encode: {
          update: {
            x: { value: 0 },
            x2: { value: WIDTH },
            y: position.y,
            stroke: colour,
            strokeWidth: { value: 1.5 },
            strokeDash: { value: [...dash] },
          },
        },
      },
      {
        type: 'group',
        from: { facet: { name: `${rows}_split`, data: `${rows}_lines`, groupby: 'split' } },
        marks: [
          {
            type: 'line',
            from: { data: `${rows}_split` },
            encode: {
              update: {
                ...position,
                stroke: colour,
                strokeWidth: { value: 2 },
                strokeDash: { scale: 'dash', field: 'split' },
              },
            },
          },
          {
            type: 'symbol',
            from: { data: `${rows}_split` },
            encode: {
              update: {
                ...position,
                fill: colour,
                size: { value: epochs > 40 ? 0 : 28 },
                stroke: { value: 'white' },
                strokeWidth: { value: 0.5 },
              },
            },
          },
        ],
      },
    ],
  }
}
