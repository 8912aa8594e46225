import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

/** An import of any kind: static, type-only, re-export, dynamic, `import('…')` in a type, or `require.resolve('…')`. */
interface Import {
  readonly line: number
  /** A path from the root of the repository where the import is relative, else the package's specifier. */
  readonly target: string
  readonly relative: boolean
  /** Gone once compiled. */
  readonly typeOnly: boolean
}

/** What the rules know of one file. Lines count from 1. */
export interface Source {
  readonly path: string
  readonly lines: number
  readonly imports: readonly Import[]
  /** Lines of `x as T`, but not of `x as const`. */
  readonly casts: readonly number[]
  /** Lines of `x as unknown as T`, which is also counted as one cast. */
  readonly doubleCasts: readonly number[]
  readonly anys: readonly number[]
  /** Comments that switch the compiler off. */
  readonly suppressions: readonly number[]
  readonly defaultExports: readonly number[]
  /** Classes that do not extend `Error`. */
  readonly classes: readonly number[]
  /** What only Node has: its globals by name, `NodeJS.…`, `import.meta.dirname`. */
  readonly nodeNames: readonly { readonly line: number; readonly name: string }[]
}

const root = join(dirname(fileURLToPath(import.meta.url)), '../..')

const isConst = (type: ts.TypeNode): boolean => ts.isTypeReferenceNode(type) && type.getText() === 'const'

const resolves = (callee: ts.Expression): boolean =>
  callee.kind === ts.SyntaxKind.ImportKeyword ||
  /^(require|require\.resolve|import\.meta\.resolve)$/.test(callee.getText())

const specifierOf = (n: ts.Node): ts.Node | undefined => {
  if (ts.isImportDeclaration(n) || ts.isExportDeclaration(n)) return n.moduleSpecifier
  if (ts.isImportTypeNode(n) && ts.isLiteralTypeNode(n.argument)) return n.argument.literal
  if (ts.isCallExpression(n) && resolves(n.expression)) return n.arguments[0]
  return undefined
}

const isDefaultExport = (n: ts.Node): boolean =>
  (ts.isExportAssignment(n) && n.isExportEquals !== true) ||
  (ts.isExportSpecifier(n) && n.name.text === 'default') ||
  (ts.canHaveModifiers(n) && (ts.getModifiers(n) ?? []).some((m) => m.kind === ts.SyntaxKind.DefaultKeyword))

const extendsError = (n: ts.ClassLikeDeclaration): boolean =>
  (n.heritageClauses ?? []).some(
    (h) => h.token === ts.SyntaxKind.ExtendsKeyword && h.types.some((t) => t.expression.getText().endsWith('Error')),
  )

const isTypeOnly = (n: ts.Node): boolean =>
  ts.isImportTypeNode(n) ||
  (ts.isImportDeclaration(n) && n.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword) ||
  (ts.isExportDeclaration(n) && n.isTypeOnly)

/** Everything that Node's modules see and those of a page or a Worker do not: nodejs.org/api/globals.html, less what browsers have. */
const nodeGlobals: ReadonlySet<string> = new Set(
  'Buffer process global setImmediate clearImmediate require module exports __dirname __filename NodeJS'.split(' '),
)
const globalObjects: ReadonlySet<string> = new Set(['globalThis', 'self', 'window'])
const nodeMeta: ReadonlySet<string> = new Set(['dirname', 'filename', 'resolve', 'main'])

/** A name that is a key, a member or what another module calls it; it does not refer to a global. */
const isLabel = (n: ts.Identifier): boolean => {
  const { parent } = n
  if (ts.isPropertyAccessExpression(parent))
    return parent.name === n && !globalObjects.has(parent.expression.getText().replace(/\W+$/, ''))
  if (ts.isQualifiedName(parent)) return parent.right === n
  if (ts.isImportSpecifier(parent) || ts.isExportSpecifier(parent) || ts.isBindingElement(parent))
    return parent.propertyName === n
  return (
    (ts.isPropertyAssignment(parent) || ts.isPropertySignature(parent) || ts.isMethodSignature(parent)) &&
    parent.name === n
  )
}

