import { describe, expect, test } from 'vitest'
import { exceptions, rules, type Violation } from './architecture/rules.ts'
import { scan, scanFolder } from './architecture/scan.ts'

const sources = ['src', 'spec', 'examples'].flatMap(scanFolder)

const timesAt = (violations: readonly Violation[], path: string): number =>
  violations.filter((v) => v.path === path).length

describe.each(rules)('$id: $statement', (rule) => {
  const allowed = exceptions.filter((e) => e.rule === rule.id)

  test('holds', () => {
    const violations = rule.check(sources)
    const excess = violations.filter(
      (v) => timesAt(violations, v.path) > (allowed.find((e) => e.path === v.path)?.times ?? 0),
    )
    const report = excess.map((v) => `${v.at}: ${v.found}`)
    expect(report, `${rule.statement}\n  because ${rule.reason}\n  instead: ${rule.fix}`).toEqual([])
  })

  test.each(allowed)('needs its exception in $path: $reason', ({ path, times }) => {
    expect(timesAt(rule.check(sources), path)).toBe(times)
  })

  test.each(rule.planted)('is broken by %j', (planted) => {
    expect(rule.check(Object.entries(planted).map(([path, text]) => scan(path, text)))).not.toEqual([])
  })
})

test('the scan sees the whole of src/', () => {
  expect(sources.map((s) => s.path)).toContain('src/error.ts')
})
