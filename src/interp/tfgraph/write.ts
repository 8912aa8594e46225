import { MalformedGraph } from '../../expr/node.ts'
import type { Dims, Node } from '../../expr/Op.ts'
import { emitterIn } from './emit.ts'
import type { Emitter } from './Emitter.ts'
import { typeAttr } from './graphdef/GraphDef.ts'
import { nth, type Ref, type Scope } from './graphdef/scope.ts'
import { computedOutputs, type Program } from './Program.ts'
import { streamsIn } from './streams.ts'

/** Where a program's leaves come from, in the scope that it is written into. */
export interface Sources {
  readonly data: (name: string, shape: Dims) => Ref
  readonly handle: (name: string) => Ref
  /** the value of a variable, where it is not read from its handle */
  readonly value?: (name: string) => Ref
  /** float [hosted] */
  readonly numbers: Ref
  /** int32 [names, 2] */
  readonly keys: Ref
  /** which streams the keys are of, in order */
  readonly streams: readonly string[]
  /** int64 [] */
  readonly step: Ref
  /** int64 []: whose noise the first datum takes; 0 where absent */
  readonly row?: Ref
}

export interface Written {
  readonly emitter: Emitter
  readonly outputs: readonly (readonly [string, Ref])[]
  /** the value before its update of every variable that was read and is updated */
  readonly before: ReadonlyMap<string, Ref>
  /** runs when all updates are made */
  readonly updates: readonly Ref[]
}

const missing = (name: string): never => {
  throw new MalformedGraph(`nothing is known of '${name}'`)
}

/** A program's operations: outputs of the variables as they are, then the updates. Each variable is read once. */
export const write = (scope: Scope, program: Program, sources: Sources): Written => {
  const reads = new Map<string, Ref>()
  const read = (name: string): Ref => {
    const known = reads.get(name)
    const ref =
      known ??
      sources.value?.(name) ??
      scope.add('ReadVariableOp', [sources.handle(name)], { dtype: typeAttr('float') })
    reads.set(name, ref)
    return ref
  }
  const noise = streamsIn(
    scope,
    sources.streams,
    () => sources.keys,
    () => sources.step,
    sources.row,
  )
  let numbers: Ref | undefined
  const number = (node: Node, index: number): Ref => {
    numbers ??= scope.add('Unpack', [sources.numbers], {
      num: { i: program.hosted.length },
      T: typeAttr('float'),
      axis: { i: 0 },
    })
    const value = nth(numbers, index)
    return node.shape.length === 0
      ? value
      : emitter.float('Reshape', [value, scope.ints(node.shape)], { Tshape: typeAttr('int32') })
  }
  const positions = new Map(program.hosted.map((node, i) => [node, i]))
  const emitter = emitterIn(
    scope,
    (node) => {
      const position = positions.get(node)
      if (position !== undefined) return number(node, position)
      switch (node.op) {
        case 'data':
          return sources.data(node.arg.name, node.shape)
        case 'param':
        case 'state':
          return read(node.arg.name)
        case 'noise':
          return noise.draw(node.arg.name, node.arg.law, node.shape)
        default:
          return undefined
      }
    },
    program.waits,
  )
  const outputs = computedOutputs(program).map(([name, node]) => [name, emitter.ref(node)] as const)
  const values = program.updates.map(([name, node]) => [name, emitter.ref(node)] as const)
  const steps = program.adam.map((a) => ({ ...a, inputs: [a.size, a.epsilon, a.gradient].map(emitter.ref) }))
  const before = new Map(program.updated.filter((name) => program.read.has(name)).map((name) => [name, read(name)]))
  const assigns = values.map(([name, value]) =>
    scope.add(
      'AssignVariableOp',
      [sources.handle(name), value],
      { dtype: typeAttr('float') },
      before.has(name) ? [read(name)] : [],
    ),
  )
  /** A variable is updated in place once nothing reads it any more; else TensorFlow would copy it first. */
  const readers = (end: Ref, names: readonly string[]): readonly Ref[] =>
    names.flatMap((name) => (before.has(name) ? [[read(name)], scope.readersBeside(read(name), end)].flat() : []))
  const constant = (value: number): Ref => scope.floats([value], [])
  const applied = steps.map(({ param, m, v, beta1, beta2, inputs: [size, epsilon, gradient] }) =>
    scope.add(
      'ResourceApplyAdam',
      [
        ...[param, m, v].map(sources.handle),
        // The bias corrections are in the step's size and in ε, so both powers are 0 here.
        constant(0),
        constant(0),
        size ?? missing(param),
        constant(beta1),
        constant(beta2),
        epsilon ?? missing(param),
        gradient ?? missing(param),
      ],
      { T: typeAttr('float'), use_locking: { b: false }, use_nesterov: { b: false } },
      readers(gradient ?? missing(param), [param, m, v]),
    ),
  )
  return { emitter, outputs, before, updates: [...assigns, ...applied] }
}
