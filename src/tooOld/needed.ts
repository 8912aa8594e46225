/** The parameter of what every program calls, so that the compiler's own complaint says what is wrong. */
export type TypeScriptNeeded = 'elbo-ts needs TypeScript 5.3 or later: npm install --save-dev typescript@latest'
