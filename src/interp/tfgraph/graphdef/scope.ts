import {
  type Attrs,
  DType,
  type DTypeName,
  type FunctionDef,
  type GraphDef,
  type NodeDef,
  PRODUCER,
  shapeProto,
  typeAttr,
} from './GraphDef.ts'
import { type Operation, outputName } from './operations.ts'

/** A tensor of a graph that is being written: output `index` of a node, or an argument of a function. */
export interface Ref {
  readonly node: string
  /** '' for an argument, and for an operation without outputs */
  readonly output: string
  readonly index: number
}

/** Where nodes are added: a graph, or the body of a function. */
export interface Scope {
  readonly add: (op: Operation, inputs: readonly Ref[], attrs: Attrs, after?: readonly Ref[]) => Ref
  /** A constant of whole numbers: a shape, axes, sizes. Equal ones are one node. */
  readonly ints: (values: readonly number[], shape?: readonly number[]) => Ref
  /** A constant of one number that fills the shape, or of as many as it holds. */
  readonly floats: (values: readonly number[], shape: readonly number[]) => Ref
  readonly placeholder: (name: string, dtype: DTypeName, shape: readonly number[]) => Ref
  /** What reads a tensor, also through nodes that only rename it, and may run after `end`, which does not need it. */
  readonly readersBeside: (ref: Ref, end: Ref) => readonly Ref[]
}

/** Output `index` of a node with several. */
export const nth = (ref: Ref, index: number): Ref => ({ ...ref, index })

/** How the host calls a tensor of the graph. */
export const tensorName = (ref: Ref): string => `${ref.node}:${ref.index}`
const nameInFunction = (ref: Ref): string => (ref.output === '' ? ref.node : `${ref.node}:${ref.output}:${ref.index}`)

/** They hand their operand's memory on. */
const renaming: ReadonlySet<string> = new Set<Operation>(['Reshape', 'Identity'])

const scopeOf = (nodes: NodeDef[], nameOf: (ref: Ref) => string): Scope => {
  const known = new Map<string, Ref>()
  const written = new Map<string, { readonly op: Operation; readonly inputs: readonly Ref[] }>()
  const readers = new Map<string, Ref[]>()
  const put = (name: string, op: Operation, inputs: readonly Ref[], attr: Attrs, after: readonly Ref[]): Ref => {
    const controls = [...new Set(after.map((ref) => `^${ref.node}`))]
    nodes.push({ name, op, input: [...inputs.map(nameOf), ...controls], attr })
    written.set(name, { op, inputs })
    const made = { node: name, output: outputName[op], index: 0 }
    for (const input of inputs) readers.set(nameOf(input), [...(readers.get(nameOf(input)) ?? []), made])
    return made
  }
  const add: Scope['add'] = (op, inputs, attrs, after = []) => put(`n${nodes.length}`, op, inputs, attrs, after)
  const once = (key: string, make: () => Ref): Ref => {
    const made = known.get(key) ?? make()
    known.set(key, made)
    return made
  }
  const readersOf = (ref: Ref): readonly Ref[] =>
    (readers.get(nameOf(ref)) ?? []).flatMap((reader) =>
      renaming.has(written.get(reader.node)?.op ?? '') ? readersOf(reader) : [reader],
    )
  const needs = new Map<string, ReadonlySet<string>>()
  const neededFor = (end: Ref): ReadonlySet<string> => {
    const known = needs.get(end.node)
    if (known !== undefined) return known
    const found = new Set([end.node])
    // A set is visited in the order of insertion, also what is added meanwhile.
    for (const name of found) for (const { node } of written.get(name)?.inputs ?? []) found.add(node)
    needs.set(end.node, found)
    return found
  }
  return {
    add,
    ints: (values, shape = [values.length]) =>
      once(`i ${shape.join(' ')} : ${values.join(' ')}`, () =>
        add('Const', [], {
          dtype: typeAttr('int32'),
          value: { tensor: { dtype: DType.int32, tensor_shape: shapeProto(shape), int_val: values } },
        }),
      ),
    floats: (values, shape) => {
      const constant = (): Ref =>
        add('Const', [], {
          dtype: typeAttr('float'),
          value: {
            tensor: {
              dtype: DType.float,
              tensor_shape: shapeProto(shape),
              ...(values.length === 1 ? { float_val: values } : { tensor_content: bytesOf(values) }),
            },
          },
        })
      return values.length === 1 ? once(`f ${shape.join(' ')} : ${spelled(values[0])}`, constant) : constant()
    },
    placeholder: (name, dtype, shape) =>
      put(name, 'Placeholder', [], { dtype: typeAttr(dtype), shape: { shape: shapeProto(shape) } }, []),
    readersBeside: (ref, end) => readersOf(ref).filter(({ node }) => !neededFor(end).has(node)),
  }
}

const bytesOf = (values: readonly number[]): Uint8Array => new Uint8Array(Float32Array.from(values).buffer)
const spelled = (value: number | undefined): string => (Object.is(value, -0) ? '-0' : String(value))

/** A graph that is being written. */
export interface Draft extends Scope {
  /** Write a function; `body` gets its arguments and gives its results. */
  readonly define: (
    name: string,
    args: readonly DTypeName[],
    results: readonly DTypeName[],
    body: (scope: Scope, args: readonly Ref[]) => readonly Ref[],
  ) => void
  readonly finish: () => GraphDef
}

export const draft = (): Draft => {
  const node: NodeDef[] = []
  const functions: FunctionDef[] = []
  return {
    ...scopeOf(node, tensorName),
    define: (name, args, results, body) => {
      const inside: NodeDef[] = []
      const input = args.map((dtype, i) => ({ name: `a${i}`, type: DType[dtype] }))
      const refs = body(
        scopeOf(inside, nameInFunction),
        input.map((arg) => ({ node: arg.name, output: '', index: 0 })),
      )
      functions.push({
        signature: {
          name,
          input_arg: input,
          output_arg: results.map((dtype, i) => ({ name: `r${i}`, type: DType[dtype] })),
          is_stateful: true,
        },
        node_def: inside,
        ret: Object.fromEntries(refs.map((ref, i) => [`r${i}`, nameInFunction(ref)])),
      })
    },
    finish: () => ({ node, library: { function: functions }, versions: { producer: PRODUCER } }),
  }
}
