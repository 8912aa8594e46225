import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { emptyFolder, manyCommands, place } from '../cli/elbo.ts'

/** A module in JavaScript, or in TypeScript that nobody checked: what it calls wrongly is said in words, with its line. */

const folder = emptyFolder()
const commands = manyCommands(folder.path)
afterAll(() => {
  commands.close()
  folder.remove()
})

interface Parts {
  readonly before?: string
  readonly decoder?: string
  readonly encoder?: string
  readonly objective?: string
  readonly optimizer?: string
  readonly experiment?: string
}
/** The decoder is line 6, the encoder line 9. */
const written = ({
  before = '',
  decoder = '({ z }) => pipe(z, e.dense(4), e.bernoulli)',
  encoder = '({ x }) => pipe(x, e.dense(4), e.diagonalNormal(2))',
  objective = 'e.elbo()',
  optimizer = 'e.adam(1e-3)',
}: Parts): string => `import { pipe } from 'fp-ts/lib/function.js'
import * as e from 'elbo-ts'
${before}
const vae = e.vae({
  model: pipe(e.model, e.latent('z', () => e.standardNormal(2)), e.observe('x',
    ${decoder}
  )),
  guide: pipe(e.given({ x: e.binary(4) }), e.latent('z',
    ${encoder}
  )),
})
const values = [0, 1, 1, 0, 1, 0, 0, 1]
export default e.experiment({
  vae, objective: ${objective}, data: e.inline({ fields: { x: { shape: [4], support: 'binary', values } } }),
  optimizer: ${optimizer},
})
`

let count = 0
const shown = async (parts: Parts | string): Promise<string> => {
  const name = `m${count++}.mjs`
  place(folder.path, { [name]: typeof parts === 'string' ? parts : written(parts) })
  const { code, out, err } = await commands.elbo(['show', name])
  expect({ code, out }).toEqual({ code: 1, out: '' })
  return err.replaceAll(name, 'm.mjs').replaceAll(join(folder.path, '/'), '')
}

test('a module without a mistake is shown', async () => {
  place(folder.path, { 'good.mjs': written({}) })
  expect(await commands.elbo(['show', 'good.mjs'])).toMatchObject({ code: 0, err: '' })
})

