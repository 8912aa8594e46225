import * as fc from 'fast-check'
import * as b from '../../expr/build.ts'
import { node } from '../../expr/node.ts'
import type { Node } from '../../expr/Op.ts'
import { grad } from '../../transform/grad.ts'
import { substitute } from '../../expr/substitute.ts'
import { vmap } from '../../transform/vmap.ts'
import type { Estimate, Gauge } from '../Gauge.ts'
import { type Law, type LawSuite, law } from '../Law.ts'
import { valuesOf } from '../oracle/numbers.ts'
import { integral } from '../oracle/integral.ts'
import { dot, normalNoise, panels, type Rule, total } from '../oracle/quadrature.ts'
import {
  type Density,
  leavesFor,
  massOf,
  type Parameters,
  parametersOf,
  sampleNode,
  scoresAt,
} from '../subject/Density.ts'
import { expectation, settle } from '../subject/expectation.ts'

/** What is averaged over draws: a polynomial and a bounded function. LogNormals have heavy tails, so nothing that grows faster. */
const functions: Readonly<Record<string, (z: Node) => Node>> = {
  z: (z) => z,
  'z²': b.square,
  'tanh z': b.tanh,
}

const ofNormal = normalNoise()
/**
 * Uniform noise is a multiple of 2⁻²³ below 1, and a sampler may rely on it, so the rule stays that far from both ends. Cells halve
 * towards them; what is left out is below 1e-4 of the moments here.
 */
const ends = Array.from({ length: 22 }, (_, i) => 2 ** -(i + 2))
const ofUniform = panels(
  [...ends.toReversed(), 0.5 - 2 ** -24, 0.5, ...ends.map((u) => 1 - u)].toSorted((a, b) => a - b),
)
const noiseRule = (d: Density): Rule => (d.sample?.noise === 'normal' ? ofNormal : ofUniform)
const tolerance = (d: Density): number => (d.sample?.noise === 'normal' ? 1e-5 : 3e-4)

const reparameterised = (d: Density): boolean => d.reparameterised === true && d.sample !== undefined
const isNoise = (n: Node): boolean => n.op === 'noise'

/** ∂f(z(θ, ε)) / ∂θ at values of ε, for every parameter. */
const slopesAt = (
  d: Density,
  at: Parameters,
  f: (z: Node) => Node,
  noise: readonly number[],
): Readonly<Record<string, Float64Array>> => {
  const z = sampleNode(d)
  const leaves = leavesFor(d)
  const slopes =
    z === undefined
      ? []
      : grad(
          f(z),
          Object.values(leaves).map((e) => e.node),
        )
  const values = valuesOf(vmap(slopes, noise.length, isNoise), { ...at, noise })
  return Object.fromEntries(Object.keys(leaves).map((name, i) => [name, values[i] ?? new Float64Array()]))
}

/** E ∂f(z(θ, ε)) / ∂θ over ε, for every parameter: the pathwise gradient. */
const pathwise = (d: Density, at: Parameters, f: (z: Node) => Node): Readonly<Record<string, number>> => {
  const { points, weights } = noiseRule(d)
  return Object.fromEntries(
    Object.entries(slopesAt(d, at, f, points)).map(([name, slopes]) => [name, dot(weights, slopes)]),
  )
}

/** The same in one parameter, with its error. */
const carefulPathwise = (d: Density, at: Parameters, f: (z: Node) => Node, name: string): Estimate =>
  integral(
    (noise) => {
      const slopes = slopesAt(d, at, f, noise)[name] ?? new Float64Array()
      return d.sample?.noise === 'normal' ? slopes.map((s, i) => s * normalDensity(noise[i] ?? 0)) : slopes
    },
    (d.sample?.noise === 'normal' ? normalNoise() : ofUniform).edges ?? [],
    d.sample?.noise === 'normal' ? [3, 3] : [ends.length - 1, ends.length - 1],
  )
const normalDensity = (x: number): number => Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI)

/** The slope of an integral in a parameter, by the five-point rule: the step that changes least when it is halved, with what it changes. */
const slopeOf = (mean: (by: number) => Estimate): Estimate => {
  const rule = (h: number): Estimate => {
    const [a, b, c, e] = [mean(h), mean(-h), mean(2 * h), mean(-2 * h)]
    const error = (8 * (a.error + b.error) + c.error + e.error) / (12 * h)
    return { value: (8 * (a.value - b.value) - (c.value - e.value)) / (12 * h), error }
  }
  let best: Estimate = { value: Number.NaN, error: Infinity }
  if (mean(0).error === Infinity) return { ...best, value: Infinity }
  for (const h of [1e-3, 1e-4, 1e-5]) {
    const [whole, half] = [rule(h), rule(h / 2)]
    const found = { value: half.value, error: Math.abs(half.value - whole.value) + half.error }
    if (found.error < best.error) best = found
    if (best.error < 1e-7 * Math.max(1, Math.abs(best.value))) break
  }
  return best
}

const outcome: Node = node('data', { name: 'z', shape: [], support: 'real' })
const valuesAtPoints = (f: (z: Node) => Node, points: readonly number[]): Float64Array =>
  valuesOf(
    vmap([f(outcome)], points.length, (n) => n === outcome),
    { z: points },
  )[0] ?? new Float64Array()

const perFunction = (
  options: Pick<Law<Density>, 'name' | 'statement' | 'source' | 'applies'> & {
    readonly holds: (d: Density, at: Parameters, f: (z: Node) => Node, what: string, g: Gauge) => void
  },
): Law<Density> => {
  const { holds, ...described } = options
  return law({
    ...described,
    most: 60,
    given: (d) => fc.record({ at: parametersOf(d), f: fc.constantFrom(...Object.keys(functions)) }),
    holds: (d, { at, f }, g) => holds(d, at, functions[f] ?? b.tanh, f, g),
  })
}

