import type { Tensor } from '../../expr/Tensor.ts'
import { download, float32, type Held, release, upload } from './engine.ts'

/** Named tensors that stay on the target between runs, and one generation before the last update. */
export interface Variables {
  readonly get: (name: string) => Held | undefined
  readonly write: (values: ReadonlyMap<string, Tensor>) => void
  readonly read: () => ReadonlyMap<string, Tensor>
  /** All new values take effect together; what they replace can come back once. */
  readonly update: (values: ReadonlyMap<string, Held>) => void
  readonly rollback: () => boolean
  readonly dispose: () => void
}

export const openVariables = (): Variables => {
  const now = new Map<string, Held>()
  let before: ReadonlyMap<string, Held> | undefined
  const put = (name: string, held: Held): void => {
    const old = now.get(name)
    if (old !== undefined) release(old)
    now.set(name, held)
  }
  const forget = (): void => {
    before?.forEach(release)
    before = undefined
  }
  return {
    get: (name) => now.get(name),
    write: (values) => {
      for (const [name, tensor] of values) put(name, upload(float32(tensor), tensor.shape))
    },
    read: () => new Map([...now].map(([name, held]) => [name, { shape: held.shape, data: download(held) }])),
    update: (values) => {
      forget()
      before = new Map([...values.keys()].flatMap((name) => (now.has(name) ? [[name, now.get(name)!] as const] : [])))
      for (const [name, held] of values) now.set(name, held)
    },
    rollback: () => {
      if (before === undefined) return false
      for (const [name, held] of before) put(name, held)
      before = undefined
      return true
    },
    dispose: () => {
      forget()
      now.forEach(release)
      now.clear()
    },
  }
}
