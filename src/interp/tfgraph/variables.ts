import { MalformedGraph } from '../../expr/node.ts'
import { sizeOf, type Tensor } from '../../expr/Tensor.ts'
import type { Binding, Held } from './binding.ts'
import type { Declared } from './declare.ts'
import { type Module, uploadFloats } from './Module.ts'

/** A module and those of the session's variables that it has. */
export interface Home {
  readonly module: Module
  readonly declared: ReadonlyMap<string, Declared>
  /** those whose values its runs depend on */
  readonly reads: ReadonlySet<string>
}

/** The present value of a variable: on the host's side, in the sessions of modules, or both. */
interface Entry {
  readonly shape: readonly number[]
  held: Held | undefined
  readonly homes: Set<Home>
}

/**
 * Each module's session has variables of its own. This keeps account of where each variable's present value is, and carries it to the module
 * that runs next; between runs of one module nothing is moved.
 */
export interface Variables {
  readonly write: (values: ReadonlyMap<string, Tensor>) => void
  readonly read: () => ReadonlyMap<string, Tensor>
  /** Make what a module reads current. */
  readonly bringTo: (home: Home) => void
  /** These have new values in this module, and nowhere else. What they were before can come back once, where it is given. */
  readonly changed: (home: Home, names: readonly string[], before: ReadonlyMap<string, Held> | undefined) => void
  /** The present values of those that have one, for {@link changed}. */
  readonly present: (names: readonly string[]) => ReadonlyMap<string, Held>
  readonly rollback: () => boolean
  /** The module goes; what only it has is kept. */
  readonly leave: (home: Home) => void
  readonly bytes: () => number
  readonly dispose: () => void
}

const sameShape = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((d, i) => d === b[i])

export const openVariables = (binding: Binding): Variables => {
  const entries = new Map<string, Entry>()
  let before: ReadonlyMap<string, Held> | undefined

  const release = (held: Held | undefined): void => {
    if (held !== undefined) binding.deleteTensor(held.id)
  }
  const replace = (name: string, entry: Entry): void => {
    release(entries.get(name)?.held)
    entries.set(name, entry)
  }
  const forget = (): void => {
    before?.forEach(release)
    before = undefined
  }

  /** Of variables that are in modules only, a tensor each; one run a module. */
  const fetch = (names: readonly string[]): ReadonlyMap<string, Held> => {
    const found = new Map<string, Held>()
    const byHome = new Map<Home, string[]>()
    for (const name of names) {
      const home = [...(entries.get(name)?.homes ?? [])][0]
      if (home !== undefined) byHome.set(home, [...(byHome.get(home) ?? []), name])
    }
    for (const [home, wanted] of byHome) {
      const reads = wanted.flatMap((name) => home.declared.get(name)?.read ?? [])
      for (const [i, held] of home.module.run([], reads).entries()) found.set(wanted[i] ?? '', held)
    }
    return found
  }

  const holdHere = (names: readonly string[]): void => {
    const absent = names.filter((name) => entries.get(name)?.held === undefined)
    for (const [name, held] of fetch(absent)) {
      const entry = entries.get(name)
      if (entry !== undefined) entry.held = held
    }
  }

  return {
    write: (values) => {
      for (const [name, { data, shape }] of values)
        // A copy: what TensorFlow is given it works on, and the caller's array is the caller's.
        replace(name, { shape, held: uploadFloats(binding, Float32Array.from(data), shape), homes: new Set() })
    },
    read: () => {
      const names = [...entries.keys()]
      const fetched = fetch(names.filter((name) => entries.get(name)?.held === undefined))
      const values = new Map<string, Tensor>()
      for (const [name, entry] of entries) {
        const held = entry.held ?? fetched.get(name)
        if (held !== undefined)
          values.set(name, { shape: entry.shape, data: Float32Array.from(binding.tensorDataSync(held.id)) })
      }
      fetched.forEach(release)
      return values
    },
    bringTo: (home) => {
      const stale = [...home.reads].filter((name) => entries.get(name)?.homes.has(home) !== true)
      if (stale.length === 0) return
      const unknown = stale.find((name) => !entries.has(name))
      if (unknown !== undefined) throw new MalformedGraph(`variable '${unknown}' was never written`)
      holdHere(stale)
      const fed = stale.flatMap((name) => {
        const [declared, entry] = [home.declared.get(name), entries.get(name)]
        const held = entry?.held
        if (declared === undefined || entry === undefined || held === undefined) return []
        if (!sameShape(declared.shape, entry.shape))
          throw new MalformedGraph(
            `variable '${name}' is [${declared.shape.join(', ')}] but was written as [${entry.shape.join(', ')}]`,
          )
        return [{ declared, held }]
      })
      const done = home.module.run(
        fed.map(({ declared, held }) => [declared.feed, held] as const),
        fed.map(({ declared }) => declared.assign),
      )
      done.forEach(release)
      for (const name of stale) {
        const entry = entries.get(name)
        if (entry === undefined) continue
        release(entry.held)
        entry.held = undefined
        entry.homes.add(home)
      }
    },
    changed: (home, names, old) => {
      forget()
      before = old
      for (const name of names)
        replace(name, {
          shape: home.declared.get(name)?.shape ?? [],
          held: undefined,
          homes: new Set([home]),
        })
    },
    present: (names) => {
      const values = new Map(fetch(names))
      for (const name of names) {
        const entry = entries.get(name)
        if (entry?.held === undefined) continue
        release(values.get(name))
        values.set(name, entry.held)
        entry.held = undefined
      }
      return values
    },
    rollback: () => {
      if (before === undefined) return false
      for (const [name, held] of before) replace(name, { shape: held.shape, held, homes: new Set() })
      before = undefined
      return true
    },
    leave: (home) => {
      const alone = [...entries].filter(
        ([, { held, homes }]) => held === undefined && homes.has(home) && homes.size === 1,
      )
      holdHere(alone.map(([name]) => name))
      for (const { homes } of entries.values()) homes.delete(home)
    },
    bytes: () =>
      [...entries.values()].reduce(
        (n, { shape, held, homes }) => n + 4 * sizeOf(shape) * (homes.size + (held === undefined ? 0 : 1)),
        0,
      ),
    dispose: () => {
      forget()
      for (const { held } of entries.values()) release(held)
      entries.clear()
    },
  }
}
