import { type Graph, rootsOf } from '../../expr/Graph.ts'
import { apply, type Node } from '../../expr/Op.ts'
import { topological } from '../../expr/walk.ts'
import { isElementwise } from '../../passes/meaning.ts'
import type { Backend } from './engine.ts'
import { groupUnits, type Unit } from './groups.ts'
import { type HostNumbers, hostNumbers } from './hostNumbers.ts'
import { truth } from './lower/elementwise.ts'
import { loweringFor } from './lower/table.ts'
import type { Machine } from './machine.ts'
import { baseOf } from './operand.ts'
import { emitGroup, readOutside } from './program.ts'
import { type Emitter, type Instruction, recorder, type Source, type Value } from './recorder.ts'

/** What a run does, in order: fill the slots of the sources, run the instructions, each freeing what nothing reads any more. */
export interface Compiled {
  readonly host: HostNumbers
  readonly sources: readonly { readonly slot: number; readonly source: Source }[]
  readonly instructions: readonly { readonly instruction: Instruction; readonly frees: readonly number[] }[]
  readonly slots: number
  /** by root, a tensor or a number of the host */
  readonly results: ReadonlyMap<Node, Result>
  /** every vertex that has a tensor of its own */
  readonly values: ReadonlyMap<Node, Value>
}
export type Result = Value | { readonly host: number }

/** Needs no kernel where only loops, or kernels that repeat operands themselves, read it. */
const isLazy = (node: Node, generated: boolean): boolean =>
  node.op === 'broadcast' || node.op === 'const' || (!generated && (node.op === 'less' || node.op === 'equal'))

const makeEmitter = (
  backend: Backend,
  machine: Machine | undefined,
  host: HostNumbers,
  values: Map<Node, Value>,
): readonly [Emitter, ReturnType<typeof recorder>] => {
  const record = recorder(backend)
  const lowering = loweringFor(machine)
  const truths = new Map<Node, Value>()
  const operand = (node: Node): Value => {
    const known = values.get(node)
    if (known !== undefined) return known
    const index = host.indexOf(node)
    const base = baseOf(node)
    const value =
      index !== undefined && node.op !== 'const'
        ? record.emit.source({ tag: 'host', index, shape: node.shape }, node.shape)
        : base === node
          ? apply(lowering, node, emit)
          : record.emit.view(operand(base), node.shape)
    values.set(node, value)
    return value
  }
  const emit: Emitter = {
    backend,
    ...record.emit,
    operand,
    onHost: host.indexOf,
    compact: (node) => {
      const [from] = node.src
      if (node.op === 'const' && node.arg.values.length === 1) return record.emit.number(node.arg.values[0] ?? 0)
      if (node.op === 'broadcast' && from !== undefined && !values.has(node)) return operand(from)
      return operand(node)
    },
    condition: (node) => {
      const known = truths.get(node) ?? truth(node, emit)
      truths.set(node, known)
      return known
    },
  }
  return [emit, record]
}

/** Position of the last instruction that reads each slot. */
const lastReads = (instructions: readonly Instruction[]): ReadonlyMap<number, number> => {
  const last = new Map<number, number>()
  for (const [i, instruction] of instructions.entries()) {
    for (const slot of instruction.outputs) last.set(slot, i)
    for (const value of Object.values(instruction.inputs)) last.set(value.slot, i)
  }
  return last
}

/**
 * A graph as a list of kernel calls. With a machine, elementwise vertices run in groups; without one, each runs by a kernel of TensorFlow.js.
 */
export const compile = (graph: Graph, backend: Backend, machine: Machine | undefined): Compiled => {
  const roots = rootsOf(graph)
  const order = topological(roots)
  const host = hostNumbers(order)
  const onHost = (node: Node): boolean => host.indexOf(node) !== undefined
  const values = new Map<Node, Value>()
  const [emit, record] = makeEmitter(backend, machine, host, values)
  const units: readonly Unit[] =
    machine === undefined
      ? order
          .filter((node) => !onHost(node) && baseOf(node) === node)
          .map((node) => ({ members: [node], columns: undefined }))
      : groupUnits(order, onHost)
  const read = readOutside(units, roots, order)
  for (const unit of units) {
    const [first] = unit.members
    if (first === undefined) continue
    if (machine !== undefined && isElementwise(first)) {
      for (const [member, value] of emitGroup(unit, (m) => read.has(m), machine, emit)) values.set(member, value)
    } else if (!isLazy(first, machine !== undefined)) emit.operand(first)
  }
  const results = new Map(
    roots.map((root) => {
      const index = host.indexOf(root)
      return [root, index === undefined ? emit.operand(root) : { host: index }] as const
    }),
  )
  const { slots, sources, instructions } = record.finish()
  const kept = new Set([...results.values()].flatMap((value) => ('slot' in value ? [value.slot] : [])))
  const lasting = (slot: number): boolean => {
    const tag = sources.get(slot)?.tag
    return kept.has(slot) || tag === 'variable' || tag === 'constant'
  }
  const last = lastReads(instructions)
  const frees = instructions.map((): number[] => [])
  for (const [slot, i] of last) if (!lasting(slot)) frees[i]?.push(slot)
  return {
    host,
    sources: [...sources].map(([slot, source]) => ({ slot, source })),
    instructions: instructions.map((instruction, i) => ({ instruction, frees: frees[i] ?? [] })),
    slots,
    results,
    values,
  }
}
