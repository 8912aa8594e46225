/**
 * The parts of TensorFlow's protocol buffers that a SavedModel of ours is made of, as plain data under the names of the .proto files.
 *
 * Source    tensorflow/core/framework/{graph,node_def,attr_value,tensor,function,op_def}.proto, tensorflow/core/protobuf/meta_graph.proto
 */
export const DType = {
  float: 1,
  double: 2,
  int32: 3,
  uint8: 4,
  int64: 9,
  bool: 10,
  resource: 20,
  uint64: 23,
} as const
export type DTypeName = keyof typeof DType

export interface TensorShapeProto {
  readonly dim: readonly { readonly size: number }[]
  readonly unknown_rank?: boolean
}
interface TensorProto {
  readonly dtype: number
  readonly tensor_shape: TensorShapeProto
  /** fewer numbers than the shape holds: the last one is repeated */
  readonly float_val?: readonly number[]
  readonly int_val?: readonly number[]
  readonly tensor_content?: Uint8Array
}
export interface AttrValue {
  readonly s?: Uint8Array
  readonly i?: number
  readonly f?: number
  readonly b?: boolean
  readonly type?: number
  readonly shape?: TensorShapeProto
  readonly tensor?: TensorProto
  readonly func?: { readonly name: string }
  readonly list?: {
    readonly i?: readonly number[]
    readonly type?: readonly number[]
    readonly shape?: readonly TensorShapeProto[]
  }
}
export type Attrs = Readonly<Record<string, AttrValue>>

export interface NodeDef {
  readonly name: string
  readonly op: string
  /** data inputs first, then control inputs, each `^name` */
  readonly input: readonly string[]
  readonly attr: Attrs
}
interface ArgDef {
  readonly name: string
  readonly type: number
}
export interface FunctionDef {
  readonly signature: {
    readonly name: string
    readonly input_arg: readonly ArgDef[]
    readonly output_arg: readonly ArgDef[]
    readonly is_stateful: boolean
  }
  readonly node_def: readonly NodeDef[]
  /** result → what gives it */
  readonly ret: Readonly<Record<string, string>>
}
export interface GraphDef {
  readonly node: readonly NodeDef[]
  readonly library: { readonly function: readonly FunctionDef[] }
  readonly versions: { readonly producer: number }
}
export interface TensorInfo {
  readonly name: string
  readonly dtype: number
  readonly tensor_shape: TensorShapeProto
}
export interface SignatureDef {
  readonly inputs: Readonly<Record<string, TensorInfo>>
  readonly outputs: Readonly<Record<string, TensorInfo>>
  readonly method_name: string
}

/** What TensorFlow 2.9 writes; later ones read it. */
export const PRODUCER = 1087

export const shapeProto = (shape: readonly number[]): TensorShapeProto => ({ dim: shape.map((size) => ({ size })) })
export const typeAttr = (dtype: DTypeName): AttrValue => ({ type: DType[dtype] })
export const textAttr = (text: string): AttrValue => ({ s: new TextEncoder().encode(text) })
