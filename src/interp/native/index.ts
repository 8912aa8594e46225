export { type Native, type NativeOptions, setUpNative } from './setUp.ts'
export { tfjsNodeEntry } from './home.ts'
