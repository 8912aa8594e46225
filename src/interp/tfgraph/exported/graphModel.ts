import {
  type AttrValue,
  DType,
  type GraphDef,
  type NodeDef,
  type SignatureDef,
  type TensorShapeProto,
} from '../graphdef/GraphDef.ts'
import type { Exported } from './signatures.ts'

/** The files of a model for TensorFlow.js: its graph as JSON, and the bytes of its constants. */
export interface GraphModel {
  readonly json: object
  readonly weights: Uint8Array
}

const typeName = (dtype: number | undefined): string => {
  const name = Object.entries(DType).find(([, n]) => n === dtype)?.[0] ?? 'invalid'
  return `DT_${name.toUpperCase()}`
}
const shapeJson = ({ dim }: TensorShapeProto): object => ({ dim: dim.map(({ size }) => ({ size: String(size) })) })
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64')

/** An attribute as protobuf's JSON has it. */
const attrJson = (attr: AttrValue): object => ({
  ...(attr.s === undefined ? {} : { s: base64(attr.s) }),
  ...(attr.i === undefined ? {} : { i: String(attr.i) }),
  ...(attr.f === undefined ? {} : { f: attr.f }),
  ...(attr.b === undefined ? {} : { b: attr.b }),
  ...(attr.type === undefined ? {} : { type: typeName(attr.type) }),
  ...(attr.shape === undefined ? {} : { shape: shapeJson(attr.shape) }),
  ...(attr.tensor === undefined
    ? {}
    : { tensor: { dtype: typeName(attr.tensor.dtype), tensorShape: shapeJson(attr.tensor.tensor_shape) } }),
  ...(attr.list === undefined ? {} : { list: { i: (attr.list.i ?? []).map(String) } }),
})

const mapped = <A, B>(record: Readonly<Record<string, A>>, to: (value: A) => B): Record<string, B> =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, to(value)]))

/** A constant's numbers, filled up to its shape. */
const numbersOf = ({
  attr,
}: NodeDef): { readonly shape: readonly number[]; readonly dtype: 'float32' | 'int32'; readonly bytes: Uint8Array } => {
  const tensor = attr['value']?.tensor
  const shape = (tensor?.tensor_shape.dim ?? []).map(({ size }) => size)
  const size = shape.reduce((n, d) => n * d, 1)
  const isInt = tensor?.dtype === DType.int32
  const given = (isInt ? tensor.int_val : tensor?.float_val) ?? []
  const filled = Array.from({ length: size }, (_, i) => given[Math.min(i, given.length - 1)] ?? 0)
  const bytes = tensor?.tensor_content ?? new Uint8Array((isInt ? Int32Array : Float32Array).from(filled).buffer)
  return { shape, dtype: isInt ? 'int32' : 'float32', bytes }
}

/** What a signature needs of the graph, operands first. */
const reach = (graph: GraphDef, signature: SignatureDef): readonly NodeDef[] => {
  const byName = new Map(graph.node.map((node) => [node.name, node]))
  const wanted = new Set(
    Object.values({ ...signature.outputs, ...signature.inputs }).map(({ name }) => name.split(':')[0] ?? ''),
  )
  for (const name of wanted) for (const input of byName.get(name)?.input ?? []) wanted.add(input.split(':')[0] ?? '')
  return graph.node.filter(({ name }) => wanted.has(name))
}

const infoJson = (infos: SignatureDef['inputs']): object =>
  mapped(infos, ({ name, dtype, tensor_shape }) => ({
    name,
    dtype: typeName(dtype),
    tensorShape: shapeJson(tensor_shape),
  }))

/** One signature as a model that `loadGraphModel` of TensorFlow.js loads. Source  tfjs-converter's format 'graph-model' */
export const graphModel = ({ graph, signatures }: Exported, name: string): GraphModel | undefined => {
  const signature = signatures[name]
  if (signature === undefined) return undefined
  const nodes = reach(graph, signature)
  const constants = nodes.filter(({ op }) => op === 'Const').map((node) => ({ name: node.name, ...numbersOf(node) }))
  return {
    json: {
      format: 'graph-model',
      generatedBy: 'elbo-ts',
      convertedBy: null,
      signature: { inputs: infoJson(signature.inputs), outputs: infoJson(signature.outputs) },
      modelTopology: {
        node: nodes.map(({ name: called, op, input, attr }) => ({
          name: called,
          op,
          input: input.map((ref) => ref.replace(/:0$/, '')),
          attr: mapped(attr, attrJson),
        })),
        library: {},
        versions: { producer: graph.versions.producer },
      },
      weightsManifest: [
        {
          paths: ['group1-shard1of1.bin'],
          weights: constants.map(({ name: called, shape, dtype }) => ({ name: called, shape, dtype })),
        },
      ],
    },
    weights: Buffer.concat(constants.map(({ bytes }) => bytes)),
  }
}
