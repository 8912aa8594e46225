import protobuf from 'protobufjs/light.js'
import type { GraphDef, SignatureDef } from './GraphDef.ts'

/** One field of a message: `[number, type]`, `[number, type, 'repeated']`, or a map from text. */
type FieldRow = readonly [number, string] | readonly [number, string, 'repeated' | 'map']

const messages: Readonly<Record<string, Readonly<Record<string, FieldRow>>>> = {
  Dim: { size: [1, 'int64'] },
  TensorShapeProto: { dim: [2, 'Dim', 'repeated'], unknown_rank: [3, 'bool'] },
  TensorProto: {
    dtype: [1, 'int32'],
    tensor_shape: [2, 'TensorShapeProto'],
    tensor_content: [4, 'bytes'],
    float_val: [5, 'float', 'repeated'],
    int_val: [7, 'int32', 'repeated'],
  },
  NameAttrList: { name: [1, 'string'] },
  ListValue: {
    i: [3, 'int64', 'repeated'],
    type: [6, 'int32', 'repeated'],
    shape: [7, 'TensorShapeProto', 'repeated'],
  },
  AttrValue: {
    list: [1, 'ListValue'],
    s: [2, 'bytes'],
    i: [3, 'int64'],
    f: [4, 'float'],
    b: [5, 'bool'],
    type: [6, 'int32'],
    shape: [7, 'TensorShapeProto'],
    tensor: [8, 'TensorProto'],
    func: [10, 'NameAttrList'],
  },
  NodeDef: {
    name: [1, 'string'],
    op: [2, 'string'],
    input: [3, 'string', 'repeated'],
    attr: [5, 'AttrValue', 'map'],
  },
  ArgDef: { name: [1, 'string'], type: [3, 'int32'] },
  OpDef: {
    name: [1, 'string'],
    input_arg: [2, 'ArgDef', 'repeated'],
    output_arg: [3, 'ArgDef', 'repeated'],
    is_stateful: [17, 'bool'],
  },
  FunctionDef: {
    signature: [1, 'OpDef'],
    node_def: [3, 'NodeDef', 'repeated'],
    ret: [4, 'string', 'map'],
  },
  FunctionDefLibrary: { function: [1, 'FunctionDef', 'repeated'] },
  VersionDef: { producer: [1, 'int32'] },
  GraphDef: {
    node: [1, 'NodeDef', 'repeated'],
    library: [2, 'FunctionDefLibrary'],
    versions: [4, 'VersionDef'],
  },
  TensorInfo: { name: [1, 'string'], dtype: [2, 'int32'], tensor_shape: [3, 'TensorShapeProto'] },
  SignatureDef: {
    inputs: [1, 'TensorInfo', 'map'],
    outputs: [2, 'TensorInfo', 'map'],
    method_name: [3, 'string'],
  },
  MetaInfoDef: { tags: [4, 'string', 'repeated'] },
  MetaGraphDef: {
    meta_info_def: [1, 'MetaInfoDef'],
    graph_def: [2, 'GraphDef'],
    signature_def: [5, 'SignatureDef', 'map'],
  },
  SavedModel: { saved_model_schema_version: [1, 'int64'], meta_graphs: [2, 'MetaGraphDef', 'repeated'] },
}

const fieldOf = ([id, type, kind]: FieldRow): protobuf.IField | protobuf.IMapField =>
  kind === 'map' ? { keyType: 'string', type, id } : kind === 'repeated' ? { rule: 'repeated', type, id } : { type, id }

const named = <A, B>(record: Readonly<Record<string, A>>, to: (value: A) => B): Record<string, B> =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, to(value)]))

const schema: protobuf.Root = protobuf.Root.fromJSON({
  options: { syntax: 'proto3' },
  nested: {
    ...named(messages, (rows) => ({ fields: named(rows, fieldOf) })),
    // One of these is there, also where it is 0, false or empty.
    AttrValue: {
      fields: named(messages['AttrValue'] ?? {}, fieldOf),
      oneofs: { value: { oneof: Object.keys(messages['AttrValue'] ?? {}) } },
    },
  },
})

/** The tag by which a loader chooses the graph to serve. */
export const SERVE = 'serve'

/** The bytes of `saved_model.pb`. Variables get their values by an endpoint that assigns, so there is no `variables/` folder beside it. */
export const encodeSavedModel = (
  graph: GraphDef,
  signatures: Readonly<Record<string, SignatureDef>> = {},
): Uint8Array => {
  const type = schema.lookupType('SavedModel')
  return type
    .encode({
      saved_model_schema_version: 1,
      meta_graphs: [{ meta_info_def: { tags: [SERVE] }, graph_def: graph, signature_def: signatures }],
    })
    .finish()
}
