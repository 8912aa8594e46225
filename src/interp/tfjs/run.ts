import { MalformedGraph } from '../../expr/node.ts'
import type { Dims } from '../../expr/Op.ts'
import { sizeOf } from '../../expr/Tensor.ts'
import { noiseFor } from '../noise.ts'
import type { Feeds } from '../Session.ts'
import type { Compiled } from './compile.ts'
import { float32, type Held, type Info, release, runKernel, upload } from './engine.ts'
import type { Source, Value } from './recorder.ts'

/** A kernel call whose operands' places are laid out once; only which tensors stand in them changes from run to run. */
interface Call {
  readonly kernel: string
  readonly inputs: Readonly<Record<string, Info>>
  readonly operands: readonly { readonly info: { -readonly [K in keyof Info]: Info[K] }; readonly slot: number }[]
  readonly attrs: Readonly<Record<string, unknown>>
  readonly scalars: { readonly from: number; readonly into: number[]; readonly at: number }[]
  readonly outputs: readonly number[]
  readonly frees: readonly number[]
}

const callOf = ({ instruction, frees }: Compiled['instructions'][number]): Call => {
  const operands = Object.values(instruction.inputs).map(({ slot, shape }) => ({
    info: { dataId: {}, shape: [...shape], dtype: 'float32' as const },
    slot,
  }))
  const infos = operands.map((o) => o.info)
  const names = Object.keys(instruction.inputs)
  // A kernel with any number of operands (Concat, the generated ones) takes a list instead of names.
  const numbered = names.every((name, i) => name === String(i))
  const named = Object.fromEntries(names.map((name, i) => [name, infos[i]!]))
  const scalars = instruction.scalars.map(() => 0)
  return {
    kernel: instruction.kernel,
    inputs: numbered ? Object.assign(infos, named) : named,
    operands,
    attrs:
      instruction.scalars.length > 0 || 'task' in instruction.attrs
        ? { ...instruction.attrs, scalars }
        : instruction.attrs,
    scalars: instruction.scalars.map((from, at) => ({ from, into: scalars, at })),
    outputs: instruction.outputs,
    frees,
  }
}

/** What a run leaves for its caller to read: tensors by slot, owned by the run unless taken. */
export interface Frame {
  readonly held: (value: Value) => Held
  /** The tensor of a value for keeps, in the value's shape. */
  readonly take: (value: Value) => Held
  readonly numbers: readonly number[]
  readonly close: () => void
}

export interface Runner {
  readonly start: (feeds: Feeds, watch?: (slot: number, held: Held) => void) => Frame
  readonly dispose: () => void
}

const draw = (source: Extract<Source, { tag: 'noise' }>, feeds: Feeds): Held =>
  upload(noiseFor(source, feeds), source.shape)

const fed = ({ name, shape }: Extract<Source, { tag: 'data' }>, feeds: Feeds): Held => {
  const tensor = feeds.data.get(name)
  // A run has no left: whoever prepared the plan also feeds it, so a missing feed is a mistake of this library.
  if (tensor === undefined || tensor.data.length !== sizeOf(shape))
    throw new MalformedGraph(`data '${name}': needs a tensor of shape [${shape.join(', ')}]`)
  return upload(float32(tensor), shape)
}

/** A kernel reads as many numbers as its graph says, whatever is there: so what is there is looked at first. */
const asDeclared = (
  { name, shape }: Extract<Source, { tag: 'variable' }>,
  held: Held | undefined,
): Held | undefined => {
  if (held !== undefined && (held.shape.length !== shape.length || held.shape.some((d, i) => d !== shape[i])))
    throw new MalformedGraph(
      `variable '${name}' is [${shape.join(', ')}] but was written as [${held.shape.join(', ')}]`,
    )
  return held
}

const filled = (values: readonly number[], shape: Dims): Held =>
  upload(values.length === 1 ? new Float32Array(sizeOf(shape)).fill(values[0] ?? 0) : Float32Array.from(values), shape)

export const runnerOf = (compiled: Compiled, variable: (name: string) => Held | undefined): Runner => {
  const calls = compiled.instructions.map(callOf)
  const constants = new Map<number, Held>()
  for (const { slot, source } of compiled.sources)
    if (source.tag === 'constant') constants.set(slot, filled(source.values, source.shape))
  const borrowed = new Set(
    compiled.sources.flatMap(({ slot, source }) =>
      source.tag === 'variable' || source.tag === 'constant' ? [slot] : [],
    ),
  )

  const fill = (source: Source, slot: number, feeds: Feeds, numbers: readonly number[]): Held | undefined => {
    switch (source.tag) {
      case 'variable':
        return asDeclared(source, variable(source.name))
      case 'constant':
        return constants.get(slot)
      case 'data':
        return fed(source, feeds)
      case 'noise':
        return draw(source, feeds)
      case 'host':
        return filled([numbers[source.index] ?? Number.NaN], source.shape)
    }
  }

  const start: Runner['start'] = (feeds, watch) => {
    const numbers = compiled.host.evaluate(feeds.scalars)
    const slots: (Held | undefined)[] = Array.from({ length: compiled.slots })
    const at = (slot: number): Held => {
      const held = slots[slot]
      if (held === undefined) throw new MalformedGraph(`slot ${slot} is empty: a variable was never written`)
      return held
    }
    for (const { slot, source } of compiled.sources) {
      const held = fill(source, slot, feeds, numbers)
      if (held === undefined && source.tag === 'variable')
        throw new MalformedGraph(`variable '${source.name}' was never written`)
      slots[slot] = held
      if (held !== undefined) watch?.(slot, held)
    }
    const drop = (slot: number): void => {
      const held = slots[slot]
      slots[slot] = undefined
      if (held !== undefined && !borrowed.has(slot)) release(held)
    }
    for (const call of calls) {
      for (const { info, slot } of call.operands) {
        const held = at(slot)
        info.dataId = held.dataId
        info.dtype = held.dtype
      }
      for (const { from, into, at: i } of call.scalars) into[i] = numbers[from] ?? Number.NaN
      const made = runKernel(call.kernel, call.inputs, call.attrs)
      for (const [i, slot] of call.outputs.entries()) {
        const held = made[i]
        slots[slot] = held
        if (held !== undefined) watch?.(slot, held)
      }
      for (const slot of call.frees) drop(slot)
    }
    const taken = new Set<number>()
    return {
      held: ({ slot }) => at(slot),
      take: ({ slot, shape }) => {
        const held = at(slot)
        const same = held.shape.length === shape.length && held.shape.every((d, i) => d === shape[i])
        if (!same || borrowed.has(slot) || taken.has(slot))
          return runKernel('Reshape', { x: held }, { shape: [...shape] })[0] ?? held
        taken.add(slot)
        return held
      },
      numbers,
      close: () => {
        for (let slot = 0; slot < slots.length; slot++) if (!taken.has(slot)) drop(slot)
      },
    }
  }
  return { start, dispose: () => constants.forEach(release) }
}
