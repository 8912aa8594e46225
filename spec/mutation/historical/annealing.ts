import type { Mutant } from '../Mutant.ts'

const ANNEAL = 'src/diagnose/anneal.ts'
const LIKELIHOOD = 'src/diagnose/annealedLikelihood.ts'

/** Weights, transitions and directions of annealed importance sampling. */
export const annealingMutants: readonly Mutant[] = [
  {
    id: 'ais-beta-for-its-rise',
    bug: 'log-weights take β_t in place of β_t − β_{t−1}',
    seen: 'log w += beta * (log f_1 − log f_0) in a loop over temperatures',
    file: ANNEAL,
    edits: [['const rise = (betas[t] ?? 1) - (betas[t - 1] ?? 0)', 'const rise = betas[t] ?? 1']],
    killedBy: ['annealing', 'exact from the posterior'],
  },
  {
    id: 'ais-back-from-the-start',
    bug: 'the way back begins at draws that are not the posterior’s',
    seen: 'bidirectional Monte Carlo on data whose latents were not kept',
    file: LIKELIHOOD,
    edits: [['const back = anneal(evaluate, exact, path', 'const back = anneal(evaluate, initial, path']],
    killedBy: ['annealing', 'lower below upper'],
  },
]
