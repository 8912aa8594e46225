import * as T from 'fp-ts/lib/Task.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { pipe } from 'fp-ts/lib/function.js'
import { type ElboError, targetError } from '../error.ts'
import { namesLike } from '../namesLike.ts'
import { openReference } from './reference/index.ts'
import { type Session, type TargetName, targetNames } from './Session.ts'
import type { Choice } from './tfjs/index.ts'

const ASKED = 'asked for'

/** An open target, and why it is this one. */
export interface Opened {
  readonly session: Session
  readonly reason: string
}

/** TensorFlow.js is loaded when a target of its is first wanted: to declare a model takes none of it. */
const tfjs = TE.tryCatch(
  () => import('./tfjs/index.ts'),
  (cause) => targetError(`TensorFlow.js does not load: ${cause instanceof Error ? cause.message : String(cause)}`),
)

/** Native TensorFlow, run as whole graphs. */
const graph = TE.tryCatch(
  () => import('./tfgraph/index.ts'),
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

/**
 * The target of this name, or the fastest that is here: native TensorFlow as a graph, then wasm, then plain JavaScript.
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
            TE.chain(({ chooseTarget, openTfjs }) => {
              const chosen = name === undefined ? chooseTarget : T.of({ target: name, reason: ASKED })
              return pipe(
                TE.fromTask<Pick<Choice, 'target' | 'reason'>, ElboError>(chosen),
                TE.chain(({ target, reason }) => {
                  const opened = pipe(
                    openTfjs(target),
                    TE.map((session) => ({ session, reason })),
                  )
                  return name === undefined && target === 'tensorflow'
                    ? pipe(
                        openedGraph(GRAPH),
                        TE.orElse(() => opened),
                      )
                    : opened
                }),
              )
            }),
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
  ...found.flatMap((status): readonly TargetStatus[] =>
    status.target === 'tensorflow'
      ? [{ ...status, target: 'graph', why: status.available ? GRAPH : ABSENT }, status]
      : [status],
  ),
  oracle,
]

/** All targets, the fastest first. */
export const targetsHere: TE.TaskEither<ElboError, readonly TargetStatus[]> = pipe(
  tfjs,
  TE.chainTaskK(({ availableTargets }) => availableTargets),
  TE.map(withOthers),
)