describe('in the callback of a step', () => {
  test.each([
    ['({ z }) => pipe(z * 2, e.dense(4), e.bernoulli)', /'x': an expression is not a number.*pipe\(x, mul\(2\)\)/],
    ['({ z }) => e.normal(z + 1, 1)', /'x': an expression is not a number/],
    ['({ z }) => pipe(z > 0 ? z : z, e.dense(4), e.bernoulli)', /'x': an expression is not a number/],
    ['({ z }) => pipe(Math.exp(z), e.dense(4), e.bernoulli)', /'x': an expression is not a number/],
    ['({ z }) => pipe(z, e.dense(4), e.relu(), e.bernoulli)', /'x': relu takes an expression but got nothing; write/],
    ['({ z }) => pipe(z, e.dense, e.bernoulli)', /'x': dense takes a number but got an expression; write pipe\(x, d/],
    ['({ z }) => pipe(z, e.sum, e.bernoulli)', /'x': sum takes a number but got an expression/],
    [
      '({ z }) => pipe(z, () => e.dense(4), e.bernoulli)',
      /bernoulli takes an expression but got a function that is not/,
    ],
    [
      '({ h }) => pipe(h, e.dense(4), e.bernoulli)',
      /'x': its callback takes 'h', which nothing before it binds; bound there: z/,
    ],
    ['({ h }) => h', /'x': its callback takes 'h', which nothing before it binds; bound there: z/],
    ['(s) => pipe(s.h.node, e.dense(4), e.bernoulli)', /'x': its callback takes 'h', which nothing before it binds/],
    ['({ z }) => pipe(3, e.dense(4), e.bernoulli)', /dense takes an expression but got the number 3/],
    [
      '({ z }) => pipe(new Float32Array(4), e.dense(4), e.bernoulli)',
      /dense takes an expression but got a list of numb/,
    ],
    [
      '({ z }) => pipe(Promise.resolve(z), e.dense(4), e.bernoulli)',
      /dense takes an expression but got a promise: awa/,
    ],
    ['async ({ z }) => pipe(z, e.dense(4), e.bernoulli)', /must return a distribution but returned a promise: await/],
    ['({ z }) => pipe(z, e.dense(4))', /must return a distribution but returned an expression/],
    ['({ z }) => { pipe(z, e.dense(4), e.bernoulli) }', /must return a distribution but returned undefined/],
    ['({ z }) => e.normal(z)', /normal takes a number or an expression as its second argument but got nothing/],
    ['({ z }) => e.normal(z, 1, 2)', /normal takes 2 arguments but got 3/],
    ['({ z }) => pipe(z, e.dense(4, 8), e.bernoulli)', /dense takes 1 argument but got 2/],
    ['({ z }) => pipe(z, e.dense("4"), e.bernoulli)', /dense takes a number but got the text '4'/],
    ['({ z }) => pipe(z, e.gaussian(0.1))', /gaussian takes an object of options but got the number 0.1/],
    [
      '({ z }) => pipe(z, e.dense(4), e.relu, e.dense(4)(z), e.bernoulli)',
      /step 3 of pipe is not a function.*dense\(400\)/,
    ],
    [
      '({ z }) => pipe(z, e.named("a", e.dense(4)(z)), e.bernoulli)',
      /named takes a function as its second argument but/,
    ],
    [
      '({ z }) => pipe(z, e.add(undefined), e.dense(4), e.bernoulli)',
      /add takes a number or an expression but got undef/,
    ],
    ['({ z }) => pipe(e.bernoulli(z), e.dense(4))', /dense takes an expression but got a distribution/],
    ['({ z }) => pipe(z, e.dense(4), e.bernoulli, e.enumerate()) ', /enumerate takes a distribution but got nothing/],
  ])('%s', async (decoder, words) => {
    const err = await shown({ decoder })
    expect(err).toMatch(words)
    expect(err).toMatch(/\(m\.mjs:6:\d+\)|\(m\.mjs:5:\d+\)/)
    // The message alone: the line that says which module, and what is wrong in it.
    expect(err.trim().split('\n')).toHaveLength(2)
  })

  test('each of several is told', async () => {
    const err = await shown({ decoder: '({ z }) => e.relu()', encoder: '({ x }) => pipe(x, e.dense)' })
    expect(err).toMatch(/relu takes.*\(m\.mjs:6:\d+\)\n.*dense takes.*\(m\.mjs:9:\d+\)/)
  })

  test('what the user throws is not touched', async () => {
    const err = await shown({ decoder: "({ z }) => { throw new Error('my own') }" })
    expect(err).toMatch(/Error: my own\n +at m\.mjs:6:/)
  })
})

describe('anywhere else', () => {
  test.each([
    [{ before: 'e.relu()' }, /m\.mjs:3:3: relu takes an expression but got nothing/],
    [{ before: 'const h = e.parameter(0, 4) * 2' }, /m\.mjs:3:\d+: an expression is not a number/],
    [{ before: 'pipe(e.model, e.latent)' }, /m\.mjs:3:\d+: latent takes a name but got a program/],
    [
      { before: "pipe(e.model, e.latent('z', e.standardNormal(2)))" },
      /latent takes a function as its second argument but/,
    ],
    [
      { before: "pipe(undefined, e.latent('z', () => e.standardNormal(2)))" },
      /latent takes a program but got undefined/,
    ],
    [{ before: 'pipe(e.model, e.model)' }, /m\.mjs:3:\d+: step 1 of pipe is not a function/],
    [
      { before: 'e.given({ x: e.binary })' },
      /given takes an object of fields but got an object; write given\(\{ x: bin/,
    ],
    [{ before: 'e.vae()' }, /vae takes an object of options but got nothing/],
    [
      { objective: 'e.elbo' },
      /experiment takes an object with vae, objective, data and optimizer, each of.*\(m\.mjs:13:\d+\)/,
    ],
    [{ optimizer: 'e.adam' }, /experiment takes an object with vae.*\(m\.mjs:13:\d+\)/],
    [{ optimizer: 'e.adam()' }, /m\.mjs:15:\d+: adam takes a number or a schedule but got nothing/],
    [{ objective: 'e.iwae()' }, /iwae takes a number but got nothing/],
    [{ objective: 'e.elbo(4)' }, /elbo takes an object of options but got the number 4/],
    [
      { optimizer: 'pipe(e.adam, e.clipByGlobalNorm(1))' },
      /clipByGlobalNorm takes an optimizer but got a function that is/,
    ],
    [
      { optimizer: 'e.chain(e.scaleByAdam, e.learningRate(1))' },
      /chain takes an optimizer but got a function that is not/,
    ],
    [
      { before: "e.bound({ name: 'own', samples: 5, of: () => {} })" },
      /own: 'of' must return an expression but returned und/,
    ],
    [
      { before: "e.bijector({ name: 'b', forward: (x) => x * 2, logAbsDet: (x) => x })" },
      /m\.mjs:3:\d+: an expression is not/,
    ],
    [
      { before: "e.density({ name: 'D', support: 'real', parameters: {}, logProb: () => 1 })" },
      /D: 'logProb' must return an exp/,
    ],
    [
      { before: 'pipe(e.standardNormal(2), e.transformed(e.planar))' },
      /transformed takes a bijector but got a function that is/,
    ],
    [{ before: 'undeclared(1)' }, /ReferenceError: undeclared is not defined\n +at m\.mjs:3:1/],
  ])('%j', async (parts, words) => {
    const err = await shown(parts)
    expect(err).toMatch(words)
    expect(err.trim().split('\n').length).toBeLessThanOrEqual(2)
  })
})
