import { type Law, type LawSuite, law } from '../Law.ts'
import type { Arithmetic } from '../subject/Arithmetic.ts'
import { familyDensities, familyDivergences } from '../subject/families.ts'
import {
  densityFormula,
  divergenceFormula,
  drawFormulas,
  type Formula,
  momentFormulas,
  scoreFormulas,
} from '../subject/Formula.ts'
import { choiceFormulas, operationFormulas } from '../subject/operations.ts'
import { accurate, points } from './accurate.ts'

const lazy = <A>(make: () => A): (() => A) => {
  let made: A | undefined
  return () => (made ??= make())
}
const about = (name: string, what: string, make: () => readonly Formula[]): Law<Arithmetic> => {
  const formulas = lazy(make)
  return law({
    name,
    statement: `${what} in float32 is off by no more than a few roundings of itself and of each operand: |ŷ − y| ≤ c u (|y| + Σ |xᵢ ∂y/∂xᵢ|)`,
    source: 'Higham 2002, §1.5–1.6',
    most: 400,
    given: () => points,
    holds: (arithmetic, at, g) => accurate(arithmetic, formulas(), at, g),
  })
}

/** What a target’s float32 owes, on the library’s own formulas. */
export const float32Laws: LawSuite<Arithmetic> = {
  name: 'float32',
  extends: [],
  laws: [
    about('operations', 'every op', operationFormulas),
    about('log-densities', 'every family’s log p and its derivatives in the parameters,', () =>
      familyDensities.flatMap((d) => [densityFormula(d, 8), ...scoreFormulas(d, 8)]),
    ),
    about('moments', 'every family’s mean, variance and entropy', () =>
      familyDensities.flatMap((d) => momentFormulas(d, 8)),
    ),
    about('draws', 'every reparameterised draw', () => familyDensities.flatMap((d) => drawFormulas(d, 8))),
    about('divergences', 'every closed-form KL', () => familyDivergences.map((d) => divergenceFormula(d, 8))),
    about('choices', 'what is of several logits', choiceFormulas),
  ],
}
