import * as T from 'fp-ts/lib/Task.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { pipe } from 'fp-ts/lib/function.js'
import { type ElboError, targetError } from '../error.ts'
import { openReference } from './reference/index.ts'
import type { Session, TargetName } from './Session.ts'
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

/**
 * The target of this name, or the fastest that is here: native TensorFlow, then wasm, then plain JavaScript.
 *
 * Errors    a target that is not on this machine, with the reason
 */
export const openTarget = (name?: TargetName): TE.TaskEither<ElboError, Opened> =>
  name === 'reference'
    ? TE.right({ session: openReference(), reason: ASKED })
    : pipe(
        tfjs,
        TE.chain(({ chooseTarget, openTfjs }) => {
          const chosen = name === undefined ? chooseTarget : T.of({ target: name, reason: ASKED })
          return pipe(
            TE.fromTask<Pick<Choice, 'target' | 'reason'>, ElboError>(chosen),
            TE.chain(({ target, reason }) =>
              pipe(
                openTfjs(target),
                TE.map((session) => ({ session, reason })),
              ),
            ),
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

const withOracle = (found: readonly TargetStatus[]): readonly TargetStatus[] => [...found, oracle]

/** All targets, the fastest first. */
export const targetsHere: TE.TaskEither<ElboError, readonly TargetStatus[]> = pipe(
  tfjs,
  TE.chainTaskK(({ availableTargets }) => availableTargets),
  TE.map(withOracle),
)
