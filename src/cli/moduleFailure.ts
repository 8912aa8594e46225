import { extname, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { mistakeIn, placeIn as userPlaceIn } from '../call/Mistake.ts'
import * as elbo from '../index.ts'

/** Why a user's module could not be loaded, in words that say where in it. */

const asError = (cause: unknown): Error & { readonly code?: unknown } =>
  cause instanceof Error ? cause : new Error(typeof cause === 'string' ? cause : JSON.stringify(cause))

/** As seen from where the command runs, where that is shorter. */
export const shortPath = (path: string): string => {
  const near = relative(process.cwd(), path)
  return near === '' || near.startsWith('..') ? path : near
}

/** The first place in the stack that is the user's own code. */
const placeIn = (stack: string): string | undefined => {
  const [, path, at] = /^(.*?)(:\d+(?::\d+)?)$/.exec(userPlaceIn(stack) ?? '') ?? []
  return path === undefined ? undefined : `${shortPath(path)}${at}`
}

/** esbuild: `/path/m.ts:2:11: ERROR: Expected identifier but found "{"`, one a line. */
const compilerLines = (message: string): readonly string[] =>
  message.split('\n').flatMap((line) => {
    const [, path, at, what] = /^(.*?):(\d+:\d+): ERROR: (.*)$/.exec(line) ?? []
    return path === undefined ? [] : [`${shortPath(path)}:${at}: ${what}`]
  })

/** `Cannot find package 'x' imported from /path/m.ts` and the like; `require` calls a package a module too. */
const missing = (message: string): string | undefined => {
  const [, kind, name, from] = /^Cannot find (package|module) '(.+?)'(?: imported from (.+))?$/m.exec(message) ?? []
  if (name === undefined) return undefined
  const [, required] = /^Require stack:\n- (.+)$/m.exec(message) ?? []
  const path = from ?? required
  const importer = path === undefined ? 'it' : shortPath(path.startsWith('file:') ? fileURLToPath(path) : path)
  const [, bare] = /^((?:@[^/]+\/)?[^./@][^/]*)/.exec(name) ?? []
  return kind === 'package' || bare !== undefined
    ? `${importer} imports '${name}', which is not installed there; run npm install ${bare ?? name} in its project`
    : `${importer} imports '${shortPath(name)}', which does not exist`
}

/** Neither TypeScript nor JavaScript by its name: the file itself, or one that it imports. */
const foreign = (file: string, message: string): string | undefined => {
  const [, ending, path] = /^Unknown file extension "(.*)" for (.+)$/m.exec(message) ?? []
  if (path === undefined) return undefined
  // Such a file imports nothing.
  return ending === extname(file)
    ? `'${shortPath(file)}' is no module; give the path of a .ts or .js file`
    : `${shortPath(file)} could not be loaded: '${shortPath(path)}', which it imports, is neither TypeScript nor JavaScript`
}

const noExport = /^The requested module '(.+)' does not provide an export named '(.+)'$/m

/** Places in problems of a program, as {@link shortPath} shows them. */
export const shortPlaces = (problem: string): string =>
  problem.replace(/\((\/[^()]*?)(:\d+:\d+)\)$/, (_, path: string, at: string) => `(${shortPath(path)}${at})`)

/** One message, ready to be shown. */
export const moduleFailure = (file: string, thrown: unknown): string => {
  const error = asError(thrown)
  const { message, name, stack = '' } = error
  const failures = compilerLines(message)
  if (failures.length > 0) return `${shortPath(file)} does not compile:\n${failures.map((l) => `  ${l}`).join('\n')}`
  const [, from, what] = noExport.exec(message) ?? []
  if (what !== undefined)
    return `${placeIn(stack) ?? shortPath(file)}: '${from}' exports no '${what}'${from === 'elbo-ts' ? `; it has ${elbo.namesLike(what, Object.keys(elbo))}` : ''}`
  const absent = missing(message)
  if (absent !== undefined) return `${shortPath(file)} could not be loaded: ${absent}`
  const other = foreign(file, message)
  if (other !== undefined) return other
  const place = placeIn(stack)
  const mistake = mistakeIn(thrown)
  if (mistake !== undefined) return `${place ?? shortPath(file)}: ${mistake.message}`
  return `${shortPath(file)} failed while it was loaded: ${name}: ${message}${place === undefined ? '' : `\n  at ${place}`}`
}
