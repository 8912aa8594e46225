import type { Node } from '../../expr/Op.ts'
import { sizeOf } from '../../expr/Tensor.ts'
import { isElementwise } from '../../passes/meaning.ts'
import type { Unit } from './groups.ts'
import { callGenerated } from './kernels.ts'
import type { Machine, Pattern, Program, Ref } from './machine.ts'
import { baseOf, reachOf, splatOf } from './operand.ts'
import type { Emitter, Value } from './recorder.ts'

/** Everything that a group's loop reads, each once. */
interface Reading {
  readonly values: Value[]
  readonly patterns: Pattern[]
  readonly scalars: number[]
  readonly ref: (node: Node) => Ref
}

const reading = (unit: Unit, stepOf: ReadonlyMap<Node, number>, emit: Emitter, size: number): Reading => {
  const values: Value[] = []
  const patterns: Pattern[] = []
  const scalars: number[] = []
  const input = (value: Value, pattern: Pattern): Ref => {
    const known = values.findIndex((v, i) => v.slot === value.slot && patterns[i] === pattern)
    if (known >= 0) return { tag: 'input', index: known }
    patterns.push(pattern)
    return { tag: 'input', index: values.push(value) - 1 }
  }
  const ref = (node: Node): Ref => {
    const { base, pattern, columns } = reachOf(node)
    const constant = splatOf(base)
    if (constant !== undefined) return { tag: 'const', value: constant }
    const host = emit.onHost(base)
    if (host !== undefined) {
      const known = scalars.indexOf(host)
      return { tag: 'scalar', index: known >= 0 ? known : scalars.push(host) - 1 }
    }
    const step = pattern === 'full' ? stepOf.get(base) : undefined
    if (step !== undefined) return { tag: 'step', index: step }
    // A pattern for other columns than this loop's is written out in full.
    if (columns !== undefined && columns !== unit.columns) return input(emit.operand(node), 'full')
    return input(emit.operand(base), size > 1 && sizeOf(base.shape) === 1 ? 'splat' : pattern)
  }
  return { values, patterns, scalars, ref }
}

/** Adds a group as one generated kernel and gives the values that others read, by member. */
export const emitGroup = (
  unit: Unit,
  isRead: (member: Node) => boolean,
  machine: Machine,
  emit: Emitter,
): ReadonlyMap<Node, Value> => {
  const size = sizeOf(unit.members[0]?.shape ?? [])
  const columns = unit.columns ?? size
  const stepOf = new Map<Node, number>()
  const read = reading(unit, stepOf, emit, size)
  const steps: { op: Program['steps'][number]['op']; operands: readonly Ref[] }[] = []
  for (const member of unit.members) {
    if (!isElementwise(member)) continue
    const operands = member.src.map(read.ref)
    stepOf.set(member, steps.push({ op: member.op, operands }) - 1)
  }
  const results = unit.members.filter(isRead)
  const program: Program = {
    rows: size / columns,
    columns,
    inputs: read.patterns,
    scalars: read.scalars.length,
    steps,
    outputs: results.map((member) => ({ step: stepOf.get(member) ?? 0, shape: member.shape })),
  }
  const shapes = results.map((member) => member.shape)
  const made = callGenerated(emit, 'ElboElementwise', machine.elementwise(program), read.values, shapes, read.scalars)
  return new Map(results.flatMap((member, i) => (made[i] === undefined ? [] : [[member, made[i]] as const])))
}

/** The members of units that something outside their unit, or the caller of the plan, reads. */
export const readOutside = (
  units: readonly Unit[],
  roots: readonly Node[],
  order: readonly Node[],
): ReadonlySet<Node> => {
  const unitOf = new Map(units.flatMap((unit) => unit.members.map((member) => [member, unit] as const)))
  const read = new Set(roots.map(baseOf))
  for (const node of order) {
    if (baseOf(node) !== node) continue
    const unit = unitOf.get(node)
    for (const source of node.src) {
      const { base, pattern } =
        unit !== undefined && isElementwise(node) ? reachOf(source) : { base: baseOf(source), pattern: 'full' }
      if (unit === undefined || unitOf.get(base) !== unit || pattern !== 'full') read.add(base)
    }
  }
  return read
}
