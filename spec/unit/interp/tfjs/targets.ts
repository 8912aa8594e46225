import * as E from 'fp-ts/lib/Either.js'
import { openGraph } from '../../../../src/interp/tfgraph/index.ts'
import { openTfjs } from '../../../../src/interp/tfjs/index.ts'
import type { Session } from '../../../../src/interp/Session.ts'

interface Subject {
  readonly name: string
  readonly session: Session
  readonly close: () => void
}

/** Every way to run a graph on this machine: each backend, with generated kernels and with those of TensorFlow.js alone; and whole. */
export const targets = async (): Promise<readonly Subject[]> => {
  const ways = [
    ['cpu', true],
    ['cpu', false],
    ['wasm', true],
    ['wasm', false],
    ['tensorflow', true],
  ] as const
  const opened: Subject[] = []
  for (const [backend, generated] of ways) {
    const session = await openTfjs(backend, { generated })()
    if (E.isRight(session))
      opened.push({
        name: `${backend}${generated ? '' : ', kernels of TensorFlow.js alone'}`,
        session: session.right,
        close: session.right.dispose,
      })
    // The native library is optional; the others have to be there.
    else if (backend !== 'tensorflow') throw new Error(session.left.message)
  }
  const graph = await openGraph()
  if (E.isRight(graph)) opened.push({ name: 'graph', session: graph.right, close: graph.right.dispose })
  return opened
}
