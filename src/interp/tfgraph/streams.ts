import { highWord, lowWord } from '../../data/philox.ts'
import { streamKey } from '../../data/seeds.ts'
import type { NoiseLaw } from '../../expr/Op.ts'
import { typeAttr } from './graphdef/GraphDef.ts'
import type { Ref, Scope } from './graphdef/scope.ts'

/** What a graph draws: the streams by name, and where their keys are. The numbers are those of `data/seeds.ts`. */
export interface Streams {
  readonly draw: (name: string, law: NoiseLaw, shape: readonly number[]) => Ref
}

/** TensorFlow's number for Philox. */
const PHILOX = 1

/** The keys of streams under a seed, to feed. Shapes [names, 2] */
export const keysOf = (seed: number, names: readonly string[]): Int32Array =>
  Int32Array.from(names.flatMap((name) => [...streamKey(seed, name)]))

/** A whole number as the two words of an int64, the low one first. */
export const wordsOf = (n: number): Int32Array => Int32Array.of(lowWord(n), highWord(n))

const bitcast = (scope: Scope, from: Ref, T: 'int32' | 'int64', type: 'int64' | 'uint64'): Ref =>
  scope.add('Bitcast', [from], { T: typeAttr(T), type: typeAttr(type) })

/** int32 [2] → int64 [] */
export const wholeNumber = (scope: Scope, words: Ref): Ref => bitcast(scope, words, 'int32', 'int64')

/** `keys`: int32 [names, 2]; `step`: int64 [] */
export const streamsIn = (scope: Scope, names: readonly string[], keys: () => Ref, step: () => Ref): Streams => {
  let counter: Ref | undefined
  const counted = (): Ref => {
    const zero = wholeNumber(scope, scope.ints([0, 0]))
    const pair = scope.add('Pack', [zero, step()], { N: { i: 2 }, T: typeAttr('int64'), axis: { i: 0 } })
    return bitcast(scope, pair, 'int64', 'uint64')
  }
  return {
    draw: (name, law, shape) => {
      counter ??= counted()
      const words = scope.add('Slice', [keys(), scope.ints([names.indexOf(name), 0]), scope.ints([1, 2])], {
        T: typeAttr('int32'),
        Index: typeAttr('int32'),
      })
      const key = bitcast(scope, words, 'int32', 'uint64')
      return scope.add(
        law === 'normal' ? 'StatelessRandomNormalV2' : 'StatelessRandomUniformV2',
        [scope.ints(shape), key, counter, scope.ints([PHILOX], [])],
        { dtype: typeAttr('float'), Tshape: typeAttr('int32') },
      )
    },
  }
}
