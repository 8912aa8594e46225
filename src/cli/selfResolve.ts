import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

/**
 * A resolve hook for users' modules. Node loads this file in its thread of hooks, so it imports nothing but Node.
 *
 * - What a module imports and its own folder does not have, such as elbo-ts under a globally installed command, is looked for from here.
 * - A .ts file is an ES module, and so is a .js file that imports or exports, whatever the package.json above it says: elbo-ts is one, and
 *   older Nodes cannot `require` it.
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
const commonJs = /\bmodule\.exports\b|^\s*exports\.\w/m

/** Whether the source of a .js file is that of an ES module. */
const isModuleSource = (source: string): boolean => imports.test(source) && !commonJs.test(source)

const isModule = async ({ url }: Resolved): Promise<boolean> => {
  if (!url.startsWith('file:') || url.includes('/node_modules/')) return false
  const [path = ''] = url.split(/[?#]/)
  if (path.endsWith('.ts')) return true
  // A file that cannot be read is told by whoever loads it.
  return path.endsWith('.js') && isModuleSource(await readFile(fileURLToPath(path), 'utf8').catch(() => ''))
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
