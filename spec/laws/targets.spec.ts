import { afterAll, describe, test, vi } from 'vitest'
import * as E from 'fp-ts/lib/Either.js'
import { openTarget } from '../../src/interp/openTarget.ts'
import { openReference } from '../../src/interp/reference/index.ts'
import type { Session } from '../../src/interp/Session.ts'
import { check } from '../../src/verify/Law.ts'
import { trainingLaws } from '../../src/verify/laws/training.ts'
import { testLaws } from '../../src/verify/testLaws.ts'

vi.setConfig({ testTimeout: 120_000 * Number(process.env['ELBO_LAWS_DEPTH'] ?? 1) })

/** Every target that is on this machine. */
const opened: Session[] = [openReference()]
for (const name of ['cpu', 'wasm', 'tensorflow', 'graph'] as const) {
  const session = await openTarget(name)()
  if (E.isRight(session)) opened.push(session.right.session)
}
afterAll(() => opened.forEach((session) => session.dispose()))

describe('training', () => {
  for (const session of opened)
    testLaws(
      test,
      check(trainingLaws, {
        name: session.target,
        session,
        tolerance: session.target === 'reference' ? 1e-12 : 2e-4,
        // TensorFlow adds in the order in which its threads finish, so a graph's sums are equal but for rounding.
        slack: session.target === 'graph' ? 1e-5 : 0,
      }),
      // A graph is compiled natively for every program: slow, and tried less.
      { runs: { graph: 2, tensorflow: 5, wasm: 8, cpu: 6, reference: 20 }[session.target], seed: 4 },
    )
})
