import { normals, uniforms } from './draws.ts'

/** Two log-densities of every chain's state, and the gradient of log f_β = (1 − β) log start + β log target in it. */
interface Annealed {
  readonly start: Float64Array
  readonly target: Float64Array
  /** [chains × dimensions] */
  readonly gradient: Float64Array
}
export type Evaluate = (states: Float64Array, beta: number) => Annealed

export interface Path {
  /** from 0 to 1 */
  readonly betas: readonly number[]
  /** of Hamiltonian Monte Carlo, one for every β */
  readonly stepSizes: readonly number[]
  readonly leapfrogs: number
}

/** Where chains ended, and log (target / start) of the way: the log-weight. */
export interface Annealing {
  readonly logWeights: Float64Array
  readonly states: Float64Array
  /** the share of accepted proposals at every β */
  readonly acceptance: readonly number[]
}

/**
 * β's that are dense at both ends: σ-spaced. Source  Grosse, Ghahramani & Adams 2015, arXiv:1511.02543 (sigmoid, δ = 4)
 */
export const sigmoidBetas = (temperatures: number): readonly number[] => {
  const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x))
  const raw = Array.from({ length: temperatures + 1 }, (_, t) => sigmoid(4 * ((2 * t) / temperatures - 1)))
  const [first, last] = [raw[0] ?? 0, raw[temperatures] ?? 1]
  return raw.map((r) => (r - first) / (last - first))
}

const energyOf = (at: Annealed, beta: number, momenta: Float64Array, chain: number, width: number): number => {
  let kinetic = 0
  for (let d = 0; d < width; d++) kinetic += (momenta[chain * width + d] ?? 0) ** 2 / 2
  return kinetic - (1 - beta) * (at.start[chain] ?? 0) - beta * (at.target[chain] ?? 0)
}

interface Proposal extends Pick<Path, 'leapfrogs'> {
  readonly stepSize: number
  readonly seed: number
  readonly step: number
  /** whose noise it is: what chains do must not depend on what their step sizes were tuned by */
  readonly run: 'anneal' | 'pilot'
}

interface Moved {
  readonly states: Float64Array
  readonly at: Annealed
  readonly accepted: number
}

/** One proposal of Hamiltonian Monte Carlo for every chain: leaves f_β as it is. Source  Neal 2011, "MCMC using Hamiltonian dynamics" */
const move = (
  evaluate: Evaluate,
  states: Float64Array,
  before: Annealed,
  beta: number,
  { stepSize, leapfrogs, seed, step, run }: Proposal,
): Moved => {
  const chains = before.start.length
  const width = states.length / chains
  // Trajectories of one length can come round to where they began; the factor depends on no state, so f_β stays as it is.
  const [jitter = 0.5] = uniforms(1, { seed, step, name: `${run}/length` })
  const length = stepSize * (0.6 + 0.8 * jitter)
  const momenta = normals(states.length, { seed, step, name: `${run}/momentum` })
  const thresholds = uniforms(chains, { seed, step, name: `${run}/accept` })
  const kicked = Float64Array.from(momenta)
  const proposed = Float64Array.from(states)
  let at = before
  for (let l = 0; l < leapfrogs; l++) {
    for (let i = 0; i < proposed.length; i++) {
      kicked[i] = (kicked[i] ?? 0) + (length / 2) * (at.gradient[i] ?? 0)
      proposed[i] = (proposed[i] ?? 0) + length * (kicked[i] ?? 0)
    }
    at = evaluate(proposed, beta)
    for (let i = 0; i < proposed.length; i++) kicked[i] = (kicked[i] ?? 0) + (length / 2) * (at.gradient[i] ?? 0)
  }
  const kept = Float64Array.from(states)
  const [start, target, gradient] = [before.start, before.target, before.gradient].map((a) => Float64Array.from(a))
  let accepted = 0
  for (let c = 0; c < chains; c++) {
    const rise = energyOf(before, beta, momenta, c, width) - energyOf(at, beta, kicked, c, width)
    if (!((thresholds[c] ?? 1) < Math.exp(rise))) continue
    accepted++
    kept.set(proposed.subarray(c * width, (c + 1) * width), c * width)
    gradient?.set(at.gradient.subarray(c * width, (c + 1) * width), c * width)
    start?.fill(at.start[c] ?? Number.NaN, c, c + 1)
    target?.fill(at.target[c] ?? Number.NaN, c, c + 1)
  }
  return {
    states: kept,
    at: { start: start ?? before.start, target: target ?? before.target, gradient: gradient ?? before.gradient },
    accepted: accepted / chains,
  }
}

