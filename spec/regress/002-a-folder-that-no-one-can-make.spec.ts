import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { expect, test } from 'vitest'
import { filledFolder } from '../../src/train/files.ts'

// `elbo train --out /proc/x` never came back: Node's recursive mkdir tries for ever where the file system answers ENOENT.
test.runIf(process.platform === 'linux')('a folder where none can be is refused at once', async () => {
  const made = await filledFolder('/proc/x', [], TE.right(undefined))()
  expect(E.isLeft(made) && made.left.message).toBe("cannot make the folder '/proc/x': there is no such file or folder")
})

test('a folder below a file leaves nothing of the folders above it', async () => {
  const home = await mkdtemp(join(tmpdir(), 'elbo-'))
  await writeFile(join(home, 'file'), '')
  const refused = await filledFolder(join(home, 'file', 'a', 'b'), [], TE.right(undefined))()
  expect(E.isLeft(refused)).toBe(true)
  const failing = await filledFolder(join(home, 'new', 'a'), [], TE.left({ tag: 'File', message: 'no' }))()
  expect(E.isLeft(failing)).toBe(true)
  expect(existsSync(join(home, 'new'))).toBe(false)
  await rm(home, { recursive: true })
})
