import { apply, type Node } from '../../expr/Op.ts'
import type { Emitter } from './Emitter.ts'
import { typeAttr } from './graphdef/GraphDef.ts'
import type { Ref, Scope } from './graphdef/scope.ts'
import { comparisons, lowering } from './lower.ts'

const repeats = (shapes: readonly (readonly number[])[]): readonly number[] => {
  const rank = Math.max(...shapes.map((s) => s.length))
  return Array.from({ length: rank }, (_, i) => Math.max(...shapes.map((s) => s[i - rank + s.length] ?? 1)))
}
const sameShape = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((d, i) => d === b[i])

/** Before repetition: the operand of a broadcast, one number where one fills the shape, or the vertex itself. */
const compactShape = (node: Node): readonly number[] => {
  if (node.op === 'broadcast') return node.src[0]?.shape ?? node.shape
  return node.op === 'const' && node.arg.values.length === 1 ? [] : node.shape
}

/** Writes vertices into a scope, each once, when first needed and after those that it waits for; `leaf` gives what comes from outside. */
export const emitterIn = (
  scope: Scope,
  leaf: (node: Node) => Ref | undefined,
  waits: ReadonlyMap<Node, readonly Node[]>,
): Emitter => {
  const made = new Map<Node, Ref>()
  const truths = new Map<Node, Ref>()
  const compact = (node: Node): Ref => {
    if (node.op === 'broadcast') return emitter.ref(node.src[0])
    return node.op === 'const' && node.arg.values.length === 1 ? scope.floats(node.arg.values, []) : emitter.ref(node)
  }
  const floatAfter =
    (after: readonly Ref[]): Emitter['float'] =>
    (op, inputs, attrs = {}) =>
      scope.add(op, inputs, { T: typeAttr('float'), ...attrs }, after)
  const emitter: Emitter = {
    scope,
    float: floatAfter([]),
    ref: (node) => {
      if (node === undefined) throw new TypeError('an operand is missing')
      const known = made.get(node) ?? leaf(node)
      const first = known === undefined ? (waits.get(node) ?? []) : []
      const ref = known ?? apply(lowering, node, { ...emitter, float: floatAfter(first.map(emitter.ref)) })
      made.set(node, ref)
      return ref
    },
    together: (operands, shape) => {
      if (sameShape(repeats(operands.map(compactShape)), shape)) return operands.map(compact)
      // One in full is enough for the others to be repeated to.
      const [first, ...others] = operands
      return first === undefined ? [] : [emitter.ref(first), ...others.map(compact)]
    },
    truth: (node) => {
      if (node === undefined) throw new TypeError('a condition is missing')
      const [op, attrs] = comparisons[node.op] ?? []
      const truth =
        truths.get(node) ??
        (op === undefined
          ? scope.add('NotEqual', [emitter.ref(node), scope.floats([0], [])], {
              T: typeAttr('float'),
              incompatible_shape_error: { b: true },
            })
          : emitter.float(op, emitter.together(node.src, node.shape), attrs))
      truths.set(node, truth)
      return truth
    },
    leaf: (node) => {
      throw new TypeError(`nothing gives ${node.op} its value`)
    },
  }
  return emitter
}
