import type { Mutant } from '../Mutant.ts'

const OBJECTIVE = 'src/model/objective.ts'
const ENUMERATED = 'src/model/enumerated.ts'
const ELABORATE = 'src/model/elaborate.ts'

/** Signs, missing terms, weights and noise of objectives. */
export const objectiveMutants: readonly Mutant[] = [
  {
    id: 'kl-sign',
    bug: 'the KL is added to the bound',
    seen: 'a recurring answer on forums: loss = −(reconstruction + KL)',
    file: OBJECTIVE,
    edits: [
      [
        'bound: b.sub(reconstruction, total(Object.values(kl)))',
        'bound: b.add(reconstruction, total(Object.values(kl)))',
      ],
    ],
    killedBy: ['objective', 'bound = reconstruction − KL'],
  },
  {
    id: 'kl-swapped',
    bug: 'KL(p ‖ q) in place of KL(q ‖ p)',
    seen: 'kl_divergence(prior, posterior)',
    file: OBJECTIVE,
    edits: [[': klTerms(q, p)', ': klTerms(p, q)']],
    killedBy: ['bounds', 'bound + KL(q ‖ posterior) = log p(x)'],
  },
  {
    id: 'closed-kl-of-a-backward-latent',
    bug: 'KL(q(z1|x) ‖ p(z1|z2)) in closed form at a z2 that was drawn from z1: no bound',
    seen: 'this library before its laws had hierarchies, and hand-written bottom-up hierarchies',
    file: OBJECTIVE,
    edits: [['const closed = backward.has(name) ? O.none : klTerms(q, p)', 'const closed = klTerms(q, p)']],
    killedBy: ['bounds', 'exact for a Gaussian hierarchy at its posterior'],
  },
  {
    id: 'mixture-weights-equal',
    bug: 'a discrete latent is averaged over as if its values were equally probable',
    seen: 'a mean over the component axis in hand-written mixture VAEs',
    file: ENUMERATED,
    edits: [['b.exp(logQ)', 'b.constant(1 / (logQ.shape[0] ?? 1), logQ.shape)']],
    killedBy: ['bounds', 'enumerated: bound + KL(q ‖ posterior) = log p(x)'],
  },
  {
    id: 'mixture-weights-detached',
    bug: 'no gradient passes the probabilities of a discrete latent: which component is right is never learned',
    seen: 'responsibilities computed under no_grad',
    file: ENUMERATED,
    edits: [['b.exp(logQ)', 'b.stopGradient(b.exp(logQ))']],
    killedBy: ['objective', 'gradient = finite difference'],
  },
  {
    id: 'sampled-kl-sign',
    bug: 'the sampled KL is log p − log q',
    seen: 'hand-written Monte Carlo KL',
    file: OBJECTIVE,
    edits: [
      ['difference(logProbTerms(q, z), logProbTerms(p, z))', 'difference(logProbTerms(p, z), logProbTerms(q, z))'],
    ],
    killedBy: ['objective', 'sampled KL is log q − log p at the draw'],
  },
  {
    id: 'kl-of-first-latent-only',
    bug: 'a hierarchy is charged for its first latent alone',
    seen: 'ladder VAEs adapted from flat ones',
    file: OBJECTIVE,
    edits: [
      [
        'b.sub(reconstruction, total(Object.values(kl)))',
        'b.sub(reconstruction, total(Object.values(kl).slice(0, 1)))',
      ],
    ],
    killedBy: ['bounds', 'no variance at the posterior of a hierarchy'],
  },
  {
    id: 'iwae-worst-sample',
    bug: 'the softmax of the importance weights favours the worst draw',
    seen: 'an IWAE loss with the sign of the log-weights reversed',
    file: OBJECTIVE,
    edits: [
      [
        'b.sub(b.logSumExp(weights), Math.log(samples))',
        'b.sub(b.neg(b.logSumExp(b.neg(weights))), -Math.log(samples))',
      ],
    ],
    killedBy: ['objective', 'iwae’s gradient weights the better draws more'],
  },
  {
    id: 'iwae-mean-of-logs',
    bug: 'the mean of the log-weights in place of the log of their mean',
    seen: 'an “IWAE” that is the ELBO with k samples',
    file: OBJECTIVE,
    edits: [['b.sub(b.logSumExp(weights), Math.log(samples))', 'b.mean(weights)']],
    killedBy: ['objective', 'iwae is the log of the mean weight'],
  },
  {
    id: 'iwae-no-log-k',
    bug: 'log k is not taken off',
    seen: 'logsumexp without − log k: bounds above the evidence',
    file: OBJECTIVE,
    edits: [['b.sub(b.logSumExp(weights), Math.log(samples))', 'b.logSumExp(weights)']],
    killedBy: ['bounds', 'not above log p(x)'],
  },
  {
    id: 'loss-sign',
    bug: 'a bound is minimised',
    seen: 'an “NLL” with the wrong sign',
    file: OBJECTIVE,
    edits: [['loss: b.neg(m.bound ?? b.constant(Number.NaN))', 'loss: m.bound ?? b.constant(Number.NaN)']],
    killedBy: ['objective', 'loss of a bound is minus the bound'],
  },
  {
    id: 'beta-unread',
    bug: 'a KL coefficient that nothing reads',
    seen: 'a kl_weight argument of several collections',
    file: OBJECTIVE,
    edits: [
      ['loss: b.sub(b.mul(beta, total(floored)), m.reconstruction)', 'loss: b.sub(total(floored), m.reconstruction)'],
    ],
    killedBy: ['objective', 'loss is affine in β'],
  },
  {
    id: 'beta-on-everything',
    bug: 'β scales the reconstruction too',
    seen: 'a factor outside the brackets',
    file: OBJECTIVE,
    edits: [
      [
        'loss: b.sub(b.mul(beta, total(floored)), m.reconstruction)',
        'loss: b.mul(beta, b.sub(total(floored), m.reconstruction))',
      ],
    ],
    killedBy: ['objective', 'loss is affine in β'],
  },
  {
    id: 'weighted-bound-reported',
    bug: 'what is reported as the bound has the warm-up’s weight in it',
    seen: 'training curves that “improve” as β rises from 0',
    file: OBJECTIVE,
    edits: [
      [
        'bound: b.sub(reconstruction, total(Object.values(kl)))',
        "bound: b.sub(reconstruction, b.mul(typeof o.beta === 'number' ? o.beta : 0, total(Object.values(kl))))",
      ],
    ],
    killedBy: ['objective', 'bound = reconstruction − KL'],
  },
  {
    id: 'free-bits-from-above',
    bug: 'free bits cap the KL instead of sparing it',
    seen: 'torch.clamp(max=…) for clamp(min=…)',
    file: OBJECTIVE,
    edits: [['b.max(kl, o.freeBits)', 'b.min(kl, o.freeBits)']],
    killedBy: ['objective', 'free bits clamp from below'],
  },
  {
    id: 'free-bits-of-the-total',
    bug: 'one floor for the sum over dimensions',
    seen: 'free bits on kl.sum()',
    file: OBJECTIVE,
    edits: [['b.max(kl, o.freeBits)', 'b.max(b.sum(kl), o.freeBits)']],
    killedBy: ['objective', 'free bits clamp from below'],
  },
  {
    id: 'free-bits-added',
    bug: 'the floor is added, so that its gradient never stops',
    seen: 'a soft variant mistaken for the clamp',
    file: OBJECTIVE,
    edits: [['b.max(kl, o.freeBits)', 'b.add(kl, o.freeBits)']],
    killedBy: ['objective', 'no gradient under the floor'],
  },
  {
    id: 'detached-posterior',
    bug: 'log q is detached, so that its part of the gradient is missing',
    seen: '“sticking the landing” where the bound itself was wanted',
    file: OBJECTIVE,
    edits: [
      [
        'difference(logProbTerms(q, z), logProbTerms(p, z))',
        'difference(b.stopGradient(logProbTerms(q, z)), logProbTerms(p, z))',
      ],
    ],
    killedBy: ['objective', 'gradient = finite difference'],
  },
  {
    id: 'sticking-to-the-path-too',
    bug: 'what is drawn is detached with the score: no gradient is left but that of the weights',
    seen: 'log_prob of a detached sample under a detached posterior',
    file: ELABORATE,
    edits: [
      [
        "    'latent',\n    latents,\n  )\n}",
        "    'latent',\n    new Map([...latents].map(([name, z]) => [name, b.stopGradient(z)])),\n  )\n}",
      ],
    ],
    killedBy: ['bounds', 'no gradient in q at the posterior'],
  },
  {
    id: 'sticking-to-nothing',
    bug: 'the score is not left out: the gradient is the usual one',
    seen: 'stop_gradient on a copy that nothing reads',
    file: ELABORATE,
    edits: [["leaf.op === 'param' ? b.stopGradient(leaf) : undefined", "leaf.op === 'state' ? leaf : undefined"]],
    killedBy: ['bounds', 'no gradient in q at the posterior'],
  },
  {
    id: 'noise-shared-in-batch',
    bug: 'one ε for the whole minibatch',
    seen: 'randn(latent) in place of randn_like(mean)',
    file: OBJECTIVE,
    edits: [
      [
        "const isDatum = (leaf: Node): boolean => leaf.op === 'data' || leaf.op === 'noise'",
        "const isDatum = (leaf: Node): boolean => leaf.op === 'data'",
      ],
    ],
    killedBy: ['objective', 'every datum and draw has noise of its own'],
  },
  {
    id: 'noise-shared-by-draws',
    bug: 'all k draws of IWAE are the same one',
    seen: 'expand() before sampling',
    file: OBJECTIVE,
    edits: [
      [
        "const isNoise = (leaf: Node): boolean => leaf.op === 'noise'",
        "const isNoise = (leaf: Node): boolean => leaf.op === 'state'",
      ],
    ],
    killedBy: ['objective', 'every datum and draw has noise of its own'],
  },
  {
    id: 'noise-shared-by-latents',
    bug: 'two latents of one size draw the same ε',
    seen: 'a generator seeded anew for every layer',
    file: ELABORATE,
    edits: [['drawFrom(dist, noise(name))', "drawFrom(dist, 'epsilon')"]],
    killedBy: ['objective', 'every datum and draw has noise of its own'],
  },
  {
    id: 'sum-over-the-batch',
    bug: 'a sum over the minibatch where everything else is a mean',
    seen: 'reduction="sum" with a learning rate for means',
    file: OBJECTIVE,
    edits: [['.map((x) => b.mean(x, [0]))', '.map((x) => b.sum(x, [0]))']],
    killedBy: ['objective', 'duplicating the minibatch changes nothing'],
  },
  {
    id: 'second-observation-forgotten',
    bug: 'of several observations only the first is scored',
    seen: 'multi-modal VAEs',
    file: OBJECTIVE,
    edits: [['b.addAll([...e.likelihoods].map(', 'b.addAll([...e.likelihoods].slice(0, 1).map(']],
    killedBy: ['objective', 'reconstruction is the sum of log-likelihoods'],
  },
]
