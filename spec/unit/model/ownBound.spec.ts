import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { describe, expect, test } from 'vitest'
import { categorical } from '../../../src/dist/Categorical.ts'
import { enumerate } from '../../../src/dist/enumerate.ts'
import { diagonalNormal, normal, standardNormal } from '../../../src/dist/Normal.ts'
import { node } from '../../../src/expr/node.ts'
import type { Node } from '../../../src/expr/Op.ts'
import { add, sub } from '../../../src/expr/typed/binary.ts'
import { logSumExp, mean } from '../../../src/expr/typed/reduce.ts'
import { real } from '../../../src/model/Field.ts'
import { drawsOnly } from '../../../src/model/messages.ts'
import { elbo, iwae, measure, Objective, objectiveProblems } from '../../../src/model/objective.ts'
import { bound, type Draws } from '../../../src/model/ownBound.ts'
import { given, model } from '../../../src/model/Program.ts'
import { latent, observe } from '../../../src/model/step.ts'
import { vae } from '../../../src/model/Vae.ts'
import { dense } from '../../../src/nn/dense.ts'
import { objectiveAgreement } from '../../../src/train/agreement.ts'
import { valuesOf } from '../dist/values.ts'

const program = vae({
  model: pipe(
    model,
    latent('z', () => standardNormal(2)),
    observe('x', ({ z }) => normal(pipe(z, dense(3)), 0.5)),
  ),
  guide: pipe(
    given({ x: real(3) }),
    latent('z', ({ x }) => pipe(x, dense(4), diagonalNormal(2))),
  ),
})
const data = (name: string): Node => node('data', { name, shape: [3], support: 'real' })
const numbers = (n: number, of: (i: number) => number): readonly number[] => Array.from({ length: n }, (_, i) => of(i))
const feeds = (draws: number) => ({
  x: [0.3, -1, 0.2],
  z: numbers(2 * draws, (i) => Math.sin(3 * i + 1)),
  'guide/z/dense_0/kernel': numbers(12, (i) => Math.cos(i) / 2),
  'guide/z/dense_0/bias': [0.1, 0, -0.2, 0.3],
  'model/x/dense_0/kernel': numbers(6, (i) => Math.sin(i) / 2),
  'model/x/dense_0/bias': [0, 0.2, 0],
})
const valueOf = (objective: Objective, draws: number): number =>
  valuesOf(measure(program, objective, data).bound ?? data('x'), feeds(draws))[0] ?? Number.NaN

const logWeights = ({ likelihood, prior, posterior }: Draws) => pipe(likelihood, add(prior), sub(posterior))
const own = bound({
  name: 'IWAE',
  samples: 5,
  importanceWeighted: true,
  of: (draws) => pipe(logWeights(draws), logSumExp(), sub(Math.log(5))),
})

describe('a bound of your own', () => {
  test('written as the library’s is that number', () => {
    expect(valueOf(own, 5)).toBeCloseTo(valueOf(iwae(5), 5), 12)
    const mine = bound({ name: 'ELBO', samples: 1, of: (draws) => pipe(logWeights(draws), mean()) })
    expect(valueOf(mine, 1)).toBeCloseTo(valueOf(elbo({ kl: 'sampled' }), 1), 12)
  })

  test('comes back from a file as the very same expression', () => {
    const read = Objective.decode(JSON.parse(JSON.stringify(Objective.encode(own))))
    expect(E.isRight(read) && read.right).toEqual(own)
    expect(E.isRight(read) && read.right.tag === 'bound' && read.right.value).toBe(own.value)
  })

  test('is refused in a file where its value is not one number', () => {
    const json = { ...(Objective.encode(own) as object), graph: { nodes: [], outputs: {}, updates: {} } }
    expect(E.isLeft(Objective.decode(json))).toBe(true)
  })

  test('says what is wrong with it', () => {
    const horizon = { stepsPerEpoch: 1, epochs: 1 }
    const vector = bound({ name: 'v', samples: 3, of: (draws) => draws.prior as never })
    expect(objectiveProblems(vector, horizon)).toEqual(['v: a bound is one number, but its shape is [3]'])
    const none = bound({ name: 'n', samples: 0, of: ({ prior }) => pipe(prior, mean()) })
    expect(objectiveProblems(none, horizon)).toEqual(['n: samples must be a whole number of at least 1 but got 0'])
  })

  test('does not take a latent that is summed out', () => {
    const summed = vae({
      model: pipe(
        model,
        latent('k', () =>
          categorical(pipe(standardNormal(3), ({ params }) => ({ shape: [3] as [3], node: params.loc, problems: [] }))),
        ),
        observe('x', ({ k }) => normal(pipe(k, dense(3)), 0.5)),
      ),
      guide: pipe(
        given({ x: real(3) }),
        latent('k', ({ x }) => pipe(x, dense(3), categorical, enumerate)),
      ),
    })
    expect(objectiveAgreement(own, summed)).toEqual([drawsOnly('k')])
  })
})
