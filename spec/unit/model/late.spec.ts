import { pipe } from 'fp-ts/lib/function.js'
import { describe, expect, test } from 'vitest'
import {
  add,
  adam,
  type AnyDist,
  type AnyVae,
  autoencoder,
  bernoulli,
  binary,
  categorical,
  concat,
  continuousBernoulli,
  conv2d,
  csv,
  delta,
  dense,
  diagonalLogNormal,
  diagonalNormal,
  elbo,
  experiment,
  flatten,
  gaussian,
  given,
  inline,
  iwae,
  laplace,
  latent,
  linear,
  logNormal,
  matmul,
  mnist,
  model,
  observe,
  oneHot,
  real,
  reshape,
  slice,
  standardNormal,
  sum,
  transpose,
  unit,
  vae,
} from 'elbo-ts'
import type { AnyField } from '../../../src/model/Field.ts'
import type { AnyProgram } from '../../../src/model/Program.ts'
import { experimentProblems } from '../../../src/train/Experiment.ts'

/**
 * What the compiler cannot know: sizes of type `number`, families, supports and programs of open types. Each compiles, and each mistake
 * is told when it is built, with the words that the compiler has for it where it can know (spec/types/ui).
 */
const n = (size: number): number => size
const anyField = (field: AnyField): AnyField => field
const anyDist = (dist: AnyDist): AnyDist => dist
const open = (program: AnyProgram): AnyProgram => program

const x28 = given({ x: binary(28, 28, 1) })
const prior = (size: number) =>
  pipe(
    model,
    latent('z', () => standardNormal(n(size))),
  )
const pixels = (size: number) =>
  pipe(
    prior(size),
    observe('x', ({ z }) => pipe(z, dense(784), reshape(28, 28, 1), bernoulli)),
  )
const encoder = (size: number) =>
  pipe(
    x28,
    latent('z', ({ x }) => pipe(x, flatten, dense(n(2 * size)), diagonalNormal(n(size)))),
  )
const digits = (size: number): AnyVae => vae({ model: pixels(size), guide: encoder(size) })
const small = pipe(
  given({ x: real(3) }),
  latent('z', ({ x }) => pipe(x, dense(4), diagonalNormal(2))),
)
const decoding = (likelihood: AnyDist, field: AnyField): AnyVae =>
  vae({
    model: pipe(
      prior(2),
      observe('x', () => anyDist(likelihood)),
    ),
    guide: pipe(
      given({ x: anyField(field) }),
      latent('z', () => standardNormal(2)),
    ),
  })
const late = given({
  v: real(n(20)),
  w: real(n(10)),
  image: real(n(28), 28, 1),
  table: real(n(5), n(4)),
  other: real(n(6), n(4)),
}).env

describe('sizes known late, layer by layer', () => {
  test.each<readonly [what: string, got: { readonly problems: readonly string[] }, text: string]>([
    ['linear', pipe(late.v, linear(30, 5)), 'Dense expects last dimension 30 but got 20'],
    ['dense', pipe(late.v, dense(n(0))), 'Dense: its size must be a whole number of at least 1 but got 0'],
    [
      'conv2d of a vector',
      conv2d({ filters: 8, kernel: 3 })(given({ a: anyField(real(784)) }).env.a),
      'conv2d expects [height, width, channels] but got [784]',
    ],
    [
      'conv2d with a stride',
      pipe(late.image, conv2d({ filters: 8, kernel: 3, stride: n(0) })),
      'conv2d: stride must be a whole number of at least 1 but got 0',
    ],
    ['reshape', pipe(late.v, reshape(n(3), 7)), 'reshape: cannot view [20] (20 elements) as [3, 7] (21 elements)'],
    ['add', pipe(late.v, add(late.w)), 'cannot broadcast [20] with [10]: 20 vs 10'],
    ['matmul', pipe(late.v, matmul(late.w)), 'matmul: inner dimensions differ: [20] x [10] (20 vs 10)'],
    [
      'concat',
      pipe(late.table, concat(late.other)),
      'concat on axis -1: the other dimensions differ: [5, 4] vs [6, 4]',
    ],
    ['transpose', pipe(late.table, transpose(n(1), 1)), 'transpose: [1, 1] is not an order of the axes of [5, 4]'],
    ['slice', pipe(late.v, slice(-1, 0, n(21))), 'slice: 21 is past the end of axis -1 of [20]'],
    ['sum', pipe(late.v, sum(n(1))), 'sum: axis 1 is out of range for [20]'],
    [
      'diagonalNormal',
      pipe(late.v, diagonalNormal(20)),
      'Normal over 20 needs 2 x 20 = 40 parameters in the last dimension but got 20',
    ],
    [
      'standardNormal',
      standardNormal(n(-1)),
      'standardNormal: a dimension must be a whole number of at least 1 but got -1',
    ],
    ['a field', given({ x: real(n(0.5)) }), 'real: a dimension must be a whole number of at least 1 but got 0.5'],
  ])('%s', (_, { problems }, text) => {
    expect(problems).toEqual([text])
  })
})

