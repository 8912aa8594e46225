import { record } from '../call/Kind.ts'
import { takes } from '../call/takes.ts'
import type { Node, NodeOf } from '../expr/Op.ts'
import { topological } from '../expr/walk.ts'
import { show } from '../shape/show.ts'
import { agreement, type LatentsOf, type Passed } from './agreement.ts'
import type { Fields } from './Field.ts'
import { notAProgram, sharedDiffer, sharedStart } from './messages.ts'
import { place } from './place.ts'
import { type AnyProgram, model as nothing, programRoots, type Site, type Variables } from './Program.ts'

/**
 * A variational autoencoder: a model p(x, z) and a guide q(z | x) that agree. Both are for one datum; nothing here knows of batches,
 * targets or training.
 */
export interface Vae<G extends Fields, Q extends Variables, P extends Variables> {
  readonly given: G
  readonly model: readonly Site[]
  readonly guide: readonly Site[]
  readonly problems: readonly string[]
  /** what the types know of the guide's and the model's latents; no values */
  readonly posteriors?: Q
  readonly priors?: P
}
export type AnyVae = Vae<Fields, Variables, Variables>

/** Every parameter of the sites, once, in order of first use. */
export const paramsOf = (roots: readonly Node[]): readonly NodeOf<'param'>[] =>
  topological(roots).filter((n) => n.op === 'param')

/** `shared/w/dense_0` of `shared/w/dense_0/kernel`: layers that disagree do so in all their parameters, and are reported by the first. */
const layerOf = (param: string): string => param.slice(0, param.lastIndexOf('/'))

const clashes = (roots: readonly Node[]): readonly string[] => {
  const first = new Map<string, Node>()
  const clashing = new Map<string, string>()
  return paramsOf(roots).flatMap((p) => {
    const other = first.get(p.arg.name)
    first.set(p.arg.name, other ?? p)
    if (other === undefined) return []
    const layer = layerOf(p.arg.name)
    if (!clashing.has(layer)) clashing.set(layer, p.arg.name)
    if (clashing.get(layer) !== p.arg.name) return []
    const [a, b] = [show(other.shape), show(p.shape)]
    return [a === b ? sharedStart(p.arg.name) : sharedDiffer(p.arg.name, a, b)]
  })
}

const isAnyProgram = (value: unknown): value is AnyProgram =>
  typeof value === 'object' && value !== null && 'sites' in value && 'env' in value
/** A module that nobody type-checked may hold anything here. */
const asProgram = (half: 'model' | 'guide', value: unknown): AnyProgram =>
  isAnyProgram(value) ? value : { ...nothing, problems: [notAProgram(half)] }

/** What a failed inner expression leaves behind is `unknown`: it passes, for its mistake is told already. */
type AsProgram<P> = P extends AnyProgram ? P : AnyProgram
type isProgram<P, Half extends string> = unknown extends P ? '' : P extends AnyProgram ? '' : notAProgram<Half>
type judged<M, G> = isProgram<G, 'guide'> extends '' ? agreement<AsProgram<M>, AsProgram<G>> : isProgram<G, 'guide'>

const makeVae = <M, G>(programs: {
  readonly model: Passed<isProgram<M, 'model'>, M>
  readonly guide: Passed<judged<M, G>, G>
}): Vae<AsProgram<M>['given'] & AsProgram<G>['given'], LatentsOf<AsProgram<G>>, LatentsOf<AsProgram<M>>> => {
  const [model, guide] = [asProgram('model', programs.model), asProgram('guide', programs.guide)]
  const { problems: named, ...sites } = place(model, guide)
  const roots = [...programRoots({ sites: sites.model }), ...programRoots({ sites: sites.guide })]
  return {
    // What either half is given; `agreement` has checked the names they share.
    given: { ...model.given, ...guide.given } as AsProgram<M>['given'] & AsProgram<G>['given'],
    ...sites,
    problems: [
      ...new Set([
        ...model.problems,
        ...guide.problems,
        ...(isAnyProgram(programs.model) && isAnyProgram(programs.guide) ? agreement(model, guide) : []),
        ...named,
        ...clashes(roots),
      ]),
    ],
  }
}

/**
 * A model and the guide that infers its latents, checked against each other: every latent guided, with the same shape, inside the
 * prior's support, reparameterised; every observation given, with the likelihood's shape, within its support.
 *
 * Errors  each with its text, where you type it; sizes known late are checked by `experiment`
 * Source  Kingma & Welling 2014, arXiv:1312.6114
 * @example  vae({
 *             model: pipe(model, latent('z', () => standardNormal(2)), observe('x', ({ z }) => pipe(z, dense(4), bernoulli))),
 *             guide: pipe(given({ x: binary(4) }), latent('z', ({ x }) => pipe(x, dense(4), diagonalNormal(2)))),
 *           })
 */
export const vae: typeof makeVae = takes('vae', makeVae, [record])

/** A VAE that carries what is wrong beside it to whoever reads the experiment; where nobody type-checked there may be none. */
export const withProblem = <V extends AnyVae>(vae: V | undefined, problem: string): V => {
  const nothing = { given: {}, model: [], guide: [], problems: [] }
  const known = { ...nothing, ...vae }
  // All fields of V where there is one, else those that every reader needs.
  return { ...known, problems: [...known.problems, problem] } as AnyVae as V
}