/**
 * Annealed importance sampling. Forward: states drawn from `start` are led to `target`; the mean of exp(logWeight) is the ratio of the
 * normalising constants, unbiased. Backward: states drawn from the *normalised target* are led back over the same path; logWeight is then
 * that of the reverse path, and the mean of exp(−logWeight) is the inverse ratio, unbiased.
 *
 * Bias      log of a forward mean is too low, minus log of a backward mean too high: together they enclose the truth
 * Source    Neal 2001, "Annealed importance sampling"; Grosse et al. 2015, arXiv:1511.02543 (both ways)
 */
export const anneal = (
  evaluate: Evaluate,
  initial: Float64Array,
  path: Path,
  { seed, backward = false }: { readonly seed: number; readonly backward?: boolean },
): Annealing => {
  const { betas, stepSizes, leapfrogs } = path
  const last = betas.length - 1
  const order = Array.from({ length: last }, (_, t) => (backward ? last - t : t + 1))
  let states: Float64Array = Float64Array.from(initial)
  let at = evaluate(states, betas[backward ? last : 0] ?? 0)
  const logWeights = new Float64Array(at.start.length)
  const acceptance: number[] = []
  for (const t of order) {
    const rise = (betas[t] ?? 1) - (betas[t - 1] ?? 0)
    for (let c = 0; c < logWeights.length; c++)
      logWeights[c] = (logWeights[c] ?? 0) + rise * ((at.target[c] ?? 0) - (at.start[c] ?? 0))
    // The way back takes the forward path's transitions in reverse: the one at β_t lies between the weights of t + 1 and t.
    const next = backward ? t - 1 : t
    if (next === 0 || next === last) continue
    const beta = betas[next] ?? 0
    at = evaluate(states, beta)
    const moved = move(evaluate, states, at, beta, {
      stepSize: stepSizes[next] ?? 0.1,
      leapfrogs,
      seed,
      step: backward ? last + t : t,
      run: 'anneal',
    })
    ;({ states, at } = moved)
    acceptance.push(moved.accepted)
  }
  return { logWeights, states, acceptance }
}

/** Acceptance that Hamiltonian Monte Carlo is tuned towards. Source  Neal 2011, §4.4 */
const WANTED = 0.65

/**
 * Step sizes for a path, from a run ahead of it, with noise of its own: after every β a little longer or shorter, towards the wanted
 * acceptance. The runs that count then keep them, so their transitions leave f_β as it is.
 */
export const tuned = (
  evaluate: Evaluate,
  initial: Float64Array,
  path: Omit<Path, 'stepSizes'> & { readonly stepSize: number },
  seed: number,
): Path => {
  let states = initial
  let { stepSize } = path
  const stepSizes = path.betas.map((beta, t) => {
    const used = stepSize
    const moved = move(evaluate, states, evaluate(states, beta), beta, {
      stepSize,
      leapfrogs: path.leapfrogs,
      seed,
      step: t,
      run: 'pilot',
    })
    states = moved.states
    stepSize *= moved.accepted > WANTED ? 1.05 : 0.9
    return used
  })
  return { betas: path.betas, leapfrogs: path.leapfrogs, stepSizes }
}
