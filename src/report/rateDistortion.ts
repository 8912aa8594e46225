import type { Spec } from 'vega'
import type { SweepCurve } from '../diagnose/sweepCurve.ts'
import { colours } from './theme.ts'

const ends = (
  { value, standardError }: { readonly value: number; readonly standardError: number },
  sign: number,
): number => value + (Number.isNaN(standardError) ? 0 : sign * 2 * standardError)

/** The plane of rate and distortion: every setting with two standard errors either way, the Pareto front, and the line R + D = H. */
export const rateDistortion = ({ rows, front, entropy }: SweepCurve): Spec => {
  const x = { scale: 'x', field: 'rate' }
  const y = { scale: 'y', field: 'distortion' }
  const ink = { value: colours.pale.paper }
  const line = entropy.given ?? entropy.most
  const name = entropy.given === null ? 'R + D = the least seen' : 'R + D = H'
  return {
    width: 560,
    height: 420,
    data: [
      {
        name: 'rows',
        values: rows.map(({ label, rate, distortion, pareto }) => ({
          label,
          rate: rate.value,
          distortion: distortion.value,
          left: ends(rate, -1),
          right: ends(rate, 1),
          low: ends(distortion, -1),
          high: ends(distortion, 1),
          state: pareto ? 'on the Pareto front' : 'beaten in both',
        })),
      },
      {
        name: 'front',
        values: front.map(({ rate, distortion }) => ({ rate: rate.value, distortion: distortion.value })),
      },
      {
        name: 'line',
        transform: [
          { type: 'sequence', start: 0, stop: 2, as: 'end' },
          { type: 'formula', as: 'rate', expr: "domain('x')[datum.end]" },
          { type: 'formula', as: 'distortion', expr: `${line} - datum.rate` },
        ],
      },
    ],
    scales: [
      {
        name: 'x',
        type: 'linear',
        domain: { data: 'rows', fields: ['left', 'right'] },
        range: 'width',
        nice: true,
        zero: true,
      },
      {
        name: 'y',
        type: 'linear',
        domain: { data: 'rows', fields: ['low', 'high'] },
        range: 'height',
        nice: true,
        zero: false,
      },
      {
        name: 'colour',
        type: 'ordinal',
        domain: ['on the Pareto front', 'beaten in both'],
        range: [colours.blue.paper, colours.orange.paper],
      },
      { name: 'dashed', type: 'ordinal', domain: [name], range: [colours.green.paper] },
    ],
    axes: [
      { orient: 'bottom', scale: 'x', title: 'rate R, nats a datum', grid: true, tickCount: 7 },
      { orient: 'left', scale: 'y', title: 'distortion D, nats a datum', grid: true, tickCount: 7 },
    ],
    legends: [
      { fill: 'colour', symbolType: 'circle', orient: 'top', direction: 'horizontal' },
      { stroke: 'dashed', symbolType: 'stroke', symbolDash: [4, 3], orient: 'top', direction: 'horizontal' },
    ],
    marks: [
      {
        type: 'group',
        encode: { update: { width: { signal: 'width' }, height: { signal: 'height' }, clip: { value: true } } },
        marks: [
          {
            type: 'line',
            from: { data: 'line' },
            encode: { update: { x, y, stroke: { value: colours.green.paper }, strokeDash: { value: [4, 3] } } },
          },
        ],
      },
      {
        type: 'line',
        from: { data: 'front' },
        encode: { update: { x, y, stroke: { value: colours.blue.paper }, strokeWidth: { value: 1.5 } } },
      },
      {
        type: 'rule',
        from: { data: 'rows' },
        encode: { update: { x: { scale: 'x', field: 'left' }, x2: { scale: 'x', field: 'right' }, y, stroke: ink } },
      },
      {
        type: 'rule',
        from: { data: 'rows' },
        encode: { update: { y: { scale: 'y', field: 'low' }, y2: { scale: 'y', field: 'high' }, x, stroke: ink } },
      },
      {
        type: 'symbol',
        from: { data: 'rows' },
        encode: { update: { x, y, fill: { scale: 'colour', field: 'state' }, size: { value: 50 } } },
      },
      {
        type: 'text',
        from: { data: 'rows' },
        encode: {
          update: {
            x,
            y,
            dx: { value: 7 },
            dy: { value: -7 },
            text: { field: 'label' },
            fontSize: { value: 11 },
            fill: ink,
          },
        },
      },
    ],
  }
}
