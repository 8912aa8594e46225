import { fit } from 'elbo-ts'
import { expect, test } from 'vitest'
import weather from '../../examples/06-table.ts'
import { daysIn, service } from '../../examples/service/weather.ts'
import { messageOf, right } from '../unit/either.ts'

test('a service finds the days like a day, and those that are like none', { timeout: 60_000 }, async () => {
  const brief: typeof weather = { ...weather, settings: { ...weather.settings, epochs: 8 } }
  const { model } = right(await fit(brief, { target: 'wasm' })())
  const days = await daysIn('examples/data/seattle-weather.csv')
  const { similar, unusual } = right(service(model, days))
  const summer = [0, 25, 15, 3]
  const nearest = right(similar(summer))
  expect(nearest).toHaveLength(5)
  for (const { day } of nearest) expect(Math.abs((day[1] ?? 0) - 25)).toBeLessThan(8)
  expect(right(unusual(summer)).unusual).toBe(false)
  expect(right(unusual([55, 35, -7, 9])).unusual).toBe(true)
  expect(messageOf(unusual([1, 2]))).toBe("field 'x', row 0: 2 numbers, but a datum is 4: shape [4]")
  model.dispose()
})
