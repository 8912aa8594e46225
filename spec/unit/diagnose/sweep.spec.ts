import { describe, expect, test } from 'vitest'
import { sweepCurve, sweepFindings, type Finding, type SweepMeasurement } from '../../../src/index.ts'

/** A run at β with this rate and distortion; its own standard errors are 0.1. */
const at = (beta: number, rate: number, distortion: number, seed = 0, active = 2): SweepMeasurement => {
  const estimate = (value: number) => ({ value, standardError: 0.1 })
  return {
    settings: { 'objective.beta': beta },
    seed,
    rate: estimate(rate),
    distortion: estimate(distortion),
    bound: estimate(-rate - distortion),
    active,
    dimensions: 2,
  }
}

/** On the curve D = 20 / (1 + R), and one that lies above it. */
const good = [at(10, 0, 20, 0, 0), at(1, 4, 4), at(0.1, 9, 2)]
const bad = at(3, 6, 15)

describe('the curve of a sweep', () => {
  test('has means and standard errors over seeds; of one seed those of its data', () => {
    const { rows } = sweepCurve([at(1, 3, 10, 0), at(1, 5, 10, 1), at(2, 1, 12)])
    expect(rows[0]).toMatchObject({ label: 'beta 1', seeds: 2, rate: { value: 4, standardError: 1 } })
    expect(rows[1]).toMatchObject({ seeds: 1, rate: { value: 1, standardError: 0.1 } })
  })

  test('has the front by rising rate, and who is beaten', () => {
    const { front, rows } = sweepCurve([bad, ...good])
    expect(front.map((r) => r.label)).toEqual(['beta 10', 'beta 1', 'beta 0.1'])
    expect(rows.map((r) => r.pareto)).toEqual([false, true, true, true])
  })

  test('bounds the entropy from above, and tells who lies below H − D', () => {
    expect(sweepCurve(good).entropy).toEqual({ given: null, most: 8 })
    expect(sweepCurve(good, 8).below).toEqual([])
    // 0.2 nats are two standard errors
    expect(sweepCurve(good, 8.19).below).toEqual([])
    expect(sweepCurve(good, 8.21).below).toEqual(['beta 1'])
  })
})

describe('verdicts on a sweep, both ways', () => {
  const found = (runs: readonly SweepMeasurement[], entropy?: number): Readonly<Record<string, Finding>> =>
    Object.fromEntries(sweepFindings(sweepCurve(runs, entropy)).map((f) => [f.topic, f]))

  test('the shape', () => {
    expect(found(good)['curve']?.level).toBe('fine')
    expect(found([bad, ...good])['curve']?.level).toBe('note')
    expect(found(good.slice(1))['curve']).toBeUndefined()
  })
  test('collapse', () => {
    expect(found(good)['collapse']).toMatchObject({ level: 'problem', statement: expect.stringContaining('beta 10') })
    expect(found(good.slice(1))['collapse']?.level).toBe('fine')
    expect(found([at(1, 4, 4, 0, 1), at(2, 3, 8)])['collapse']?.level).toBe('note')
  })
  test('the best bound, clear or not', () => {
    expect(found(good)['best']?.statement).toBe('The highest bound is that of beta 1.')
    expect(found([at(1, 4, 4), at(2, 3, 5.1)])['best']?.statement).toContain('may be as good')
  })
  test('the entropy', () => {
    expect(found(good)['entropy']?.statement).toContain('at most 8.00 nats')
    expect(found(good, 7)['entropy']).toMatchObject({ level: 'fine', statement: expect.stringContaining('holds') })
    expect(found(good, 9)['entropy']).toMatchObject({ level: 'problem', statement: expect.stringContaining('beta 1') })
  })
})
