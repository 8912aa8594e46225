import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

/**
 * Hooks for users' modules. Node loads this file in its thread of hooks, so it imports nothing but Node.
 *
 * - What a module imports and its own folder does not have, such as elbo-ts under a globally installed command, is looked for from here.
 * - A .ts file is an ES module, and so is a .js or .cts file that imports or exports, whatever its ending or the package.json above it
 *   says: elbo-ts is one, and older Nodes cannot `require` it.
 */
interface Context {
  readonly parentURL?: string | undefined
}
interface Resolved {
  readonly url: string
  readonly format?: string | null | undefined
}
type Next = (specifier: string, context: Context) => Promise<Resolved>

/** Only what a module needs to declare an experiment; everything else must be installed where it is used. */
const ours = /^(elbo-ts|fp-ts)(\/|$)/

const isMissing = (cause: unknown): boolean =>
  cause instanceof Error && 'code' in cause && cause.code === 'ERR_MODULE_NOT_FOUND'

const imports =
  /^\s*(import\s*["'{*]|import\s+\w|export\s*[{*]|export\s+(default|const|let|var|function|class|async)\b)/m
const commonJs = /\bmodule\.exports\b|^\s*exports\.\w|^\s*export\s*=|^\s*import\s+\w+\s*=\s*require\b/m

/** Whether the source of a .js or .cts file is that of an ES module. */
const isModuleSource = (source: string): boolean => imports.test(source) && !commonJs.test(source)

const isModule = async ({ url }: Resolved): Promise<boolean> => {
  if (!url.startsWith('file:') || url.includes('/node_modules/')) return false
  const [path = ''] = url.split(/[?#]/)
  if (path.endsWith('.ts')) return true
  // A file that cannot be read is told by whoever loads it.
  return /\.(js|cts)$/.test(path) && isModuleSource(await readFile(fileURLToPath(path), 'utf8').catch(() => ''))
}

const found = async (specifier: string, context: Context, next: Next): Promise<Resolved> => {
  try {
    return await next(specifier, context)
  } catch (cause) {
    if (!ours.test(specifier) || !isMissing(cause)) throw cause
    return next(specifier, { ...context, parentURL: import.meta.url })
  }
}

export const resolve = async (specifier: string, context: Context, next: Next): Promise<Resolved> => {
  const resolved = await found(specifier, context, next)
  const maybe = (resolved.format ?? 'commonjs') === 'commonjs'
  return maybe && (await isModule(resolved)) ? { ...resolved, format: 'module' } : resolved
}

interface Loaded {
  readonly format: string
  readonly source?: unknown
  readonly shortCircuit?: boolean
}
type NextLoad = (url: string, context: Resolved) => Promise<Loaded>

/** A .cts file that is CommonJS: without a source here, Node `require`s it, and tsx has taught that TypeScript. */
export const load = async (url: string, context: Resolved, next: NextLoad): Promise<Loaded> =>
  context.format === 'commonjs' && /^file:[^?#]*\.cts([?#]|$)/.test(url)
    ? { format: 'commonjs', source: null, shortCircuit: true }
    : next(url, context)
