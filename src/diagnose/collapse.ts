import { advice } from '../call/advice.ts'
import type { Bounds } from './aggregate.ts'
import type { LatentSummary } from './inspect.ts'

/** How much of the latents is unused. */
export type Collapse = 'none' | 'partial' | 'full'

export interface LatentVerdict {
  readonly name: string
  readonly verdict: Collapse
  /** dimensions that are inactive by either criterion, from 0 */
  readonly collapsed: readonly number[]
  readonly active: readonly number[]
  /** dimensions that cost nats but whose posterior mean does not move with the data: off the prior, and telling nothing */
  readonly idle: readonly number[]
  /** what was measured, in words */
  readonly evidence: readonly string[]
}

/** Whether the posterior has collapsed, where, how that is known, and what to try. Plain data. */
export interface CollapseVerdict {
  readonly verdict: Collapse
  readonly latents: readonly LatentVerdict[]
  readonly evidence: readonly string[]
  readonly remedy: readonly string[]
}

const nats = (x: number): string => `${x.toFixed(Math.abs(x) < 0.1 ? 4 : 2)} nats`
const list = (dimensions: readonly number[]): string => dimensions.join(', ')

const latentVerdict = (summary: LatentSummary): LatentVerdict => {
  const { name, dimensions, kl } = summary
  const indexed = dimensions.map((d, i) => ({ i, ...d }))
  const used = indexed.filter((d) => d.active)
  const unused = indexed.filter((d) => !d.active)
  const idle = indexed.filter((d) => d.activeByKl && !d.activeByVariance).map(({ i }) => i)
  const most = unused.reduce((n, d) => Math.max(n, d.kl.value), 0)
  return {
    name,
    verdict: used.length === 0 ? 'full' : unused.length === 0 ? 'none' : 'partial',
    collapsed: unused.map(({ i }) => i),
    active: used.map(({ i }) => i),
    idle,
    evidence: [
      `'${name}': KL ${nats(kl.value)} ± ${kl.standardError.toFixed(4)} a datum; ${used.length} of ${dimensions.length} dimensions active`,
      ...(unused.length === 0
        ? []
        : [
            `'${name}': dimensions ${list(unused.map(({ i }) => i))} inactive, the largest KL among them ${nats(most)}`,
          ]),
      ...(idle.length === 0
        ? []
        : [`'${name}': dimensions ${list(idle)} cost nats but their means do not move with the data`]),
    ],
  }
}

const nothingToEncode: readonly string[] = [
  'look at the data: npx elbo show; an empty column or file, the wrong field, or numbers that were scaled to nothing',
]

const remedies: { readonly [C in Collapse]: readonly string[] } = {
  none: [],
  partial: [
    'dimensions that stay inactive whatever the schedule are more than these data need: prune them, or choose a smaller latent',
    `if a whole latent is inactive, or too few dimensions are active, let the KL in slowly: ${advice.warmUp}`,
  ],
  full: [
    `let the KL in slowly: ${advice.warmUp} or ${advice.cyclical}`,
    `keep some nats free: ${advice.freeBits}`,
    'a smaller beta, if it is above 1',
    'a decoder that cannot do without z: fewer layers, no path from x that goes around the latent',
  ],
}

/**
 * The verdict: `full` where no dimension of any latent is active, `none` where all are, `partial` between. A dimension is active if both its
 * KL and the variance of its posterior mean exceed their thresholds (see `latentSummaries`).
 *
 * Where all data are `alike` there is nothing to encode: no schedule helps, and the remedy is to look at the data.
 *
 * Where bounds on I_q(X; Z) are given they must agree: a verdict of `full` with information above `nats` is told in the evidence.
 *
 * Source    Bowman et al. 2016, arXiv:1511.06349, §3 (collapse, warm-up); Kingma et al. 2016, arXiv:1606.04934, App. C (free bits);
 *           He et al. 2019, arXiv:1901.05534 (information and active units)
 */
export const collapseVerdict = (
  summaries: readonly LatentSummary[],
  information?: Bounds,
  alike = false,
): CollapseVerdict => {
  const latents = summaries.map(latentVerdict)
  const verdict: Collapse = latents.every((l) => l.verdict === 'full')
    ? 'full'
    : latents.every((l) => l.verdict === 'none')
      ? 'none'
      : 'partial'
  const told =
    information === undefined
      ? []
      : [
          `I(X; Z) between ${nats(Math.max(0, information.lower.value))} and ${nats(information.upper.value)}`,
          ...(verdict === 'full' && information.lower.value > 5 * information.lower.standardError + 0.01
            ? ['yet z tells of x: posteriors differ by their widths, or the thresholds are too high for this data']
            : []),
        ]
  return {
    verdict,
    latents,
    evidence: [...latents.flatMap((l) => l.evidence), ...told, ...(alike ? ['all of the data are alike'] : [])],
    remedy: alike ? nothingToEncode : remedies[verdict],
  }
}
