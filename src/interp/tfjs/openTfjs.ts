import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { ElboError } from '../../error.ts'
import type { Session } from '../Session.ts'
import { loadBackend } from './backends.ts'
import type { Backend } from './engine.ts'
import { sessionOn, type TfjsOptions } from './session.ts'

/** Open a target of TensorFlow.js in Node. */
export const openTfjs = (backend: Backend, options: TfjsOptions = {}): TE.TaskEither<ElboError, Session> =>
  pipe(
    loadBackend(backend),
    TE.map(() => sessionOn(backend, options)),
  )
