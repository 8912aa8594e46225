import type { Feeds } from '../Session.ts'
import { type Graph, rootsOf } from '../../expr/Graph.ts'
import { MalformedGraph } from '../../expr/node.ts'
import type { Dims, Node } from '../../expr/Op.ts'
import { scalarTensor, type Tensor } from '../../expr/Tensor.ts'
import { topological } from '../../expr/walk.ts'
import { optimise } from '../../passes/pipeline.ts'
import { type HostNumbers, hostNumbers } from '../tfjs/hostNumbers.ts'
import { type AdamUpdate, takeAdam } from './adam.ts'

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
  readonly data: ReadonlyMap<string, Dims>
  readonly noises: readonly string[]
  /** Numbers that the host computes from the scalars, and of those the ones that the graph reads. */
  readonly host: HostNumbers
  readonly hosted: readonly Node[]
}

const GRADIENT = 'gradient of '
const [SIZE, EPSILON] = ['step size of ', 'epsilon of ']

/** Adam's vertices go through the passes with the rest, as outputs of their own. */
const lowered = (graph: Graph): { readonly graph: Graph; readonly adam: readonly AdamUpdate[] } => {
  const { adam, rest } = takeAdam(graph)
  const read = Object.fromEntries(
    adam.flatMap((a) => [
      [`${GRADIENT}${a.param}`, a.gradient],
      [`${SIZE}${a.param}`, a.size],
      [`${EPSILON}${a.param}`, a.epsilon],
    ]),
  )
  const made = optimise({ outputs: read, updates: { ...rest.updates, ...prefixed(rest.outputs) } }, 'tensorflow')
  const found = (name: string, old: Node): Node => made.outputs[name] ?? old
  return {
    graph: {
      outputs: Object.fromEntries(
        Object.entries(rest.outputs).map(([name, old]) => [name, made.updates[`${OUT}${name}`] ?? old]),
      ),
      updates: Object.fromEntries(Object.entries(rest.updates).map(([name, old]) => [name, made.updates[name] ?? old])),
    },
    adam: adam.map((a) => ({
      ...a,
      gradient: found(`${GRADIENT}${a.param}`, a.gradient),
      size: found(`${SIZE}${a.param}`, a.size),
      epsilon: found(`${EPSILON}${a.param}`, a.epsilon),
    })),
  }
}
const OUT = 'output '
const prefixed = (outputs: Graph['outputs']): Graph['outputs'] =>
  Object.fromEntries(Object.entries(outputs).map(([name, node]) => [`${OUT}${name}`, node]))

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

const programFrom = (graph: Graph, adam: readonly AdamUpdate[]): Program => {
  const roots = [...rootsOf(graph), ...adam.flatMap((a) => [a.gradient, a.size, a.epsilon])]
  const order = topological(roots)
  const host = hostNumbers(order)
  const isHosted = (node: Node): boolean => node.op !== 'const' && host.indexOf(node) !== undefined
  const read = new Set<Node>([...Object.values(graph.updates), ...adam.flatMap((a) => [a.gradient, a.size, a.epsilon])])
  for (const node of order)
    if (!isHosted(node) || node.op === 'broadcast') for (const source of node.src) read.add(source)
  const variables = shapesOf(order, ['param', 'state'])
  for (const [name, node] of Object.entries(graph.updates)) {
    const shape = variables.get(name) ?? node.shape
    if (shape.join() !== node.shape.join())
      throw new MalformedGraph(
        `variable '${name}' [${shape.join(', ')}] would be updated with a value of shape [${node.shape.join(', ')}]`,
      )
    variables.set(name, shape)
  }
  for (const { param, m, v, gradient } of adam) for (const name of [param, m, v]) variables.set(name, gradient.shape)
  return {
    outputs: Object.entries(graph.outputs),
    updates: Object.entries(graph.updates),
    adam,
    updated: [...Object.keys(graph.updates), ...adam.flatMap(({ param, m, v }) => [param, m, v])],
    variables,
    data: shapesOf(order, ['data']),
    noises: [...shapesOf(order, ['noise']).keys()],
    host,
    hosted: order.filter((node) => isHosted(node) && read.has(node)),
  }
}

/** The graph as it is, a vertex an operation. */
export const plainProgram = (graph: Graph): Program => programFrom(graph, [])

export const programOf = (graph: Graph): Program => {
  const { graph: rest, adam } = lowered(graph)
  return programFrom(rest, adam)
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
