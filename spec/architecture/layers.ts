import type { Source } from './scan.ts'

/** The layers of src/, lowest first. A file imports from lower layers, from its own folder, and as `sideways` says. */
export const layers: readonly (readonly string[])[] = [
  ['namesLike.ts', 'ownUrl.ts', 'call'],
  ['error.ts', 'shape'],
  ['expr', 'data'],
  ['transform', 'dist', 'nn'],
  ['passes'],
  ['schedule'],
  ['model', 'interp', 'optimizer'],
  ['train', 'diagnose'],
  ['verify'],
  ['report'],
  ['anywhere.ts'],
  ['index.ts', 'browser.ts'],
  ['tooOld'],
  ['cli'],
]

interface Edge {
  readonly from: string
  readonly to: string
  readonly reason: string
}

/** Imports between folders of one layer. */
export const sideways: readonly Edge[] = [
  { from: 'src/shape/', to: 'src/error.ts', reason: 'a shape that does not fit is an error like any other' },
  {
    from: 'src/data/',
    to: 'src/expr/Tensor.ts',
    reason: 'a minibatch is made of the tensors that expressions evaluate to',
  },
  { from: 'src/nn/', to: 'src/dist/', reason: 'a likelihood can have a parameter of its own' },
  {
    from: 'src/dist/overEvent.ts',
    to: 'src/transform/vmap.ts',
    reason: 'a density is declared for one number and repeated over its event',
  },
  { from: 'src/train/', to: 'src/diagnose/', reason: 'a run reports its active dimensions' },
]

/** An import that goes down and is still not wanted, and who may nevertheless import it, or what of it may be imported. */
export interface Barred extends Edge {
  readonly exceptFrom: readonly string[]
  readonly exceptTo: readonly string[]
  readonly fix: string
}

export const barred: readonly Barred[] = [
  {
    from: 'src/',
    to: '@tensorflow/',
    exceptFrom: ['src/interp/tfjs/', 'src/interp/tfgraph/'],
    exceptTo: [],
    reason: 'a target is an interpreter: everything else runs without TensorFlow.js',
    fix: 'express it as a graph value, or move it into the target',
  },
  {
    from: 'src/',
    to: 'fast-check',
    exceptFrom: ['src/verify/'],
    exceptTo: [],
    reason: 'fast-check is an optional peer, wanted by elbo-ts/verify alone',
    fix: 'move the arbitrary or the law into verify/',
  },
  {
    from: 'src/index.ts',
    to: 'src/verify/',
    exceptFrom: [],
    exceptTo: [],
    reason: 'importing elbo-ts must not need fast-check',
    fix: 'export it from elbo-ts/verify',
  },
  {
    from: 'src/cli/',
    to: 'src/',
    exceptFrom: [],
    exceptTo: ['src/cli/', 'src/call/', 'src/index.ts', 'src/report/', 'src/verify/index.ts'],
    reason: 'the command line can do what a user of the library can do, and draw it',
    fix: 'import it from ../index.ts, and export it there if it is worth having',
  },
  {
    from: 'examples/',
    to: 'src/',
    exceptFrom: [],
    exceptTo: [],
    reason: 'an example shows what a user writes',
    fix: "import from 'elbo-ts'",
  },
  {
    from: 'spec/unit/',
    to: 'elbo-ts/browser',
    exceptFrom: [],
    exceptTo: [],
    reason: 'a unit spec runs in Node, where `Buffer` is there: it cannot see that a page has none',
    fix: 'ask it in a page: spec/browser/page.ts',
  },
  {
    from: 'src/interp/reference/',
    to: 'src/interp/tf',
    exceptFrom: [],
    exceptTo: [],
    reason: 'the oracle shares no code with what it judges',
    fix: 'move what both need into interp/ or below',
  },
  {
    from: 'src/interp/tfjs/',
    to: 'src/interp/reference/',
    exceptFrom: [],
    exceptTo: [],
    reason: 'the oracle shares no code with what it judges',
    fix: 'move what both need into interp/ or below',
  },
  {
    from: 'src/interp/tfgraph/',
    to: 'src/interp/reference/',
    exceptFrom: [],
    exceptTo: [],
    reason: 'the oracle shares no code with what it judges',
    fix: 'move what both need into interp/ or below',
  },
]

/** The files that are loaded with this one, itself among them; imports that are gone once compiled lead nowhere. */
export const reachedFrom = (start: string, sources: readonly Source[]): readonly Source[] => {
  const byPath = new Map(sources.map((s) => [s.path, s]))
  const reached = new Set<Source>()
  const pending = [start]
  for (let path = pending.pop(); path !== undefined; path = pending.pop()) {
    const source = byPath.get(path)
    if (source === undefined || reached.has(source)) continue
    reached.add(source)
    pending.push(...source.imports.filter((i) => i.relative && !i.typeOnly).map((i) => i.target))
  }
  return [...reached]
}

/** `src/expr/Op.ts` is of `expr`, `src/error.ts` of `error.ts`. */
export const folderOf = (path: string): string => path.split('/')[1] ?? path

export const layerOf = (path: string): number => layers.findIndex((folders) => folders.includes(folderOf(path)))

/** Files that import one another in a ring: the strongly connected components of more than one file (Tarjan 1972). */
export const cycles = (sources: readonly Source[]): readonly (readonly string[])[] => {
  const importsOf = new Map(sources.map((s) => [s.path, s.imports.filter((i) => i.relative).map((i) => i.target)]))
  const index = new Map<string, number>()
  const low = new Map<string, number>()
  const stack: string[] = []
  const components: string[][] = []
  const visit = (path: string): number => {
    const order = index.size
    index.set(path, order)
    stack.push(path)
    let lowest = order
    for (const next of importsOf.get(path) ?? []) {
      if (!importsOf.has(next)) continue
      if (!index.has(next)) lowest = Math.min(lowest, visit(next))
      else if (stack.includes(next)) lowest = Math.min(lowest, low.get(next) ?? index.get(next) ?? order)
    }
    low.set(path, lowest)
    if (lowest === order) {
      const component = stack.splice(stack.indexOf(path))
      if (component.length > 1 || (importsOf.get(path) ?? []).includes(path)) components.push(component.toSorted())
    }
    return lowest
  }
  for (const path of importsOf.keys()) if (!index.has(path)) visit(path)
  return components
}
