/** What any program pays: loading the library's own declarations. */
export { pipe } from 'fp-ts/lib/function.js'
export * from 'elbo-ts'
