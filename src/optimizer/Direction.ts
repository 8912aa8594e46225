import * as b from '../expr/build.ts'
import { node } from '../expr/node.ts'
import type { Dims, Node, NodeOf } from '../expr/Op.ts'
import type { Horizon } from '../schedule/index.ts'

export type Param = NodeOf<'param'>
export type Updates = Readonly<Record<string, Node>>

/** What all steps of a chain see. */
export interface Context {
  readonly horizon: Horizon
  /** the number of the minibatch, from 0 */
  readonly step: Node
  /** how many data the minibatch has */
  readonly size: number
}

/**
 * Where one parameter is about to go: p ← p·(1 − decay) − (Π up / Π down)·value / over. The factors stay apart, so that a learning rate costs
 * one product of single numbers and not one of tensors.
 */
export interface Direction {
  readonly param: Param
  readonly value: Node
  readonly over: Node | undefined
  readonly up: readonly Node[]
  readonly down: readonly Node[]
  readonly decay: Node | undefined
  /** false of a parameter that stays as it is */
  readonly moves: boolean
  /** how many updates were made before this one */
  readonly count: Node
  /** 0 at a minibatch after which nothing is updated; absent where every one updates */
  readonly ready: Node | undefined
  /** by how much each average of the parameter keeps of itself */
  readonly averages: readonly number[]
}

/** New values of what the optimiser remembers, by parameter. */
export interface Slot {
  readonly param: Param
  readonly leaf: NodeOf<'state'>
  readonly value: Node
}
export interface Descent {
  readonly directions: readonly Direction[]
  readonly slots: readonly Slot[]
}

export const begin = (param: Param, gradient: Node, { step }: Context): Direction => ({
  param,
  value: gradient,
  over: undefined,
  up: [],
  down: [],
  decay: undefined,
  moves: true,
  count: step,
  ready: undefined,
  averages: [],
})

/** The factor and the quotient in one vertex each, the parameter's own share left out. */
const change = ({ value, over, up, down }: Direction): Node => {
  const above = up.reduce<Node | undefined>((product, f) => (product === undefined ? f : b.mul(product, f)), undefined)
  const size = down.reduce<Node | undefined>((quotient, f) => b.div(quotient ?? 1, f), above)
  const scaled = size === undefined ? value : b.mul(size, value)
  return over === undefined ? scaled : b.div(scaled, over)
}

/** A direction as one vertex of the parameter's shape. */
export const asOne = (d: Direction): Node =>
  d.decay === undefined ? change(d) : b.add(change(d), b.mul(d.param, d.decay))

/** The same parameter in another direction. */
export const towards = (d: Direction, value: Node): Direction => ({
  ...d,
  value,
  over: undefined,
  up: [],
  down: [],
  decay: undefined,
})

export const scaledBy = (d: Direction, factor: Node): Direction => ({
  ...d,
  up: [factor, ...d.up],
  decay: d.decay === undefined ? undefined : b.mul(factor, d.decay),
})

/** `yes` where the parameter is updated after this minibatch, else `no`. */
export const whenReady = ({ ready }: Direction, yes: Node, no: Node): Node =>
  ready === undefined ? yes : b.select(ready, yes, no)

/** What is remembered of a parameter, under a name that no earlier step of the chain has. */
export const memory = (
  slots: readonly Slot[],
  what: string,
  { param }: Direction,
  shape: Dims = param.shape,
): Slot['leaf'] => {
  const taken = new Set(slots.map(({ leaf }) => leaf.arg.name))
  const name = (n: number): string => `${what}${n === 1 ? '' : `~${n}`}/${param.arg.name}`
  let n = 1
  while (taken.has(name(n))) n++
  return node('state', { name: name(n), shape, fill: 0 })
}

/** Each direction changed by itself, with what is remembered of it. */
export const eachAlone =
  (change: (d: Direction, slots: readonly Slot[]) => { readonly to: Direction; readonly slots?: readonly Slot[] }) =>
  ({ directions, slots }: Descent): Descent => {
    const made = directions.map((d) => change(d, slots))
    return { directions: made.map(({ to }) => to), slots: [...slots, ...made.flatMap(({ slots: own = [] }) => own)] }
  }

/** The parameter after the update. */
export const arrived = (d: Direction): Node => {
  const kept = d.decay === undefined ? d.param : b.mul(d.param, b.sub(1, d.decay))
  return whenReady(d, b.sub(kept, change(d)), d.param)
}
