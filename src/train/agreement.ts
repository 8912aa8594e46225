import type { FieldTypes } from '../data/Field.ts'
import type { AnyDist } from '../dist/Dist.ts'
import { hasClosedForm } from '../dist/divergence.ts'
import { noClosedForm } from '../dist/messages.ts'
import { type find, type fold, isBroken, cannotBe, type Join } from '../model/agreement.ts'
import type { Fields } from '../model/Field.ts'
import * as m from '../model/messages.ts'
import type { Autoencoder, Elbo, Iwae, Objective } from '../model/objective.ts'
import type { OwnBound } from '../model/ownBound.ts'
import type { Variables } from '../model/Program.ts'
import type { AnyVae } from '../model/Vae.ts'
import { namesLike } from '../namesLike.ts'
import { isSame, type Shape } from '../shape/Shape.ts'
import { show } from '../shape/show.ts'

/** Whether data fit a program, and an objective its families: as a type, which answers all messages in one literal, and as a value. */

type field<K extends string, X extends FieldTypes[string], G extends Fields[string]> =
  isSame<Loose<X['shape']>, G['shape']> extends false
    ? m.fieldShape<K, show<Loose<X['shape']>>, show<G['shape']>>
    : [X['support'] & G['support']] extends [never]
      ? m.fieldSupport<K, X['support'], G['support']>
      : ''

type Loose<S> = S extends Shape ? S : never

/** The names of a record that are literals, one after another; a record known late has none. */
type namesOf<T> = keyof { [K in keyof T as string extends K ? never : K extends string ? K : never]: 0 }

/** Several messages are a union: the names of a record have no order. */
type fields<F extends FieldTypes, G extends Fields> = string extends keyof F
  ? ''
  : {
      readonly [K in namesOf<G> & string]: K extends keyof F ? field<K, F[K], G[K & keyof G]> : m.noField<K>
    }[namesOf<G> & string]

export type dataAgreement<F extends FieldTypes, G extends Fields> = fold<fields<F, G>>

export const dataAgreement = (fields: FieldTypes, given: Fields): readonly string[] =>
  Object.entries(given).flatMap(([name, wanted]) => {
    const found = Object.hasOwn(fields, name) ? fields[name] : undefined
    return found === undefined
      ? [m.noField(name)]
      : cannotBe(wanted)
        ? []
        : !isSame(found.shape, wanted.shape)
          ? [m.fieldShape(name, show(found.shape), show(wanted.shape))]
          : found.support === wanted.support
            ? []
            : [m.fieldSupport(name, found.support, wanted.support)]
  })

/** What else to say where the data lack a field: those that they have, nearest first. The type cannot list them, for they have no order. */
export const fieldsInstead = (fields: FieldTypes, given: Fields): readonly string[] => {
  const missing = Object.keys(given).find((name) => !Object.hasOwn(fields, name))
  const known = Object.keys(fields)
  return missing === undefined || known.length === 0 ? [] : [`the data have ${namesLike(missing, known)}`]
}

/** Each pair of posterior and prior: whether there is a KL at all, and, where Closed, whether the table has it. */
type divergences<Closed, Q extends Variables, P extends Variables, Sum extends string = ''> = Q extends readonly [
  readonly [infer K extends string, infer D extends AnyDist],
  ...infer R extends Variables,
]
  ? divergences<Closed, R, P, Join<Sum, divergence<Closed, K, D, find<P, K>>>>
  : Sum
type divergence<Closed, K extends string, Q extends AnyDist, P extends AnyDist> = [P] extends [never]
  ? ''
  : isPoint<Q> | isPoint<P> extends false
    ? Closed extends true
      ? hasClosedForm<Q, P> extends false
        ? noClosedForm<`latent '${K}'`, Q['family'], P['family']>
        : ''
      : ''
    : boolean extends isPoint<Q>
      ? ''
      : boolean extends isPoint<P>
        ? ''
        : m.noDensity<K, Q['family'], P['family']>
/** Of a family known late, `boolean`. */
type isPoint<D extends AnyDist, Sa = D['sampling']> = Sa extends 'deterministic' ? true : false

/** '' where the objective can be had of these latents, else the messages. An objective known late is judged when training begins. */
export type objectiveAgreement<O extends Objective, Q extends Variables, P extends Variables> = [O] extends [
  Autoencoder,
]
  ? ''
  : [Extract<O, Autoencoder>] extends [never]
    ? Join<
        divergences<[O] extends [Elbo<'closed'>] ? true : false, Q, P>,
        [O] extends [Iwae] ? enumerations<Q> : [O] extends [OwnBound] ? undrawn<Q> : ''
      >
    : ''

/** Latents that importance weights would sum out. */
type enumerations<Q extends Variables, Sum extends string = ''> = Q extends readonly [
  readonly [infer K extends string, infer D extends AnyDist],
  ...infer R extends Variables,
]
  ? enumerations<R, Join<Sum, D['sampling'] extends 'enumerated' ? m.weighsItself<K, 'iwae'> : ''>>
  : Sum

const divergence = (closed: boolean, name: string, q: AnyDist, p: AnyDist): readonly string[] =>
  q.sampling === 'deterministic' || p.sampling === 'deterministic'
    ? [m.noDensity(name, q.family, p.family)]
    : closed && !hasClosedForm(q, p)
      ? [noClosedForm(`latent '${name}'`, q.family, p.family)]
      : []

/** Latents that a bound of draws alone cannot sum out. */
type undrawn<Q extends Variables, Sum extends string = ''> = Q extends readonly [
  readonly [infer K extends string, infer D extends AnyDist],
  ...infer R extends Variables,
]
  ? undrawn<R, Join<Sum, D['sampling'] extends 'enumerated' ? m.drawsOnly<K> : ''>>
  : Sum

/** The objective that sums enumerated latents out without their guide's weights, if it is one. */
const unweighed = (objective: Objective): readonly string[] =>
  objective.tag === 'iwae' ? ['iwae'] : objective.tag === 'renyi' && objective.alpha === 0 ? ['renyi at alpha 0'] : []

export const objectiveAgreement = (objective: Objective, vae: AnyVae): readonly string[] =>
  objective.tag === 'autoencoder'
    ? []
    : vae.guide.flatMap(({ name, dist: q }) => {
        const p = vae.model.find((s) => s.kind === 'latent' && s.name === name)?.dist
        return p === undefined || isBroken(q, p)
          ? []
          : [
              ...divergence(objective.tag === 'elbo' && objective.kl === 'closed', name, q, p),
              ...(q.sampling === 'enumerated' ? unweighed(objective).map((which) => m.weighsItself(name, which)) : []),
              ...(q.sampling === 'enumerated' && objective.tag === 'bound' ? [m.drawsOnly(name)] : []),
            ]
      })
