import * as E from 'fp-ts/lib/Either.js'
import { type ElboError, modelError } from '../error.ts'
import { type AnyDist, distOf, rootsOf } from '../dist/Dist.ts'
import { normalFamily } from '../dist/Normal.ts'
import * as b from '../expr/build.ts'
import { leavesOf } from '../expr/leaf.ts'
import { node } from '../expr/node.ts'
import type { Node } from '../expr/Op.ts'
import type { Site } from '../model/Program.ts'
import type { AnyVae } from '../model/Vae.ts'

/** The names under which a latent's own mean and log-scale are fed. */
export const locOf = (latent: string): string => `${latent}/loc`
export const logScaleOf = (latent: string): string => `${latent}/logScale`

const leaf = (name: string, shape: readonly number[]): Node => node('data', { name, shape, support: 'real' })

const normalAt = (loc: Node, logScale: Node): AnyDist =>
  distOf(normalFamily, loc, { loc, scale: b.exp(logScale), logScale }, [])

/** What a guide's Normal stores, under the names that the free guide reads. */
export const normalParams = (site: Site): Readonly<Record<string, Node>> => {
  const { loc, logScale } = site.dist.params
  return loc === undefined || logScale === undefined
    ? {}
    : { [locOf(site.name)]: loc, [logScaleOf(site.name)]: logScale }
}

/**
 * The same model with a guide that has no encoder: every latent is a Normal whose mean and log-scale are fed, so that each datum can have its
 * own. Of a guide of independent Normals it is the whole family that amortisation chooses from.
 *
 * Errors    a guide with a latent that is no Normal, or that depends on another latent
 */
export const freeGuide = (vae: AnyVae): E.Either<ElboError, AnyVae> => {
  const names = new Set(vae.guide.map((site) => site.name))
  for (const site of vae.guide) {
    if (site.dist.family !== 'Normal')
      return E.left(
        modelError(`only Normals are optimised per datum, but the guide's '${site.name}' is ${site.dist.family}`),
      )
    const parent = leavesOf(rootsOf(site.dist)).find((l) => l.op === 'data' && names.has(l.arg.name))
    if (parent !== undefined)
      return E.left(
        modelError(
          `only independent latents are optimised per datum, but the guide's '${site.name}' depends on '${parent.arg.name}'`,
        ),
      )
  }
  const guide = vae.guide.map((site): Site => ({
    ...site,
    dist: normalAt(leaf(locOf(site.name), site.dist.shape), leaf(logScaleOf(site.name), site.dist.shape)),
  }))
  return E.right({ ...vae, guide })
}
