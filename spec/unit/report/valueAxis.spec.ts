import { expect, test } from 'vitest'
import { array, assert, double, property } from 'fast-check'
import { curveSvg } from '../../../src/report/curve.ts'
import { valueScale } from '../../../src/report/valueAxis.ts'
import { right } from '../either.ts'

const drawn = async (values: readonly number[]): Promise<readonly string[]> => {
  const points = values.map((bound, i) => ({ epoch: i + 1, split: 'train' as const, values: { bound } }))
  const svg = right(await curveSvg({ title: 'a run', points })())
  // Both axes' labels: epochs first.
  return [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(({ 1: text = '' }) => text)
}

test('values of one order are laid out evenly, others by their order', () => {
  expect(valueScale([-100, -101, -250])).toEqual({ type: 'linear' })
  expect(valueScale([])).toEqual({ type: 'linear' })
  expect(valueScale([0, 0, 5])).toEqual({ type: 'linear' })
  expect(valueScale([-1e6, -120, -110, -105])).toEqual({
    type: 'symlog',
    constant: 120,
    ticks: [-1e6, -1e5, -1e4, -1e3, -1e2],
  })
  assert(
    property(array(double({ noNaN: true, noDefaultInfinity: true })), (values) => {
      const scale = valueScale(values)
      expect(scale.type === 'linear' || (scale.ticks.length <= 14 && scale.constant > 0)).toBe(true)
    }),
  )
})

test('labels keep to their side: no number of more than six digits', async () => {
  expect(await drawn([-1.5e6, -1.2e6])).toContain('−1.4e+6')
  expect(await drawn([-1e36, -100, -99])).toContain('−1e+36')
  expect(await drawn([-104, -102])).toContain('−103.0')
  expect(await drawn([-2e-7, -1e-7])).not.toContain('0')
})
