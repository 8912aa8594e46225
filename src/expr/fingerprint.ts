import { encodeGraph } from './codec.ts'
import type { Graph } from './Graph.ts'

/**
 * FNV-1a with 64 bits, of the text's UTF-8 bytes, as 16 hexadecimal digits. Tells things apart; protects nothing.
 *
 * Numerics  the prime is 2⁴⁰ + 435, so a product is one with 435 and one shift by 40, each exact in a double
 * Source    Fowler, Noll & Vo, draft-eastlake-fnv
 */
export const fnv1a = (text: string): string => {
  let [high, low] = [0xcbf29ce4, 0x84222325]
  for (const byte of new TextEncoder().encode(text)) {
    const mixed = (low ^ byte) >>> 0
    const product = mixed * 435
    high = (Math.imul(high, 435) + Math.floor(product / 2 ** 32) + (mixed << 8)) >>> 0
    low = product >>> 0
  }
  return [high, low].map((half) => half.toString(16).padStart(8, '0')).join('')
}

const byName = <A>(named: Readonly<Record<string, A>>): Record<string, A> =>
  Object.fromEntries(Object.entries(named).sort(([a], [b]) => (a < b ? -1 : 1)))

/** A short name for a graph's structure: equal for equal graphs in every process, whatever the order in which results are listed. */
export const fingerprint = (graph: Graph): string =>
  fnv1a(JSON.stringify(encodeGraph({ outputs: byName(graph.outputs), updates: byName(graph.updates) })))
