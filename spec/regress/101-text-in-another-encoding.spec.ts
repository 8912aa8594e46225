import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, test } from 'vitest'
import { csv, decodeSource } from '../../src/data/DataSource.ts'
import { load } from '../../src/data/load.ts'
import { decodeText } from '../../src/data/text.ts'
import { readText } from '../../src/train/files.ts'
import { readHistory } from '../../src/train/history.ts'
import { newFolder } from '../temporary.ts'
import { messageOf, right } from '../unit/either.ts'

// Two towns in Windows-1252, 'München' and 'Mönchen', were one class 'M\uFFFDnchen'.

const latin = (text: string): Uint8Array => Uint8Array.from(text, (c) => c.charCodeAt(0))
const TOWNS = 'a,town\n1,M\xfcnchen\n2,M\xf6nchen\n3,M\xfcnchen\n'
const file = (bytes: Uint8Array | string, name = 't.csv'): string => {
  const path = join(newFolder(), name)
  writeFileSync(path, bytes)
  return path
}
const utf16 = (text: string, mark = true): Buffer => Buffer.from(`${mark ? '\ufeff' : ''}${text}`, 'utf16le')
const swapped = (bytes: Buffer): Buffer => Buffer.from(bytes).swap16()

test('what is not UTF-8 is refused with the line, whatever the column', async () => {
  const path = file(latin(TOWNS))
  const message = `'${path}', line 2: not UTF-8; save it as UTF-8, or name its encoding, such as csv({ file: 'table.csv', encoding: 'windows-1252' })`
  expect(messageOf(await load(csv({ file: path, label: 'town' }))())).toBe(message)
  expect(messageOf(await load(csv({ file: path, columns: ['a'] }))())).toBe(message)
  const later = file(latin('gr\xc3\xb6\xc3\x9fe,b\r\n1,2\r\n3,4\r\n5,caf\xe9'))
  expect(messageOf(await load(csv({ file: later }))())).toContain(', line 4: not UTF-8')
})

test('its encoding named, every class has its name', async () => {
  const { fields } = right(await load(csv({ file: file(latin(TOWNS)), label: 'town', encoding: 'windows-1252' }))())
  expect(fields['y']?.names).toEqual(['Mönchen', 'München'])
})

test.each([
  ['utf-8', Buffer.from(TOWNS)],
  ['utf-8', Buffer.from(`\ufeff${TOWNS}`)],
  ['latin1', latin(TOWNS)],
  ['utf-16le', utf16(TOWNS)],
  ['utf-16le', utf16(TOWNS, false)],
  ['utf-16be', swapped(utf16(TOWNS))],
])('%s is read', (encoding, bytes) => {
  expect(right(decodeText('t.csv', bytes, encoding))).toBe(TOWNS)
})

test('Windows-1252 has its own characters at 0x80 to 0x9f', () => {
  expect(right(decodeText('t.csv', Uint8Array.of(0x80, 0x85, 0x92, 0x9f, 0xe9), 'windows-1252'))).toBe('€…’Ÿé')
})

describe('other kinds are named', () => {
  test.each([
    ['UTF-16, little end first', utf16(TOWNS), "it is UTF-16, by its first bytes; read it with encoding: 'utf-16le'"],
    ['UTF-16, big end first', swapped(utf16(TOWNS)), "read it with encoding: 'utf-16be'"],
    [
      'UTF-16 without a mark',
      utf16(TOWNS, false),
      "it has bytes of 0, as UTF-16 has and utf-8 has not; read it with encoding: 'utf-16le'",
    ],
    ['a spreadsheet', Uint8Array.of(0x50, 0x4b, 3, 4, 20, 0), 'it is a zip archive'],
    ['zeros', new Uint8Array(5000), 'it has bytes of 0'],
  ])('%s', async (_, bytes, what) => {
    expect(messageOf(await load(csv({ file: file(bytes) }))())).toContain(what)
  })
  test('a mark that says another encoding than was named', () => {
    expect(messageOf(decodeText('t.csv', Buffer.from(`\ufeff${TOWNS}`), 'windows-1252'))).toContain('it is UTF-8')
    expect(messageOf(decodeText('t.csv', utf16(TOWNS).subarray(0, 9), 'utf-16le'))).toContain('not utf-16le')
  })
  test('an encoding that there is not', () => {
    const source = { tag: 'csv', file: 'x', standardize: true, holdOut: 0.1, encoding: 'klingon' }
    expect(messageOf(decodeSource(source))).toBe(
      'data source: \'encoding\' should be an encoding, such as utf-8, windows-1252 or utf-16le, but is "klingon"',
    )
  })
})

test('no text of a run is read with characters replaced', async () => {
  const path = file(latin('{"name": "M\xfcnchen"}'), 'run.json')
  expect(messageOf(await readText(path)())).toBe(`'${path}', line 1: not UTF-8`)
  expect(right(await readText(file('{"name": "München"}'))())).toBe('{"name": "München"}')
})

test('a line of the history that was cut inside a character is forgiven like any cut line', async () => {
  const folder = newFolder()
  writeFileSync(join(folder, 'metrics.jsonl'), Buffer.from('{"event":"other"}\n{"event":"é').subarray(0, -1))
  expect(E.isRight(await readHistory(folder)())).toBe(true)
})
