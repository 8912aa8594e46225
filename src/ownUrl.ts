import { pathToFileURL } from 'node:url'

/**
 * The address of the file that this code runs from; give it `import.meta.url`. A bundler that writes CommonJS leaves that empty, and the
 * bundle is then the file that Node knows by `__filename`.
 */
export const ownUrl = (url: string | undefined): string =>
  url ?? pathToFileURL(typeof __filename === 'string' ? __filename : `${process.cwd()}/bundle`).href
