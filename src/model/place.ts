import { mapDist } from '../dist/Dist.ts'
import { node } from '../expr/node.ts'
import type { Node } from '../expr/Op.ts'
import { substitute } from '../expr/substitute.ts'
import { topological } from '../expr/walk.ts'
import { nameTwice } from '../nn/messages.ts'
import { OUTSIDE } from '../nn/trace.ts'
import { type AnyProgram, programRoots, type Site } from './Program.ts'

/** The two halves of a VAE, with parameters named by their place in the whole. */
export interface Placed {
  readonly model: readonly Site[]
  readonly guide: readonly Site[]
  readonly problems: readonly string[]
}
type Half = 'model' | 'guide'

/**
 * What the parameters of layers outside every callback are called: `model/parameter_0/value`, numbered by first use, after the half that reads them
 * first. Each application is one layer, however many callbacks read it, and two are two, however alike.
 */
const namesOutside = (
  halves: readonly (readonly [Half, readonly Node[]])[],
): { readonly names: ReadonlyMap<string, string>; readonly problems: readonly string[] } => {
  const names = new Map<string, string>()
  const placeOf = new Map<string, string>()
  const problems = new Set<string>()
  const layers = new Map<string, string>()
  const counts = new Map<string, number>()
  for (const [half, roots] of halves)
    for (const leaf of topological(roots)) {
      if (leaf.op !== 'param' || !leaf.arg.name.startsWith(OUTSIDE) || names.has(leaf.arg.name)) continue
      const [place = '', ...path] = leaf.arg.name.split('/')
      const [layer = '', role = ''] = path
      if (path.length > 2) {
        const given = [half, ...path.slice(0, -2)].join('/')
        const isTwice = (placeOf.get(given) ?? place) !== place
        if (isTwice) problems.add(nameTwice(half, path.slice(0, -2).join('/')))
        else placeOf.set(given, place)
        // The second has names of its own, so that nothing is said of its shapes besides.
        names.set(leaf.arg.name, [isTwice ? `${given} (${place})` : given, ...path.slice(-2)].join('/'))
        continue
      }
      const kind = `${half}/${layer.replace(/_\d+$/, '')}`
      const known = layers.get(place) ?? `${kind}_${counts.get(kind) ?? 0}`
      if (!layers.has(place)) counts.set(kind, (counts.get(kind) ?? 0) + 1)
      layers.set(place, known)
      names.set(leaf.arg.name, `${known}/${role}`)
    }
  return { names, problems: [...problems] }
}

/** Parameters by their place in the whole: `model/x/dense_0/kernel`. Both halves may have layers under one latent's name. */
export const place = (model: Pick<AnyProgram, 'sites'>, guide: Pick<AnyProgram, 'sites'>): Placed => {
  const { names: outside, problems } = namesOutside([
    ['model', programRoots(model)],
    ['guide', programRoots(guide)],
  ])
  const renamed = (half: Half, sites: readonly Site[]): readonly Site[] => {
    const rename = (leaf: Node): Node | undefined =>
      leaf.op === 'param' && !leaf.arg.name.startsWith('shared/')
        ? node('param', { ...leaf.arg, name: outside.get(leaf.arg.name) ?? `${half}/${leaf.arg.name}` })
        : undefined
    return sites.map((site) => ({ ...site, dist: mapDist(site.dist, (roots) => substitute(roots, rename)) }))
  }
  return {
    model: renamed('model', model.sites),
    guide: renamed('guide', guide.sites),
    problems,
  }
}
