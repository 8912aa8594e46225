import type { Dims } from '../../expr/Op.ts'
import type { ElementwiseOp } from '../../passes/meaning.ts'
import type { Info } from './engine.ts'

/**
 * What a target can generate kernels for beyond those of TensorFlow.js. Each is made when a plan is prepared, for its exact shapes, and
 * runs on tensors of the backend: `machines` of wasm emit SIMD code over the backend's own memory, those of cpu plain JavaScript loops.
 */
export interface Machine {
  readonly elementwise: (program: Program) => Task
  readonly matmul: (spec: MatmulSpec) => Task
  readonly reduce: (spec: ReduceSpec) => Task
  readonly patches: (spec: PatchSpec) => Task
  readonly dispose: () => void
}

/** Fresh tensors of the results. `scalars` are the numbers that the host computed for this run. */
export type Task = (inputs: readonly Info[], scalars: readonly number[]) => readonly Info[]

/** How an operand of [rows, columns] repeats: not at all, every row the same, every column the same, or one number. */
export type Pattern = 'full' | 'row' | 'column' | 'splat'

export type Ref =
  | { readonly tag: 'input'; readonly index: number }
  | { readonly tag: 'scalar'; readonly index: number }
  | { readonly tag: 'const'; readonly value: number }
  | { readonly tag: 'step'; readonly index: number }

/** A group of elementwise ops as one loop over [rows, columns]. */
export interface Program {
  readonly rows: number
  readonly columns: number
  readonly inputs: readonly Pattern[]
  readonly scalars: number
  readonly steps: readonly { readonly op: ElementwiseOp; readonly operands: readonly Ref[] }[]
  readonly outputs: readonly { readonly step: number; readonly shape: Dims }[]
}

/** `batch` products of [m, k] and [k, n], operands stored transposed where said; then a bias for each column, then ReLU. */
export interface MatmulSpec {
  readonly batch: number
  readonly m: number
  readonly n: number
  readonly k: number
  readonly transposeA: boolean
  readonly transposeB: boolean
  readonly bias: boolean
  readonly relu: boolean
  readonly shape: Dims
}

/** [outer, extent, inner] to [outer, inner]. */
export interface ReduceSpec {
  readonly law: 'sum' | 'maximum'
  readonly outer: number
  readonly extent: number
  readonly inner: number
  readonly shape: Dims
}

/** A convolution of [batch, height, width, channels] with filters of [filterHeight, filterWidth]. */
export interface Window {
  readonly batch: number
  readonly height: number
  readonly width: number
  readonly channels: number
  readonly filterHeight: number
  readonly filterWidth: number
  readonly outHeight: number
  readonly outWidth: number
  readonly stride: number
  readonly top: number
  readonly left: number
}

/**
 * `gather` lays out what the filter sees at each output position: [batch·outHeight·outWidth, filterHeight·filterWidth·channels].
 * `scatter` is its transpose: adds such rows back into an image.
 */
export interface PatchSpec {
  readonly direction: 'gather' | 'scatter'
  readonly window: Window
  readonly shape: Dims
}
