/** WebAssembly as Node has it; its types come with the browser's library only, which this project does not load. */
export interface WasmMemory {
  readonly buffer: ArrayBuffer
}
export type Exported = (...args: readonly number[]) => void
interface WasmModule {
  readonly [Symbol.toStringTag]: string
}
declare const WebAssembly: {
  readonly validate: (binary: Uint8Array<ArrayBuffer>) => boolean
  readonly Module: new (binary: Uint8Array<ArrayBuffer>) => WasmModule
  readonly Instance: new (
    module: WasmModule,
    imports: { readonly env: { readonly memory: WasmMemory } },
  ) => { readonly exports: { readonly [name: string]: Exported } }
  readonly Memory: new (limits: { readonly initial: number }) => WasmMemory
}

export type Functions = { readonly [name: string]: Exported }

export const isMemory = (value: unknown): value is WasmMemory => value instanceof WebAssembly.Memory
/** Memory of `pages` times 64 KiB. */
export const newMemory = (pages: number): WasmMemory => new WebAssembly.Memory({ initial: pages })
/** Whether this machine can run the binary: false where it lacks SIMD. */
export const runsHere = (binary: Uint8Array<ArrayBuffer>): boolean => WebAssembly.validate(binary)
/** Why nothing can be compiled here, as where a page's policy forbids it; undefined where it can. The binary is an empty module. */
export const compileFault = (): string | undefined => {
  try {
    return void new WebAssembly.Module(Uint8Array.of(0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0))
  } catch (cause) {
    return String(cause)
  }
}
/** Compile a binary over this memory. */
export const load = (binary: Uint8Array<ArrayBuffer>, memory: WasmMemory): Functions =>
  new WebAssembly.Instance(new WebAssembly.Module(binary), { env: { memory } }).exports
