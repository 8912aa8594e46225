import { binarizeName } from '../../data/streams.ts'
import { MalformedGraph } from '../../expr/node.ts'
import type { Graph } from '../../expr/Graph.ts'
import { sizeOf, type Tensor } from '../../expr/Tensor.ts'
import type { Loop, Resident } from '../Session.ts'
import type { Binding, Held } from './binding.ts'
import { type Declared, declare } from './declare.ts'
import { type DTypeName, shapeProto, typeAttr } from './graphdef/GraphDef.ts'
import { draft, nth, type Ref, type Scope } from './graphdef/scope.ts'
import { minibatch, type Stored, storedOf } from './minibatch.ts'
import { loadModule, takeFloats, uploadBytes, uploadFloats, uploadInts, withTensors } from './Module.ts'
import { computedOutputs, numbersFor, type Program, programOf } from './Program.ts'
import { keysOf, streamsIn, wholeNumber, wordsOf } from './streams.ts'
import type { Variables } from './variables.ts'
import { write } from './write.ts'

/** What goes round the loop: first these, then the handles of the data and of the variables. */
const state = ['at', 'count', 'collected', 'first', 'rows', 'numbers', 'keys'] as const
const dtypes: { readonly [S in (typeof state)[number]]: DTypeName } = {
  at: 'int32',
  count: 'int32',
  collected: 'float',
  first: 'int64',
  rows: 'int32',
  numbers: 'float',
  keys: 'int32',
}
const [CONDITION, BODY] = ['again', 'update']

interface Layout {
  readonly program: Program
  readonly stored: readonly Stored[]
  readonly streams: readonly string[]
  readonly batch: number
}

/** Row `at` of a table. */
const rowOf = (scope: Scope, table: Ref, at: Ref, dtype: DTypeName): Ref =>
  scope.add('GatherV2', [table, at, scope.ints([0], [])], {
    Tparams: typeAttr(dtype),
    Tindices: typeAttr('int32'),
    Taxis: typeAttr('int32'),
    batch_dims: { i: 0 },
  })

/** One update: gather the minibatch, write down the outputs, update. The next begins when all of it is done. */
const body =
  ({ program, stored, streams, batch }: Layout) =>
  (scope: Scope, args: readonly Ref[]): readonly Ref[] => {
    const arg = (name: (typeof state)[number]): Ref => argument(state.indexOf(name))
    const argument = (i: number): Ref => {
      const found = args[i]
      if (found === undefined) throw new MalformedGraph(`the loop has no argument ${i}`)
      return found
    }
    const at = arg('at')
    const reshaped = (x: Ref, shape: readonly number[], dtype: DTypeName): Ref =>
      scope.add('Reshape', [x, scope.ints(shape)], { T: typeAttr(dtype), Tshape: typeAttr('int32') })
    const step = scope.add(
      'AddV2',
      [arg('first'), scope.add('Cast', [at], { SrcT: typeAttr('int32'), DstT: typeAttr('int64') })],
      { T: typeAttr('int64') },
    )
    const rows = reshaped(rowOf(scope, arg('rows'), at, 'int32'), [batch], 'int32')
    const noise = streamsIn(
      scope,
      streams,
      () => arg('keys'),
      () => step,
    )
    const data = new Map(
      stored.map((s, i) => [s.name, minibatch(scope, s, argument(state.length + i), rows, batch, noise)]),
    )
    const names = [...program.variables.keys()]
    const { emitter, outputs, updates } = write(scope, program, {
      data: (name) => data.get(name) ?? at,
      handle: (name) => argument(state.length + stored.length + names.indexOf(name)),
      numbers: reshaped(rowOf(scope, arg('numbers'), at, 'float'), [program.hosted.length], 'float'),
      keys: arg('keys'),
      streams,
      step,
    })
    const flat = outputs.map(([, ref]) => reshaped(ref, [-1], 'float'))
    // Joining takes two or more.
    const [only = scope.floats([0], [0])] = flat
    const line =
      flat.length < 2
        ? only
        : emitter.float('ConcatV2', [...flat, scope.ints([0], [])], {
            N: { i: flat.length },
            Tidx: typeAttr('int32'),
          })
    const collected = scope.add(
      'TensorScatterUpdate',
      [arg('collected'), reshaped(at, [1, 1], 'int32'), reshaped(line, [1, -1], 'float')],
      { T: typeAttr('float'), Tindices: typeAttr('int32') },
    )
    const next = scope.add('AddV2', [at, scope.ints([1], [])], { T: typeAttr('int32') }, updates)
    return args.map((same, i) =>
      i === state.indexOf('at') ? next : i === state.indexOf('collected') ? collected : same,
    )
  }

/** The table of outputs, and where in its rows each of them is. */
const columnsOf = (
  program: Program,
): { readonly width: number; readonly columns: readonly (readonly [string, readonly number[], number])[] } => {
  let width = 0
  const columns = computedOutputs(program).map(([name, { shape }]) => {
    const column = [name, shape, width] as const
    width += sizeOf(shape)
    return column
  })
  return { width, columns }
}

const upload = (binding: Binding, { column, shape: [, stride] }: Stored, rows: Uint32Array): Held => {
  const data = column(rows)
  const shape = [data.length / stride, stride]
  return data instanceof Uint8Array ? uploadBytes(binding, data, shape) : uploadFloats(binding, data, shape)
}

