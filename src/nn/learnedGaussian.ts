import { expression, optional, record } from '../call/Kind.ts'
import { takes } from '../call/takes.ts'
import * as E from 'fp-ts/lib/Either.js'
import { distOf } from '../dist/Dist.ts'
import { type Normal, normalFamily } from '../dist/Normal.ts'
import * as b from '../expr/build.ts'
import { type Expr, lift, problemsOf } from '../expr/Expr.ts'
import type { Shape } from '../shape/Shape.ts'
import { applyLayer } from './trace.ts'

const makeLearnedGaussian =
  (options: { readonly initial?: number } = {}) =>
  <S extends Shape>(loc: Expr<S>): Normal<S> => {
    const initial = options.initial ?? 1
    const learned = lift<[]>([loc], () =>
      initial > 0
        ? applyLayer('learnedGaussian', `{ initial: ${initial} }`, [loc.node], (param) =>
            E.right(param('logScale', [], { tag: 'constant', value: Math.log(initial) })),
          )
        : E.left(`learnedGaussian: initial must be above 0 but got ${initial}`),
    )
    const logScale = b.broadcastTo(learned.node, loc.node.shape)
    return distOf(normalFamily, loc.node, { loc: loc.node, scale: b.exp(logScale), logScale }, problemsOf(loc, learned))
  }

/**
 * A Gaussian likelihood with one standard deviation for all outputs, learned with the weights: σ-VAE.
 *
 * Shapes    the mean's                Parameters  logScale [] (from `initial`, default 1)
 * Source    Rybkin et al. 2021, arXiv:2006.13202, §3.1
 */
export const learnedGaussian: typeof makeLearnedGaussian = takes(
  'learnedGaussian',
  makeLearnedGaussian,
  [optional(record)],
  [expression],
)
