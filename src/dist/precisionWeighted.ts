import { distribution } from '../call/Kind.ts'
import { takes } from '../call/takes.ts'
import { add, exp, mul, sigmoid, softplus, sub } from '../expr/build.ts'
import { type AnyExpr, exprOf } from '../expr/Expr.ts'
import type { same } from '../shape/same.ts'
import * as shapes from '../shape/same.ts'
import type { Arg, Ok, Shape } from '../shape/Shape.ts'
import { distOf } from './Dist.ts'
import { type Normal, normalFamily } from './Normal.ts'
import { alike } from './parameter.ts'

const makePrecisionWeighted = <A extends Shape, B extends Shape>(
  a: Normal<A>,
  b: Arg<same<A, B, 'precisionWeighted'>, Normal<B>>,
): Normal<Ok<same<A, B, 'precisionWeighted'>>> => {
  // For callers never other than a Normal; inside a generic function the condition is not decided yet.
  const other = b as Normal<Shape>
  const asExpr = ({ params, problems }: Normal<Shape>): AnyExpr => exprOf(params.loc, problems)
  const { first, second, problems } = alike(asExpr(a), asExpr(other), (x, y) => shapes.same(x, y, 'precisionWeighted'))
  if (problems.length > 0) return distOf(normalFamily, first, { loc: first, scale: first, logScale: first }, problems)
  const moreOf = mul(sub(other.params.logScale, a.params.logScale), 2)
  const loc = add(second, mul(sigmoid(moreOf), sub(first, second)))
  // −½ log(σa⁻² + σb⁻²) = log σb − ½ log(1 + σb² / σa²)
  const logScale = sub(other.params.logScale, mul(softplus(moreOf), 0.5))
  return distOf(normalFamily, loc, { loc, scale: exp(logScale), logScale }, problems)
}

/**
 * The Normal whose density is proportional to the product of two: what two opinions of one value, each with its own certainty, come to. In a ladder
 * the guide weighs what the data say of a level against what the level above says.
 *
 *   σ⁻² = σa⁻² + σb⁻²        μ = (μa σa⁻² + μb σb⁻²) σ²
 *
 * Numerics  in logarithms, with w = sigmoid(log σa⁻² − log σb⁻²): μ = w μa + (1 − w) μb; nothing is divided
 * Errors    `shapesDiffer`
 * Source    Sønderby, Raiko, Maaløe, Sønderby & Winther 2016, arXiv:1602.02282, eq. 17–18
 */
export const precisionWeighted: typeof makePrecisionWeighted = takes('precisionWeighted', makePrecisionWeighted, [
  distribution,
  distribution,
])
