import { type AnyDist, rootsOf } from '../dist/Dist.ts'
import { leavesOf } from '../expr/leaf.ts'
import type { AnyVae } from './Vae.ts'

/** What a distribution is made of, by name: data and latents. */
const readsOf = (dist: AnyDist): readonly string[] =>
  leavesOf(rootsOf(dist)).flatMap((leaf) => (leaf.op === 'data' ? [leaf.arg.name] : []))

/**
 * The latents that the guide infers against the model's order: their prior reads a latent that the guide draws from them. Given that draw they
 * are no longer distributed as q says, so the mean of log q − log p is not KL(q‖p) at it, which may lie on either side; only draws tell.
 *
 * Source   Sønderby et al. 2016, arXiv:1602.02282, §2 (a bottom-up guide under a top-down model)
 */
export const inferredBackward = ({ model, guide }: Pick<AnyVae, 'model' | 'guide'>): ReadonlySet<string> =>
  new Set(
    guide.flatMap(({ name }, i) => {
      const drawnFrom = new Set([name])
      for (const later of guide.slice(i + 1))
        if (readsOf(later.dist).some((read) => drawnFrom.has(read))) drawnFrom.add(later.name)
      const prior = model.find((site) => site.kind === 'latent' && site.name === name)
      return prior !== undefined && readsOf(prior.dist).some((read) => drawnFrom.has(read)) ? [name] : []
    }),
  )
