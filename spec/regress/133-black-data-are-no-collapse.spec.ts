import { expect, test } from 'vitest'
import { findingsOf, portrait } from '../../src/index.ts'
import { openReference } from '../../src/interp/reference/index.ts'
import { vaeParams } from '../../src/train/graphs.ts'
import { initialValues } from '../../src/train/initialize.ts'
import { right } from '../unit/either.ts'
import { tinyVae } from '../unit/train/tiny.ts'

const vae = tinyVae()
const verdictOn = (pixel: (i: number) => number) => {
  const session = openReference()
  session.write(initialValues(vaeParams(vae), 0))
  const data = new Map([['x', { shape: [30, 6], data: Float32Array.from({ length: 180 }, (_, i) => pixel(i)) }]])
  const seen = right(portrait(vae, session, data))
  return {
    collapse: seen.collapse,
    finding: findingsOf({ portrait: seen, progress: undefined, trained: undefined, samples: undefined }).find(
      ({ topic }) => topic === 'collapse',
    ),
  }
}

test.each([
  ['black', () => 0],
  ['white', () => 1],
  ['one picture', (i: number) => i % 2],
])('of data that are all %s there is nothing to encode, and a warm-up does not help', (_, pixel) => {
  const { collapse, finding } = verdictOn(pixel)
  expect(finding).toMatchObject({
    level: 'problem',
    statement: 'There is nothing to encode: all test data are alike.',
    evidence: expect.arrayContaining(['all of the data are alike']),
  })
  for (const { remedy } of [collapse, finding ?? { remedy: [] }]) {
    expect(remedy.join()).toContain('look at the data')
    expect(remedy.join()).not.toMatch(/warmUp|freeBits|beta/)
  }
})
test('other data are judged as before', () => {
  const { collapse, finding } = verdictOn((i) => ((i * 7919) % 13) % 2)
  expect(finding?.statement).not.toContain('nothing to encode')
  expect(collapse.evidence.join()).not.toContain('alike')
})
