import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { attempt, type ElboError, targetError } from '../../error.ts'
import { closable } from '../closable.ts'
import type { Session } from '../Session.ts'
import { loadBackend } from '../tfjs/backends.ts'
import { partsHere, wholeOperations } from '../tfjs/cores.ts'
import { type Binding, nativeBinding } from './binding.ts'
import { loopOf } from './loop.ts'
import { planOf } from './plan.ts'
import { misfit } from './Program.ts'
import { openVariables } from './variables.ts'

const sessionOn = (binding: Binding): Session => {
  const variables = openVariables(binding)
  const parts = partsHere()
  const rejected = (cause: Error): ElboError =>
    targetError(`graph: TensorFlow ${binding.TF_Version} rejects the graph: ${cause.message}`)
  return closable({
    target: 'graph',
    write: variables.write,
    read: variables.read,
    rollback: variables.rollback,
    prepare: (graph) => {
      const wrong = misfit(graph)
      return wrong === undefined
        ? attempt(() => planOf(binding, variables, graph, parts), rejected)
        : E.left(targetError(wrong))
    },
    prepareLoop: (graph, data) => attempt(() => loopOf(binding, variables, graph, data, parts), rejected),
    memory: () => ({ tensors: binding.getNumOfTensors(), bytes: variables.bytes() }),
    dispose: variables.dispose,
  })
}

/** Open native TensorFlow, run as whole graphs. It needs @tensorflow/tfjs-node, whose own operations are the target 'tensorflow'. */
export const openGraph: TE.TaskEither<ElboError, Session> = pipe(
  TE.fromIO<void, ElboError>(wholeOperations),
  TE.chain(() => loadBackend('tensorflow')),
  TE.mapLeft(({ message }) => targetError(message.replace(/^tensorflow: /, 'graph: '))),
  TE.chainEitherK(nativeBinding),
  TE.map(sessionOn),
)
