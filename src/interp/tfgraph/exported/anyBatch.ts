import { MalformedGraph } from '../../../expr/node.ts'
import { typeAttr } from '../graphdef/GraphDef.ts'
import type { Ref, Scope } from '../graphdef/scope.ts'

/**
 * A scope in which one size stands for any. A graph of ours has a batch size; it is written for a prime that no other extent is a multiple of,
 * and wherever that prime is in a shape, the batch that comes is put in its place.
 */
export const anyBatch = (scope: Scope, prime: number, batch: () => Ref): Scope => {
  const isAny = (n: number): boolean => n !== 0 && n % prime === 0
  const known = new Map<number, Ref>()
  const times = (factor: number): Ref => {
    const found =
      known.get(factor) ??
      (factor === 1 ? batch() : scope.add('Mul', [batch(), scope.ints([factor], [])], { T: typeAttr('int32') }))
    known.set(factor, found)
    return found
  }
  const ints: Scope['ints'] = (values, shape = [values.length]) => {
    if (!values.some(isAny)) return scope.ints(values, shape)
    if (shape.length !== 1) throw new MalformedGraph('a size that depends on the batch is in a table')
    return scope.add(
      'Pack',
      values.map((n) => (isAny(n) ? times(n / prime) : scope.ints([n], []))),
      { N: { i: values.length }, T: typeAttr('int32'), axis: { i: 0 } },
    )
  }
  return {
    ...scope,
    ints,
    floats: (values, shape) => {
      if (!shape.some(isAny)) return scope.floats(values, shape)
      if (values.length !== 1) throw new MalformedGraph('a constant is different for each datum of a batch')
      return scope.add('Fill', [ints(shape), scope.floats(values, [])], {
        T: typeAttr('float'),
        index_type: typeAttr('int32'),
      })
    },
  }
}

const isPrime = (n: number): boolean => {
  for (let d = 2; d * d <= n; d++) if (n % d === 0) return false
  return true
}

/** A prime above all of these. */
export const primeAbove = (sizes: readonly number[]): number => {
  let n = Math.max(127, ...sizes) + 1
  while (!isPrime(n)) n++
  return n
}
