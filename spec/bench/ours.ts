import * as E from 'fp-ts/lib/Either.js'
import experiment from '../../examples/01-mnist.ts'
import { fillUniform } from '../../src/data/seeds.ts'
import { sizeOf, type Tensor } from '../../src/expr/Tensor.ts'
import { type Backend, openTfjs } from '../../src/interp/tfjs/index.ts'
import { trainGraph } from '../../src/train/graphs.ts'
import { initialValues, variablesOf } from '../../src/train/initialize.ts'

/** The same model, declared: a training step with everything that training does, new data on the host and metrics read back included. */
export interface Ours {
  readonly step: () => void
  readonly loss: () => number
  readonly dispose: () => void
}

const batches = 20

const minibatch = (batch: number, index: number): Tensor => {
  const shape = [batch, 28, 28, 1]
  const data = new Float32Array(sizeOf(shape))
  fillUniform(data, { seed: 1, step: index, name: 'bench' })
  return { shape, data: data.map((u) => (u > 0.8 ? 1 : 0)) }
}

export const ours = async (target: Backend, batch: number): Promise<Ours> => {
  const { vae, objective, optimizer } = experiment
  const graph = trainGraph(vae, objective, optimizer, { epochs: 5, stepsPerEpoch: 468 }, batch)
  const opened = await openTfjs(target)()
  if (E.isLeft(opened)) throw new Error(opened.left.message)
  const session = opened.right
  session.write(initialValues(variablesOf(graph), 1))
  const prepared = session.prepare(graph)
  if (E.isLeft(prepared)) throw new Error(prepared.left.message)
  const plan = prepared.right
  const data = Array.from({ length: batches }, (_, i) => minibatch(batch, i))
  let step = 0
  let loss = Number.NaN
  return {
    step: () => {
      const x = data[step % batches]
      const outputs = plan.run({ data: new Map(x === undefined ? [] : [['x', x]]), scalars: { step }, seed: 1, step })
      loss = outputs.get('loss')?.data[0] ?? Number.NaN
      step++
    },
    loss: () => loss,
    dispose: () => {
      plan.dispose()
      session.dispose()
    },
  }
}
