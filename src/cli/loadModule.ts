import { advice as code } from '../call/advice.ts'
import { existsSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { register as registerHook } from 'node:module'
import { extname, join, relative, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import * as E from 'fp-ts/lib/Either.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { pipe } from 'fp-ts/lib/function.js'
import { adoptExperiment, type ElboError, type Experiment, fileError, modelError } from '../index.ts'
import { moduleFailure, shortPath, shortPlaces } from './moduleFailure.ts'

/** The examples come with the package: where `examples/01-mnist.ts`, as help and README name it, lies for who installed that. */
const ownExample = (file: string): string | undefined => {
  const path = relative(process.cwd(), file)
  const own = join(fileURLToPath(new URL('../..', import.meta.url)), path)
  return /^examples[/\\]/.test(path) && existsSync(own) ? shortPath(own) : undefined
}

const absent = (file: string): ElboError => {
  const own = ownExample(file)
  const instead = own === undefined ? 'give the path of a .ts or .js file' : `elbo-ts brings '${own}'`
  return fileError(`there is no module '${shortPath(file)}'; ${instead}`)
}

const isFile = (file: string): TE.TaskEither<ElboError, void> =>
  pipe(
    TE.tryCatch(
      () => stat(file),
      () => absent(file),
    ),
    TE.chainEitherK((found) =>
      found.isFile()
        ? E.right(undefined)
        : E.left(fileError(`'${shortPath(file)}' is no file; give the path of a .ts or .js module`)),
    ),
  )

let prepared: Promise<void> | undefined

/** TypeScript is understood from here on, and elbo-ts is found from anywhere. Once a process. */
const prepare = (): Promise<void> =>
  (prepared ??= (async () => {
    const [{ register }, commonJs] = await Promise.all([import('tsx/esm/api'), import('tsx/cjs/api')])
    register()
    // What is written as CommonJS, such as a .cts file, is loaded by `require`.
    commonJs.register()
    registerHook(new URL(`./selfResolve${extname(import.meta.url)}`, import.meta.url))
  })())

const imported = (file: string): TE.TaskEither<ElboError, object> =>
  TE.tryCatch(
    async () => {
      await prepare()
      const module: object = await import(pathToFileURL(file).href)
      return module
    },
    (cause) => modelError(moduleFailure(file, cause)),
  )

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null

/** The default export; of a CommonJS module it lies one level deeper. */
const defaultOf = (module: object): unknown => {
  const outer: unknown = 'default' in module ? module.default : undefined
  return isObject(outer) && 'default' in outer && !isExperiment(outer) ? outer.default : outer
}

const advice = `end it with: ${code.experiment}`

const isExperiment = (value: unknown): boolean => isObject(value) && 'tag' in value && value.tag === 'experiment'

const described = (value: unknown): string =>
  value === null
    ? 'null'
    : Array.isArray(value)
      ? 'a list'
      : typeof value === 'object'
        ? 'an object'
        : `a ${typeof value}`

/** What is wrong with the program itself, whatever it is trained on. */
const problemsIn = (experiment: unknown): readonly string[] => {
  const vae = isObject(experiment) && 'vae' in experiment ? experiment.vae : undefined
  const problems = isObject(vae) && 'problems' in vae ? vae.problems : undefined
  return Array.isArray(problems) ? problems.map(String) : []
}

const unsound = (file: string, problems: readonly string[]): ElboError =>
  modelError(
    `${shortPath(file)} declares a model that cannot be:\n${problems.map((p) => `  ${shortPlaces(p)}`).join('\n')}`,
  )

const experimentIn = (file: string, module: object): E.Either<ElboError, Experiment> => {
  const value = defaultOf(module)
  if (value === undefined) {
    const candidates = Object.entries(module).filter(([, v]) => isExperiment(v))
    const hint = candidates.length === 0 ? '' : ` ('${candidates[0]?.[0]}' is one, but it is not the default export)`
    return E.left(modelError(`${shortPath(file)} exports no experiment${hint}; ${advice}`))
  }
  if (!isExperiment(value))
    return E.left(
      modelError(`${shortPath(file)}: the default export is ${described(value)}, not an experiment; ${advice}`),
    )
  // Before it is read as JSON, where what is no part of an experiment would be reported without its line.
  const problems = problemsIn(value)
  if (problems.length > 0) return E.left(unsound(file, problems))
  return pipe(
    adoptExperiment(value),
    E.mapLeft(({ tag, message }): ElboError => ({ tag, message: `${shortPath(file)}: ${message}` })),
    E.filterOrElse(
      ({ vae }) => vae.problems.length === 0,
      ({ vae }) => unsound(file, vae.problems),
    ),
  )
}

/** Everything that a user's module exports. */
export const loadExports = (path: string): TE.TaskEither<ElboError, object> => {
  const file = resolve(path)
  return pipe(
    isFile(file),
    TE.chain(() => imported(file)),
  )
}

/** The experiment among a module's exports; {@link loadExports} of the same path. */
export const experimentOf = (path: string, module: object): E.Either<ElboError, Experiment> =>
  experimentIn(resolve(path), module)

/** Whether a module has a default export, be it an experiment or not. */
export const hasDefault = (module: object): boolean => defaultOf(module) !== undefined

/**
 * The experiment that a user's module exports. The module may be TypeScript, and may have been given another copy of this library.
 *
 * Errors    no such file; does not compile (where); fails while it is loaded (where); exports no experiment; a model that cannot be
 */
export const loadExperiment = (path: string): TE.TaskEither<ElboError, Experiment> =>
  pipe(
    loadExports(path),
    TE.chainEitherK((module) => experimentOf(path, module)),
  )
