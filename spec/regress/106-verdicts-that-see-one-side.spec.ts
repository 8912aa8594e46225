import { describe, expect, test } from 'vitest'
import { collapseVerdict, type Estimate, type Finding, findingsOf, type Portrait } from '../../src/index.ts'

const about = (value: number, standardError = 0.1): Estimate => ({ value, standardError })
const portrait = (given: Partial<Portrait> = {}): Portrait => ({
  count: 100,
  bound: about(-10),
  distortion: about(9),
  rate: about(1),
  latents: [],
  planes: [],
  ranges: [],
  information: { lower: about(1), upper: about(1), ceiling: 6 },
  collapse: collapseVerdict([]),
  ...given,
})
const on = (topic: Finding['topic'], seen: Partial<Parameters<typeof findingsOf>[0]>): Finding | undefined =>
  findingsOf({ portrait: portrait(), progress: undefined, trained: undefined, samples: undefined, ...seen }).find(
    (f) => f.topic === topic,
  )
const course = (bounds: readonly number[], standardError: number, split: 'train' | 'validation' = 'train') =>
  on('training', {
    portrait: portrait({ bound: about(bounds.at(-1) ?? 0, standardError) }),
    progress: { split, bounds },
  })

describe('training', () => {
  test.each([
    ['falls from the start', [-40, -100, -150], 10],
    ['falls off a cliff', [-42, -99, -337], 10],
    ['rose and fell', [-100, -40, -90], 5],
    ['fell and then lies still', [-40, -150, -150], 10],
    ['came half of the way back', [-40, -150, -100], 10],
  ])('that %s is a problem', (_, bounds, error) => {
    expect(course(bounds, error)).toMatchObject({ level: 'problem', statement: expect.stringContaining('fallen') })
  })
  test('a validation bound that falls after its best epoch costs nothing, but one that only falls is a problem', () => {
    expect(course([-100, -40, -60], 5, 'validation')?.level).toBe('note')
    expect(course([-40, -60, -100], 5, 'validation')?.level).toBe('problem')
  })
  test('a ripple is no fall', () => {
    expect(course([-100, -60, -50, -50.2], 0.5)?.level).toBe('fine')
  })
  test.each([
    ['the last epoch was a third of the way, and the error is larger', [-40, -34, -31], 10],
    ['there is no error', [-40, -39], Number.NaN],
  ])('where %s, it cannot be told', (_, bounds, error) => {
    expect(course(bounds, error)).toMatchObject({ level: 'note', statement: expect.stringContaining('cannot be told') })
  })
})

describe('generalisation', () => {
  const of = (trained: number, bound: Estimate) => on('generalisation', { trained, portrait: portrait({ bound }) })
  test('far below the test bound cannot be told', () => {
    expect(of(-337, about(-42, 10))).toMatchObject({
      level: 'note',
      statement: expect.stringContaining('cannot be told'),
    })
  })
  test('an error as large as the bound proves nothing', () => {
    expect(of(-150, about(-150, 40))?.statement).toContain('cannot be told')
    expect(of(-150, about(-150, Number.NaN))?.statement).toContain('cannot be told')
    expect(of(-150.2, about(-150, 1))?.level).toBe('fine')
  })
})

describe('the prior', () => {
  const of = (rate: Estimate, lower: Estimate, upper: Estimate) =>
    on('prior', { portrait: portrait({ rate, information: { lower, upper, ceiling: 5.7 } }) })
  test('is not filled where the KL is between 0 and 798', () => {
    expect(of(about(800, 200), about(2), about(900, 100))).toMatchObject({
      level: 'note',
      statement: 'How well the prior covers the encoded data cannot be told.',
      evidence: expect.arrayContaining(['KL(q(z) ‖ p(z)) between 0.00 nats and 798.00 nats']),
    })
  })
  test('is filled where the KL is near 0', () => {
    expect(of(about(4), about(3.9), about(4))?.level).toBe('fine')
  })
})

test('samples that cannot be scored are not fine', () => {
  const scores = {
    count: 100,
    precision: 0.9,
    yardstick: 0.9,
    coverage: Number.NaN,
    expected: 0.5,
    against: 300,
    copies: { ratio: 1, suspicious: 0.01, byChance: 0.01, samples: 1, heldOut: 1 },
  }
  const found = on('samples', { samples: scores })
  expect(found).toMatchObject({ level: 'note', statement: expect.stringContaining('cannot be told') })
})
