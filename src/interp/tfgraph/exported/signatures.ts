import { MalformedGraph } from '../../../expr/node.ts'
import type { Graph } from '../../../expr/Graph.ts'
import type { Tensor } from '../../../expr/Tensor.ts'
import {
  DType,
  type DTypeName,
  type GraphDef,
  type SignatureDef,
  type TensorInfo,
  typeAttr,
} from '../graphdef/GraphDef.ts'
import { draft, type Draft, type Ref, tensorName } from '../graphdef/scope.ts'
import { computedOutputs, numbersFor, programOf } from '../Program.ts'
import { keysOf } from '../streams.ts'
import { write } from '../write.ts'
import { anyBatch } from './anyBatch.ts'

/** A graph that others can call by name. */
export interface Signature {
  readonly graph: Graph
  /** what its outputs are called, by their names in the graph; others are left out */
  readonly outputs: Readonly<Record<string, string>>
}

export interface Exported {
  readonly graph: GraphDef
  readonly signatures: Readonly<Record<string, SignatureDef>>
}

const PREDICT = 'tensorflow/serving/predict'

const info = (ref: Ref, dtype: DTypeName, shape: readonly number[], prime: number): TensorInfo => ({
  name: tensorName(ref),
  dtype: DType[dtype],
  tensor_shape: { dim: shape.map((size) => ({ size: size % prime === 0 ? -1 : size })) },
})

/** Parameters are constants, each once for all signatures. */
const constants = (d: Draft, weights: ReadonlyMap<string, Tensor>): ((name: string) => Ref) => {
  const known = new Map<string, Ref>()
  return (name) => {
    const weight = weights.get(name)
    if (weight === undefined) throw new MalformedGraph(`there is no weight '${name}'`)
    const ref = known.get(name) ?? d.floats([...weight.data], weight.shape)
    known.set(name, ref)
    return ref
  }
}

/**
 * Graphs for batches of size `prime`, as one TensorFlow graph for batches of any size, with signatures. Inputs are the graph's data; one
 * without data takes `count`; one with noise takes `seed`, a whole number: with k it draws as we do under `seed` in step k.
 *
 * Errors    throws where a graph has a constant that differs from datum to datum
 */
export const exported = (
  graphs: Readonly<Record<string, Signature>>,
  weights: ReadonlyMap<string, Tensor>,
  prime: number,
  seed: number,
): Exported => {
  const d = draft()
  const value = constants(d, weights)
  const signatures: Record<string, SignatureDef> = {}
  for (const [name, { graph, outputs }] of Object.entries(graphs)) {
    const program = programOf(graph, 1)
    const inputs = new Map(
      [...program.data].map(([field, shape]) => [
        field,
        {
          ref: d.placeholder(
            `${name}_${field}`,
            'float',
            shape.map((n) => (n % prime === 0 ? -1 : n)),
          ),
          shape,
        },
      ]),
    )
    const [first] = inputs.values()
    const count = first === undefined ? d.placeholder(`${name}_count`, 'int32', []) : undefined
    const step = program.noises.length > 0 ? d.placeholder(`${name}_seed`, 'int64', []) : undefined
    let batch: Ref | undefined
    const batchOf = (): Ref => {
      batch ??=
        first === undefined
          ? (count ?? value(''))
          : d.add(
              'GatherV2',
              [
                d.add('Shape', [first.ref], { T: typeAttr('float'), out_type: typeAttr('int32') }),
                d.ints([0], []),
                d.ints([0], []),
              ],
              {
                Tparams: typeAttr('int32'),
                Tindices: typeAttr('int32'),
                Taxis: typeAttr('int32'),
                batch_dims: { i: 0 },
              },
            )
      return batch
    }
    const numbers = numbersFor(program, { step: 0 }).fed
    const scope = anyBatch(d, prime, batchOf)
    const written = write(scope, program, {
      data: (field) => inputs.get(field)?.ref ?? value(field),
      handle: value,
      value,
      numbers: numbers.length === 0 ? d.ints([0]) : d.floats(numbers, [numbers.length]),
      keys: d.ints([...keysOf(seed, program.noises)], [program.noises.length, 2]),
      streams: program.noises,
      step: step ?? d.ints([0]),
    })
    const shapes = new Map(computedOutputs(program).map(([output, node]) => [output, node.shape]))
    signatures[name] = {
      method_name: PREDICT,
      inputs: {
        ...Object.fromEntries([...inputs].map(([field, { ref, shape }]) => [field, info(ref, 'float', shape, prime)])),
        ...(count === undefined ? {} : { count: info(count, 'int32', [], prime) }),
        ...(step === undefined ? {} : { seed: info(step, 'int64', [], prime) }),
      },
      outputs: Object.fromEntries(
        written.outputs.flatMap(([output, ref]) => {
          const called = outputs[output]
          if (called === undefined) return []
          // A name of its own, by which programs that know no signatures can ask for it.
          const named = d.add('Identity', [ref], { T: typeAttr('float') })
          return [[called, info(named, 'float', shapes.get(output) ?? [], prime)] as const]
        }),
      ),
    }
  }
  return { graph: d.finish(), signatures }
}