/** What gives a name of the file's own to something. */
const isBinding = (n: ts.Node): n is ts.VariableDeclaration | ts.ParameterDeclaration | ts.BindingElement =>
  ts.isVariableDeclaration(n) || ts.isParameter(n) || ts.isBindingElement(n)

const nodeNameOf = (n: ts.Node): string | undefined => {
  if (ts.isIdentifier(n)) return nodeGlobals.has(n.text) && !isLabel(n) ? n.text : undefined
  if (ts.isElementAccessExpression(n) && ts.isStringLiteralLike(n.argumentExpression))
    return globalObjects.has(n.expression.getText()) && nodeGlobals.has(n.argumentExpression.text)
      ? n.argumentExpression.text
      : undefined
  if (ts.isPropertyAccessExpression(n) && ts.isMetaProperty(n.expression))
    return nodeMeta.has(n.name.text) ? `import.meta.${n.name.text}` : undefined
  return undefined
}

/** The facts of one file, from its syntax alone. */
export const scan = (path: string, text: string): Source => {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true)
  const lineAt = (position: number): number => file.getLineAndCharacterOfPosition(position).line + 1
  const found = {
    imports: [] as Import[],
    casts: [] as number[],
    doubleCasts: [] as number[],
    anys: [] as number[],
    defaultExports: [] as number[],
    classes: [] as number[],
    nodeNames: [] as Source['nodeNames'][number][],
  }
  const bound = new Set<string>()
  const pending: ts.Node[] = [file]
  for (let n = pending.pop(); n !== undefined; n = pending.pop()) {
    const line = lineAt(n.getStart())
    const specifier = specifierOf(n)
    if (specifier !== undefined && ts.isStringLiteralLike(specifier)) {
      const relative = specifier.text.startsWith('.')
      const target = relative ? posix.join(posix.dirname(path), specifier.text) : specifier.text
      found.imports.push({ line, target, relative, typeOnly: isTypeOnly(n) })
    }
    if (ts.isAsExpression(n) && !isConst(n.type)) {
      // The inner half of `x as unknown as T` belongs to the outer one.
      if (!(n.type.kind === ts.SyntaxKind.UnknownKeyword && ts.isAsExpression(n.parent))) found.casts.push(line)
      if (ts.isAsExpression(n.expression) && n.expression.type.kind === ts.SyntaxKind.UnknownKeyword)
        found.doubleCasts.push(line)
    }
    if (n.kind === ts.SyntaxKind.AnyKeyword) found.anys.push(line)
    if (isDefaultExport(n)) found.defaultExports.push(line)
    if (ts.isClassLike(n) && !extendsError(n)) found.classes.push(line)
    if (isBinding(n)) bound.add(n.name.getText())
    const nodeName = nodeNameOf(n)
    if (nodeName !== undefined) found.nodeNames.push({ line, name: nodeName })
    n.forEachChild((child) => void pending.push(child))
  }
  const lines = text.split('\n')
  return {
    path,
    lines: text.endsWith('\n') ? lines.length - 1 : lines.length,
    ...found,
    casts: found.casts.toSorted((a, b) => a - b),
    nodeNames: found.nodeNames.filter(({ name }) => !bound.has(name)),
    suppressions: lines.flatMap((l, i) =>
      /^\s*(\/\/|\/\*|\*)\s*@ts-(ignore|nocheck|expect-error)/.test(l) ? [i + 1] : [],
    ),
  }
}

/** Every TypeScript file of a folder of the repository, sorted by path. None where the folder does not exist. */
export const scanFolder = (folder: string): readonly Source[] => {
  const entries = readdirSync(root, { withFileTypes: true }).some((e) => e.name === folder)
    ? readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    : []
  return entries
    .map((entry) => posix.join(folder, entry.replaceAll('\\', '/')))
    .filter((path) => path.endsWith('.ts') && !path.startsWith('spec/types/ui/'))
    .toSorted()
    .map((path) => scan(path, readFileSync(join(root, path), 'utf8')))
}
