import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { fileError } from '../../../src/error.ts'
import { describe, expect, it } from 'vitest'
import { appendWhole, checkUnused, filledFolder, namesIn, writeWhole } from '../../../src/train/files.ts'
import { messageOf, right } from '../either.ts'
import { newPath } from '../../temporary.ts'

const folder = (): string => {
  const path = newPath()
  mkdirSync(path)
  return path
}

describe('writing a file whole', () => {
  it('leaves it and nothing else', async () => {
    const path = folder()
    right(await writeWhole(join(path, 'a'), 'one')())
    right(await writeWhole(join(path, 'a'), new Uint8Array([116, 119, 111]))())
    expect(readFileSync(join(path, 'a'), 'utf8')).toBe('two')
    expect(readdirSync(path)).toEqual(['a'])
  })

  it('says why it cannot', async () => {
    const path = folder()
    writeFileSync(join(path, 'file'), '')
    expect(messageOf(await writeWhole(join(path, 'file', 'a'), '')())).toBe(
      `cannot write '${path}/file/a': a part of the path is a file, not a folder`,
    )
    expect(messageOf(await writeWhole(join(path, 'gone', 'a'), '')())).toBe(
      `cannot write '${path}/gone/a': there is no folder '${path}/gone'; make it first`,
    )
    mkdirSync(join(path, 'taken'))
    expect(E.isLeft(await writeWhole(join(path, 'taken'), 'x')())).toBe(true)
    expect(readdirSync(path).sort()).toEqual(['file', 'taken'])
  })

  /** The system's limit on a file's size stands in for a disk that runs full: there, too, the last write stops short. */
  const limited = (script: string) => {
    const files = resolve('src/train/files.ts')
    const module = `import { appendWhole, writeWhole } from ${JSON.stringify(files)}; ${script}`
    return spawnSync(
      'sh',
      ['-c', 'ulimit -f 8 && exec "$0" "$@"', process.execPath, '--import', 'tsx', '--input-type=module', '-e', module],
      {
        encoding: 'utf8',
      },
    )
  }
  const canLimit = spawnSync('sh', ['-c', 'ulimit -f 8']).status === 0
  it.runIf(canLimit)('leaves the old content where the disk is full', () => {
    const path = folder()
    const [a, b] = [join(path, 'a'), join(path, 'b')]
    writeFileSync(a, 'old')
    writeFileSync(b, 'one\n')
    const { stdout, stderr } = limited(`
      const big = new Uint8Array(100000)
      const [first, second] = [await writeWhole(${JSON.stringify(a)}, big)(), await appendWhole(${JSON.stringify(b)}, 'x'.repeat(100000))()]
      console.log(JSON.stringify([first, second]))`)
    expect(stderr).toBe('')
    const failed = (file: string) => ({
      _tag: 'Left',
      left: { tag: 'File', message: `cannot write '${file}': the file would be larger than is allowed` },
    })
    expect(JSON.parse(stdout)).toEqual([failed(a), failed(b)])
    expect(readFileSync(a, 'utf8')).toBe('old')
    expect(readFileSync(b, 'utf8')).toBe('one\n')
    expect(readdirSync(path).sort()).toEqual(['a', 'b'])
  })

  const full = '/dev/full'
  it.runIf(readdirSync('/').includes('dev') && readdirSync('/dev').includes('full'))(
    'calls a full disk by its name',
    async () => {
      expect(messageOf(await appendWhole(full, 'x')())).toBe(`cannot write '${full}': the disk is full`)
    },
  )
})

describe('filling a folder', () => {
  const failing = TE.left(fileError('no'))
  it('takes back what it made', async () => {
    const path = folder()
    const fill = TE.tryCatch(
      async () => writeFileSync(join(path, 'a', 'b', 'c'), ''),
      () => fileError(''),
    )
    const task = filledFolder(join(path, 'a', 'b'), ['c'], () => fill().then(() => failing()))
    expect(messageOf(await task())).toBe('no')
    expect(readdirSync(path)).toEqual([])
  })
  it('takes back only its own files in a folder that was there', async () => {
    const path = folder()
    const task = filledFolder(path, ['a', 'b'], async () => {
      writeFileSync(join(path, 'a'), '')
      writeFileSync(join(path, 'other'), '')
      return failing()
    })
    expect(messageOf(await task())).toBe('no')
    expect(readdirSync(path)).toEqual(['other'])
  })
  it('is refused where there is a file, or a folder in use', async () => {
    const path = folder()
    right(await checkUnused(path, 'go away')())
    right(await checkUnused(join(path, 'new'), 'go away')())
    writeFileSync(join(path, 'file'), '')
    expect(messageOf(await checkUnused(path, 'go away')())).toBe(
      `'${path}' is not empty; choose another folder, or go away`,
    )
    expect(messageOf(await checkUnused(join(path, 'file'), 'go away')())).toBe(
      `'${path}/file' is a file; choose another folder`,
    )
  })
  it('says what is in the way', async () => {
    const path = folder()
    writeFileSync(join(path, 'file'), '')
    expect(messageOf(await filledFolder(join(path, 'file', 'a'), [], TE.right(undefined))())).toBe(
      `cannot make the folder '${path}/file/a': a part of the path is a file, not a folder`,
    )
    expect(messageOf(await filledFolder(join(path, 'file'), [], TE.right(undefined))())).toBe(
      `cannot make the folder '${path}/file': there is a file of that name`,
    )
    expect(messageOf(await namesIn(join(path, 'file'))())).toMatch(/a part of the path is a file, not a folder/)
  })
})
