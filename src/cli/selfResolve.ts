/**
 * A resolve hook for users' modules. Node loads this file in its thread of hooks, so it imports nothing.
 *
 * - What a module imports and its own folder does not have, such as elbo-ts under a globally installed command, is looked for from here.
 * - A .ts file is an ES module, whatever the package.json above it says: elbo-ts is one, and older Nodes cannot `require` it.
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

const isTypeScript = ({ url }: Resolved): boolean => /\.ts($|\?)/.test(url) && !url.includes('/node_modules/')

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
  return resolved.format === 'commonjs' && isTypeScript(resolved) ? { ...resolved, format: 'module' } : resolved
}
