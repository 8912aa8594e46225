import * as E from 'fp-ts/lib/Either.js'
import { inOrder } from '../../src/data/batches.ts'
import type { Fields, Split } from '../../src/data/Field.ts'
import { fillUniform } from '../../src/data/seeds.ts'
import { sizeOf, type Tensor } from '../../src/expr/Tensor.ts'
import { openTarget } from '../../src/interp/openTarget.ts'
import type { Session, TargetName } from '../../src/interp/Session.ts'
import type { Experiment } from '../../src/train/Experiment.ts'
import { trainGraph } from '../../src/train/graphs.ts'
import { initialValues, variablesOf } from '../../src/train/initialize.ts'
import type { Contestant } from './Contestant.ts'

const batches = 20
const picture = [28, 28, 1]

/** Pixels that are on with probability 0.2: speed does not depend on what they show. */
const pixels = (count: number): Float32Array => {
  const data = new Float32Array(count * sizeOf(picture))
  fillUniform(data, { seed: 1, step: 0, name: 'bench' })
  return data.map((u) => (u > 0.8 ? 1 : 0))
}

/** Or the benchmark ends. */
export const right = <A>(either: E.Either<{ readonly message: string }, A>): A => {
  if (E.isLeft(either)) throw new Error(either.left.message)
  return either.right
}

/** One call an update, new data from the host each time, metrics read back. */
const stepping = (session: Session, graph: ReturnType<typeof trainGraph>, batch: number): ((steps: number) => void) => {
  const plan = right(session.prepare(graph))
  const all = pixels(batch * batches)
  const size = batch * sizeOf(picture)
  const data = Array.from({ length: batches }, (_, i): Tensor => ({
    shape: [batch, ...picture],
    data: all.slice(i * size, (i + 1) * size),
  }))
  let step = 0
  return (steps) => {
    for (const end = step + steps; step < end; step++) {
      const x = data[step % batches]
      plan.run({ data: new Map(x === undefined ? [] : [['x', x]]), scalars: { step }, seed: 1, step })
    }
  }
}

/** Many updates a call, data on the target, metrics of every update read back. */
const looping = (
  session: Session,
  graph: ReturnType<typeof trainGraph>,
  batch: number,
): ((steps: number) => void) | undefined => {
  const fields: Fields = { x: { shape: picture, support: 'binary', encoding: 'value' } }
  const split: Split = { size: batch * batches, columns: { x: pixels(batch * batches) } }
  const prepared = session.prepareLoop?.(graph, { fields, split, batch })
  if (prepared === undefined) return undefined
  const loop = right(prepared)
  const order = inOrder(split)
  let step = 0
  return (steps) => {
    const rows = Array.from({ length: steps }, (_, i) => {
      const from = ((step + i) % batches) * batch
      return order.subarray(from, from + batch)
    })
    loop.run({ step, seed: 1, rows })
    step += steps
  }
}

/** The model, declared: a training step with everything that training does. */
export const ours = async (
  { vae, objective, optimizer }: Experiment,
  target: TargetName,
  batch: number,
): Promise<Contestant> => {
  const graph = trainGraph(vae, objective, optimizer, { epochs: 5, stepsPerEpoch: 468 }, batch)
  const { session } = right(await openTarget(target)())
  session.write(initialValues(variablesOf(graph), 1))
  const run = looping(session, graph, batch) ?? stepping(session, graph, batch)
  return {
    name: target,
    run: async (steps) => {
      const begun = performance.now()
      run(steps)
      return performance.now() - begun
    },
    dispose: session.dispose,
  }
}
