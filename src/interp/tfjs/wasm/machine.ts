import type { Dims } from '../../../expr/Op.ts'
import { sizeOf } from '../../../expr/Tensor.ts'
import type { Info } from '../engine.ts'
import type { Machine, MatmulSpec, PatchSpec, Program, ReduceSpec, Task } from '../machine.ts'
import { assemble, type FunctionSpec } from './assembler.ts'
import { elementwise } from './elementwise.ts'
import { COLUMNS, DEPTH, gemm, ROWS } from './gemm.ts'
import { patches } from './patches.ts'
import { reduce } from './reduce.ts'
import { type Exported, type Functions, isMemory, load, runsHere, type WasmMemory } from './webAssembly.ts'

/** What generated code needs of tfjs's wasm backend: its memory, and where in it a tensor lies. */
export interface Heap {
  readonly wasm: {
    readonly asm: { readonly memory: WasmMemory }
    readonly _malloc: (bytes: number) => number
    readonly _free: (place: number) => void
  }
  readonly dataIdMap: { readonly get: (dataId: object) => { readonly memoryOffset: number } }
  readonly makeOutput: (shape: number[], dtype: 'float32') => Info
}

/** The heap behind the wasm backend, where this version of tfjs shows it and this machine has SIMD; otherwise only tfjs's kernels run. */
export const heapOf = (backend: unknown): Heap | undefined => {
  // Each member that generated code uses is looked at before the value is taken for a Heap.
  const candidate = backend as {
    readonly [K in keyof Heap]?: {
      readonly asm?: { readonly memory?: unknown }
      readonly _malloc?: unknown
      readonly _free?: unknown
    }
  }
  const { wasm, dataIdMap, makeOutput } = candidate
  const usable =
    isMemory(wasm?.asm?.memory) &&
    typeof wasm?._malloc === 'function' &&
    typeof wasm?._free === 'function' &&
    dataIdMap !== undefined &&
    typeof makeOutput === 'function' &&
    runsHere(assemble(gemm))
  return usable ? (backend as Heap) : undefined
}

/** Memory of our own on the heap, grown when a kernel is prepared, so that nothing is allocated while one runs. */
interface Scratch {
  readonly reserve: (bytes: number) => void
  readonly place: () => number
  readonly free: () => void
}

const scratchOn = ({ wasm }: Heap): Scratch => {
  let size = 0
  let place = 0
  const free = (): void => {
    if (size > 0) wasm._free(place)
    size = 0
  }
  return {
    reserve: (bytes) => {
      if (bytes <= size) return
      free()
      place = wasm._malloc(bytes) >>> 0
      size = bytes
    },
    place: () => place,
    free,
  }
}

export const wasmMachine = (heap: Heap): Machine => {
  const { memory } = heap.wasm.asm
  const scratch = scratchOn(heap)
  const kernels = load(assemble(gemm), memory)
  const placeOf = (info: Info): number => heap.dataIdMap.get(info.dataId).memoryOffset
  const task =
    (
      shapes: readonly Dims[],
      run: (inputs: readonly number[], outputs: readonly number[], scalars: readonly number[]) => void,
    ): Task =>
    (inputs, scalars) => {
      const outputs = shapes.map((shape) => heap.makeOutput([...shape], 'float32'))
      run(inputs.map(placeOf), outputs.map(placeOf), scalars)
      return outputs
    }
  const single = (spec: FunctionSpec): Exported => load(assemble([spec]), memory)['run']!

  return {
    elementwise: (program: Program) => {
      const run = single(elementwise(program))
      return task(
        program.outputs.map((o) => o.shape),
        (inputs, outputs, scalars) => run(...inputs, ...outputs, ...scalars),
      )
    },
    reduce: (spec: ReduceSpec) => {
      const run = single(reduce(spec))
      return task([spec.shape], (inputs, outputs) => run(...inputs, ...outputs))
    },
    matmul: (spec: MatmulSpec) => {
      scratch.reserve(scratchBytes(spec))
      const run = multiply(spec, kernels)
      return task([spec.shape], ([a, b, bias], [c]) => {
        new Float32Array(memory.buffer, scratch.place() + scratchBytes(spec) - 4 * COLUMNS, COLUMNS).fill(0)
        run(scratch.place(), a!, b!, bias, c!)
      })
    },
    patches: (spec: PatchSpec) => {
      const run = single(patches(spec))
      const gathers = spec.direction === 'gather'
      return task([spec.shape], ([from], [to]) => {
        new Float32Array(memory.buffer, to, sizeOf(spec.shape)).fill(0)
        run(gathers ? from! : to!, gathers ? to! : from!)
      })
    },
    dispose: scratch.free,
  }
}

const upTo = (n: number, multiple: number): number => Math.ceil(n / multiple) * multiple
const depthOf = (k: number): number => Math.min(k, DEPTH)
const scratchBytes = ({ m, k }: MatmulSpec): number =>
  4 * (upTo(m, ROWS) * depthOf(k) + COLUMNS * depthOf(k) + 2 * COLUMNS)

/** For each stretch of the common extent: pack all rows of A, then for every 8 columns pack B and multiply. Places in bytes. */
const multiply = (
  { batch, m, n, k, transposeA, transposeB, relu }: MatmulSpec,
  kernels: Functions,
): ((scratch: number, a: number, b: number, bias: number | undefined, c: number) => void) => {
  const [pack4, pack8, panel] = [kernels['pack4']!, kernels['pack8']!, kernels['panel']!]
  const [aStride, aStep] = transposeA ? [4, 4 * m] : [4 * k, 4]
  const [bStride, bStep] = transposeB ? [4 * k, 4] : [4, 4 * n]
  return (scratch, a, b, bias, c) => {
    const depth = depthOf(k)
    const right = scratch + 4 * upTo(m, ROWS) * depth
    const begin = right + 4 * COLUMNS * depth
    for (let z = 0; z < batch; z++) {
      const [az, bz, cz] = [a + 4 * z * m * k, b + 4 * z * k * n, c + 4 * z * m * n]
      for (let p = 0; p < k; p += depth) {
        const here = Math.min(depth, k - p)
        for (let i = 0; i < m; i += ROWS)
          pack4(az + i * aStride + p * aStep, scratch + 4 * i * here, Math.min(ROWS, m - i), aStride, aStep, here)
        for (let j = 0; j < n; j += COLUMNS) {
          const columns = Math.min(COLUMNS, n - j)
          pack8(bz + j * bStride + p * bStep, right, columns, bStride, bStep, here)
          if (p === 0 && bias !== undefined) pack8(bias + 4 * j, begin, columns, 4, 4, 1)
          const first = p > 0 ? 0 : bias === undefined ? begin + 4 * COLUMNS : begin
          panel(scratch, right, cz + 4 * j, first, m, columns, here, 4 * n, relu && p + here === k ? 1 : 0)
        }
      }
    }
  }
}