describe('model and guide', () => {
  test('that fit have no problems', () => {
    expect(digits(20).problems).toEqual([])
  })

  test.each<readonly [text: string, v: AnyVae]>([
    ["latent 'z': shapes differ: q [32] vs p [20]", vae({ model: pixels(20), guide: encoder(32) })],
    ["guide is missing latent 'z'", vae({ model: pixels(20), guide: open(x28) })],
    [
      "guide has latent 'w' that the model does not declare",
      vae({
        model: pixels(20),
        guide: open(
          pipe(
            encoder(20),
            latent('w', () => standardNormal(3)),
          ),
        ),
      }),
    ],
    [
      "latent 'z': Normal has support outside LogNormal's (0, ∞)",
      vae({
        model: pipe(
          model,
          latent('z', () => anyDist(logNormal(0, 1))),
          observe('x', ({ z }) => pipe(z, reshape(1), dense(3), gaussian({ scale: 1 }))),
        ),
        guide: pipe(
          given({ x: real(3) }),
          latent('z', () => standardNormal()),
        ),
      }),
    ],
    [
      "latent 'z': Categorical is not reparameterised; use enumerate",
      vae({
        model: pixels(20),
        guide: pipe(
          x28,
          latent('z', ({ x }) => anyDist(pipe(x, flatten, dense(20), categorical))),
        ),
      }),
    ],
    [
      "observed 'x': the guide is given no 'x'; add it to given({ … })",
      vae({
        model: pixels(2),
        guide: open(
          pipe(
            given({ y: real(3) }),
            latent('z', () => standardNormal(2)),
          ),
        ),
      }),
    ],
    [
      "observed 'x': the likelihood has shape [28, 28, 1] but the data has shape [28, 28, 3]",
      vae({
        model: pixels(2),
        guide: pipe(
          given({ x: binary(28, 28, n(3)) }),
          latent('z', () => standardNormal(2)),
        ),
      }),
    ],
    [
      "observed 'x': Bernoulli needs binary data but 'x' holds values in [0, 1]",
      decoding(bernoulli(given({ l: real(3) }).env.l), unit(3)),
    ],
    [
      "observed 'x': ContinuousBernoulli needs data in [0, 1] but 'x' holds real values",
      decoding(continuousBernoulli(given({ l: real(3) }).env.l), real(3)),
    ],
    [
      "observed 'x': Categorical needs one-hot data but 'x' holds zeros and ones",
      decoding(categorical(given({ l: real(3) }).env.l), binary(3)),
    ],
    [
      "observed 'x': LogNormal needs positive data but 'x' holds real values",
      decoding(pipe(given({ l: real(6) }).env.l, diagonalLogNormal(3)), real(3)),
    ],
    ['the model observes nothing; add observe(name, …)', vae({ model: open(prior(20)), guide: encoder(20) })],
    [
      "guide observes 'y'; only a model observes",
      vae({
        model: pixels(20),
        guide: open(
          pipe(
            encoder(20),
            observe('y', ({ z }) => pipe(z, dense(3), bernoulli)),
          ),
        ),
      }),
    ],
    [
      "given 'y': shapes differ: model [10] vs guide [5]",
      vae({
        model: pipe(
          given({ y: oneHot(n(10)) }),
          latent('z', () => standardNormal(2)),
          observe('x', ({ z, y }) => pipe(z, concat(y), dense(3), gaussian({ scale: 1 }))),
        ),
        guide: pipe(
          given({ x: real(3), y: oneHot(n(5)) }),
          latent('z', ({ x }) => pipe(x, dense(4), diagonalNormal(2))),
        ),
      }),
    ],
    [
      "given 'y': the model takes one-hot vectors but the guide zeros and ones",
      vae({
        model: pipe(
          given({ y: anyField(oneHot(10)) }),
          latent('z', () => standardNormal(2)),
          observe('x', ({ z }) => pipe(z, dense(3), gaussian({ scale: 1 }))),
        ),
        guide: pipe(
          given({ x: real(3), y: anyField(binary(10)) }),
          latent('z', ({ x }) => pipe(x, dense(4), diagonalNormal(2))),
        ),
      }),
    ],
  ])('%s', (text, v) => {
    expect(v.problems).toEqual([text])
  })

  test('several mistakes are several problems, in the order of the program', () => {
    const two = pipe(
      model,
      latent('a', () => standardNormal(n(2))),
      latent('b', () => standardNormal(n(3))),
      observe('x', ({ a }) => pipe(a, dense(3), bernoulli)),
    )
    const guide = pipe(
      given({ x: anyField(real(3)) }),
      latent('b', () => standardNormal(n(4))),
      latent('c', () => standardNormal(1)),
    )
    expect(vae({ model: two, guide: open(guide) }).problems).toEqual([
      "guide is missing latent 'a'",
      "latent 'b': shapes differ: q [4] vs p [3]",
      "guide has latent 'c' that the model does not declare",
      "observed 'x': Bernoulli needs binary data but 'x' holds real values",
    ])
  })
})

