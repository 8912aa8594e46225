import * as E from 'fp-ts/lib/Either.js'
import type { Dataset } from '../../data/Field.ts'
import { split } from '../../data/split.ts'
import type { HeldOut, Part } from '../../data/streams.ts'
import type { Tensor } from '../../expr/Tensor.ts'
import { openReference } from '../../interp/reference/index.ts'
import type { Feeds, Plan, Session } from '../../interp/Session.ts'
import { type Run, trainKept } from '../../train/epochs.ts'
import { keptNowhere } from '../../train/Keeper.ts'
import { LawBroken } from '../Gauge.ts'
import type { Probe } from './probes.ts'

type Variables = ReadonlyMap<string, Tensor>

/** One run of a plan, as the target saw it. */
export interface Call {
  readonly kind: 'update' | 'measurement'
  readonly feeds: Feeds
  readonly outputs: Variables
  /** the variables before it */
  readonly before: Variables
}

/** A training run on the reference, and all that it asked of the target. */
export interface Recording extends Probe {
  /** the data with the rows that were set aside for validation */
  readonly parts: Dataset
  readonly calls: readonly Call[]
  readonly run: Run
}

/** What is right, or the words of what is wrong as a broken law. */
export const orBroken = <A>(result: E.Either<{ readonly message: string }, A>): A => {
  if (E.isLeft(result)) throw new LawBroken(result.left.message)
  return result.right
}

const watched = (calls: Call[]): Session => {
  const session = openReference()
  return {
    ...session,
    prepare: (graph) => {
      const kind = Object.keys(graph.updates).length > 0 ? 'update' : 'measurement'
      return E.map((plan: Plan) => ({
        ...plan,
        run: (feeds: Feeds) => {
          const before = session.read()
          const outputs = plan.run(feeds)
          calls.push({ kind, feeds, outputs, before })
          return outputs
        },
      }))(session.prepare(graph))
    },
  }
}

/** Train a probe and write down what happens. */
export const record = async (probe: Probe): Promise<Recording> => {
  const calls: Call[] = []
  const session = watched(calls)
  const { experiment, dataset } = probe
  const run = orBroken(await trainKept(experiment, { session, dataset }, keptNowhere)())
  session.dispose()
  const { validation, seed } = experiment.settings
  return { ...probe, parts: orBroken(split(dataset, validation, seed)), calls, run }
}

/** The rows of a minibatch, by the numbers that they carry. */
export const idsOf = ({ feeds }: Call): readonly number[] =>
  Array.from(feeds.data.get('id')?.data ?? [], (id) => Math.round(id * 64))
export const idsIn = ({ parts }: Recording, part: Part): readonly number[] =>
  Array.from(parts[part].columns['id'] ?? [], (id) => Math.round(id * 64))
export const updates = ({ calls }: Recording): readonly Call[] => calls.filter(({ kind }) => kind === 'update')
/** Measurements of a part of the data, known by its rows, each time that it is measured. */
export const passesOver = (r: Recording, part: HeldOut): readonly (readonly Call[])[] => {
  const ids = new Set(idsIn(r, part))
  const calls = r.calls.filter((call) => call.kind === 'measurement' && idsOf(call).some((id) => ids.has(id)))
  const each = Math.ceil(ids.size / r.experiment.settings.batch)
  return Array.from({ length: Math.ceil(calls.length / each) }, (_, i) => calls.slice(i * each, (i + 1) * each))
}
export const epochsOf = (r: Recording): readonly (readonly Call[])[] => {
  const each = Math.ceil(r.parts.train.size / r.experiment.settings.batch)
  return Array.from({ length: Math.ceil(updates(r).length / each) }, (_, i) =>
    updates(r).slice(i * each, (i + 1) * each),
  )
}
