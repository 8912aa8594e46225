import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { describe, expect, test } from 'vitest'
import { decoded, parsed } from '../../../src/model/decoded.ts'
import { messageOf } from '../either.ts'

const point = t.type({ x: t.number, y: t.number }, 'a point')
/** Two of one tag, so that io-ts does not choose by the tag. */
const circle = t.type({ tag: t.literal('circle'), radius: t.number })
const ring = t.type({ tag: t.literal('circle'), radius: t.number, inner: t.number })
const line = t.type({ tag: t.literal('line'), ends: t.array(point) })
const group = t.type({ tag: t.literal('group'), of: t.array(t.union([circle, ring, line])) })
const shape = t.union([circle, ring, line, group])

const saidOf = (codec: t.Decoder<unknown, unknown>, json: unknown): string =>
  messageOf(decoded('a drawing', codec, json))

describe('what fits', () => {
  test('is what the codec makes of it', () => {
    expect(decoded('a drawing', shape, { tag: 'circle', radius: 1 })).toEqual(E.right({ tag: 'circle', radius: 1 }))
  })
})

describe('what does not fit is told with', () => {
  test.each<readonly [what: string, codec: t.Decoder<unknown, unknown>, json: unknown, told: string]>([
    ['what was expected and what is there', t.number, 'x', 'expected number but found "x"'],
    ['the name of the whole', point, 3, 'expected a point but found 3'],
    ['its place by a name with a number', t.type({ x1: t.number }), { x1: 'a' }, 'x1: expected number but found "a"'],
    [
      'its place by a name that begins so',
      t.type({ '2d': t.number }),
      { '2d': 'a' },
      '2d: expected number but found "a"',
    ],
    ['its place', point, { x: 1 }, 'y: expected number but found nothing'],
    [
      'its place in a list',
      t.array(point),
      [
        { x: 1, y: 2 },
        { x: 1, y: null },
      ],
      '1.y: expected number but found null',
    ],
    ['a value as long as a line at most', t.number, 'x'.repeat(70), `expected number but found "${'x'.repeat(58)}…`],
    ['a value that just fits', t.number, 'x'.repeat(58), `expected number but found "${'x'.repeat(58)}"`],
    ['what is no JSON by its text', t.number, Symbol('s'), 'expected number but found Symbol(s)'],
    [
      'an expectation of 80 characters at most',
      t.type({ x: t.number }, 'n'.repeat(90)),
      3,
      `expected ${'n'.repeat(79)}… but found 3`,
    ],
    ['the tag that was meant', shape, { tag: 'circle', radius: 'r' }, 'radius: expected number but found "r"'],
    [
      'the tags that there are',
      shape,
      { tag: 'square' },
      'tag: expected "circle" or "line" or "group" but found "square"',
    ],
    ['all of an alternative', shape, 7, 'expected { tag: "circle", radius: number } but found 7'],
    [
      'the deepest of the one that was meant',
      shape,
      { tag: 'line', ends: [{ x: 1, y: 'a' }] },
      'ends.0.y: expected number but found "a"',
    ],
    [
      'the tags of an inner union, each once',
      shape,
      { tag: 'group', of: [{ tag: 'circle', radius: 1 }, { tag: 'disc' }] },
      'of.1.tag: expected "circle" or "line" but found "disc"',
    ],
    [
      'a message of the codec’s own',
      new t.Type('odd', t.number.is, (u, c) => t.failure(u, c, 'it is even'), t.identity),
      2,
      'it is even',
    ],
    [
      'nothing more where the codec says nothing',
      new t.Type('never', t.number.is, () => E.left([]), t.identity),
      2,
      'it is not what was expected',
    ],
  ])('%s', (_, codec, json, told) => {
    expect(saidOf(codec, json)).toBe(`a drawing: ${told}`)
  })

  test('a word where a value cannot be shown', () => {
    const circular: { self?: unknown } = {}
    circular.self = circular
    expect(saidOf(t.number, circular)).toBe('a drawing: expected number but found something that is no JSON')
  })
})

describe('text', () => {
  test('that is JSON is read', () => {
    expect(parsed('a file', '{"a":[1]}')).toEqual(E.right({ a: [1] }))
  })
  test('that is none says of what it is none', () => {
    expect(messageOf(parsed('a file', '{'))).toMatch(/^a file is not JSON: .*JSON/)
  })
})
