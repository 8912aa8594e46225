import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'

/** Folders of one file of specs, gone when these have run. */

const root = mkdtempSync(join(tmpdir(), 'elbo-spec-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))
let count = 0

/** A path that nothing is at. */
export const newPath = (): string => join(root, `${count++}`)

export const newFolder = (): string => {
  const path = newPath()
  mkdirSync(path)
  return path
}
