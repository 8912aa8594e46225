import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { appendWhole, writeWhole } from '../../src/train/files.ts'
import { newFolder, newPath } from '../temporary.ts'
import { right } from '../unit/either.ts'
import { trained, withSettings } from '../unit/train/tiny.ts'

// Under Yarn's Plug'n'Play `yarn elbo train m.ts` ended with "Method not implemented": its file handles have no sync and no truncate.
// Tried with Yarn 4.9.1 itself, too: train, --resume, sweep, report and export of the packed package.

const refused = vi.hoisted((): { code: string | undefined } => ({ code: undefined }))
vi.mock('node:fs', async (original) => {
  const real = await original<{ readonly fsync: (file: number, then: (error: Error | null) => void) => void }>()
  const fsync = (file: number, then: (error: Error | null) => void): void =>
    refused.code === undefined
      ? real.fsync(file, then)
      : then(Object.assign(new Error('it cannot be synced'), { code: refused.code }))
  return { ...real, fsync }
})

describe('handles as those of @yarnpkg/fslib', () => {
  beforeAll(async () => {
    const path = newPath()
    mkdirSync(path)
    const handle = await open(join(path, 'a'), 'w')
    const prototype: object = Object.getPrototypeOf(handle)
    await handle.close()
    for (const name of ['sync', 'datasync', 'truncate', 'readLines', 'chown', 'readableWebStream'])
      Object.defineProperty(prototype, name, {
        value: () => {
          throw new Error('Method not implemented.')
        },
      })
  })

  test('are none that writing needs', async () => {
    const handle = await open('package.json', 'r')
    expect(() => handle.sync()).toThrow('Method not implemented.')
    await handle.close()
    const out = newPath()
    right((await trained(withSettings({ epochs: 2, validation: 0.25 }), { out })).result)
    right((await trained(withSettings({ epochs: 3, validation: 0.25 }), { resume: out })).result)
    expect(readdirSync(out).toSorted()).toEqual(['best.npz', 'last.npz', 'metrics.jsonl', 'run.json', 'weights.npz'])
  })
})

describe('a file system that has no sync', () => {
  test.each(['EINVAL', 'ENOSYS', 'ENOTSUP'])('(%s) is written to all the same', async (code) => {
    const path = join(newFolder(), 'a')
    refused.code = code
    right(await writeWhole(path, 'one\n')())
    right(await appendWhole(path, 'two\n')())
    refused.code = undefined
    expect(readFileSync(path, 'utf8')).toBe('one\ntwo\n')
  })

  test('one that fails to is not: the old content stays', async () => {
    const path = join(newFolder(), 'a')
    right(await writeWhole(path, 'old')())
    refused.code = 'EIO'
    const written = await writeWhole(path, 'new')()
    refused.code = undefined
    expect([written._tag, readFileSync(path, 'utf8')]).toEqual(['Left', 'old'])
  })
})