/** The data go in: all of them once, or those of these rows before each call. */
const fill = (
  binding: Binding,
  module: ReturnType<typeof loadModule>,
  stored: readonly Stored[],
  at: readonly Declared[],
  rows: Uint32Array,
): void => {
  for (const [i, declared] of at.entries()) {
    const s = stored[i]
    if (s === undefined) continue
    const held = upload(binding, s, rows)
    const done = withTensors(binding, [held], () => module.run([[declared.feed, held]], [declared.assign]))
    for (const { id } of done) binding.deleteTensor(id)
  }
}

/**
 * Updates as a loop inside TensorFlow: forward, backward, update, minibatch and noise of all steps in one call.
 *
 * Errors    throws what TensorFlow says of a graph that it rejects, and where a field of the data is missing
 */
export const loopOf = (
  binding: Binding,
  variables: Variables,
  graph: Graph,
  { fields, split, batch }: Resident,
  parts: number,
): Loop => {
  const program = programOf(graph, parts)
  const stored = storedOf(fields, split, [...program.data.keys()])
  const absent = [...program.data.keys()].find((name) => !stored.some((s) => s.name === name))
  if (absent !== undefined) throw new MalformedGraph(`the data have no field '${absent}'`)
  const binarized = stored.filter(({ field }) => field.encoding === 'dynamic').map(({ name }) => binarizeName(name))
  const streams = [...program.noises, ...binarized]
  const { width, columns } = columnsOf(program)

  const d = draft()
  const declared = new Map(
    [...program.variables].map(([name, shape], i) => [name, declare(d, name, 'float', shape, i)]),
  )
  const kept = stored.map((s, i) => declare(d, `data/${s.name}`, s.dtype, s.shape, declared.size + i))
  const handles = [...kept, ...declared.values()].map(({ handle }) => handle)
  const args = [...state.map((name) => dtypes[name]), ...handles.map((): DTypeName => 'resource')]
  d.define(CONDITION, args, ['bool'], (scope, [at, count]) =>
    at === undefined || count === undefined ? [] : [scope.add('Less', [at, count], { T: typeAttr('int32') })],
  )
  d.define(BODY, args, args, body({ program, stored, streams, batch }))
  const words = d.placeholder('first', 'int32', [2])
  const inputs = {
    count: d.placeholder('count', 'int32', []),
    collected: d.placeholder('collected', 'float', [-1, width]),
    rows: d.placeholder('rows', 'int32', [-1, batch]),
    numbers: d.placeholder('numbers', 'float', [-1, program.hosted.length]),
    keys: d.placeholder('keys', 'int32', [streams.length, 2]),
  }
  const { count, collected, rows, numbers, keys } = inputs
  const looped = d.add(
    'While',
    [d.ints([0], []), count, collected, wholeNumber(d, words), rows, numbers, keys, ...handles],
    {
      T: { list: { type: args.map((dtype) => typeAttr(dtype).type ?? 0) } },
      cond: { func: { name: CONDITION } },
      body: { func: { name: BODY } },
      output_shapes: {
        list: { shape: args.map((_, i) => (i === 2 ? shapeProto([-1, width]) : { dim: [], unknown_rank: true })) },
      },
      parallel_iterations: { i: 1 },
      // Inlined, the body's operations are fused, and run beside each other; as a function call they are not.
      _lower_using_switch_merge: { b: true },
    },
  )
  const result = nth(looped, state.indexOf('collected'))
  const home = { module: loadModule(binding, d.finish()), declared, reads: program.read }
  const isStreamed = split.streamed !== undefined
  if (!isStreamed) fill(binding, home.module, stored, kept, new Uint32Array(0))

  return {
    run: ({ step, seed, rows: batches }) => {
      variables.bringTo(home)
      const steps = batches.length
      const fed = batches.map((_, i) => numbersFor(program, { step: step + i }))
      const order = new Uint32Array(steps * batch)
      for (const [i, picked] of batches.entries()) {
        if (picked.length !== batch)
          throw new MalformedGraph(`a minibatch has ${picked.length} rows instead of ${batch}`)
        order.set(picked, i * batch)
      }
      if (isStreamed) fill(binding, home.module, stored, kept, order)
      // The variable holds just these, in this order.
      const places = isStreamed ? Int32Array.from(order, (_, i) => i) : new Int32Array(order.buffer)
      const feeds: readonly (readonly [Ref, Held])[] = [
        [count, uploadInts(binding, Int32Array.of(steps), [])],
        [collected, uploadFloats(binding, new Float32Array(steps * width), [steps, width])],
        [words, uploadInts(binding, wordsOf(step), [2])],
        [rows, uploadInts(binding, places, [steps, batch])],
        [numbers, uploadFloats(binding, Float32Array.from(fed.flatMap((n) => n.fed)), [steps, program.hosted.length])],
        [keys, uploadInts(binding, keysOf(seed, streams), [streams.length, 2])],
      ]
      const [table] = withTensors(
        binding,
        feeds.map(([, held]) => held),
        () => home.module.run(feeds, [result]),
      )
      variables.changed(home, program.updated, undefined)
      const values = table === undefined ? new Float32Array(0) : takeFloats(binding, table)
      return fed.map(({ outputs: hosted }, i) => {
        const found = new Map<string, Tensor>(hosted)
        for (const [name, shape, from] of columns)
          found.set(name, { shape, data: values.slice(i * width + from, i * width + from + sizeOf(shape)) })
        return new Map(
          program.outputs.flatMap(([name]) => {
            const value = found.get(name)
            return value === undefined ? [] : [[name, value] as const]
          }),
        )
      })
    },
    dispose: () => {
      variables.leave(home)
      home.module.dispose()
    },
  }
}
