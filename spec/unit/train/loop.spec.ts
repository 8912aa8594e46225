import { describe, expect, it } from 'vitest'
import { right } from '../either.ts'
import { tiny, trained } from './tiny.ts'

describe('train', () => {
  it('tells what happens in order', async () => {
    const { result, events } = await trained(tiny)
    console.log(JSON.stringify(events, null, 1).slice(0, 6000))
    expect(right(result).status).toBe('done')
  })
})
