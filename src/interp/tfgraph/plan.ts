import { type Graph, rootsOf } from '../../expr/Graph.ts'
import { MalformedGraph } from '../../expr/node.ts'
import type { Node } from '../../expr/Op.ts'
import { sizeOf, type Tensor } from '../../expr/Tensor.ts'
import { topological } from '../../expr/walk.ts'
import type { Feeds, Plan } from '../Session.ts'
import type { Binding, Held } from './binding.ts'
import { after, declare } from './declare.ts'
import { typeAttr } from './graphdef/GraphDef.ts'
import { draft, type Draft, type Ref } from './graphdef/scope.ts'
import { loadModule, takeFloats, uploadFloats, uploadInts, withTensors } from './Module.ts'
import { computedOutputs, numbersFor, plainProgram, type Program, programOf } from './Program.ts'
import { keysOf, wholeNumber, wordsOf } from './streams.ts'
import type { Home, Variables } from './variables.ts'
import { write, type Written } from './write.ts'

/** The tensors that the host feeds to every run. */
interface Inputs {
  readonly data: ReadonlyMap<string, Ref>
  readonly numbers: Ref
  readonly keys: Ref
  readonly step: Ref
  readonly row: Ref
}

const inputsOf = (d: Draft, program: Program): Inputs => ({
  data: new Map([...program.data].map(([name, shape], i) => [name, d.placeholder(`d${i}`, 'float', shape)])),
  numbers: d.placeholder('numbers', 'float', [program.hosted.length]),
  keys: d.placeholder('keys', 'int32', [program.noises.length, 2]),
  step: d.placeholder('step', 'int32', [2]),
  row: d.placeholder('row', 'int32', [2]),
})

const fed = (name: string, shape: readonly number[], feeds: Feeds): Float32Array => {
  const given = feeds.data.get(name)
  // A run has no left: whoever prepared the plan also feeds it, so a missing feed is a mistake of this library.
  if (given === undefined || given.data.length !== sizeOf(shape))
    throw new MalformedGraph(`data '${name}': needs a tensor of shape [${shape.join(', ')}]`)
  return given.data instanceof Float32Array ? given.data : Float32Array.from(given.data)
}

/** A program as a module of its own, with what its runs are fed. */
const moduleOf = (binding: Binding, program: Program, fetches: (d: Draft, written: Written) => readonly Ref[]) => {
  const d = draft()
  const declared = new Map(
    [...program.variables].map(([name, shape], i) => [name, declare(d, name, 'float', shape, i)]),
  )
  const inputs = inputsOf(d, program)
  const step = wholeNumber(d, inputs.step)
  const written = write(d, program, {
    // What is fed cannot be fetched, and an output may be just that.
    data: (name) => d.add('Identity', [inputs.data.get(name) ?? inputs.numbers], { T: typeAttr('float') }),
    handle: (name) => declared.get(name)?.handle ?? inputs.numbers,
    numbers: inputs.numbers,
    keys: inputs.keys,
    streams: program.noises,
    step,
    row: wholeNumber(d, inputs.row),
  })
  const wanted = fetches(d, written)
  const home: Home = { module: loadModule(binding, d.finish()), declared, reads: program.read }
  const run = (feeds: Feeds, numbers: readonly number[]): readonly Held[] => {
    const given: (readonly [Ref, Held])[] = [...program.data].map(([name, shape]) => [
      inputs.data.get(name) ?? inputs.numbers,
      uploadFloats(binding, fed(name, shape, feeds), shape),
    ])
    if (numbers.length > 0)
      given.push([inputs.numbers, uploadFloats(binding, Float32Array.from(numbers), [numbers.length])])
    if (program.noises.length > 0)
      given.push(
        [inputs.keys, uploadInts(binding, keysOf(feeds.seed, program.noises), [program.noises.length, 2])],
        [inputs.step, uploadInts(binding, wordsOf(feeds.step), [2])],
        [inputs.row, uploadInts(binding, wordsOf(feeds.row ?? 0), [2])],
      )
    return withTensors(
      binding,
      given.map(([, held]) => held),
      () => home.module.run(given, wanted),
    )
  }
  return { home, written, run }
}

/** Every vertex and whether all of it is finite, in one vector. */
const firstNonFinite = (binding: Binding, variables: Variables, graph: Graph, feeds: Feeds): Node | undefined => {
  const program = plainProgram(graph)
  const order = topological(rootsOf(graph))
  const { host } = program
  const known = host.evaluate(feeds.scalars)
  const computed = order.filter((node) => host.indexOf(node) === undefined)
  const { home, run } = moduleOf(binding, program, (d, { emitter }) => {
    const flags = computed.map((node) => {
      const finite = d.add('IsFinite', [emitter.ref(node)], { T: typeAttr('float') })
      const all = d.add('All', [finite, d.ints(node.shape.map((_, i) => i))], { Tidx: typeAttr('int32') })
      return d.add('Cast', [all], { SrcT: typeAttr('bool'), DstT: typeAttr('float') })
    })
    return flags.length === 0
      ? [after(d, [])]
      : [d.add('Pack', flags, { N: { i: flags.length }, T: typeAttr('float'), axis: { i: 0 } })]
  })
  try {
    variables.bringTo(home)
    const [held] = run(feeds, numbersFor(program, feeds.scalars).fed)
    const flags = held === undefined ? new Float32Array(0) : takeFloats(binding, held)
    const finite = new Map(computed.map((node, i) => [node, flags[i] === 1]))
    const isFinite = (node: Node): boolean => finite.get(node) ?? Number.isFinite(known[host.indexOf(node) ?? -1])
    return order.find((node) => node.op !== 'const' && !isFinite(node))
  } finally {
    variables.leave(home)
    home.module.dispose()
  }
}

/** One graph as one call of TensorFlow. Throws what it says of a graph that it rejects. */
export const planOf = (binding: Binding, variables: Variables, graph: Graph, parts: number): Plan => {
  const program = programOf(graph, parts)
  const computed = computedOutputs(program)
  const { updated } = program
  const overwritten = updated.filter((name) => !program.read.has(name))
  const { home, run, written } = moduleOf(binding, program, (d, { outputs, before, updates }) => [
    ...outputs.map(([, ref]) => ref),
    ...before.values(),
    after(d, updates),
  ])
  const kept = [...written.before.keys()]
  return {
    run: (feeds) => {
      variables.bringTo(home)
      const numbers = numbersFor(program, feeds.scalars)
      const old = new Map(variables.present(overwritten))
      const fetched = run(feeds, numbers.fed)
      const found = new Map<string, Tensor>(numbers.outputs)
      for (const [i, [name, { shape }]] of computed.entries()) {
        const held = fetched[i]
        if (held !== undefined) found.set(name, { shape, data: takeFloats(binding, held) })
      }
      for (const [i, name] of kept.entries()) {
        const held = fetched[computed.length + i]
        if (held !== undefined) old.set(name, held)
      }
      const done = fetched.at(-1)
      if (done !== undefined) binding.deleteTensor(done.id)
      if (updated.length > 0) variables.changed(home, updated, old)
      return new Map(
        program.outputs.flatMap(([name]) => {
          const value = found.get(name)
          return value === undefined ? [] : [[name, value] as const]
        }),
      )
    },
    firstNonFinite: (feeds) => firstNonFinite(binding, variables, graph, feeds),
    dispose: () => {
      variables.leave(home)
      home.module.dispose()
    },
  }
}
