/**
 * Every other piece of code that a message or a finding tells its reader to write, by what it is for; a message takes its code from here or from
 * {@link usage}. `spec/advice.spec.ts` compiles and runs each, and finds code in messages that is not from here.
 */
export const advice = {
  // of layers: `layer` is the call as the user wrote it
  named: (layer: string): string => `named('mean', ${layer})`,
  share: (layer: string): string => `share('w', ${layer})`,
  namedParameter: (layer: string): string => `named('mean', () => ${layer})()`,
  sharedParameter: (layer: string): string => `share('w', () => ${layer})()`,
  shareNamed: (name: string): string => `share('${name}', …)`,
  // of programs
  program: 'pipe(model, …) or pipe(given({ … }), …)',
  observe: 'observe(name, …)',
  given: 'given({ … })',
  gaussian: 'gaussian({ scale: 0.1 })',
  aboveZero: 'pipe(x, softplus, add(0.01))',
  // of objectives
  elbo: 'elbo()',
  sampledKl: "elbo({ kl: 'sampled' })",
  sticking: "elbo({ gradient: 'stickingTheLanding' })",
  autoencoder: 'autoencoder()',
  warmUp: 'elbo({ beta: warmUp({ epochs: 5 }) })',
  cyclical: 'elbo({ beta: cyclical({ cycles: 4 }) })',
  freeBits: 'elbo({ freeBits: 0.1 })',
  // of data
  encoding: "csv({ file: 'table.csv', encoding: 'windows-1252' })",
  // of expressions
  longPipe: 'pipe(pipe(x, dense(400), relu), dense(20))',
  operators: 'pipe(x, mul(2)), pipe(x, lessThan(0.5))',
  // of modules
  experiment: 'export default experiment({ vae, objective, data, optimizer })',
  laws: 'export const laws = check(distributionLaws, myDensity)',
  inline: "inline({ fields: { x: { shape: [2], support: 'real', values } } })",
} as const
export type Advice = typeof advice
