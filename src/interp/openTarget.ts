import * as TE from 'fp-ts/lib/TaskEither.js'
import { pipe } from 'fp-ts/lib/function.js'
import { type ElboError, targetError } from '../error.ts'
import { namesLike } from '../namesLike.ts'
import { withCommonJs } from './commonJs.ts'
import { openReference } from './reference/index.ts'
import { type Session, type TargetName, targetNames } from './Session.ts'
import type * as tfjsTarget from './tfjs/index.ts'

const ASKED = 'asked for'

/** An open target, and why it is this one. */
export interface Opened {
  readonly session: Session
  readonly reason: string
}

/** TensorFlow.js is loaded when a target of its is first wanted: to declare a model takes none of it. */
const tfjs = TE.tryCatch(
  () => withCommonJs(() => import('./tfjs/index.ts')),
  (cause) => targetError(`TensorFlow.js does not load: ${cause instanceof Error ? cause.message : String(cause)}`),
)

/** Native TensorFlow, run as whole graphs. */
const graph = TE.tryCatch(
  () => withCommonJs(() => import('./tfgraph/index.ts')),
  (cause) => targetError(`graph: does not load: ${cause instanceof Error ? cause.message : String(cause)}`),
)
const GRAPH = 'native TensorFlow, whole training loops in one call'
const ABSENT = 'needs native TensorFlow, as tensorflow does'

const openedGraph = (reason: string): TE.TaskEither<ElboError, Opened> =>
  pipe(
    graph,
    TE.chain(({ openGraph }) => openGraph),
    TE.map((session) => ({ session, reason })),
  )

/** A faster target that is here and does not start is a fault: whoever computes on a slower one instead hears of it. */
const warn = (fault: string, target: TargetName): void =>
  process.emitWarning(`elbo-ts computes on ${target}, since a faster target does not start. ${fault}`)

const fastest = ({
  chooseTarget,
  openTfjs,
}: Pick<typeof tfjsTarget, 'chooseTarget' | 'openTfjs'>): TE.TaskEither<ElboError, Opened> =>
  pipe(
    TE.fromTask<tfjsTarget.Choice, ElboError>(chooseTarget),
    TE.tapIO(
      ({ target, fault }) =>
        () =>
          fault === undefined ? undefined : warn(fault, target),
    ),
    TE.chain(({ target, reason }) => {
      const opened = pipe(
        openTfjs(target),
        TE.map((session) => ({ session, reason })),
      )
      return target === 'tensorflow'
        ? pipe(
            openedGraph(GRAPH),
            TE.orElse(({ message }) => {
              warn(message, target)
              return opened
            }),
          )
        : opened
    }),
  )

/**
 * The target of this name, or the fastest that is here: native TensorFlow as a graph, then wasm, then plain JavaScript. One that is
 * here and does not start is passed over with a warning of the process, which says why.
 *
 * Errors    a name that is no target's; a target that is not on this machine, with the reason
 */
export const openTarget = (name?: TargetName): TE.TaskEither<ElboError, Opened> =>
  name !== undefined && !targetNames.includes(name)
    ? TE.left(targetError(`there is no target '${String(name)}'; there are ${namesLike(String(name), targetNames)}`))
    : name === 'reference'
      ? TE.right({ session: openReference(), reason: ASKED })
      : name === 'graph'
        ? openedGraph(ASKED)
        : pipe(
            tfjs,
            TE.chain((library) =>
              name === undefined
                ? fastest(library)
                : pipe(
                    library.openTfjs(name),
                    TE.map((session) => ({ session, reason: ASKED })),
                  ),
            ),
          )

/** Whether a target can be used here, and what it is or why it is missing. */
export interface TargetStatus {
  readonly target: TargetName
  readonly available: boolean
  readonly why: string
}

const oracle: TargetStatus = {
  target: 'reference',
  available: true,
  why: 'float64 in plain TypeScript: exact and slow, to compare with',
}

/** The graph target is there where the native library is. */
const withOthers = (found: readonly TargetStatus[]): readonly TargetStatus[] => [
  ...found.flatMap(({ target, available, why }): readonly TargetStatus[] =>
    target === 'tensorflow'
      ? [
          { target: 'graph', available, why: available ? GRAPH : ABSENT },
          { target, available, why },
        ]
      : [{ target, available, why }],
  ),
  oracle,
]

/** All targets, the fastest first. */
export const targetsHere: TE.TaskEither<ElboError, readonly TargetStatus[]> = pipe(
  tfjs,
  TE.chainTaskK(({ availableTargets }) => availableTargets),
  TE.map(withOthers),
)
