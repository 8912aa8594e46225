import * as E from 'fp-ts/lib/Either.js'
import { aSeed, isSeed } from '../data/seeds.ts'
import { dataError, type ElboError, modelError, targetError, usageError } from '../error.ts'
import { type Graph, rootsOf } from '../expr/Graph.ts'
import { leavesOf } from '../expr/leaf.ts'
import { sizeOf, type Tensor } from '../expr/Tensor.ts'
import type { Plan, Session } from './Session.ts'

/** Values of many data by name, the data along the first axis. */
export type Batch = ReadonlyMap<string, Tensor>

/** What is asked of a graph: which data, with which noise, how many at a time. */
export interface Asked {
  /** the graph reads what it needs of them: [count, …] each */
  readonly data: Batch
  readonly count: number
  /** values that every part reads as they are */
  readonly whole?: Batch
  readonly seed: number
  /** of the first round; each round is one more */
  readonly step?: number
  /** data a plan is made for at most */
  readonly part?: number
  /** how often each part is run, every time with other noise */
  readonly rounds?: number
  readonly scalars?: Readonly<Record<string, number>>
}

/** Which data an answer is about. */
export interface Part {
  readonly from: number
  readonly size: number
  readonly round: number
}

const PART = 200

const rows = ({ shape, data }: Tensor, from: number, to: number): Tensor => {
  const width = sizeOf(shape.slice(1))
  return { shape: [to - from, ...shape.slice(1)], data: data.slice(from * width, to * width) }
}

const dataNames = (graph: Graph): readonly string[] =>
  leavesOf(rootsOf(graph)).flatMap((leaf) => (leaf.op === 'data' ? [leaf.arg.name] : []))

const fed = (graph: Graph, { data, whole, count }: Asked, from: number, size: number): E.Either<ElboError, Batch> => {
  const part = new Map<string, Tensor>()
  for (const name of dataNames(graph)) {
    const same = whole?.get(name)
    if (same !== undefined) {
      part.set(name, same)
      continue
    }
    const all = data.get(name)
    if (all === undefined || all.shape[0] !== count)
      return E.left(modelError(`the model needs a value of '${name}' for each of the ${count}`))
    part.set(name, rows(all, from, from + size))
  }
  return E.right(part)
}

/**
 * Run a per-datum graph over many data, part by part and round by round, and show every answer to `use`. Every datum and every round has
 * noise of its own, that follows from the seed; how large the parts are makes no difference.
 *
 * Errors    a seed or a count out of range; no data; data that the graph reads and that are absent; a graph that the target cannot compile or run
 */
export const inParts = (
  session: Session,
  asked: Asked,
  graphFor: (size: number) => Graph,
  use: (outputs: Batch, part: Part) => void,
): E.Either<ElboError, void> => {
  const { count, seed, step = 0, part: most = PART, rounds = 1, scalars = {} } = asked
  if (!isSeed(seed)) return E.left(usageError(`seed: ${seed} is not ${aSeed}`))
  if (!Number.isSafeInteger(count) || count < 0)
    return E.left(usageError(`count: ${count} is not a whole number from 0 on`))
  if (count === 0) return E.left(dataError('there are no data'))
  let plan: { readonly size: number; readonly graph: Graph; readonly plan: Plan } | undefined
  try {
    for (let from = 0; from < count; from += most) {
      const size = Math.min(most, count - from)
      if (plan?.size !== size) {
        plan?.plan.dispose()
        plan = undefined
        const graph = graphFor(size)
        const prepared = session.prepare(graph)
        if (E.isLeft(prepared)) return prepared
        plan = { size, graph, plan: prepared.right }
      }
      const data = fed(plan.graph, asked, from, size)
      if (E.isLeft(data)) return data
      for (let round = 0; round < rounds; round++) {
        const feeds = { data: data.right, scalars: { step: 0, ...scalars }, seed, step: step + round, row: from }
        use(plan.plan.run(feeds), { from, size, round })
      }
    }
    return E.right(undefined)
  } catch (cause) {
    return E.left(targetError(`${session.target}: ${cause instanceof Error ? cause.message : String(cause)}`))
  } finally {
    plan?.plan.dispose()
  }
}
