import * as E from 'fp-ts/lib/Either.js'
import { attempt, targetError } from '../../error.ts'
import type { Graph } from '../../expr/Graph.ts'
import type { Node } from '../../expr/Op.ts'
import { scalarTensor, type Tensor } from '../../expr/Tensor.ts'
import { topological } from '../../expr/walk.ts'
import { rootsOf } from '../../expr/Graph.ts'
import { optimise } from '../../passes/pipeline.ts'
import { closable } from '../closable.ts'
import type { Feeds, Plan, Session } from '../Session.ts'
import { type Compiled, compile, type Result } from './compile.ts'
import { type Backend, download, type Held, memory, select, upload } from './engine.ts'
import type { Machine } from './machine.ts'
import { machineFor } from './machines.ts'
import { type Frame, runnerOf } from './run.ts'
import { openVariables, type Variables } from './variables.ts'

export interface TfjsOptions {
  /** false: only kernels that TensorFlow.js ships; to compare, and where generated ones cannot run */
  readonly generated?: boolean
}

const outputOf = (frame: Frame, result: Result): Tensor =>
  'host' in result
    ? scalarTensor(frame.numbers[result.host] ?? Number.NaN)
    : { shape: result.shape, data: download({ ...frame.held(result), shape: [...result.shape] }) }

const newValue = (frame: Frame, node: Node, result: Result): Held =>
  'host' in result ? upload(Float32Array.of(frame.numbers[result.host] ?? Number.NaN), node.shape) : frame.take(result)

const planOf = (graph: Graph, lowered: Graph, compiled: Compiled, backend: Backend, variables: Variables): Plan => {
  const runner = runnerOf(compiled, variables.get)
  const resultOf = (node: Node): Result => compiled.results.get(node) ?? { host: -1 }
  const outputs = Object.entries(lowered.outputs)
  const updates = Object.entries(lowered.updates)
  return {
    run: (feeds) => {
      select(backend)
      const frame = runner.start(feeds)
      const read = new Map(
        outputs.map(([name, node]) => [name, { ...outputOf(frame, resultOf(node)), shape: node.shape }]),
      )
      if (updates.length > 0)
        variables.update(new Map(updates.map(([name, node]) => [name, newValue(frame, node, resultOf(node))])))
      frame.close()
      return read
    },
    firstNonFinite: (feeds) => {
      select(backend)
      return firstNonFinite(graph, feeds, backend, variables)
    },
    dispose: () => {
      select(backend)
      runner.dispose()
    },
  }
}

/** Runs the graph as it was written, one kernel of TensorFlow.js a vertex, and looks at every value. */
const firstNonFinite = (graph: Graph, feeds: Feeds, backend: Backend, variables: Variables): Node | undefined => {
  const order = topological(rootsOf(graph))
  const compiled = compile(graph, backend, undefined)
  const nodesOf = new Map<number, Node[]>()
  for (const [node, { slot }] of compiled.values) nodesOf.set(slot, [...(nodesOf.get(slot) ?? []), node])
  const bad = new Set<Node>()
  const runner = runnerOf(compiled, variables.get)
  const frame = runner.start(feeds, (slot, held) => {
    const nodes = nodesOf.get(slot)
    if (nodes !== undefined && !download(held).every(Number.isFinite)) for (const node of nodes) bad.add(node)
  })
  frame.close()
  runner.dispose()
  return order.find((node) => {
    const host = compiled.host.indexOf(node)
    const isBad = bad.has(node) || (host !== undefined && !Number.isFinite(frame.numbers[host]))
    return node.op !== 'const' && isBad
  })
}

const sameShape = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((d, i) => d === b[i])

/** An update that would give a variable another shape. */
const misfit = (graph: Graph): string | undefined => {
  const variables = new Map(
    topological(rootsOf(graph)).flatMap((node) =>
      node.op === 'param' || node.op === 'state' ? [[node.arg.name, node.shape] as const] : [],
    ),
  )
  const wrong = Object.entries(graph.updates).find(
    ([name, node]) => !sameShape(variables.get(name) ?? node.shape, node.shape),
  )
  return wrong === undefined
    ? undefined
    : `variable '${wrong[0]}' would be updated with a value of shape [${wrong[1].shape.join(', ')}]`
}

const madeOn = (backend: Backend, machine: Machine | undefined): Session => {
  const variables = openVariables()
  return closable({
    target: backend,
    write: (values) => {
      select(backend)
      variables.write(values)
    },
    read: variables.read,
    rollback: variables.rollback,
    prepare: (graph) => {
      select(backend)
      const wrong = misfit(graph)
      if (wrong !== undefined) return E.left(targetError(wrong))
      return attempt(
        () => {
          const lowered = optimise(graph, machine === undefined ? backend : 'generated')
          return planOf(graph, lowered, compile(lowered, backend, machine), backend, variables)
        },
        (cause) => targetError(`${backend}: cannot compile the graph: ${cause.message}`),
      )
    },
    memory,
    dispose: () => {
      select(backend)
      variables.dispose()
      machine?.dispose()
    },
  })
}

/** A session on a backend that is loaded. Sessions on several can be open at once; their tensors are apart. */
export const sessionOn = (backend: Backend, options: TfjsOptions = {}): Session =>
  madeOn(backend, options.generated === false ? undefined : machineFor(backend))
