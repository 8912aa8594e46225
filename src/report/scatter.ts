import type { Spec } from 'vega'

export interface Scatter {
  readonly across: ArrayLike<number>
  readonly up: ArrayLike<number>
  /** what each point is; all alike where there are none */
  readonly labels: readonly string[]
  readonly axes: readonly [across: string, up: string]
  /** of the labels, in the order of the legend */
  readonly names: readonly string[]
}

/** Points on a plane, coloured by what they are. */
export const scatter = ({ across, up, labels, axes, names }: Scatter): Spec => {
  const legend = names.length > 1
  return {
    width: 520,
    height: 420,
    data: [
      {
        name: 'points',
        values: Array.from(across, (x, i) => ({ x, y: up[i] ?? Number.NaN, label: labels[i] ?? names[0] ?? '' })),
      },
    ],
    scales: [
      { name: 'x', type: 'linear', domain: { data: 'points', field: 'x' }, range: 'width', nice: true, zero: false },
      { name: 'y', type: 'linear', domain: { data: 'points', field: 'y' }, range: 'height', nice: true, zero: false },
      {
        name: 'colour',
        type: 'ordinal',
        domain: names.length === 0 ? [''] : [...names],
        range: { scheme: names.length > 10 ? 'tableau20' : 'tableau10' },
      },
    ],
    axes: [
      { orient: 'bottom', scale: 'x', title: axes[0], tickCount: 7, grid: true },
      { orient: 'left', scale: 'y', title: axes[1], tickCount: 7, grid: true },
    ],
    legends: legend ? [{ fill: 'colour', symbolType: 'circle', orient: 'right', symbolOpacity: 1 }] : [],
    marks: [
      {
        type: 'symbol',
        from: { data: 'points' },
        encode: {
          update: {
            x: { scale: 'x', field: 'x' },
            y: { scale: 'y', field: 'y' },
            fill: { scale: 'colour', field: 'label' },
            size: { value: 26 },
            opacity: { value: 0.75 },
          },
        },
      },
    ],
  }
}
