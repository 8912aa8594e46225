import * as E from 'fp-ts/lib/Either.js'
import * as b from '../expr/build.ts'
import type { Node } from '../expr/Op.ts'
import { sizeOf, type Tensor } from '../expr/Tensor.ts'
import { evaluateNodes } from '../interp/reference/index.ts'
import { atMean, infer } from '../model/elaborate.ts'
import { enumerating, expectation } from '../model/enumerated.ts'
import { type AnyVae, paramsOf } from '../model/Vae.ts'
import { show } from '../shape/show.ts'
import { vmap } from '../transform/vmap.ts'

/** Where training stood: variables, what the parameters began at, and a minibatch. */
export interface Standing {
  readonly vae: AnyVae
  readonly initial: ReadonlyMap<string, Tensor>
  readonly variables: ReadonlyMap<string, Tensor>
  readonly data: ReadonlyMap<string, Tensor>
}

/** Rows that are looked at: the reference is slow. */
const MOST_ROWS = 32
/** Logarithms of widths that no data ask for: of a constant, and of what merely fits very well. */
const [OF_CONSTANT, OF_ANY] = [-7, -15]

/** A coordinate of an observation whose width has run to 0. */
interface Width {
  readonly name: string
  readonly root: Node
  readonly index: readonly number[]
  readonly log: number
  readonly constant: boolean
}

const indexOf = (flat: number, shape: readonly number[]): readonly number[] =>
  shape.map((extent, axis) => Math.floor(flat / sizeOf(shape.slice(axis + 1))) % extent)

/** The log-width of every observation that has one; it is learned where parameters are above it. */
const widthsOf = ({ vae }: Standing): readonly (readonly [name: string, root: Node])[] => {
  const e = infer(vae, enumerating(atMean))
  const found = [...e.likelihoods].flatMap(([name, { params }]) => {
    const root = params['logScale'] ?? (params['scale'] === undefined ? undefined : b.log(params['scale']))
    return root === undefined || paramsOf([root]).length === 0 ? [] : [[name, root] as const]
  })
  const means = expectation(
    e,
    found.map(([, root]) => root),
  )
  return found.map(([name, root], i) => [name, means[i] ?? root] as const)
}

/** The coordinate of one observation that is the narrowest even in the row where it is the widest. */
const narrowest = (name: string, root: Node, widths: Tensor, data: Tensor, rows: number): Width => {
  const size = sizeOf(root.shape)
  const column = (of: Tensor, k: number): readonly number[] =>
    Array.from({ length: rows }, (_, row) => of.data[row * size + k] ?? Number.NaN)
  const tops = Array.from({ length: size }, (_, k) => Math.max(...column(widths, k)))
  const log = Math.min(...tops)
  const at = Math.max(0, tops.indexOf(log))
  const [first, ...others] = column(data, at)
  return { name, root, index: indexOf(at, root.shape), log, constant: others.every((x) => x === first) }
}

/** The parameter nearest above a width that has gone farthest from where it began. */
const farthest = (root: Node, { initial, variables }: Standing): readonly [name: string, from: number, to: number] => {
  const moves = paramsOf([root]).map(({ arg: { name } }) => {
    const [began, now] = [initial.get(name)?.data ?? [], variables.get(name)?.data ?? []]
    const steps = Array.from(now, (x, i) => Math.abs(x - (began[i] ?? 0)))
    const at = steps.indexOf(Math.max(...steps))
    return { name, by: steps[at] ?? 0, from: began[at] ?? Number.NaN, to: now[at] ?? Number.NaN }
  })
  const [most] = moves.toSorted((x, y) => y.by - x.by)
  return [most?.name ?? '', most?.from ?? Number.NaN, most?.to ?? Number.NaN]
}

const words = ({ name, root, index, constant }: Width, standing: Standing): string => {
  const [param, from, to] = farthest(root, standing)
  const where = index.length === 0 ? '' : ` at ${show(index)}`
  const why = constant
    ? `where the data are constant: the likelihood of a constant has no largest value`
    : `where the mean meets the data exactly`
  return `the width of '${name}' ran to 0${where}, ${why}. Parameter '${param}' went from ${from.toPrecision(3)} to ${to.toPrecision(3)}`
}

/**
 * The learned width of a likelihood that has run to 0, in words with the parameter that ran away; nothing where none has. On a constant the likelihood
 * grows without bound as its width falls, until a number is none any more, somewhere else.
 *
 * Source    Rybkin et al. 2021, arXiv:2006.13202, §4
 */
export const runaway = (standing: Standing): string | undefined => {
  const { vae, variables } = standing
  const found = widthsOf(standing)
  const [some] = standing.data.values()
  const rows = Math.min(MOST_ROWS, some?.shape[0] ?? 0)
  if (found.length === 0 || rows === 0) return undefined
  const cut = ({ shape, data }: Tensor): Tensor => {
    const event = shape.slice(1)
    return { shape: [rows, ...event], data: data.slice(0, rows * sizeOf(event)) }
  }
  const roots = vmap(
    found.map(([, root]) => root),
    rows,
    (leaf) => leaf.op === 'data',
  )
  const values = evaluateNodes(roots, {
    leaf: (leaf) => {
      const given = leaf.op === 'data' ? standing.data.get(leaf.arg.name) : variables.get(leaf.arg.name)
      return given === undefined || leaf.op !== 'data' ? given : cut(given)
    },
  })
  if (E.isLeft(values)) return undefined
  const all = found.flatMap(([name, root], i) => {
    const [widths, data] = [values.right[i], standing.data.get(name)]
    return widths === undefined || data === undefined || vae.given[name] === undefined
      ? []
      : [narrowest(name, root, widths, data, rows)]
  })
  const [worst] = all
    .filter(({ log, constant }) => log < (constant ? OF_CONSTANT : OF_ANY))
    .toSorted((x, y) => x.log - y.log)
  return worst === undefined ? undefined : words(worst, standing)
}
