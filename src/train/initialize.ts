import { fillNormal, fillUniform } from '../data/seeds.ts'
import { initialStream } from '../data/streams.ts'
import { type Graph, rootsOf } from '../expr/Graph.ts'
import type { Init, NodeOf } from '../expr/Op.ts'
import { sizeOf, type Tensor } from '../expr/Tensor.ts'
import { topological } from '../expr/walk.ts'

type Variable = NodeOf<'param' | 'state'>

/** Everything a graph reads and updates: parameters and the optimiser's state. */
export const variablesOf = (graph: Graph): readonly Variable[] =>
  topological(rootsOf(graph)).filter((node) => node.op === 'param' || node.op === 'state')

const filled = (size: number, init: Init, seed: number, name: string): Float32Array => {
  const out = new Float32Array(size)
  const stream = initialStream(seed, name)
  switch (init.tag) {
    case 'constant':
      return out.fill(init.value)
    case 'uniform':
      fillUniform(out, stream)
      return out.map((u) => (2 * u - 1) * init.limit)
    case 'normal':
      fillNormal(out, stream)
      return out.map((e) => e * init.stddev)
  }
}

/**
 * What variables are before the first update: parameters as their layers say, each drawn from the stream of its own name, so that adding a
 * layer moves no other; the optimiser's state as it starts. In single precision, so equal on every target.
 */
export const initialValues = (variables: readonly Variable[], seed: number): ReadonlyMap<string, Tensor> =>
  new Map(
    variables.map((variable) => {
      const { name, shape } = variable.arg
      const init: Init = variable.op === 'param' ? variable.arg.init : { tag: 'constant', value: variable.arg.fill }
      return [name, { shape, data: filled(sizeOf(shape), init, seed, name) }]
    }),
  )
