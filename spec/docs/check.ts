import { join } from 'node:path'
import { pipe } from 'fp-ts/lib/function.js'
import * as E from 'fp-ts/lib/Either.js'
import * as elbo from 'elbo-ts'
import * as verify from 'elbo-ts/verify'
import ts from 'typescript'
import * as context from './context.ts'
import type { Snippet } from './snippets.ts'

/** Where a name that a snippet does not explain comes from; the first that has it. */
const sources: readonly (readonly [module: string, names: object])[] = [
  ['./context.ts', context],
  ['fp-ts/lib/function.js', { pipe }],
  ['elbo-ts', elbo],
  ['elbo-ts/verify', verify],
]

const identifiers = (code: string): ReadonlySet<string> => {
  const names = new Set<string>()
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node)) names.add(node.text)
    ts.forEachChild(node, visit)
  }
  visit(ts.createSourceFile('snippet.ts', code, ts.ScriptTarget.ESNext))
  return names
}

/** The names that the code itself imports or declares. */
const explained = (code: string): ReadonlySet<string> =>
  new Set(
    [...code.matchAll(/^(?:import \{([^}]*)\}|(?:export )?const (\w+))/gm)].flatMap(
      ({ 1: names = '', 2: name = '' }) => `${names} ${name}`.match(/\w+/g) ?? [],
    ),
  )

/** What the code says, as a module: with its names imported, and a fragment of an object made whole. */
const moduleOf = (code: string): string => {
  const taken = new Set(explained(code))
  const lines = sources.flatMap(([module, names]) => {
    const used = [...identifiers(code)].filter((name) => Object.hasOwn(names, name) && !taken.has(name))
    for (const name of used) taken.add(name)
    return used.length === 0 ? [] : [`import { ${used.join(', ')} } from '${module}'`]
  })
  const isModule = /^(import|export) /m.test(code)
  const isFragment = /^\w+:/.test(code)
  const body = isModule
    ? code
    : isFragment
      ? `export const fragment = {${code}}`
      : `export const example = async () => {\n${code}\n}`
  return [...lines, body].join('\n')
}

/** What the compiler says of each snippet; none that is well. The snippets are modules that are on no disk. */
export const typeErrors = (root: string, snippets: readonly Snippet[]): readonly string[] => {
  const config = ts.readConfigFile(join(root, 'tsconfig.json'), (path) => ts.sys.readFile(path))
  const { options } = ts.parseJsonConfigFileContent(config.config, ts.sys, root)
  const modules = new Map(
    snippets.map((snippet, i) => [join(root, `spec/docs/snippet-${i}.ts`), { snippet, text: moduleOf(snippet.code) }]),
  )
  const host = ts.createCompilerHost(options)
  const { fileExists, readFile } = host
  const program = ts.createProgram({
    rootNames: [...modules.keys()],
    options: { ...options, noUnusedLocals: false, noUnusedParameters: false, isolatedDeclarations: false },
    host: {
      ...host,
      fileExists: (path) => modules.has(path) || fileExists(path),
      readFile: (path) => modules.get(path)?.text ?? readFile(path),
      getSourceFile: (path, target) => {
        const text = modules.get(path)?.text ?? readFile(path)
        return text === undefined ? undefined : ts.createSourceFile(path, text, target)
      },
    },
  })
  return [...modules].flatMap(([path, { snippet }]) => {
    const file = program.getSourceFile(path)
    return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)].map(
      ({ messageText }) =>
        `${snippet.where}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}\n    ${snippet.code}`,
    )
  })
}

/** Nothing that an example prints is shown. */
const quiet = { stdout: { write: () => true }, stderr: { write: () => true } }

/** What an example comes to. */
export const valueOf = async (code: string): Promise<unknown> => {
  const scope: Readonly<Record<string, unknown>> = { ...verify, ...elbo, pipe, ...context, process: quiet }
  const names = [...identifiers(code)].filter((name) => Object.hasOwn(scope, name))
  // An expression of the documentation, in the scope that its reader has.
  const run: unknown = new Function(...names, `return (async () => ${code})()`)
  return typeof run === 'function' ? run(...names.map((name) => scope[name])) : undefined
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null

const shown = (shape: unknown): string => (Array.isArray(shape) ? `[${shape.join(', ')}]` : String(shape))

/** Whether a value is what the example says: a number, or a distribution by its family and shape. */
export const isAsSaid = (value: unknown, said: string): boolean => {
  const [, family, shape] = /^an? (\w+) over (\[[^\]]*\])/.exec(said) ?? []
  if (family !== undefined) return isObject(value) && value['family'] === family && shown(value['shape']) === shape
  const plain = isObject(value) && '_tag' in value ? worth(value) : value
  return plain === Number(said)
}

/** The one number of an evaluated expression. */
const worth = (either: object): unknown =>
  pipe(
    either as E.Either<unknown, elbo.Tensor>,
    E.match(
      () => undefined,
      ({ data }) => data[0],
    ),
  )
