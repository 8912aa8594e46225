import * as fc from 'fast-check'
import { grad } from '../../transform/grad.ts'
import type { Estimate } from '../Gauge.ts'
import { type LawSuite, law } from '../Law.ts'
import { valuesOf } from '../oracle/numbers.ts'
import { total } from '../oracle/quadrature.ts'
import { leavesFor, logProbsAt, massOf, type Parameters, parametersOf, scoresAt } from '../subject/Density.ts'
import { rounding } from '../subject/Arithmetic.ts'
import { exactly, expectation, settle } from '../subject/expectation.ts'
import { divergenceFormula, type Formula } from '../subject/Formula.ts'
import { accurate, points } from './accurate.ts'
import { type Divergence, feedsFor, klAt, klNode, klOfProductsAt } from '../subject/Divergence.ts'

interface Two {
  readonly q: Parameters
  readonly p: Parameters
}
const two = (d: Divergence): fc.Arbitrary<Two> => fc.record({ q: parametersOf(d.q), p: parametersOf(d.p) })
const sameFamily = (d: Divergence): boolean => d.sameFamily

/** The formula of a KL for the law of rounding, made once. Near equality a KL is tiny beside its terms, and loses what nobody misses. */
const formulas = new WeakMap<Divergence, readonly Formula[]>()
const ROUNDINGS = 32
const formulasOf = (d: Divergence): readonly Formula[] => {
  const made = formulas.get(d) ?? [{ ...divergenceFormula(d, ROUNDINGS), absolute: true }]
  formulas.set(d, made)
  return made
}

/** The masses of q, both logarithms at its points. */
const bothAt = (d: Divergence, { q, p }: Two) => {
  const over = massOf(d.q, q, d.p.kinks?.(p))
  return { ...over, logOther: logProbsAt(d.p, p, over.points) }
}
/** ∫ q f(log q, log p), with its error. */
const over = (d: Divergence, { q, p }: Two, f: (logQ: number, logP: number) => number): Estimate =>
  expectation(
    d.q,
    q,
    (xs, logQ) => {
      const logP = logProbsAt(d.p, p, xs)
      return logQ.map((l, i) => f(l, logP[i] ?? Number.NaN))
    },
    d.p.kinks?.(p),
  )
const weighted = (mass: Float64Array, f: (i: number) => number): number =>
  total(mass.map((m, i) => (m === 0 ? 0 : m * f(i))))

