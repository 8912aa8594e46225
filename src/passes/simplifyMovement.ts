import * as b from '../expr/build.ts'
import type { Dims, Node } from '../expr/Op.ts'
import { sizeOf } from '../expr/Tensor.ts'
import { type Pass, type Rule, rewriting } from './Pass.ts'

/** Without the ones in front. */
const core = (shape: Dims): Dims =>
  shape.slice(shape.findIndex((d) => d !== 1) < 0 ? shape.length : shape.findIndex((d) => d !== 1))

const endsWith = (shape: Dims, end: Dims): boolean =>
  end.length <= shape.length && b.sameDims(end, shape.slice(shape.length - end.length))

/**
 * A broadcast, reshaped: the same vertex repeated into the other shape, where it fills whole trailing axes of both. In the broadcast's own
 * shape it must too: [4, 1] repeated into [4, 4] is another order of numbers than [4, 1] repeated into [4, 4, 1].
 */
export const trailing = (repeated: Node, shape: Dims): Node | undefined => {
  const [x] = repeated.src
  if (repeated.op !== 'broadcast' || x === undefined) return undefined
  const from = core(x.shape)
  return endsWith(repeated.shape, from) && endsWith(shape, from) ? b.broadcastTo(b.reshape(x, from), shape) : undefined
}

const reshape: Rule = (node) => {
  const [x] = node.src
  if (node.op !== 'reshape' || x === undefined) return undefined
  if (b.sameDims(x.shape, node.shape)) return x
  const [y] = x.src
  if (y === undefined) return undefined
  if (x.op === 'reshape') return b.reshape(y, node.shape)
  return trailing(x, node.shape)
}

const broadcast: Rule = (node) => {
  const [x] = node.src
  if (node.op !== 'broadcast' || x === undefined) return undefined
  if (b.sameDims(x.shape, node.shape)) return x
  const [y] = x.src
  if (x.op === 'broadcast' && y !== undefined) return b.broadcastTo(y, node.shape)
  // ones in front say nothing that repeating does not say
  const from = core(x.shape)
  if (from.length < x.shape.length) return b.broadcastTo(b.reshape(x, from), node.shape)
  // repeating along axes of extent 1 is a reshape
  return sizeOf(x.shape) === sizeOf(node.shape) ? b.reshape(x, node.shape) : undefined
}

const transpose: Rule = (node) => {
  const [x] = node.src
  if (node.op !== 'transpose' || x === undefined) return undefined
  const { perm } = node.arg
  if (perm.every((p, i) => p === i)) return x
  const [y] = x.src
  if (x.op === 'transpose' && y !== undefined)
    return b.transpose(
      y,
      perm.map((p) => x.arg.perm[p] ?? 0),
    )
  // moving axes of extent 1 moves no number
  const order = perm.filter((p) => x.shape[p] !== 1)
  return order.every((p, i) => i === 0 || p > (order[i - 1] ?? -1)) ? b.reshape(x, node.shape) : undefined
}

const slice: Rule = (node) => {
  const [x] = node.src
  if (node.op !== 'slice' || x === undefined) return undefined
  if (b.sameDims(x.shape, node.shape)) return x
  const [y] = x.src
  return x.op === 'slice' && y !== undefined
    ? b.slice(
        y,
        node.arg.begin.map((d, i) => d + (x.arg.begin[i] ?? 0)),
        node.arg.size,
      )
    : undefined
}

/** pad(x) + pad(y) where each fills what the other leaves: the cotangent of two halves. */
const joined: Rule = (node) => {
  const [p, q] = node.src
  if (node.op !== 'add' || p?.op !== 'pad' || q?.op !== 'pad') return undefined
  const [x, y] = [p.src[0], q.src[0]]
  const axis = p.arg.before.findIndex((d, i) => d !== 0 || p.arg.after[i] !== 0)
  if (x === undefined || y === undefined || axis < 0) return undefined
  const only = (pad: typeof p): boolean =>
    pad.arg.before.every((d, i) => i === axis || (d === 0 && pad.arg.after[i] === 0))
  const follows = (first: typeof p, second: typeof p): boolean =>
    first.arg.before[axis] === 0 &&
    second.arg.after[axis] === 0 &&
    second.arg.before[axis] === first.src[0]?.shape[axis]
  if (!only(p) || !only(q)) return undefined
  if (follows(p, q)) return b.concat([x, y], axis)
  return follows(q, p) ? b.concat([y, x], axis) : undefined
}

export const simplifyMovement: Pass = rewriting(
  'simplify movement',
  'layers written for one datum leave chains of reshapes and repeats behind when a batch axis comes in',
  [reshape, broadcast, transpose, slice, joined],
)
