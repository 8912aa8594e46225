import type { Mutant } from '../Mutant.ts'

const TRANSFORMED = 'src/dist/transformed.ts'
const MIXTURE = 'src/dist/mixture.ts'
const PLANAR = 'src/nn/planar.ts'

/** Flows, transformed distributions and mixtures. */
export const derivedMutants: readonly Mutant[] = [
  {
    id: 'flow-log-det-added',
    bug: 'log |det| is added to the density in place of taken off',
    seen: 'flows that confuse the forward with the inverse log-determinant',
    file: TRANSFORMED,
    edits: [
      [
        "import { problemsOf } from '../expr/Expr.ts'",
        "import { neg } from '../expr/build.ts'\nimport { problemsOf } from '../expr/Expr.ts'",
      ],
      ['difference(logProbTerms(dist, x), logAbsDet(x))', 'difference(logProbTerms(dist, x), neg(logAbsDet(x)))'],
    ],
    killedBy: ['distribution', 'the density integrates to 1'],
  },
  {
    id: 'flow-without-log-det',
    bug: 'a transformed density without its Jacobian',
    seen: 'q0 log-probabilities reported for z_K',
    file: TRANSFORMED,
    edits: [['difference(logProbTerms(dist, x), logAbsDet(x))', 'logProbTerms(dist, x)']],
    killedBy: ['distribution', 'the density integrates to 1'],
  },
  {
    id: 'affine-log-det-of-the-inverse',
    bug: 'the affine log-determinant is that of the inverse',
    seen: '-log_scale in coupling layers',
    file: 'src/dist/bijectors.ts',
    edits: [['add(Math.log(Math.abs(scale)))', 'add(-Math.log(Math.abs(scale)))']],
    killedBy: ['bijector', 'log-determinant of its Jacobian'],
  },
  {
    id: 'planar-unconstrained',
    bug: 'u of a planar flow is not constrained, so that the map folds space over',
    seen: 'planar flows of tutorials: the appendix of the paper is left out',
    file: PLANAR,
    edits: [['b.sub(b.softplus(dot(u, w)), 1)', 'dot(u, w)']],
    killedBy: ['bijector', 'one orientation'],
  },
  {
    id: 'planar-log-det-epsilon',
    bug: 'an epsilon within log |det|',
    seen: 'torch.log(torch.abs(det) + 1e-4)',
    file: PLANAR,
    edits: [
      ['b.log1p(b.mul(', 'b.log1p(b.add(1e-4, b.mul('],
      ['b.square(bent(x))))), problems', 'b.square(bent(x)))))), problems'],
    ],
    killedBy: ['bijector', 'log-determinant of its Jacobian'],
  },
  {
    id: 'planar-log-det-of-u',
    bug: 'log |det| is of u where the map uses û',
    seen: 'u constrained in forward() alone',
    file: PLANAR,
    edits: [['b.log1p(b.mul(dot(hat, w),', 'b.log1p(b.mul(b.max(dot(u, w), -0.5),']],
    killedBy: ['bijector', 'log-determinant of its Jacobian'],
  },
  {
    id: 'mixture-mean-of-logs',
    bug: 'a mixture’s log-density is the mean of its components’ log-densities',
    seen: 'sum(pi * log_prob) as a mixture likelihood',
    file: MIXTURE,
    edits: [
      [
        'logSumExp(add(logWeights, ofRows(logProbTerms(rows, value))))',
        'sum(mul(weights, ofRows(logProbTerms(rows, value))))',
      ],
    ],
    killedBy: ['distribution', 'the density integrates to 1'],
  },
  {
    id: 'mixture-raw-logits',
    bug: 'mixture logits that are not normalised',
    seen: 'logsumexp(logits + log_prob) without log_softmax',
    file: MIXTURE,
    edits: [['const logWeights = logProbabilities(logits)', 'const logWeights = logits']],
    killedBy: ['distribution', 'the density integrates to 1'],
  },
  {
    id: 'mixture-variance-within',
    bug: 'a mixture’s variance is the mean of its components’ variances',
    seen: 'the spread between the components is left out',
    file: MIXTURE,
    edits: [
      [
        'add(variance, square(sub(mean, broadcastTo(expected, mean.shape))))',
        'add(variance, mul(square(sub(mean, broadcastTo(expected, mean.shape))), 0))',
      ],
    ],
    killedBy: ['distribution', 'variance'],
  },
]
