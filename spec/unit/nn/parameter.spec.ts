import { describe, expect, it } from 'vitest'
import { full, parameter } from 'elbo-ts'
import { evaluate } from '../../../src/interp/reference/index.ts'
import { vaeParams } from '../../../src/train/graphs.ts'
import { constant, learned } from '../../types/ok/priors.ts'
import { right } from '../either.ts'

describe('full and parameter', () => {
  it('fill a shape', () => {
    expect([...right(evaluate(full(0.5, 2, 2))).data]).toEqual([0.5, 0.5, 0.5, 0.5])
    expect(parameter(0, 2).shape).toEqual([2])
  })
  it('say what is no size', () => {
    const late: number = 0
    expect(full(1, late).problems).toEqual(['full: a dimension must be a whole number of at least 1 but got 0'])
    expect(parameter(1, late).problems).toEqual([
      'parameter: a dimension must be a whole number of at least 1 but got 0',
    ])
  })
  it('make priors over vectors', () => {
    expect(constant.vae.problems).toEqual([])
    expect(learned.problems).toEqual([])
  })
  it('a learned one has a name of its own and starts where it is told', () => {
    const param = vaeParams(learned).find((p) => p.arg.name === 'model/z/loc/parameter_0/value')
    expect(param?.arg).toMatchObject({ shape: [2], init: { tag: 'constant', value: 0 } })
  })
})