/** What a closed form of KL(q‖p) owes. */
export const divergenceLaws: LawSuite<Divergence> = {
  name: 'divergence',
  extends: [],
  laws: [
    law({
      name: 'not negative',
      statement: 'KL(q‖p) ≥ 0',
      source: 'Gibbs; Kullback & Leibler 1951, Lemma 3.1',
      given: two,
      holds: (d, { q, p }, g) => g.atMost(0, klAt(d, q, p), 1e-12, 'the KL is negative'),
    }),
    law({
      name: 'zero on itself',
      statement: 'KL(q‖q) = 0 to the last bit',
      applies: sameFamily,
      given: (d) => parametersOf(d.q),
      holds: (d, q, g) => {
        const own = klAt(d, q, q)
        g.holds(own === 0, `KL(q‖q) is ${own}`)
      },
    }),
    law({
      name: 'zero only on itself',
      statement: 'KL(q‖p) ≥ ½ (∫ |q − p|)²',
      source: 'Pinsker 1960; Csiszár 1967',
      given: two,
      holds: (d, both, g) => {
        const { logP, logOther, weights } = bothAt(d, both)
        const apart = total(
          logP.map((l, i) => Math.abs(Math.exp(l) - Math.exp(logOther[i] ?? Number.NaN)) * (weights[i] ?? 0)),
        )
        const found = klAt(d, both.q, both.p)
        // Of densities q and p that are wrong the distance may be above 2; of right ones only by an error of the points.
        const careful = () => over(d, both, (logQ, logP) => 2 * Math.max(0, -Math.expm1(logP - logQ)))
        const least = (distance: number): number => 0.5 * distance ** 2 * 0.999
        if (least(apart) <= found + 1e-12) return g.atMost(least(apart), found, 1e-12, 'Pinsker’s bound')
        const distance = careful()
        g.atMost(least(Math.max(0, distance.value - 4 * distance.error)), found, 1e-12, 'Pinsker’s bound')
      },
    }),
    law({
      name: 'closed form = expectation',
      statement: 'KL(q‖p) = ∫ q(x) (log q(x) − log p(x)) dx',
      source: 'Kullback & Leibler 1951',
      given: two,
      holds: (d, both, g) => {
        const { mass, logP, logOther } = bothAt(d, both)
        const wanted = weighted(mass, (i) => (logP[i] ?? Number.NaN) - (logOther[i] ?? Number.NaN))
        const found = klAt(d, both.q, both.p)
        const careful = () => [exactly(found), over(d, both, (logQ, logP) => logQ - logP)] as const
        settle(g, [found, wanted], careful, 1e-7, 'the KL')
      },
    }),
    law({
      name: 'additive over independent dimensions',
      statement: 'KL(Πᵢ qᵢ‖Πᵢ pᵢ) = Σᵢ KL(qᵢ‖pᵢ)',
      source: 'Kullback & Leibler 1951, Theorem 3.1',
      applies: ({ ofProducts }) => ofProducts !== undefined,
      given: (d) => fc.array(two(d), { minLength: 1, maxLength: 4 }),
      holds: (d, pairs, g) => {
        const [q, p] = [pairs.map((pair) => pair.q), pairs.map((pair) => pair.p)]
        const wanted = total(pairs.map((pair) => klAt(d, pair.q, pair.p)))
        g.close(klOfProductsAt(d, q, p), wanted, 1e-10, 'the KL of the products')
      },
    }),
    law({
      name: 'invariant under bijections',
      statement: 'KL(f(q)‖f(p)) = KL(q‖p) for a bijection f',
      source: 'Kullback & Leibler 1951, Theorem 4.1',
      applies: ({ bijections = [] }) => bijections.length > 0,
      given: two,
      holds: (d, { q, p }, g) => {
        for (const f of d.bijections ?? [])
          g.close(klAt(d, f.q(q), f.p(p)), klAt(d, q, p), 1e-10, `the KL after ${f.name}`)
      },
    }),
    law({
      name: 'stationary at equality',
      statement: '∂ KL(q‖p) / ∂q = 0 and ∂ KL(q‖p) / ∂p = 0 at q = p',
      // Where |μq − μp| has its corner the derivative written is that of one side or 0; all of them are 0 here.
      applies: sameFamily,
      given: (d) => parametersOf(d.q),
      holds: (d, q, g) => {
        const leaves = [...Object.values(leavesFor(d.q, 'q/')), ...Object.values(leavesFor(d.p, 'p/'))]
        const slopes = valuesOf(
          grad(
            klNode(d),
            leaves.map((e) => e.node),
          ),
          feedsFor(q, q),
        )
        for (const [slope = Number.NaN] of slopes) g.close(slope, 0, 1e-9, 'the slope at equality')
      },
    }),
    law({
      name: 'curvature is Fisher’s information',
      statement: '∂² KL(q‖p) / ∂q² = E[(∂ log q / ∂θ)²] at q = p, where the densities have no corner',
      source: 'Kullback 1959, §2.6',
      applies: (d) => d.sameFamily && d.q.kinks === undefined,
      most: 40,
      given: (d) => parametersOf(d.q),
      holds: (d, q, g) => {
        const { mass, points } = massOf(d.q, q)
        const scores = scoresAt(d.q, q, points)
        for (const [name, leaf] of Object.entries(leavesFor(d.q, 'q/'))) {
          const curved = grad(klNode(d), [leaf.node]).flatMap((slope) => grad(slope, [leaf.node]))
          const [[curvature = Number.NaN] = []] = valuesOf(curved, feedsFor(q, q))
          const wanted = weighted(mass, (i) => (scores[name]?.[i] ?? Number.NaN) ** 2)
          const careful = () =>
            [
              exactly(curvature),
              expectation(d.q, q, (xs) => (scoresAt(d.q, q, xs)[name] ?? new Float64Array()).map((v) => v * v)),
            ] as const
          settle(g, [curvature, wanted], careful, 1e-6, `the curvature in ${name}`)
        }
      },
    }),
    law({
      name: 'accurate in float32',
      statement: `the KL is off by no more than ${ROUNDINGS} roundings of 1, of itself and of each parameter, where every step is rounded to float32`,
      source: 'Higham 2002, Accuracy and Stability of Numerical Algorithms, §1.5–1.6',
      most: 40,
      given: () => points,
      holds: (d, at, g) => accurate(rounding, formulasOf(d), at, g),
    }),
    law({
      name: 'gradient = gradient of the expectation',
      statement: '∂ KL(q‖p) / ∂θq = ∫ q ∂ log q / ∂θ (log q − log p) dx',
      source: 'Williams 1992',
      most: 50,
      given: two,
      holds: (d, both, g) => {
        const { mass, points, logP, logOther } = bothAt(d, both)
        const scores = scoresAt(d.q, both.q, points)
        const leaves = leavesFor(d.q, 'q/')
        const slopes = valuesOf(
          grad(
            klNode(d),
            Object.values(leaves).map((e) => e.node),
          ),
          feedsFor(both.q, both.p),
        )
        Object.keys(leaves).forEach((name, k) => {
          const wanted = weighted(
            mass,
            (i) => (scores[name]?.[i] ?? Number.NaN) * ((logP[i] ?? 0) - (logOther[i] ?? 0)),
          )
          const found = slopes[k]?.[0] ?? Number.NaN
          const careful = () =>
            [
              exactly(found),
              expectation(
                d.q,
                both.q,
                (xs, logQ) => {
                  const [score, other] = [scoresAt(d.q, both.q, xs)[name], logProbsAt(d.p, both.p, xs)]
                  return logQ.map((l, i) => (score?.[i] ?? Number.NaN) * (l - (other[i] ?? Number.NaN)))
                },
                d.p.kinks?.(both.p),
              ),
            ] as const
          settle(g, [found, wanted], careful, 1e-6, `the slope in ${name}`)
        })
      },
    }),
  ],
}
