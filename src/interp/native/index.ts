export { type Native, type NativeOptions, setUpNative } from './setUp.ts'
export { nativeIsHere, nativeVersions, tfjsNodeEntry } from './home.ts'
