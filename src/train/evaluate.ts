import * as E from 'fp-ts/lib/Either.js'
import { evaluation, gather, range } from '../data/batches.ts'
import { type HeldOut, heldOutStep } from '../data/streams.ts'
import { activeUnits, type ActiveUnits, noSpread, type Spread, spreadWith } from '../diagnose/activeUnits.ts'
import { type ElboError, trainError } from '../error.ts'
import type { Tensor } from '../expr/Tensor.ts'
import { meansOf, type Metrics, metricsOf, noSums, plus } from './metrics.ts'
import { allFinite, describeNode } from './nonFinite.ts'
import type { Prepared } from './prepare.ts'

export interface Evaluation {
  readonly metrics: Metrics
  readonly latents: Readonly<Record<string, ActiveUnits>>
}

const LOCATION = 'location/'
const isLocation = (name: string): boolean => name.startsWith(LOCATION)

const spreadsWith = (
  spreads: ReadonlyMap<string, Spread>,
  outputs: ReadonlyMap<string, Tensor>,
): ReadonlyMap<string, Spread> =>
  new Map(
    [...outputs]
      .filter(([name]) => isLocation(name))
      .map(([name, locations]) => [name, spreadWith(spreads.get(name) ?? noSpread, locations)]),
  )

/**
 * Means over all of the held-out data, with the session's weights as they are, and how many latent dimensions they use. Each row has noise of
 * its own, so the means do not depend on the size of the minibatches. Undefined where `breathe`, called between minibatches, answers that it is
 * to stop.
 *
 * Errors    a number that is not finite, with the first vertex that was not
 */
export const evaluateOn = async (
  { experiment, dataset, session, evaluation: planOf }: Prepared,
  part: HeldOut,
  breathe: () => Promise<boolean>,
): Promise<E.Either<ElboError, Evaluation | undefined>> => {
  const { seed, batch } = experiment.settings
  const data = dataset[part]
  const step = heldOutStep[part]
  let sums = noSums
  let spreads: ReadonlyMap<string, Spread> = new Map()
  for (let i = 0; i * batch < data.size; i++) {
    const rows = range(i * batch, Math.min((i + 1) * batch, data.size))
    if (await breathe()) return E.right(undefined)
    const plan = planOf(rows.length)
    if (E.isLeft(plan)) return plan
    const draws = evaluation(seed, part)
    const feeds = { data: gather(dataset.fields, data, rows, draws), scalars: { step }, seed, step, row: i * batch }
    const outputs = plan.right.run(feeds)
    if (!allFinite(outputs.values())) {
      const node = plan.right.firstNonFinite(feeds)
      const named = node === undefined ? '' : `: the first vertex that is not is ${describeNode(node)}`
      return E.left(trainError(`the ${part} data give numbers that are not finite on ${session.target}${named}`))
    }
    sums = plus(sums, new Map([...outputs].filter(([name]) => !isLocation(name))), rows.length)
    spreads = spreadsWith(spreads, outputs)
  }
  const metrics = metricsOf(sums)
  const latents = [...spreads].map(([name, spread]) => {
    const latent = name.slice(LOCATION.length)
    return [latent, activeUnits(spread, meansOf(sums, `rate/${latent}`))] as const
  })
  return E.right({ metrics, latents: Object.fromEntries(latents) })
}
