import { caption } from '../expr/caption.ts'
import { isLeaf, type Leaf } from '../expr/leaf.ts'
import type { Node } from '../expr/Op.ts'
import type { Tensor } from '../expr/Tensor.ts'
import type { Feeds, Plan, Session } from '../interp/Session.ts'

export const allFinite = (values: Iterable<Tensor>): boolean => {
  for (const { data } of values) for (let i = 0; i < data.length; i++) if (!Number.isFinite(data[i])) return false
  return true
}

/** Variables as they were before an update, by its number from 0. */
export interface Snapshot {
  readonly step: number
  readonly values: ReadonlyMap<string, Tensor>
}

/** How a training step is run, and run again: all that it reads but the variables follows from its number. */
export interface Replay {
  readonly session: Session
  readonly planAt: (step: number) => Plan
  readonly feedsAt: (step: number) => Feeds
}

/** An update and the first vertex in it that was not finite. */
export interface Culprit {
  readonly step: number
  readonly node: Node | undefined
}

const inspected = ({ planAt, feedsAt }: Replay, step: number): Culprit => ({
  step,
  node: planAt(step).firstNonFinite(feedsAt(step)),
})

/**
 * The update that first left variables which are not finite, by halving the way from a snapshot to update `bad`, at which they were found
 * so. Training is replayed for it: the same steps give the same numbers.
 */
const located = (replay: Replay, from: Snapshot, bad: number): Culprit => {
  const { session, planAt, feedsAt } = replay
  let good = from
  let end = bad
  while (end - good.step > 1) {
    const middle = Math.floor((good.step + end) / 2)
    session.write(good.values)
    for (let step = good.step; step < middle; step++) planAt(step).run(feedsAt(step))
    const values = session.read()
    if (allFinite(values.values())) good = { step: middle, values }
    else end = middle
  }
  session.write(good.values)
  return inspected(replay, good.step)
}

/**
 * What made update `step` end in numbers that are not finite. Usually one of its own vertices: the variables are taken back and it is
 * looked at again. Where they came broken, from an earlier update whose own outputs were finite, that one is looked for.
 */
export const culpritOf = (replay: Replay, snapshot: Snapshot, step: number): Culprit => {
  const { session } = replay
  return session.rollback() && allFinite(session.read().values())
    ? inspected(replay, step)
    : located(replay, snapshot, step)
}

/** {@link culpritOf} where nothing but the variables after update `step − 1` is known to be broken. */
export const culpritBefore = (replay: Replay, snapshot: Snapshot, step: number): Culprit =>
  located(replay, snapshot, step)

const NEAREST = 3

/** The named leaves closest above a vertex, nearest first. */
const leavesAbove = (node: Node): readonly Leaf[] => {
  const found: Leaf[] = []
  const seen = new Set<Node>([node])
  let level: readonly Node[] = [node]
  while (level.length > 0 && found.length < NEAREST) {
    found.push(...level.filter(isLeaf).filter((leaf) => leaf.op !== 'scalar'))
    const next = level.flatMap((n) => n.src).filter((n) => !seen.has(n))
    for (const n of next) seen.add(n)
    level = [...new Set(next)]
  }
  return found.slice(0, NEAREST)
}

const kinds: { readonly [O in Leaf['op']]: string } = {
  data: 'data',
  param: 'parameter',
  state: 'optimiser state',
  noise: 'noise',
  scalar: 'number',
}
const called = (leaf: Leaf): string => `${kinds[leaf.op]} '${leaf.arg.name}'`
const listed = (words: readonly string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`

/** A vertex in words: `log [128, 20], computed from parameter 'guide/z/dense_1/kernel' and data 'x'`. */
export const describeNode = (node: Node): string => {
  const shape = `[${node.shape.join(', ')}]`
  if (isLeaf(node)) return `${called(node)} ${shape}`
  const above = leavesAbove(node).map(called)
  const said = [node.op, caption(node), shape].filter((part) => part !== '').join(' ')
  return above.length === 0 ? said : `${said}, computed from ${listed(above)}`
}
