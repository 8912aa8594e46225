export { type Native, type NativeOptions, setUpNative } from './setUp.ts'
export { nativeVersions, tfjsNodeEntry } from './home.ts'
