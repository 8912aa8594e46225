import * as b from '../expr/build.ts'
import type { Dims, Node, NodeOf } from '../expr/Op.ts'
import { operandsOf } from '../expr/operands.ts'
import { sizeOf } from '../expr/Tensor.ts'
import { type Pass, type Rule, rewriting } from './Pass.ts'

/** Without the ones in front. */
const core = (shape: Dims): Dims => {
  const first = shape.findIndex((d) => d !== 1)
  return first < 0 ? [] : shape.slice(first)
}

const endsWith = (shape: Dims, end: Dims): boolean => b.sameDims(end, shape.slice(shape.length - end.length))

/**
 * A broadcast, reshaped: the same vertex repeated into the other shape, where it fills whole trailing axes of both. In the broadcast's own
 * shape it must too: [4, 1] repeated into [4, 4] is another order of numbers than [4, 1] repeated into [4, 4, 1].
 */
export const trailing = (repeated: NodeOf<'broadcast'>, shape: Dims): Node | undefined => {
  const [x] = operandsOf(repeated)
  const from = core(x.shape)
  return endsWith(repeated.shape, from) && endsWith(shape, from) ? b.broadcastTo(b.reshape(x, from), shape) : undefined
}

const reshape: Rule = (node) => {
  if (node.op !== 'reshape') return undefined
  const [x] = operandsOf(node)
  if (x.op === 'reshape') return b.reshape(operandsOf(x)[0], node.shape)
  return x.op === 'broadcast' ? trailing(x, node.shape) : b.reshape(x, node.shape)
}

const broadcast: Rule = (node) => {
  if (node.op !== 'broadcast') return undefined
  const [x] = operandsOf(node)
  if (x.op === 'broadcast') return b.broadcastTo(operandsOf(x)[0], node.shape)
  // repeating along axes of extent 1 is a reshape
  if (sizeOf(x.shape) === sizeOf(node.shape)) return b.reshape(x, node.shape)
  // ones in front say nothing that repeating does not say
  return b.broadcastTo(b.reshape(x, core(x.shape)), node.shape)
}

const transpose: Rule = (node) => {
  if (node.op !== 'transpose') return undefined
  const [x] = operandsOf(node)
  const { perm } = node.arg
  if (x.op === 'transpose')
    return b.transpose(
      operandsOf(x)[0],
      perm.map((p) => x.arg.perm[p] ?? 0),
    )
  // moving axes of extent 1 moves no number
  const order = perm.filter((p) => x.shape[p] !== 1)
  return order.every((p, i) => p > (order[i - 1] ?? -1)) ? b.reshape(x, node.shape) : undefined
}

const slice: Rule = (node) => {
  if (node.op !== 'slice') return undefined
  const [x] = operandsOf(node)
  const { begin, size } = node.arg
  if (x.op !== 'slice') return b.slice(x, begin, size)
  return b.slice(
    operandsOf(x)[0],
    begin.map((d, i) => d + (x.arg.begin[i] ?? 0)),
    size,
  )
}

/** pad(x) + pad(y) where y begins, along one axis, where x ends. */
const sideBySide = (p: NodeOf<'pad'>, q: NodeOf<'pad'>): Node | undefined => {
  const [[x], [y]] = [operandsOf(p), operandsOf(q)]
  const axis = x.shape.findIndex((d, i) => d !== p.shape[i])
  const along = (extent = 0): Dims => x.shape.map((_, i) => (i === axis ? extent : 0))
  const fits = p === b.pad(x, along(), along(y.shape[axis])) && q === b.pad(y, along(x.shape[axis]), along())
  return fits ? b.concat([x, y], axis) : undefined
}

/** The cotangent of two halves. */
const joined: Rule = (node) => {
  if (node.op !== 'add') return undefined
  const [p, q] = operandsOf(node)
  return p.op === 'pad' && q.op === 'pad' ? (sideBySide(p, q) ?? sideBySide(q, p)) : undefined
}

export const simplifyMovement: Pass = rewriting(
  'simplify movement',
  'layers written for one datum leave chains of reshapes and repeats behind when a batch axis comes in',
  [reshape, broadcast, transpose, slice, joined],
)
