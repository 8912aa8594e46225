import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Binding, Held } from './binding.ts'
import { DType, type GraphDef } from './graphdef/GraphDef.ts'
import { encodeSavedModel, SERVE } from './graphdef/savedModel.ts'
import { type Ref, tensorName } from './graphdef/scope.ts'

/** A graph that TensorFlow has loaded, with a session and variables of its own. */
export interface Module {
  /** Feed, run, fetch. The caller owns what comes back. */
  readonly run: (feeds: readonly (readonly [Ref, Held])[], fetches: readonly Ref[]) => readonly Held[]
  readonly dispose: () => void
}

/** Throws what TensorFlow says of a graph that it rejects. */
export const loadModule = (binding: Binding, graph: GraphDef): Module => {
  const folder = mkdtempSync(join(tmpdir(), 'elbo-graph-'))
  try {
    writeFileSync(join(folder, 'saved_model.pb'), encodeSavedModel(graph))
    const id = binding.loadSavedModel(folder, SERVE)
    return {
      run: (feeds, fetches) =>
        binding.runSavedModel(
          id,
          feeds.map(([, held]) => held.id),
          feeds.map(([ref]) => tensorName(ref)).join(','),
          fetches.map(tensorName).join(','),
        ),
      dispose: () => binding.deleteSavedModel(id),
    }
  } finally {
    // Read whole when it is loaded.
    rmSync(folder, { recursive: true, force: true })
  }
}

/** TensorFlow works on these very bytes until the tensor is deleted; nobody may write to them before. */
export const uploadFloats = (binding: Binding, data: Float32Array, shape: readonly number[]): Held => ({
  id: binding.createTensor(shape, DType.float, data),
  shape,
})
export const uploadInts = (binding: Binding, data: Int32Array, shape: readonly number[]): Held => ({
  id: binding.createTensor(shape, DType.int32, data),
  shape,
})
export const uploadBytes = (binding: Binding, data: Uint8Array, shape: readonly number[]): Held => ({
  id: binding.createTensor(shape, DType.uint8, data),
  shape,
})

/** Run with tensors that are of no use afterwards, whatever happens. */
export const withTensors = <A>(binding: Binding, tensors: readonly Held[], use: () => A): A => {
  try {
    return use()
  } finally {
    for (const { id } of tensors) binding.deleteTensor(id)
  }
}

/** The numbers of a float tensor, which is then deleted. */
export const takeFloats = (binding: Binding, { id }: Held): Float32Array => {
  const data = binding.tensorDataSync(id)
  binding.deleteTensor(id)
  return data instanceof Float32Array ? data : Float32Array.from(data)
}
