import { describe, expect, test } from 'vitest'
import './noShrinking.ts'
import { historicalMutants } from './plugin.ts'
import { verdictOf } from './verdict.ts'

/** The field's bugs, put back one at a time: each is found by the law that is named for it, and that law holds without it. */

const options = { runs: 60, seed: 20261122 }
const laws = [...new Map(historicalMutants.map(({ killedBy }) => [killedBy.join(' / '), killedBy])).values()]

describe('the laws that find them hold', () => {
  test.each(laws.map((law) => [law.join(' / '), law] as const))(
    '%s',
    async (_, law) => {
      expect(await verdictOf(law, { ...options, runs: 8 })).toBeUndefined()
    },
    60_000,
  )
})

describe('each is found', () => {
  test('they are many, and have names of their own', () => {
    expect(historicalMutants.length).toBeGreaterThanOrEqual(28)
    expect(new Set(historicalMutants.map(({ id }) => id)).size).toBe(historicalMutants.length)
  })

  test.each(historicalMutants)(
    '$id: $bug',
    async ({ id, killedBy }) => {
      const url = new URL(`./verdict.ts?mutant=${id}`, import.meta.url).href
      const withBug = (await import(url)) as { readonly verdictOf: typeof verdictOf }
      expect((await withBug.verdictOf(killedBy, options))?.law).toBe(killedBy.join(' / '))
    },
    60_000,
  )
})
