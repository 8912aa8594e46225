import { readFileSync } from 'node:fs'
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { bernoulli } from '../../../src/dist/Bernoulli.ts'
import { categorical } from '../../../src/dist/Categorical.ts'
import { continuousBernoulli } from '../../../src/dist/ContinuousBernoulli.ts'
import type { AnyDist } from '../../../src/dist/Dist.ts'
import { laplace } from '../../../src/dist/Laplace.ts'
import { logNormal } from '../../../src/dist/LogNormal.ts'
import { negativeBinomial } from '../../../src/dist/NegativeBinomial.ts'
import { normal } from '../../../src/dist/Normal.ts'
import { poisson } from '../../../src/dist/Poisson.ts'
import { vector } from './values.ts'

const numbers = t.union([t.number, t.array(t.number)])
const locationScale = t.type({ loc: t.array(t.number), scale: t.array(t.number) })
const logits = t.type({ logits: t.array(t.number) })

/** A family with its parameters, as the oracle writes them. */
const Subject = t.union([
  t.intersection([t.type({ family: t.keyof({ Normal: null, Laplace: null, LogNormal: null }) }), locationScale]),
  t.intersection([
    t.type({ family: t.keyof({ Bernoulli: null, Categorical: null, ContinuousBernoulli: null }) }),
    logits,
  ]),
  t.type({ family: t.literal('Poisson'), rate: t.array(t.number) }),
  t.type({ family: t.literal('NegativeBinomial'), mean: t.array(t.number), inverseDispersion: t.array(t.number) }),
])
export type Subject = t.TypeOf<typeof Subject>

const Density = t.intersection([
  t.type({ dist: Subject, x: numbers, logProb: numbers, mean: numbers, variance: numbers }),
  // where it has a closed form
  t.partial({ entropy: numbers }),
])

const n = t.number
const edge = <W extends string, P extends t.Props>(what: W, props: P) => t.type({ what: t.literal(what), ...props })
const Edge = t.union([
  edge('Bernoulli logProb', { logits: n, x: n, value: n }),
  edge('Bernoulli entropy', { logits: n, value: n }),
  edge('KL(Bernoulli || Bernoulli)', { q: n, p: n, value: n }),
  edge('Normal logProb', { logScale: n, x: n, value: n }),
  edge('KL(Normal || standard Normal)', { loc: n, logScale: n, value: n }),
  edge('KL(Laplace || Laplace)', { loc: n, logScaleQ: n, logScaleP: n, value: n }),
  edge('Categorical logProb', { logits: t.array(n), value: t.array(n) }),
  edge('ContinuousBernoulli logProb', { logits: n, x: n, value: n }),
  edge('ContinuousBernoulli entropy', { logits: n, value: n }),
  edge('ContinuousBernoulli mean', { logits: n, value: n }),
  edge('ContinuousBernoulli variance', { logits: n, value: n }),
  edge('KL(ContinuousBernoulli || ContinuousBernoulli)', { q: n, p: n, value: n }),
  edge('Poisson logProb', { logRate: n, x: n, value: n }),
  edge('NegativeBinomial logProb', { mean: n, inverseDispersion: n, x: n, value: n }),
  edge('Categorical entropy', { logits: t.array(n), value: n }),
  edge('logSumExp', { x: t.array(n), value: n }),
])
export type Edge = t.TypeOf<typeof Edge>

const Oracle = t.type({
  source: t.string,
  density: t.array(Density),
  divergence: t.array(t.type({ q: Subject, p: Subject, kl: numbers })),
  edge: t.array(Edge),
})
export type Oracle = t.TypeOf<typeof Oracle>

const file = new URL('../../oracle/distributions.json', import.meta.url)
const decoded = Oracle.decode(JSON.parse(readFileSync(file, 'utf8')))
if (E.isLeft(decoded)) throw new Error('spec/oracle/distributions.json is not as the specs expect it')

/** Reference values from elsewhere; `source` says from where. */
export const oracle: Oracle = decoded.right

export const listOf = (values: number | readonly number[]): readonly number[] =>
  typeof values === 'number' ? [values] : values

/** Our distribution for a row of the oracle. */
export const distributionOf = (subject: Subject): AnyDist => {
  switch (subject.family) {
    case 'Normal':
      return normal(vector(subject.loc), vector(subject.scale))
    case 'Laplace':
      return laplace(vector(subject.loc), vector(subject.scale))
    case 'LogNormal':
      return logNormal(vector(subject.loc), vector(subject.scale))
    case 'Bernoulli':
      return bernoulli(vector(subject.logits))
    case 'Categorical':
      return categorical(vector(subject.logits))
    case 'ContinuousBernoulli':
      return continuousBernoulli(vector(subject.logits))
    case 'Poisson':
      return poisson(vector(subject.rate))
    case 'NegativeBinomial':
      return negativeBinomial(vector(subject.mean), vector(subject.inverseDispersion))
  }
}
