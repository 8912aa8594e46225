import { highWord, lowWord } from '../../data/philox.ts'
import { BLOCK, streamKey } from '../../data/seeds.ts'
import type { NoiseLaw } from '../../expr/Op.ts'
import { sizeOf } from '../../expr/Tensor.ts'
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

/** Where in a stream a draw begins: a block, and how many of its samples are passed over; nothing where it never is any. */
interface Begin {
  readonly block: Ref
  readonly lead: Ref | undefined
}

/**
 * `keys`: int32 [names, 2]; `step`: int64 []; `row`: int64 [], of the first datum of the minibatch, 0 where absent. The generator draws whole
 * blocks: where a row may begin inside one, three samples more are drawn and those before it dropped.
 */
export const streamsIn = (
  scope: Scope,
  names: readonly string[],
  keys: () => Ref,
  step: () => Ref,
  row?: Ref,
): Streams => {
  const whole = (n: number): Ref => wholeNumber(scope, scope.ints([...wordsOf(n)]))
  const int64 = (op: 'Mul' | 'FloorDiv' | 'FloorMod', x: Ref, y: number): Ref =>
    scope.add(op, [x, whole(y)], { T: typeAttr('int64') })
  const begins = new Map<number, Begin>()
  const beginAt = (width: number): Begin => {
    if (row === undefined) return { block: whole(0), lead: undefined }
    if (width % BLOCK === 0) return { block: int64('Mul', row, width / BLOCK), lead: undefined }
    const first = int64('Mul', row, width)
    const lead = scope.add('Cast', [int64('FloorMod', first, BLOCK)], {
      SrcT: typeAttr('int64'),
      DstT: typeAttr('int32'),
    })
    return { block: int64('FloorDiv', first, BLOCK), lead }
  }
  const counterAt = (block: Ref): Ref => {
    const pair = scope.add('Pack', [block, step()], { N: { i: 2 }, T: typeAttr('int64'), axis: { i: 0 } })
    return bitcast(scope, pair, 'int64', 'uint64')
  }
  const counters = new Map<Ref, Ref>()
  return {
    draw: (name, law, shape) => {
      const width = sizeOf(shape.slice(1))
      const begin = begins.get(row === undefined ? 0 : width) ?? beginAt(width)
      begins.set(row === undefined ? 0 : width, begin)
      const counter = counters.get(begin.block) ?? counterAt(begin.block)
      counters.set(begin.block, counter)
      const words = scope.add('Slice', [keys(), scope.ints([names.indexOf(name), 0]), scope.ints([1, 2])], {
        T: typeAttr('int32'),
        Index: typeAttr('int32'),
      })
      const key = bitcast(scope, words, 'int32', 'uint64')
      const drawn = (extents: readonly number[]): Ref =>
        scope.add(
          law === 'normal' ? 'StatelessRandomNormalV2' : 'StatelessRandomUniformV2',
          [scope.ints(extents), key, counter, scope.ints([PHILOX], [])],
          { dtype: typeAttr('float'), Tshape: typeAttr('int32') },
        )
      if (begin.lead === undefined) return drawn(shape)
      const size = sizeOf(shape)
      const from = scope.add('Reshape', [begin.lead, scope.ints([1])], {
        T: typeAttr('int32'),
        Tshape: typeAttr('int32'),
      })
      const taken = scope.add('Slice', [drawn([size + BLOCK - 1]), from, scope.ints([size])], {
        T: typeAttr('float'),
        Index: typeAttr('int32'),
      })
      return scope.add('Reshape', [taken, scope.ints(shape)], { T: typeAttr('float'), Tshape: typeAttr('int32') })
    },
  }
}
