import * as t from 'io-ts'
import { expect, test } from 'vitest'
import { decoded } from '../../src/model/decoded.ts'
import { messageOf } from '../unit/either.ts'

const leaf = t.type({ tag: t.literal('leaf'), size: t.number })
const hollow = t.type({ tag: t.literal('leaf'), size: t.number, hollow: t.boolean })
const branch = t.type({ tag: t.literal('branch'), of: t.union([leaf, hollow]) })
const tree = t.union([leaf, hollow, branch])

// 'tag: expected "leaf" but found "branch"', of a tree that may well be a branch.
test('a tag that is none is told where it stands, not where the union around it begins', () => {
  expect(messageOf(decoded('a tree', tree, { tag: 'branch', of: { tag: 'thorn' } }))).toBe(
    'a tree: of.tag: expected "leaf" but found "thorn"',
  )
})
