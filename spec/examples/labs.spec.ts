import { describe, expect, it } from 'vitest'
import { labs } from '../../examples/labs/all.ts'
import { below, exceeds, normalStream, often } from '../../examples/labs/kit.ts'
import { pageOf } from '../../examples/labs/page.ts'
import { plotSvg } from '../../examples/labs/picture.ts'

/** The labs themselves run by `npm run labs`; here is what they judge by. */

describe('a claim', () => {
  it('about a mean holds where it is above the bound by more than t allows', () => {
    // mean 2, standard error 1/√3 · 1 = 0.577; t(2, 1 %) = 6.965
    const claim = exceeds('0', '', [1, 2, 3])
    expect(claim.value).toBe(2)
    expect(claim.margin).toBeCloseTo(2 - 6.965 / Math.sqrt(3), 12)
    expect(claim.holds).toBe(false)
    expect(exceeds('0', '', [1.9, 2, 2.1]).holds).toBe(true)
    expect(exceeds('0', '', [1.9, 2, 2.1], 2).holds).toBe(false)
    expect(below('0', '', [1.9, 2, 2.1], 3)).toMatchObject({ holds: true, value: expect.closeTo(2, 12) })
    expect(below('0', '', [1.9, 2, 2.1], 1).holds).toBe(false)
  })

  it('is false by chance less often than 1 in 100: of 4,000 means of nothing, 40 are expected', () => {
    const next = normalStream(1)
    const held = Array.from({ length: 4000 }, () => exceeds('0', '', [next(), next(), next()]).holds)
    expect(Math.abs(held.filter(Boolean).length - 40)).toBeLessThan(6 * Math.sqrt(40))
  })

  it('about a count', () => {
    expect(often('0', '', [true, true, false], 2).holds).toBe(true)
    expect(often('0', '', [true, false, false], 2).holds).toBe(false)
  })

  it('does not hold of what is not a number', () => {
    expect(exceeds('0', '', [Number.NaN, 1, 2]).holds).toBe(false)
  })
})

describe('the labs', () => {
  it('are in order and named once', () => {
    const names = labs.map((lab) => lab.name)
    expect(names).toEqual([...new Set(names)].sort())
  })

  it('that train nothing hold here and now', async () => {
    const quick = labs.filter((lab) => lab.name.startsWith('3'))
    expect(quick.length).toBe(1)
    for (const lab of quick) {
      const { claims, picture } = await lab.run()
      expect(claims.filter((c) => !c.holds)).toEqual([])
      expect(picture).toContain('<svg')
      const page = pageOf([{ lab, findings: { claims, picture } }])
      expect(page.match(/<tr><td>/g)?.length).toBe(claims.length)
      expect(page).toContain(`${claims.length} of ${claims.length} claims hold`)
    }
  }, 60_000)

  it('draw what they are given', async () => {
    const svg = await plotSvg({ title: 'A title', x: 'a', y: 'b', lines: true, points: [{ x: 0, y: 1, group: 'g' }] })
    expect(svg).toContain('A title')
    expect(svg).toContain('>g<')
  })
})
