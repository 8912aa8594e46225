/** Why native TensorFlow cannot be set up: each says what is missing and what helps. */

const because = (tail: string): string => (tail === '' ? '' : `\n${tail}`)

export const noSpace = (folder: string, needed: number, free: number): string =>
  `native: '${folder}' has ${(free / 2 ** 30).toFixed(1)} GiB free, and the build takes ${(needed / 2 ** 30).toFixed(1)}; make room, or name another folder with ELBO_CACHE`
export const notWritable = (folder: string, reason: string): string =>
  `native: cannot write to '${folder}' (${reason}); name another folder with ELBO_CACHE`
export const noPackage = (tail: string): string =>
  `native: npm cannot install @tensorflow/tfjs-node; is a registry reachable?${because(tail)}`
export const noPython = (): string =>
  'native: building needs python3 with pip, to fetch the TensorFlow library; neither python3 nor python is here'
export const noPip = (python: string): string =>
  `native: building needs pip, to fetch the TensorFlow library; ${python} is here without it; on Debian: apt-get install python3-pip; elsewhere: ${python} -m ensurepip`
export const noWheel = (tail: string): string =>
  `native: pip finds no TensorFlow wheel for this machine; is a Python index reachable?${because(tail)}`
export const wrongWheel = (wheel: string, lacks: string): string =>
  `native: '${wheel}' has no ${lacks}; a wheel of TensorFlow 2.13 or later for this system has it`
export const damagedWheel = (wheel: string, files: readonly string[]): string =>
  `native: '${wheel}' is damaged: ${files.slice(0, 3).join(', ')} ${files.length === 1 ? 'is' : 'are'} not what it lists; run it again to fetch it anew`
export const notUnpacked = (wheel: string, reason: string): string =>
  `native: '${wheel}' cannot be unpacked (${reason}); run it again to fetch it anew`
export const fullDisk = (folder: string): string =>
  `native: no space was left while unpacking to '${folder}'; make room, or name another folder with ELBO_CACHE`
export const noCompiler = (): string =>
  'native: building needs a C++ compiler, and there is no c++, g++ or clang++; on Debian: apt-get install g++; on macOS: xcode-select --install'
export const notCompiled = (tail: string): string => `native: the addon does not compile${because(tail)}`
export const notLoading = (reason: string): string => `native: built, but it does not load: ${reason}`
