import { pipe } from 'fp-ts/lib/function.js'
import { describe, expect, test } from 'vitest'
import {
  adam,
  adamW,
  clipByGlobalNorm,
  dense,
  diagonalNormal,
  elbo,
  type Expr,
  gaussian,
  given,
  iwae,
  latent,
  model,
  named,
  normal,
  type Objective,
  observe,
  parameter,
  real,
  sgd,
  stopGradient,
  vae,
} from 'elbo-ts'
import { openReference } from '../../src/interp/reference/index.ts'
import { initialValues, variablesOf } from '../../src/train/initialize.ts'
import { trainGraph } from '../../src/train/graphs.ts'
import type { Optimizer } from '../../src/optimizer/index.ts'
import { right } from '../unit/either.ts'

/** A VAE of one number whose prior mean starts at 3 and is held, or not. */
const held = (hold: (loc: Expr<[1]>) => Expr<[1]>) =>
  vae({
    model: pipe(
      model,
      latent('z', () => normal(pipe(named('held', () => parameter(3, 1))(), hold), 1)),
      observe('x', ({ z }) => pipe(z, dense(1), gaussian({ scale: 1 }))),
    ),
    guide: pipe(
      given({ x: real(1) }),
      latent('z', ({ x }) => pipe(x, dense(2), diagonalNormal(1))),
    ),
  })
const NAME = 'model/z/held/parameter_0/value'

/** Its value after three updates. */
const after = (program: ReturnType<typeof held>, objective: Objective, optimizer: Optimizer): number | undefined => {
  const graph = trainGraph(program, objective, optimizer, { stepsPerEpoch: 3, epochs: 1 }, 2)
  const session = openReference()
  session.write(initialValues(variablesOf(graph), 1))
  const plan = right(session.prepare(graph))
  const data = new Map([['x', { shape: [2, 1], data: Float64Array.of(1, -2) }]])
  for (let step = 0; step < 3; step++) plan.run({ data, scalars: { step }, seed: 0, step })
  return session.read().get(NAME)?.data[0]
}

const decaying = adamW(0.1, { weightDecay: 0.5 })
const optimizers: readonly (readonly [string, Optimizer])[] = [
  ['adamW', decaying],
  ['adamW, clipped', clipByGlobalNorm(0.1)(decaying)],
  ['adam', adam(0.1)],
  ['sgd with momentum', sgd(0.1, { momentum: 0.9 })],
]

describe('a parameter that the loss does not reach stays as it is', () => {
  test.each(optimizers)('behind stopGradient, under %s', (_, optimizer) => {
    expect(after(held(stopGradient), elbo(), optimizer)).toBe(3)
    expect(after(held(stopGradient), iwae(2), optimizer)).toBe(3)
  })
  test('in a KL that counts 0 times', () => {
    expect(
      after(
        held((loc) => loc),
        elbo({ beta: 0 }),
        decaying,
      ),
    ).toBe(3)
  })
})

test('one that it reaches moves, and decays', () => {
  const [moved = 3, decayed = 3] = [adam(0.1), decaying].map((o) =>
    after(
      held((loc) => loc),
      elbo(),
      o,
    ),
  )
  expect(moved).toBeLessThan(2.9)
  expect(decayed).toBeLessThan(moved - 0.2)
})
