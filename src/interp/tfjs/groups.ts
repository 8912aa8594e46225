import type { Node } from '../../expr/Op.ts'
import { sizeOf } from '../../expr/Tensor.ts'
import { isElementwise } from '../../passes/meaning.ts'
import { baseOf, reachOf, splatOf } from './operand.ts'

/** What runs as one kernel: a vertex alone, or elementwise vertices over the same elements. */
export interface Unit {
  readonly members: readonly Node[]
  readonly columns: number | undefined
}

interface Growing {
  members: Node[]
  columns: number | undefined
  readonly size: number
  readonly fusible: boolean
  needs: Set<Growing>
  mergedInto: Growing | undefined
}

/** Beyond this a loop has more values alive than a machine has registers many times over, and compiling it takes long. */
const MOST_MEMBERS = 96

const current = (unit: Growing): Growing => {
  let at = unit
  while (at.mergedInto !== undefined) at = at.mergedInto
  return at
}

/** Whether `from` waits for `target`, itself or through others. */
const waitsFor = (from: Growing, target: Growing): boolean => {
  const seen = new Set<Growing>()
  const stack = [from]
  for (let unit = stack.pop(); unit !== undefined; unit = stack.pop()) {
    if (unit === target) return true
    if (seen.has(unit)) continue
    seen.add(unit)
    for (const need of unit.needs) stack.push(current(need))
  }
  return false
}

const compatible = (a: number | undefined, b: number | undefined): boolean =>
  a === undefined || b === undefined || a === b

const mergeable = (a: Growing, b: Growing): boolean =>
  a !== b &&
  a.fusible &&
  b.fusible &&
  a.size === b.size &&
  compatible(a.columns, b.columns) &&
  a.members.length + b.members.length <= MOST_MEMBERS

/** `a` and `b` as one kernel would wait for itself if a third unit stood between them. */
const closesCycle = (a: Growing, b: Growing): boolean =>
  [...a.needs].some((need) => current(need) !== b && current(need) !== a && waitsFor(current(need), b)) ||
  [...b.needs].some((need) => current(need) !== a && current(need) !== b && waitsFor(current(need), a))

const absorb = (into: Growing, other: Growing): void => {
  into.members.push(...other.members)
  into.columns ??= other.columns
  for (const need of other.needs) into.needs.add(need)
  other.mergedInto = into
  into.needs = new Set([...into.needs].map(current).filter((need) => need !== into))
}

/** Units in an order in which each comes after what it needs. */
const ordered = (units: readonly Growing[]): readonly Growing[] => {
  const done: Growing[] = []
  const state = new Map<Growing, 'open' | 'done'>()
  for (const root of units) {
    const stack = [root]
    for (let unit = stack.at(-1); unit !== undefined; unit = stack.at(-1)) {
      const waiting =
        state.get(unit) === 'done'
          ? undefined
          : [...unit.needs].map(current).find((need) => state.get(need) === undefined)
      if (waiting !== undefined && state.get(unit) !== 'done') {
        state.set(unit, 'open')
        state.set(waiting, 'open')
        stack.push(waiting)
        continue
      }
      stack.pop()
      if (state.get(unit) === 'done') continue
      state.set(unit, 'done')
      done.push(unit)
    }
  }
  return done
}

/**
 * Partition what a plan computes into kernels. Elementwise vertices over equally many elements share one where one feeds the other, or
 * where both read the same operand, and no kernel then waits for itself. `order` lists operands first; `onHost` needs no kernel at all.
 */
export const groupUnits = (order: readonly Node[], onHost: (node: Node) => boolean): readonly Unit[] => {
  const unitOf = new Map<Node, Growing>()
  const units: Growing[] = []
  const computed = order.filter((node) => !onHost(node) && baseOf(node) === node && splatOf(node) === undefined)
  for (const node of computed) {
    const fusible = isElementwise(node)
    const reaches = fusible
      ? node.src.map(reachOf)
      : node.src.map((s) => ({ base: baseOf(s), pattern: 'full' as const, columns: undefined }))
    const wanted = reaches.map((r) => r.columns).find((c) => c !== undefined)
    const needs = new Set(reaches.flatMap(({ base }) => (unitOf.has(base) ? [current(unitOf.get(base)!)] : [])))
    const unit: Growing = {
      members: [node],
      columns: wanted,
      size: sizeOf(node.shape),
      fusible,
      needs,
      mergedInto: undefined,
    }
    units.push(unit)
    unitOf.set(node, unit)
    if (!fusible) continue
    const producers = reaches.flatMap((r) => (r.pattern === 'full' && unitOf.has(r.base) ? [unitOf.get(r.base)!] : []))
    for (const producer of producers) {
      const [into, other] = [current(producer), current(unit)]
      if (mergeable(into, other) && !closesCycle(into, other)) absorb(into, other)
    }
  }
  mergeReaders(units)
  const position = new Map(order.map((node, i) => [node, i]))
  const rank = (node: Node): number => position.get(node) ?? 0
  return ordered([...new Set(units.map(current))]).map(({ members, columns }) => ({
    members: [...members].sort((a, b) => rank(a) - rank(b)),
    columns,
  }))
}

/** Units that read the same operand in full read it once. */
const mergeReaders = (units: readonly Growing[]): void => {
  const readers = new Map<Node, Growing[]>()
  for (const unit of new Set(units.map(current))) {
    if (!unit.fusible || unit.size < 64) continue
    for (const member of unit.members)
      for (const { base, pattern } of member.src.map(reachOf))
        if (pattern === 'full' && splatOf(base) === undefined) readers.set(base, [...(readers.get(base) ?? []), unit])
  }
  for (const sharing of readers.values()) {
    for (const other of sharing.slice(1)) {
      const [a, b] = [current(sharing[0]!), current(other)]
      if (mergeable(a, b) && !waitsFor(a, b) && !waitsFor(b, a)) absorb(a, b)
    }
  }
}
