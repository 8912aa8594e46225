import type { Spec } from 'vega'
import { colours } from './theme.ts'

interface Interval {
  readonly name: string
  readonly value: number
  /** NaN where it is not known */
  readonly standardError: number
}

/** A value with two standard errors either way for each name, from above in the order given. */
export const intervals = (values: readonly Interval[], axis: string): Spec => ({
  width: 480,
  height: Math.max(60, values.length * 26),
  data: [
    {
      name: 'values',
      values: values.map(({ name, value, standardError }) => {
        const error = Number.isNaN(standardError) ? 0 : 2 * standardError
        return { name, value, low: value - error, high: value + error }
      }),
    },
  ],
  scales: [
    { name: 'y', type: 'point', domain: { data: 'values', field: 'name' }, range: 'height', padding: 0.5 },
    {
      name: 'x',
      type: 'linear',
      domain: { data: 'values', fields: ['low', 'high'] },
      range: 'width',
      nice: true,
      zero: false,
    },
  ],
  axes: [
    { orient: 'left', scale: 'y', labelOverlap: false },
    { orient: 'bottom', scale: 'x', title: axis, grid: true, tickCount: 6 },
  ],
  marks: [
    {
      type: 'rule',
      from: { data: 'values' },
      encode: {
        update: {
          y: { scale: 'y', field: 'name' },
          x: { scale: 'x', field: 'low' },
          x2: { scale: 'x', field: 'high' },
          stroke: { value: colours.pale.paper },
        },
      },
    },
    {
      type: 'symbol',
      from: { data: 'values' },
      encode: {
        update: {
          y: { scale: 'y', field: 'name' },
          x: { scale: 'x', field: 'value' },
          fill: { value: colours.blue.paper },
          size: { value: 50 },
        },
      },
    },
  ],
})
