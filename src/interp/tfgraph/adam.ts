import type { Graph } from '../../expr/Graph.ts'
import type { Node, NodeOf } from '../../expr/Op.ts'
import { splatOf } from '../../passes/splat.ts'

/** An update in Adam's form, which TensorFlow makes in one operation: m, v and the parameter are read and written once. */
export interface AdamUpdate {
  readonly param: string
  readonly m: string
  readonly v: string
  readonly gradient: Node
  /** one number each */
  readonly size: Node
  readonly epsilon: Node
  readonly beta1: number
  readonly beta2: number
}

const pair = (node: Node | undefined, op: Node['op']): readonly [Node, Node] | undefined => {
  const [x, y] = node?.op === op ? node.src : []
  return x === undefined || y === undefined ? undefined : [x, y]
}

/** The one number that is repeated to a vertex's shape. */
const repeated = (node: Node): Node | undefined => {
  if (node.shape.length === 0) return node
  const [from] = node.src
  return node.op === 'broadcast' && from?.shape.length === 0 ? from : undefined
}

/** x + (1 − β)(target − x), for a state x */
const average = (
  node: Node | undefined,
): { readonly state: NodeOf<'state'>; readonly target: Node; readonly beta: number } | undefined => {
  const [state, weighted] = pair(node, 'add') ?? []
  const [weight, difference] = pair(weighted, 'mul') ?? []
  const [target, again] = pair(difference, 'sub') ?? []
  const rest = splatOf(weight)
  return state?.op === 'state' && again === state && target !== undefined && rest !== undefined
    ? { state, target, beta: 1 - rest }
    : undefined
}

const adamUpdate = (name: string, updates: Graph['updates']): AdamUpdate | undefined => {
  const [param, change] = pair(updates[name], 'sub') ?? []
  const [above, below] = pair(change, 'div') ?? []
  const [rate, first] = pair(above, 'mul') ?? []
  const [root, offset] = pair(below, 'add') ?? []
  const [m, v] = [average(first), average(root?.op === 'sqrt' ? root.src[0] : undefined)]
  const [g, same] = pair(v?.target, 'mul') ?? []
  const size = rate && repeated(rate)
  const epsilon = offset && repeated(offset)
  const fits = param?.op === 'param' && param.arg.name === name && g === same && g === m?.target
  if (!fits || m === undefined || v === undefined || g === undefined || size === undefined || epsilon === undefined)
    return undefined
  const kept = updates[m.state.arg.name] === first && updates[v.state.arg.name] === root?.src[0]
  return kept
    ? {
        param: name,
        m: m.state.arg.name,
        v: v.state.arg.name,
        gradient: g,
        size,
        epsilon,
        beta1: m.beta,
        beta2: v.beta,
      }
    : undefined
}

/** The updates that are Adam's, and the graph without them. */
export const takeAdam = (graph: Graph): { readonly adam: readonly AdamUpdate[]; readonly rest: Graph } => {
  const adam = Object.keys(graph.updates).flatMap((name) => adamUpdate(name, graph.updates) ?? [])
  const taken = new Set(adam.flatMap(({ param, m, v }) => [param, m, v]))
  return {
    adam,
    rest: {
      outputs: graph.outputs,
      updates: Object.fromEntries(Object.entries(graph.updates).filter(([name]) => !taken.has(name))),
    },
  }
}
