import * as E from 'fp-ts/lib/Either.js'
import type { Node, NodeOf, Op, OpArgs } from './Op.ts'
import { type Draft, signature } from './signature.ts'

/** A graph that cannot be: an error of this library, never of its user, whose shapes are checked before a node is made. */
export class MalformedGraph extends Error {
  override readonly name = 'MalformedGraph'
}

/** JSON loses −0, NaN and the infinities; two constants that differ in them must not be one node. */
const exact = (_: string, value: unknown): unknown =>
  typeof value === 'number' && (!Number.isFinite(value) || Object.is(value, -0))
    ? `#${Object.is(value, -0) ? '-0' : value}`
    : value

const sorted = (arg: object): object => Object.fromEntries(Object.entries(arg).sort(([a], [b]) => (a < b ? -1 : 1)))

const interned = new Map<string, WeakRef<Node>>()
const forgotten = new FinalizationRegistry<string>((key) => {
  if (interned.get(key)?.deref() === undefined) interned.delete(key)
})
let births = 0

const freeze = <T extends object>(value: T): T => {
  for (const inner of Object.values(value))
    if (typeof inner === 'object' && inner !== null && !Object.isFrozen(inner)) freeze(inner)
  return Object.freeze(value)
}

/** The vertex with this op, argument and operands, or what is wrong with its shapes. The same structure is the same object. */
export const tryNode = <O extends Op>(op: O, arg: OpArgs[O], src: readonly Node[]): E.Either<string, NodeOf<O>> => {
  const key = `${op} ${JSON.stringify(sorted(arg), exact)} ${src.map((s) => s.id).join(' ')}`
  const known = interned.get(key)?.deref()
  // The key spells out the op, so what stands there has it.
  if (known !== undefined) return E.right(known as NodeOf<O>)
  const rule: (draft: Draft<O>) => E.Either<string, readonly number[]> = signature[op]
  const shape = rule({ arg, src })
  if (E.isLeft(shape)) return shape
  // One object of the mapped type, whose op, argument and operands belong together by this function's own signature.
  const made = freeze({ op, arg, src: [...src], shape: [...shape.right], id: births++ }) as unknown as NodeOf<O>
  interned.set(key, new WeakRef<Node>(made as Node))
  forgotten.register(made, key)
  return E.right(made)
}

/** {@link tryNode} where the shapes are known to fit: inside transformations, whose input was checked. */
export const node = <O extends Op>(op: O, arg: OpArgs[O], ...src: readonly Node[]): NodeOf<O> => {
  const made = tryNode(op, arg, src)
  if (E.isLeft(made)) throw new MalformedGraph(made.left)
  return made.right
}
