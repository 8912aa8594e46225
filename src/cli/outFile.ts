import { extname } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { type ElboError, usageError } from '../index.ts'

export type Form = 'picture' | 'csv' | 'npz' | 'page'

const forms: Readonly<Record<string, Form>> = {
  '.png': 'picture',
  '.svg': 'picture',
  '.csv': 'csv',
  '.npz': 'npz',
  '.html': 'page',
}

/** What the name of the file to write says of its form; without a name, the usual one of these forms. */
export const outFile = <F extends Form>(
  out: string | undefined,
  usual: { readonly path: string; readonly forms: readonly F[] },
): E.Either<ElboError, { readonly path: string; readonly form: F }> => {
  const path = out ?? usual.path
  const named = forms[extname(path).toLowerCase()]
  const form = usual.forms.find((f) => f === named)
  const allowed = Object.keys(forms).filter((ending) => usual.forms.some((f) => f === forms[ending]))
  return form === undefined
    ? E.left(usageError(`'${path}': this is written as ${allowed.join(', ')}; choose a name that ends so`))
    : E.right({ path, form })
}
