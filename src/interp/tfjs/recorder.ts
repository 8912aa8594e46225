import type { Dims, Node, NoiseLaw } from '../../expr/Op.ts'
import type { Backend } from './engine.ts'

/** A tensor that a plan holds while it runs: where, and in which shape it is looked at. */
export interface Value {
  readonly slot: number
  readonly shape: Dims
}

/** Where the numbers of a slot come from when they are not made by a kernel. */
export type Source =
  | { readonly tag: 'variable'; readonly name: string; readonly shape: Dims }
  | { readonly tag: 'data'; readonly name: string; readonly shape: Dims }
  | { readonly tag: 'noise'; readonly name: string; readonly law: NoiseLaw; readonly shape: Dims }
  | { readonly tag: 'host'; readonly index: number; readonly shape: Dims }
  | { readonly tag: 'constant'; readonly values: readonly number[]; readonly shape: Dims }

export interface Instruction {
  readonly kernel: string
  readonly inputs: Readonly<Record<string, Value>>
  readonly attrs: Readonly<Record<string, unknown>>
  /** host numbers that the kernel takes in `attrs.scalars` */
  readonly scalars: readonly number[]
  readonly outputs: readonly number[]
}

/** What a lowering rule may ask for and add to the list of instructions. */
export interface Emitter {
  readonly backend: Backend
  /** the operand in its own shape */
  readonly operand: (node: Node) => Value
  /** the operand in a shape that repeats by numpy's rule into its own */
  readonly compact: (node: Node) => Value
  readonly number: (value: number) => Value
  /** truth values as TensorFlow.js has them, of a condition that is a comparison or a number that is 0 or not */
  readonly condition: (node: Node) => Value
  readonly kernel: (
    name: string,
    inputs: Readonly<Record<string, Value>>,
    attrs: Readonly<Record<string, unknown>>,
    shape: Dims,
  ) => Value
  readonly kernels: (instruction: Omit<Instruction, 'outputs'>, shapes: readonly Dims[]) => readonly Value[]
  readonly view: (value: Value, shape: Dims) => Value
  readonly source: (source: Source, shape: Dims) => Value
  /** the index of a number that the host computes, or undefined for what the target computes */
  readonly onHost: (node: Node) => number | undefined
}

interface Recording {
  readonly slots: number
  readonly sources: ReadonlyMap<number, Source>
  readonly instructions: readonly Instruction[]
}

interface Recorder {
  readonly emit: Pick<Emitter, 'kernel' | 'kernels' | 'view' | 'source' | 'number'>
  readonly finish: () => Recording
}

const sameShape = (a: Dims, b: Dims): boolean => a.length === b.length && a.every((d, i) => d === b[i])

/** Collects instructions in the order in which they are asked for. Tensors of TensorFlow's own know their shape; elsewhere a view is free. */
export const recorder = (backend: Backend): Recorder => {
  const sources = new Map<number, Source>()
  const sourceSlots = new Map<string, number>()
  const instructions: Instruction[] = []
  let slots = 0
  const kernels: Emitter['kernels'] = (instruction, shapes) => {
    const outputs = shapes.map(() => slots++)
    instructions.push({ ...instruction, outputs })
    return shapes.map((shape, i) => ({ slot: outputs[i] ?? 0, shape }))
  }
  const kernel: Emitter['kernel'] = (name, inputs, attrs, shape) => {
    const [value] = kernels({ kernel: name, inputs, attrs, scalars: [] }, [shape])
    return value ?? { slot: 0, shape }
  }
  const source: Emitter['source'] = (from, shape) => {
    const key = JSON.stringify(from, (_, field: unknown) =>
      typeof field === 'number' ? (Object.is(field, -0) ? '-0' : String(field)) : field,
    )
    const slot = sourceSlots.get(key) ?? slots++
    sourceSlots.set(key, slot)
    sources.set(slot, from)
    return { slot, shape }
  }
  return {
    emit: {
      kernel,
      kernels,
      source,
      number: (value) => source({ tag: 'constant', values: [value], shape: [] }, []),
      view: (value, shape) => {
        if (sameShape(value.shape, shape)) return value
        return backend === 'tensorflow'
          ? kernel('Reshape', { x: value }, { shape }, shape)
          : { slot: value.slot, shape }
      },
    },
    finish: () => ({ slots, sources, instructions }),
  }
}
