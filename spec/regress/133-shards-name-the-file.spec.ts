import { execFileSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { evaluation, gather, inOrder } from '../../src/data/batches.ts'
import { shards } from '../../src/data/DataSource.ts'
import { load } from '../../src/data/load.ts'
import { messageOf, right } from '../unit/either.ts'
import { folderOf, npy } from '../unit/data/arrays.ts'

// What was wrong in one of many files was told by field and row alone; the row was counted over all files.

const numbers = (bad: number): Float32Array => Float32Array.from({ length: 20 }, (_, i) => (i === bad ? -1 : 1))
const x = { shape: [2], support: 'count' } as const

test('what is wrong in a file is told with its name and the row in it', async () => {
  const folder = folderOf({ 'x-1.npy': npy(numbers(99), [10, 2]), 'x-2.npy': npy(numbers(9), [10, 2]) })
  const { fields, train, test: held } = right(await load(shards({ folder, fields: { x } }))())
  const read = () => [train, held].map((part) => gather(fields, part, inOrder(part), evaluation(1)))
  expect(read).toThrow(`'${join(folder, 'x-2.npy')}': field 'x', row 4: -1, but 'count' allows`)
  const gone = folderOf({ 'x.npy': npy(numbers(99), [10, 2]) })
  const data = right(await load(shards({ folder: gone, fields: { x } }))())
  rmSync(join(gone, 'x.npy'))
  expect(() => gather(data.fields, data.train, inOrder(data.train), evaluation(1))).toThrow(
    `cannot read '${join(gone, 'x.npy')}': there is no such file`,
  )
})

test('every refusal names a file or the folder', async () => {
  const loading = async (folder: string, fields: object): Promise<string> =>
    messageOf(await load(shards({ folder, fields: fields as { x: typeof x } }))())
  const folder = folderOf({ 'x.npy': npy(numbers(99), [10, 2]), 'y.npy': npy(numbers(99), [20]) })
  for (const fields of [{}, { z: x }, { x, y: { ...x, shape: [1] } }, { x: { ...x, encoding: 'class' } }])
    expect(await loading(folder, fields)).toContain(folder)
  execFileSync('mkfifo', [join(folder, 'w.npy')])
  expect(await loading(folder, { w: x })).toBe(
    `cannot read '${join(folder, 'w.npy')}': it is a pipe, and no regular file`,
  )
})
