import type { Feeds } from '../Session.ts'
import { type Graph, rootsOf } from '../../expr/Graph.ts'
import { MalformedGraph } from '../../expr/node.ts'
import type { Dims, Node } from '../../expr/Op.ts'
import { scalarTensor, type Tensor } from '../../expr/Tensor.ts'
import { topological } from '../../expr/walk.ts'
import { optimise } from '../../passes/pipeline.ts'
import { type HostNumbers, hostNumbers } from '../tfjs/hostNumbers.ts'
import { type AdamUpdate, takeAdam } from './adam.ts'
import { lastProducts } from './lastProducts.ts'
import { splitRows } from './splitRows.ts'

type Named = readonly (readonly [string, Node])[]

/** A graph, made ready to be written as TensorFlow's. */
export interface Program {
  readonly outputs: Named
  /** but for Adam's */
  readonly updates: Named
  readonly adam: readonly AdamUpdate[]
  /** names of all that is updated */
  readonly updated: readonly string[]
  readonly variables: ReadonlyMap<string, Dims>
  /** those of them whose values matter to a run */
  readonly read: ReadonlySet<string>
  readonly data: ReadonlyMap<string, Dims>
  readonly noises: readonly string[]
  /** Numbers that the host computes from the scalars, and of those the ones that the graph reads. */
  readonly host: HostNumbers
  readonly hosted: readonly Node[]
  /** What else is to be done before a vertex, though it does not need it. */
  readonly waits: ReadonlyMap<Node, readonly Node[]>
}

/** Under so many rows a part would not be worth its own operations. */
const LEAST_ROWS = 16

/** Adam's vertices go through the passes with the rest, as outputs of their own. */
const lowered = (graph: Graph, parts: number): { readonly graph: Graph; readonly adam: readonly AdamUpdate[] } => {
  const { adam, rest } = takeAdam(graph)
  const own = (a: AdamUpdate, part: 'gradient' | 'size' | 'epsilon'): string => `${part} of ${a.param}`
  const wanted = Object.fromEntries(
    adam.flatMap((a) => (['gradient', 'size', 'epsilon'] as const).map((part) => [own(a, part), a[part]] as const)),
  )
  const { outputs, updates } = splitRows(
    optimise({ outputs: { ...rest.outputs, ...wanted }, updates: rest.updates }, 'graph'),
    parts,
    LEAST_ROWS,
  )
  const lower = (a: AdamUpdate, part: 'gradient' | 'size' | 'epsilon'): Node => outputs[own(a, part)] ?? a[part]
  return {
    graph: {
      outputs: Object.fromEntries(Object.entries(outputs).filter(([name]) => Object.hasOwn(rest.outputs, name))),
      updates,
    },
    adam: adam.map((a) =>
      Object.assign({}, a, { gradient: lower(a, 'gradient'), size: lower(a, 'size'), epsilon: lower(a, 'epsilon') }),
    ),
  }
}

/** Two leaves of one name cannot be fed apart. */
const shapesOf = (order: readonly Node[], ops: readonly Node['op'][]): Map<string, Dims> => {
  const shapes = new Map<string, Dims>()
  for (const node of order) {
    if (!ops.includes(node.op) || !('name' in node.arg)) continue
    const known = shapes.get(node.arg.name)
    if (known !== undefined && known.join() !== node.shape.join())
      throw new MalformedGraph(
        `'${node.arg.name}' has shape [${known.join(', ')}] and shape [${node.shape.join(', ')}]`,
      )
    shapes.set(node.arg.name, node.shape)
  }
  return shapes
}

/** An update that would give a variable another shape. */
export const misfit = (graph: Graph): string | undefined => {
  const variables = shapesOf(topological(rootsOf(graph)), ['param', 'state'])
  const wrong = Object.entries(graph.updates).find(
    ([name, node]) => (variables.get(name) ?? node.shape).join() !== node.shape.join(),
  )
  return wrong === undefined
    ? undefined
    : `variable '${wrong[0]}' would be updated with a value of shape [${wrong[1].shape.join(', ')}]`
}

const programFrom = (graph: Graph, adam: readonly AdamUpdate[], parts: number): Program => {
  const roots = [...rootsOf(graph), ...adam.flatMap((a) => [a.gradient, a.size, a.epsilon])]
  const order = topological(roots)
  const host = hostNumbers(order)
  const isHosted = (node: Node): boolean => node.op !== 'const' && host.indexOf(node) !== undefined
  const read = new Set<Node>([...Object.values(graph.updates), ...adam.flatMap((a) => [a.gradient, a.size, a.epsilon])])
  for (const node of order)
    if (!isHosted(node) || node.op === 'broadcast') for (const source of node.src) read.add(source)
  const variables = shapesOf(order, ['param', 'state'])
  for (const { param, m, v, gradient } of adam) for (const name of [param, m, v]) variables.set(name, gradient.shape)
  const needed = new Set(variables.keys())
  for (const [name, node] of Object.entries(graph.updates)) variables.set(name, variables.get(name) ?? node.shape)
  return {
    outputs: Object.entries(graph.outputs),
    updates: Object.entries(graph.updates),
    adam,
    updated: [...Object.keys(graph.updates), ...adam.flatMap(({ param, m, v }) => [param, m, v])],
    variables,
    read: needed,
    data: shapesOf(order, ['data']),
    noises: [...shapesOf(order, ['noise']).keys()],
    host,
    hosted: order.filter((node) => isHosted(node) && read.has(node)),
    waits: parts < 2 ? new Map() : lastProducts(roots),
  }
}

/** The graph as it is, a vertex an operation. */
export const plainProgram = (graph: Graph): Program => programFrom(graph, [], 1)

/** Simplified and fused, with its minibatch in so many parts that can run beside each other. */
export const programOf = (graph: Graph, parts: number): Program => {
  const { graph: rest, adam } = lowered(graph, parts)
  return programFrom(rest, adam, parts)
}

/** The numbers that a run of the program reads, in the order of `hosted`, and the outputs that are numbers of the host. */
export const numbersFor = (
  { host, hosted, outputs }: Program,
  scalars: Feeds['scalars'],
): { readonly fed: readonly number[]; readonly outputs: ReadonlyMap<string, Tensor> } => {
  const known = host.evaluate(scalars)
  const at = (node: Node): number | undefined => {
    const index = host.indexOf(node)
    return index === undefined ? undefined : (known[index] ?? Number.NaN)
  }
  return {
    fed: hosted.map((node) => at(node) ?? Number.NaN),
    outputs: new Map(
      outputs.flatMap(([name, node]) => {
        const value = at(node)
        return value === undefined ? [] : [[name, { ...scalarTensor(value), shape: node.shape }] as const]
      }),
    ),
  }
}

/** Outputs that TensorFlow computes. */
export const computedOutputs = ({ outputs, host }: Program): Named =>
  outputs.filter(([, node]) => host.indexOf(node) === undefined)