/** What the gradient through a draw owes. */
export const reparameterisationLaws: LawSuite<Density> = {
  name: 'reparameterisation',
  extends: [],
  laws: [
    perFunction({
      name: 'pathwise = score function',
      statement: 'E_ε[∂f(z(θ, ε)) / ∂θ] = E_z[f(z) ∂ log p(z; θ) / ∂θ]',
      source: 'Mohamed et al. 2020, arXiv:1906.10652, §4–5',
      applies: reparameterised,
      holds: (d, at, f, what, g) => {
        const { points, mass } = massOf(d, at)
        const [scores, values] = [scoresAt(d, at, points), valuesAtPoints(f, points)]
        for (const [name, slope] of Object.entries(pathwise(d, at, f))) {
          const terms = mass.map((m, i) => (m === 0 ? 0 : m * (values[i] ?? 0) * (scores[name]?.[i] ?? Number.NaN)))
          const careful = () =>
            [
              carefulPathwise(d, at, f, name),
              expectation(d, at, (xs) => {
                const score = scoresAt(d, at, xs)[name] ?? new Float64Array()
                return valuesAtPoints(f, xs).map((v, i) => v * (score[i] ?? Number.NaN))
              }),
            ] as const
          settle(g, [slope, total(terms)], careful, tolerance(d), `the slope of E ${what} in ${name}`)
        }
      },
    }),
    perFunction({
      name: 'pathwise = finite difference',
      statement: 'E_ε[∂f(z(θ, ε)) / ∂θ] = d/dθ ∫ f(z) p(z; θ) dz, by differences of the integral',
      source: 'Kingma & Welling 2014, §2.4',
      applies: reparameterised,
      holds: (d, at, f, what, g) => {
        const mean = (moved: Parameters): number => {
          const { points, mass } = massOf(d, moved)
          return dot(mass, valuesAtPoints(f, points))
        }
        for (const [name, slope] of Object.entries(pathwise(d, at, f))) {
          const h = 1e-3
          const at1 = (t: number): number => mean({ ...at, [name]: (at[name] ?? 0) + t })
          const wanted = (8 * (at1(h) - at1(-h)) - (at1(2 * h) - at1(-2 * h))) / (12 * h)
          const careful = () =>
            [
              carefulPathwise(d, at, f, name),
              slopeOf((t) => expectation(d, { ...at, [name]: (at[name] ?? 0) + t }, (xs) => valuesAtPoints(f, xs))),
            ] as const
          settle(g, [slope, wanted], careful, tolerance(d), `the slope of E ${what} in ${name}`)
        }
      },
    }),
    law({
      name: 'every parameter reaches the draw',
      statement: 'with ε fixed, a draw has a finite derivative in every parameter, and is not constant in any',
      applies: reparameterised,
      given: parametersOf,
      holds: (d, at, g) => {
        const z = sampleNode(d)
        const leaves = leavesFor(d)
        const noise = noiseRule(d).points
        const slopes =
          z === undefined
            ? []
            : grad(
                z,
                Object.values(leaves).map((e) => e.node),
              )
        const values = valuesOf(vmap(slopes, noise.length, isNoise), { ...at, noise })
        Object.keys(leaves).forEach((name, i) => {
          const slope = [...(values[i] ?? [])]
          g.holds(slope.every(Number.isFinite), `the derivative of a draw in ${name} is not finite`)
          g.holds(
            slope.some((s) => s !== 0),
            `no gradient reaches ${name}`,
          )
        })
      },
    }),
    law({
      name: 'no gradient through what is not reparameterised',
      statement: 'a draw that jumps has derivative 0 in every parameter',
      applies: (d) => d.reparameterised === false && d.sample !== undefined,
      given: parametersOf,
      holds: (d, at, g) => {
        const z = sampleNode(d)
        const slopes =
          z === undefined
            ? []
            : grad(
                z,
                Object.values(leavesFor(d)).map((e) => e.node),
              )
        const [first] = substitute(slopes, () => undefined)
        const values = valuesOf(first === undefined ? [] : slopes, { ...at, noise: 0.37 })
        g.holds(
          values.every((v) => v.every((s) => s === 0)),
          'a gradient passes a jump',
        )
      },
    }),
    perFunction({
      name: 'Bonnet and Price',
      statement: 'for a Normal ∂E f / ∂μ = E f′ and ∂E f / ∂σ = σ E f″',
      source: 'Bonnet 1964; Price 1958; Rezende et al. 2014, arXiv:1401.4082, eq. 6–7',
      applies: (d) => d.normal === true && reparameterised(d),
      holds: (d, at, f, what, g) => {
        const first = grad(f(outcome), [outcome])
        const second = first.flatMap((slope) => grad(slope, [outcome]))
        const { loc = 0, scale = 1 } = at
        const points = ofNormal.points.map((e) => loc + scale * e)
        const [f1 = new Float64Array(), f2 = new Float64Array()] = valuesOf(
          vmap([...first, ...second], points.length, (n) => n === outcome),
          { z: points },
        )
        const slopes = pathwise(d, at, f)
        g.close(slopes['loc'] ?? Number.NaN, dot(ofNormal.weights, f1), 1e-8, `∂E ${what} / ∂μ`)
        g.close(slopes['scale'] ?? Number.NaN, scale * dot(ofNormal.weights, f2), 1e-8, `∂E ${what} / ∂σ`)
      },
    }),
  ],
}
