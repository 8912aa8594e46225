import { pipe } from 'fp-ts/lib/function.js'
import { input, relu } from '../surface.ts'

/** What any program pays: the declarations themselves. */
export const h = pipe(input('x', 784), relu)
