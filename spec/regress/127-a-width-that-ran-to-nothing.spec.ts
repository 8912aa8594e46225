import { pipe } from 'fp-ts/lib/function.js'
import { describe, expect, test } from 'vitest'
import {
  adam,
  add,
  type AnyDist,
  dense,
  diagonalNormal,
  elbo,
  exp,
  experiment,
  type Expr,
  gaussian,
  given,
  inline,
  latent,
  laplaceFromLogScale,
  learnedGaussian,
  log,
  model,
  mul,
  normal,
  normalFromLogScale,
  observe,
  parameter,
  real,
  softplus,
  standardNormal,
  vae,
} from 'elbo-ts'
import { openTfjs } from '../../src/interp/tfjs/index.ts'
import { messageOf, right } from '../unit/either.ts'
import { trained } from '../unit/train/tiny.ts'

/** Rows of three pixels of which the last is 0 in all; or all are. */
const rows = (all: boolean): readonly number[] =>
  Array.from({ length: 16 }, (_, i) => (all ? [0, 0, 0] : [Math.sin(i), Math.cos(2 * i), 0])).flat()

/** A decoder that has learned the constant: its means are 0. */
const run = async (likelihood: (mean: Expr<[3]>) => AnyDist, all = false) => {
  const session = right(await openTfjs('wasm')())
  const subject = experiment({
    name: 'constant',
    vae: vae({
      model: pipe(
        model,
        latent('z', () => standardNormal(2)),
        observe('x', ({ z }) => likelihood(pipe(z, dense(3), mul(0)))),
      ),
      guide: pipe(
        given({ x: real(3) }),
        latent('z', ({ x }) => pipe(x, dense(4), diagonalNormal(2))),
      ),
    }),
    objective: elbo(),
    data: inline({ fields: { x: { shape: [3], support: 'real', values: rows(all) } } }),
    optimizer: adam(0.5),
    epochs: 150,
    batch: 8,
  })
  const { result } = await trained(subject, {}, session)
  session.dispose()
  return result
}

const said = (param: string, where: string): RegExp =>
  new RegExp(
    `^step \\d+ \\(epoch \\d+\\) on wasm gave numbers that are not finite: the width of 'x' ran to 0 at ${where}, where the data are constant: ` +
      `the likelihood of a constant has no largest value\\. Parameter '${param}' went from 0\\.?0* to -[\\d.]+\\. ` +
      `Fix the width \\(gaussian\\(\\{ scale: 0\\.1 \\}\\)\\), keep it from 0 \\(pipe\\(x, softplus, add\\(0\\.01\\)\\)\\), or leave out what is constant$`,
  )

describe('a learned width on a constant pixel names the parameter that ran away', () => {
  test.each<readonly [string, (mean: Expr<[3]>) => AnyDist, string]>([
    ['a log-width a pixel', (mean) => normalFromLogScale(mean, parameter(0, 3)), 'model/x/parameter_0/value'],
    ['a Laplace’s', (mean) => laplaceFromLogScale(mean, parameter(0, 3)), 'model/x/parameter_0/value'],
    ['an exponential', (mean) => normal(mean, exp(parameter(0, 3))), 'model/x/parameter_0/value'],
  ])('%s', async (_, likelihood, param) => {
    expect(messageOf(await run(likelihood))).toMatch(said(param, '\\[2\\]'))
  })
  test('one width for all pixels, where all are constant', async () => {
    const message = messageOf(await run(learnedGaussian(), true))
    expect(message).toMatch(said('model/x/learnedGaussian_0/logScale', '\\[0\\]'))
  })
})

test('what the message advises trains', async () => {
  const least = (mean: Expr<[3]>) => normal(mean, pipe(parameter(0, 3), softplus, add(0.01)))
  expect((await run(least))._tag).toBe('Right')
  expect((await run(gaussian({ scale: 0.1 })))._tag).toBe('Right')
})

test('numbers that break for another reason are told as before', async () => {
  const message = messageOf(await run((mean) => normalFromLogScale(pipe(mean, add(-1), log), parameter(0, 3))))
  expect(message).toMatch(
    /^step 1 \(epoch 1\) on wasm gave numbers that are not finite; the first vertex that is not is log/,
  )
})
