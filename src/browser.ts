// elbo-ts/browser: declare, train and ask in a page, on WebAssembly or plain JavaScript. Nothing here needs Node.

export * from './anywhere.ts'
export { type BrowserOptions, type BrowserTarget, openInBrowser } from './interp/tfjs/inBrowser.ts'
export type { WasmPaths } from './interp/tfjs/wasmFiles.ts'
export { type Fetched, type Fit, fit, type FitOptions, type OpenOptions, openRun } from './train/inBrowser.ts'
export type { Run } from './train/epochs.ts'
