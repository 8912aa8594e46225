import type { Block, Column, RowReader, Split, Streamed } from './Field.ts'

export const streamedFrom = (reader: RowReader, blocks: readonly Block[], window: number): Streamed => {
  const starts = new Float64Array(blocks.length + 1)
  for (const [i, { size }] of blocks.entries()) starts[i + 1] = (starts[i] ?? 0) + size
  return { reader, blocks, starts, window }
}

/** As the data of a split. */
export const streamedSplit = (streamed: Streamed): Split => ({
  size: streamed.starts.at(-1) ?? 0,
  columns: {},
  streamed,
})

/** Which block a row is in. */
const blockAt = ({ starts }: Streamed, row: number): number => {
  let [low, high] = [0, starts.length - 2]
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((starts[middle] ?? 0) <= row) low = middle
    else high = middle - 1
  }
  return low
}

/** Rows of a field, copied together in the order asked for. Shapes [rows, stride] */
export const takeRows = (streamed: Streamed, name: string, rows: Uint32Array, stride: number): Column => {
  const { reader, blocks, starts } = streamed
  const length = rows.length * stride
  const taken = reader.dtypes[name] === 'uint8' ? new Uint8Array(length) : new Float32Array(length)
  let at = -1
  let column: Column = taken
  for (const [i, row] of rows.entries()) {
    if (at < 0 || row < (starts[at] ?? 0) || row >= (starts[at + 1] ?? 0)) {
      at = blockAt(streamed, row)
      column = reader.read(name, blocks[at] ?? { from: 0, size: 0 })
    }
    const from = (row - (starts[at] ?? 0)) * stride
    taken.set(column.subarray(from, from + stride), i * stride)
  }
  return taken
}

/** These of the blocks, in this order. */
export const theseBlocks = ({ reader, blocks, window }: Streamed, which: Uint32Array): Streamed =>
  streamedFrom(
    reader,
    Array.from(which, (i) => blocks[i] ?? { from: 0, size: 0 }),
    window,
  )

/** The first rows; of the block that they end in, a part. */
export const firstOf = ({ reader, blocks, starts, window }: Streamed, size: number): Streamed =>
  streamedFrom(
    reader,
    blocks.flatMap(({ from, size: all }, i) => {
      const left = size - (starts[i] ?? 0)
      return left <= 0 ? [] : [{ from, size: Math.min(all, left) }]
    }),
    window,
  )

/** Remembers the last so many answers. */
export const lately = <A>(most: number, make: (key: number) => A): ((key: number) => A) => {
  const known = new Map<number, A>()
  return (key) => {
    const found = known.get(key)
    const value = found ?? make(key)
    known.delete(key)
    known.set(key, value)
    const [oldest] = known.keys()
    if (known.size > most && oldest !== undefined) known.delete(oldest)
    return value
  }
}
