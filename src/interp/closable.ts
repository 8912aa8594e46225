import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { targetError } from '../error.ts'
import type { Loop, Plan, Session } from './Session.ts'

/**
 * A session that says so where it, or a plan of it, is used after `dispose`: what prepares a graph answers an error, what cannot answer one throws
 * it. To dispose of it twice does nothing.
 */
export const closable = (session: Session): Session => {
  let open = true
  const closed = `${session.target}: this session was closed by dispose(); open the target or the run again`
  const whileOpen =
    <A extends readonly unknown[], B>(use: (...args: A) => B): ((...args: A) => B) =>
    (...args) => {
      if (!open) throw new Error(closed)
      return use(...args)
    }
  const guarded = (plan: Plan): Plan => ({
    ...plan,
    run: whileOpen(plan.run),
    firstNonFinite: whileOpen(plan.firstNonFinite),
  })
  const guardedLoop = (loop: Loop): Loop => ({ ...loop, run: whileOpen(loop.run) })
  const { prepareLoop } = session
  return {
    ...session,
    write: whileOpen(session.write),
    read: whileOpen(session.read),
    rollback: whileOpen(session.rollback),
    prepare: (graph) => (open ? pipe(session.prepare(graph), E.map(guarded)) : E.left(targetError(closed))),
    ...(prepareLoop === undefined
      ? {}
      : {
          prepareLoop: (graph, data) =>
            open ? pipe(prepareLoop(graph, data), E.map(guardedLoop)) : E.left(targetError(closed)),
        }),
    dispose: () => {
      if (open) session.dispose()
      open = false
    },
  }
}
