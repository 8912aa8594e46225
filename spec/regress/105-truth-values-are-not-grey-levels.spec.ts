import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { evaluation, gather, inOrder } from '../../src/data/batches.ts'
import { decodeSource, type DataSource } from '../../src/data/DataSource.ts'
import { load } from '../../src/data/load.ts'
import { emptyFolder, manyCommands, moduleText, place } from '../cli/elbo.ts'
import { folderOf, idx, npy } from '../unit/data/arrays.ts'
import { messageOf, right } from '../unit/either.ts'

// Truth values, or bytes of 0 and 1, were divided by 255 wherever grey levels were meant: all pictures black, and nothing said so.

const ones = Uint8Array.from({ length: 80 }, (_, i) => ((i * 7) % 3 === 0 ? 1 : 0))
const grey = ones.map((b) => b * 255)
const of = (folder: string, encoding: string, support: string): DataSource =>
  right(decodeSource({ tag: 'shards', folder, fields: { x: { shape: [4], support, encoding } }, holdOut: 0.5 }))
const opened = async (content: Uint8Array, encoding: string, support = encoding === 'grey' ? 'unit' : 'binary') =>
  load(of(folderOf({ 'x.npy': content }), encoding, support))()

describe.each(['grey', 'threshold', 'dynamic'])('%s', (encoding) => {
  test('refuses truth values, and says what takes them', async () => {
    const message = messageOf(await opened(npy(ones, [20, 4], 'False', '|b1'), encoding))
    expect(message).toMatch(/x\.npy': its elements are truth values.*take the support 'binary' and no encoding/)
  })
  test('of bytes whose largest is 1 there is a note, and of others none', async () => {
    const { notes } = right(await opened(npy(ones, [20, 4]), encoding))
    expect(notes).toEqual([expect.stringMatching(/x\.npy': the largest byte is 1.*black/)])
    expect(right(await opened(npy(grey, [20, 4]), encoding)).notes).toBeUndefined()
  })
})

test('binary data are truth values as they are', async () => {
  const data = right(await opened(npy(ones, [20, 4], 'False', '|b1'), 'value', 'binary'))
  const rows = [data.train, data.test].map((part) => gather(data.fields, part, inOrder(part), evaluation(1)).get('x'))
  const sum = rows.reduce((n, tensor) => n + Array.from(tensor?.data ?? []).reduce((a, b) => a + b, 0), 0)
  expect(sum).toBe(ones.reduce((a, b) => a + b, 0))
  expect(data.notes).toBeUndefined()
})

test('a byte that is no truth value is refused with its file and row', async () => {
  const data = right(await opened(npy(ones.with(9, 2), [20, 4], 'False', '|b1'), 'value', 'real'))
  expect(() => [data.train, data.test].map((part) => gather(data.fields, part, inOrder(part), evaluation(1)))).toThrow(
    /x\.npy': field 'x', row 2: 2, but truth values are 0 to 1/,
  )
})

test('an encoding makes what the support allows', async () => {
  const message = async (encoding: string, support: string) =>
    messageOf(await opened(npy(grey, [20, 4]), encoding, support))
  expect(await message('grey', 'binary')).toMatch(/field 'x': the encoding 'grey' makes 0\.0039.*but 'binary' allows/)
  expect(await message('dynamic', 'positive')).toMatch(/the encoding 'dynamic' makes 0, but 'positive' allows/)
})

test.each(['|i1', '<i2', '>i2', '<u2', '<i4', '<i8', '<u8', '<f2', '>f4', '>f8', '<f8', '<c8', '<U3', '|O', '<M8[ns]'])(
  'elements %s are refused by name',
  async (type) => {
    expect(messageOf(await opened(npy(ones, [20, 4], 'False', type), 'value'))).toContain(
      `'${type}'; save it as numpy.uint8 or, for numbers, numpy.float32`,
    )
  },
)

describe('training', () => {
  const folder = emptyFolder()
  const commands = manyCommands(folder.path)
  afterAll(() => {
    commands.close()
    folder.remove()
  })
  test('on digits of 0 and 1 begins with the note', { timeout: 90_000 }, async () => {
    const count = 12
    const pictures = idx(
      Uint8Array.from({ length: count * 784 }, (_, i) => i % 2),
      [count, 28, 28],
    )
    const labels = idx(
      Uint8Array.from({ length: count }, (_, i) => i % 10),
      [count],
    )
    place(folder.path, {
      'digits.ts': moduleText({
        data: `mnist({ folder: '.' })`,
        given: 'binary(28, 28, 1)',
        observed: 'dense(784), reshape(28, 28, 1), bernoulli',
        settings: 'epochs: 1, batch: 12',
      }),
      ...Object.fromEntries(
        ['train', 't10k'].flatMap((part) => [
          [`${part}-images-idx3-ubyte`, pictures],
          [`${part}-labels-idx1-ubyte`, labels],
        ]),
      ),
    })
    const { code, out, err } = await commands.elbo([
      'train',
      'digits.ts',
      '--target',
      'cpu',
      '--out',
      join(folder.path, 'run'),
    ])
    expect(code, err).toBe(0)
    expect(out).toMatch(/note: '\.': the largest byte is 1, and 'dynamic' takes bytes for grey levels/)
  })
})
