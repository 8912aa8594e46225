import * as fc from 'fast-check'
import { namesLike } from '../namesLike.ts'
import { type Gauge, LawBroken } from './Gauge.ts'

/** What a law that draws random numbers claims about its own errors. Laws without it are exact: they fail only where they are broken. */
export interface Statistics {
  /** an upper bound on the probability that one run of the property fails although the law holds */
  readonly falseAlarm: number
  /** what one run finds but with a probability of at most `falseAlarm` */
  readonly catches: string
}

/** A law: a named statement over a subject, apart from any test runner. */
export interface Law<S> {
  readonly name: string
  readonly statement: string
  readonly source?: string
  readonly statistics?: Statistics
  /** at most how many runs this law is worth, where one is slow or there are only so many cases */
  readonly most?: number
  /** whether the subject has what the law speaks of; default: always */
  readonly applies?: (subject: S) => boolean
  readonly property: (subject: S, gauge: Gauge) => fc.IProperty<unknown>
}

/** Laws that belong together. A suite has the laws of every suite it extends. */
export interface LawSuite<S> {
  readonly name: string
  readonly extends: readonly LawSuite<S>[]
  readonly laws: readonly Law<S>[]
}

/** A suite and what it is to hold for: what `elbo verify` looks for among a module's exports. */
export interface Binding {
  readonly tag: 'laws'
  readonly suite: string
  readonly subject: string
  readonly laws: readonly BoundLaw[]
}

/** A law with its subject inside. */
export interface BoundLaw {
  readonly name: string
  readonly statement: string
  readonly source?: string
  readonly statistics?: Statistics
  readonly most?: number
  readonly property: (gauge: Gauge) => fc.IProperty<unknown>
}

/** Make a law of an arbitrary and what must hold of each of its values. */
export const law = <S, A>(options: {
  readonly name: string
  readonly statement: string
  readonly source?: string
  readonly statistics?: Statistics
  readonly most?: number
  readonly applies?: (subject: S) => boolean
  readonly given: (subject: S) => fc.Arbitrary<A>
  readonly holds: (subject: S, value: A, gauge: Gauge) => void
}): Law<S> => {
  const { given, holds, ...described } = options
  return {
    ...described,
    property: (subject, gauge) => fc.property(given(subject), (value) => holds(subject, value, gauge)),
  }
}

/** All laws of a suite, those it extends first, each once. */
export const flatten = <S>(suite: LawSuite<S>): readonly Law<S>[] => [
  ...new Set([...suite.extends.flatMap((inner) => flatten(inner)), ...suite.laws]),
]

/**
 * A suite over one subject: export the result from a module for `elbo verify`, or hand it to {@link testLaws}.
 *
 * @example  export const laws = check(distributionLaws, myDensity)
 */
export const check = <S extends { readonly name: string }>(suite: LawSuite<S>, subject: S): Binding => ({
  tag: 'laws',
  suite: suite.name,
  subject: subject.name,
  laws: flatten(suite)
    .filter(({ applies }) => applies === undefined || applies(subject))
    .map((each) => ({
      name: each.name,
      statement: each.statement,
      ...(each.source === undefined ? {} : { source: each.source }),
      ...(each.statistics === undefined ? {} : { statistics: each.statistics }),
      ...(each.most === undefined ? {} : { most: each.most }),
      property: (gauge) => each.property(subject, gauge),
    })),
})

/** Some laws of a binding, by name. @throws LawBroken where there is no such law, or it says nothing of the subject */
export const only = (binding: Binding, ...names: readonly string[]): Binding => {
  const { suite, subject, laws } = binding
  const missing = names.find((name) => !laws.some((l) => l.name === name))
  if (missing !== undefined)
    throw new LawBroken(
      `${suite} has no law '${missing}' for ${subject}; it has ${namesLike(
        missing,
        laws.map((l) => l.name),
      )}`,
    )
  return { ...binding, laws: laws.filter((l) => names.includes(l.name)) }
}

/** What to say of a binding without laws: what is declared of the subject is too little for any. */
export const saysNothing = ({ suite, subject }: Binding): string =>
  `no law of '${suite}' says anything of ${subject}: what they speak of, such as a sample that is reparameterised, is not declared`
