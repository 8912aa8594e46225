import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as elbo from 'elbo-ts'
import ts from 'typescript'
import { describe, expect, test } from 'vitest'
import { advice } from '../src/call/advice.ts'
import { usage } from '../src/call/usage.ts'
import { typeErrors, valueOf } from './docs/check.ts'

/** Every message that tells its reader to write code tells what compiles and runs. */

const root = fileURLToPath(new URL('..', import.meta.url))

/** Each piece of advice with what the reader puts at its ellipsis. */
const filled: { readonly [K in keyof typeof advice]: readonly string[] } = {
  named: [`pipe(x, ${advice.named('dense(20)')})`, `pipe(image, ${advice.named('conv2d({"filters":3,"kernel":3})')})`],
  share: [`pipe(x, ${advice.share('dense(20)')})`, `pipe(x, ${advice.share('learnedGaussian({ initial: 1 })')})`],
  namedParameter: ['parameter(0, 8)', 'parameter({ stddev: 0.1 }, 50, 784)'].map(advice.namedParameter),
  sharedParameter: ['parameter(0, 8)', 'parameter({ stddev: 0.1 }, 50, 784)'].map(advice.sharedParameter),
  shareNamed: [`pipe(x, ${advice.shareNamed('norm').replace('…', 'dense(4)')})`],
  program: advice.program
    .split(' or ')
    .map((code) => code.replace('{ … }', '{ y: real(4) }').replace('…', "latent('u', () => standardNormal(20))")),
  observe: [
    `pipe(model, latent('z', () => standardNormal(20)), ${advice.observe
      .replace('name', "'x'")
      .replace('…', '({ z }) => pipe(z, dense(4), bernoulli)')})`,
  ],
  given: [advice.given.replace('…', 'y: oneHot(10)')],
  gaussian: [`pipe(x, ${advice.gaussian})`],
  aboveZero: [advice.aboveZero],
  elbo: [advice.elbo],
  sampledKl: [advice.sampledKl],
  sticking: [advice.sticking],
  autoencoder: [advice.autoencoder],
  warmUp: [advice.warmUp],
  cyclical: [advice.cyclical],
  freeBits: [advice.freeBits],
  encoding: [advice.encoding],
  longPipe: [advice.longPipe],
  operators: advice.operators.split(', pipe').map((code, i) => (i === 0 ? code : `pipe${code}`)),
  experiment: [advice.experiment.replace('export default ', '')],
  laws: [advice.laws.replace('export const laws = ', '')],
  inline: [advice.inline],
}

/** What a piece of advice takes for granted: values under the names that its reader has for them. */
const inPlace = (code: string): string =>
  code === filled.experiment[0]
    ? `((vae, objective, data, optimizer) => ${code})(mnistVae, elbo(), mnist(), adam(1e-3))`
    : code === filled.inline[0]
      ? `((values) => ${code})([1, 2])`
      : `((image) => ((x) => ${code})(pipe(image, flatten)))(x)`

const called: Readonly<Record<string, string>> = {
  ...usage,
  vae: usage.vae
    .replace("latent('z', () => standardNormal(20)), …)", `${usage.latent}, ${usage.observe})`)
    .replace(
      'given({ … }), …)',
      "given({ x: binary(784) }), latent('z', ({ x }) => pipe(x, dense(40), diagonalNormal(20))))",
    ),
  observe: `pipe(model, ${usage.latent}, ${usage.observe})`,
  latent: `pipe(model, ${usage.latent})`,
  define: `pipe(given({ x: real(4) }), ${usage.define})`,
  experiment: `((vae) => ${usage.experiment})(mnistVae)`,
}
const all = [
  ...Object.entries(called),
  ...Object.entries(filled).flatMap(([what, codes]) => codes.map((code) => [what, code] as const)),
].map(([what, code]) => ({ where: what, code: inPlace(code) }))

test('all of it type-checks', { timeout: 120_000 }, () => {
  expect(all.length).toBeGreaterThan(100)
  expect(typeErrors(root, all)).toEqual([])
})

test.each(all)('$where runs: $code', async ({ code }) => {
  const value = await valueOf(code)
  expect(value).toBeDefined()
  const problems: unknown = typeof value === 'object' && value !== null && 'problems' in value ? value.problems : []
  expect(problems).toEqual([])
})

describe('messages', () => {
  const names = Object.keys(usage).filter(
    (name) => !/^(exp|log|abs|sqrt|tanh|sigmoid|sum|mean|max|square|slice)$/.test(name),
  )
  const isCode = new RegExp(`\\b(${names.join('|')}|check)\\(|\\bexport (default|const)\\b`)
  /** Not the user's code: text of generated kernels and pages, formulas of laws, programs that are drawn at random. */
  const elsewhere = /^(call|interp|report|verify)\//

  const codeIn = (path: string): readonly string[] => {
    const file = ts.createSourceFile(path, readFileSync(join(root, 'src', path), 'utf8'), ts.ScriptTarget.Latest, true)
    const found: string[] = []
    const visit = (n: ts.Node): void => {
      const isText = ts.isStringLiteralLike(n) || ts.isTemplateExpression(n) || ts.isTemplateLiteralTypeNode(n)
      // What stands in `${…}` is this library's own code.
      const text = isText ? n.getText().replaceAll(/\$\{[^}]*\}|numpy\.\w+/g, '') : ''
      // `mixture(…)` is what a family is called.
      if (isCode.test(text) && text !== '`mixture()`')
        found.push(`${path}:${file.getLineAndCharacterOfPosition(n.getStart()).line + 1}: ${text}`)
      ts.forEachChild(n, visit)
    }
    visit(file)
    return found
  }

  test('have their code from src/call/', () => {
    const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    expect(files.filter((f) => f.endsWith('.ts') && !elsewhere.test(f)).flatMap(codeIn)).toEqual([])
    expect(codeIn('call/usage.ts').length).toBeGreaterThan(50)
  })
})

describe('the functions of the language', () => {
  const language =
    readFileSync(join(root, 'src/anywhere.ts'), 'utf8')
      .replaceAll(/\/\/ (?!A model in).*/g, '')
      .split('// A model in a program')[0] ?? ''
  const modules = [...language.matchAll(/^export \* from '\.\/(.*)'/gm)].map(({ 1: path = '' }) =>
    readFileSync(join(root, 'src', path), 'utf8'),
  )
  const functions = Object.entries(elbo).flatMap(([name, value]) =>
    typeof value === 'function' &&
    [language.replaceAll(/'.*'/g, ''), ...modules].some((text) => new RegExp(`\\b${name}\\b`).test(text))
      ? [name]
      : [],
  )
  /** judges its arguments itself, for they have no fixed number */
  const own = new Set(['sequence'])

  test.each(functions.filter((name) => !own.has(name)))('%s says how it is called', (name) => {
    expect(Object.keys(usage)).toContain(name)
    const callable: unknown = Reflect.get(elbo, name)
    const call = (): unknown => (typeof callable === 'function' ? callable(Symbol('nothing'), Symbol('at all')) : 0)
    expect(call).toThrow(new RegExp(`^${name} takes .*; write `))
  })
})
