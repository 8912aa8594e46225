import * as E from 'fp-ts/lib/Either.js'
import { type ElboError, targetError } from '../../error.ts'
import { type Graph, rootsOf } from '../../expr/Graph.ts'
import { describeLeaf, isLeaf, type Leaf } from '../../expr/leaf.ts'
import { MalformedGraph } from '../../expr/node.ts'
import type { Node, NodeOf } from '../../expr/Op.ts'
import { scalarTensor, type Tensor } from '../../expr/Tensor.ts'
import { topological } from '../../expr/walk.ts'
import { noiseFor } from '../noise.ts'
import { closable } from '../closable.ts'
import type { Feeds, Plan, Session } from '../Session.ts'
import { evaluateRoots, feedLeaves, sweep } from './evaluate.ts'

type Variables = ReadonlyMap<string, Tensor>

/** ε is drawn in float32 here too, so that every target sees the same noise. */
const draw = ({ arg }: NodeOf<'noise'>, feeds: Feeds): Tensor => ({ shape: arg.shape, data: noiseFor(arg, feeds) })

const read =
  (variables: Variables, feeds: Feeds) =>
  (leaf: Leaf): Tensor | undefined => {
    switch (leaf.op) {
      case 'data':
        return feeds.data.get(leaf.arg.name)
      case 'param':
      case 'state':
        return variables.get(leaf.arg.name)
      case 'noise':
        return draw(leaf, feeds)
      case 'scalar': {
        const given = Object.hasOwn(feeds.scalars, leaf.arg.name) ? feeds.scalars[leaf.arg.name] : undefined
        return given === undefined ? undefined : scalarTensor(given)
      }
    }
  }

const copy = ({ shape, data }: Tensor): Tensor => ({ shape: [...shape], data: new Float64Array(data) })
const copies = (values: Variables): ReadonlyMap<string, Tensor> =>
  new Map([...values].map(([name, value]) => [name, copy(value)]))

/** Parameters and optimiser state share one set of names; data, noise and scalars have one each. */
const namespaceOf = ({ op }: Leaf): string => (op === 'param' || op === 'state' ? 'variable' : op)

/** Two leaves that claim one name, or an update that does not fit its variable. */
const conflict = (graph: Graph, order: readonly Node[]): string | undefined => {
  const claimed = new Map<string, Leaf>()
  for (const leaf of order.filter(isLeaf)) {
    const key = `${namespaceOf(leaf)} ${leaf.arg.name}`
    const other = claimed.get(key)
    if (other !== undefined) return `two leaves share one name: ${describeLeaf(other)} and ${describeLeaf(leaf)}`
    claimed.set(key, leaf)
  }
  for (const [name, value] of Object.entries(graph.updates)) {
    const variable = claimed.get(`variable ${name}`)
    const fits =
      variable === undefined ||
      (variable.shape.length === value.shape.length && variable.shape.every((d, i) => d === value.shape[i]))
    if (!fits) return `${describeLeaf(variable)} would be updated with a value of shape [${value.shape.join(', ')}]`
  }
  return undefined
}

const orThrow = <A>(checked: E.Either<ElboError, A>): A => {
  // A run has no left: whoever prepared the plan also feeds it, so a missing feed is a mistake of this library.
  if (E.isLeft(checked)) throw new MalformedGraph(checked.left.message)
  return checked.right
}

/** The float64 target: slow, plain, and what the fast ones are compared with. */
export const openReference = (): Session => {
  let variables: Variables = new Map()
  let previous: Variables | undefined

  const prepare = (graph: Graph): E.Either<ElboError, Plan> => {
    const roots = rootsOf(graph)
    const order = topological(roots)
    const wrong = conflict(graph, order)
    if (wrong !== undefined) return E.left(targetError(wrong))
    const outputs = Object.keys(graph.outputs)
    const updates = Object.keys(graph.updates)
    const fed = (feeds: Feeds): ReadonlyMap<Node, Float64Array> => orThrow(feedLeaves(order, read(variables, feeds)))
    return E.right({
      run: (feeds) => {
        const values = evaluateRoots(order, roots, fed(feeds))
        const named = (names: readonly string[], from: number): readonly (readonly [string, Tensor])[] =>
          names.flatMap((name, i) => {
            const value = values[from + i]
            return value === undefined ? [] : [[name, value] as const]
          })
        if (updates.length > 0) {
          previous = variables
          variables = new Map([...variables, ...named(updates, outputs.length)])
        }
        return new Map(named(outputs, 0))
      },
      firstNonFinite: (feeds) => {
        let found: Node | undefined
        sweep(order, fed(feeds), (node, value) => {
          if (node.op !== 'const' && !value.every(Number.isFinite)) found = node
          return found !== undefined
        })
        return found
      },
      dispose: () => {},
    })
  }

  return closable({
    target: 'reference',
    write: (values) => {
      variables = new Map([...variables, ...copies(values)])
    },
    read: () => copies(variables),
    rollback: () => {
      if (previous === undefined) return false
      variables = previous
      previous = undefined
      return true
    },
    prepare,
    memory: () => ({
      tensors: variables.size,
      bytes: [...variables.values()].reduce((n, v) => n + v.data.byteLength, 0),
    }),
    dispose: () => {
      variables = new Map()
      previous = undefined
    },
  })
}