describe('an experiment', () => {
  const horizon = { stepsPerEpoch: 100, epochs: 5 }
  const fields = {
    x: { shape: [3], support: 'real' },
    y: { shape: [4], support: 'oneHot' },
  } as const
  const table = (columns: number): AnyVae =>
    vae({
      model: pipe(
        prior(2),
        observe('x', ({ z }) => pipe(z, dense(n(columns)), gaussian({ scale: 1 }))),
      ),
      guide: pipe(
        given({ x: real(n(columns)) }),
        latent('z', ({ x }) => pipe(x, dense(4), diagonalNormal(2))),
      ),
    })
  const data = csv({ file: 'table.csv', label: 'kind' })
  const [objective, optimizer] = [elbo(), adam(1e-3)]
  const code = vae({
    model: pipe(
      prior(2),
      observe('x', ({ z }) => pipe(z, dense(3), gaussian({ scale: 1 }))),
    ),
    guide: pipe(
      given({ x: real(3) }),
      latent('z', ({ x }) => anyDist(pipe(x, dense(2), delta))),
    ),
  })
  const peaked = vae({
    model: pipe(
      model,
      latent('z', () => anyDist(laplace(0, 1))),
      observe('x', ({ z }) => pipe(z, reshape(1), dense(3), gaussian({ scale: 1 }))),
    ),
    guide: pipe(
      given({ x: real(3) }),
      latent('z', () => standardNormal()),
    ),
  })

  test('that fits has no problems', () => {
    expect(experimentProblems(experiment({ vae: table(3), objective, data, optimizer }), fields, horizon)).toEqual([])
  })

  test.each([
    [
      "data field 'x' has shape [3] but the program is given [5]",
      experiment({ vae: table(5), objective, data, optimizer }),
    ],
    [
      "data field 'x' holds real values but the program is given zeros and ones",
      experiment({
        vae: decoding(bernoulli(given({ l: real(3) }).env.l), binary(3)),
        objective,
        data: csv({ file: 'table.csv' }),
        optimizer,
      }),
    ],
    [
      "latent 'z': no closed-form KL(Normal || Laplace); use elbo({ kl: 'sampled' })",
      experiment({ vae: peaked, objective, data, optimizer }),
    ],
    [
      "latent 'z': KL(Delta || Normal) is infinite, for a Delta has no density; use autoencoder()",
      experiment({ vae: code, objective, data, optimizer }),
    ],
    [
      "latent 'z': KL(Delta || Normal) is infinite, for a Delta has no density; use autoencoder()",
      experiment({ vae: code, objective: elbo({ kl: 'sampled' }), data, optimizer }),
    ],
    [
      "latent 'z': KL(Delta || Normal) is infinite, for a Delta has no density; use autoencoder()",
      experiment({ vae: code, objective: iwae(5), data, optimizer }),
    ],
  ])('%s', (text, e) => {
    expect(experimentProblems(e, fields, horizon)).toEqual([text])
  })

  test('data without a field', () => {
    const e = experiment({ vae: table(3), objective, data: inline({ fields: {} as Record<string, never> }), optimizer })
    expect(experimentProblems(e, {}, horizon)).toEqual(["data has no field 'x', which the program is given"])
  })

  test.each([elbo({ kl: 'sampled' }), iwae(5), autoencoder()])('$tag needs no closed form', (chosen) => {
    const e = experiment({ vae: peaked, objective: chosen, data, optimizer })
    expect(experimentProblems(e, fields, horizon)).toEqual([])
  })

  test('a program that is wrong itself is not judged against its objective; nothing throws', () => {
    const wrong = vae({ model: prior(20), guide: small } as never)
    const e = experiment({ vae: wrong, objective, data, optimizer })
    expect(experimentProblems(e, fields, horizon)).toEqual(wrong.problems)
    expect(wrong.problems).toEqual([
      "latent 'z': shapes differ: q [2] vs p [20]",
      'the model observes nothing; add observe(name, …)',
    ])
  })

  test('each problem once, from every part', () => {
    const e = experiment({
      vae: vae({ model: pixels(20), guide: encoder(32) }),
      objective: iwae(n(0)),
      data: mnist(),
      optimizer: adam(n(-1)),
    })
    expect(experimentProblems(e, fields, horizon)).toEqual([
      "latent 'z': shapes differ: q [32] vs p [20]",
      "data field 'x' has shape [3] but the program is given [28, 28, 1]",
      'iwae: samples must be a whole number of at least 1 but got 0',
      'optimizer: learning rate must be above 0 but got -1',
    ])
  })
})
