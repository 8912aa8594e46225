import { extname } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { type ElboError, usageError } from '../index.ts'

export type Form = 'picture' | 'csv' | 'npz'

const forms: Readonly<Record<string, Form>> = { '.png': 'picture', '.svg': 'picture', '.csv': 'csv', '.npz': 'npz' }

/** What the name of the file to write says of its form; without a name, the usual one of these forms. */
export const outFile = (
  out: string | undefined,
  usual: { readonly path: string; readonly forms: readonly Form[] },
): E.Either<ElboError, { readonly path: string; readonly form: Form }> => {
  const path = out ?? usual.path
  const form = forms[extname(path).toLowerCase()]
  const allowed = Object.keys(forms).filter((ending) => usual.forms.some((f) => f === forms[ending]))
  return form !== undefined && usual.forms.includes(form)
    ? E.right({ path, form })
    : E.left(usageError(`'${path}': this is written as ${allowed.join(', ')}; choose a name that ends so`))
}
