import type { PatchSpec } from '../machine.ts'
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

/** Moves numbers from one place to another, or adds them there. */
type Move = (
  from: Local,
  to: Local,
) => { readonly four: (offset: number) => Code; readonly one: (offset: number) => Code }

const copy: Move = (from, to) => ({
  four: (offset) => v128.store(get(to), v128.load(get(from), offset), offset),
  one: (offset) => f32.store(get(to), f32.load(get(from), offset), offset),
})
const accumulate: Move = (from, to) => ({
  four: (offset) => v128.store(get(to), f32x4.add(v128.load(get(to), offset), v128.load(get(from), offset)), offset),
  one: (offset) => f32.store(get(to), f32.add(f32.load(get(to), offset), f32.load(get(from), offset)), offset),
})

/** Longer stretches than this are moved in a loop. */
const MOST_UNROLLED = 256

/**
 * `run(image, patches)`: gather or scatter, places in bytes. What a filter row sees of an image row lies together in both, so it moves as a
 * whole; where the image ends inside it, number by number. The target holds zeros before.
 */
export const patches = ({ direction, window: w }: PatchSpec): FunctionSpec => ({
  name: 'run',
  params: ['i32', 'i32'],
  body: (frame) => {
    const [image, patch] = frame.params as readonly [Local, Local]
    const i = (): Local => frame.local('i32')
    const [n, oy, ox, fy, y, x, at, end] = [i(), i(), i(), i(), i(), i(), i(), i()]
    const cursor = i()
    const pixel = w.channels * 4
    const stretch = w.filterWidth * w.channels
    const gathers = direction === 'gather'
    const [from, to] = gathers ? [at, cursor] : [cursor, at]
    const move = (gathers ? copy : accumulate)(from, to)
    const bound = Math.min(stretch, MOST_UNROLLED)
    const unrolled: Code = [
      Array.from({ length: bound >> 2 }, (_, k) => move.four(k * 16)),
      Array.from({ length: bound & 3 }, (_, k) => move.one(((bound & ~3) + k) * 4)),
    ]
    const oneByOne: Code = whileLess(at, get(end), 4, [move.one(0), advance(cursor, i32.const(4))])
    const upTo = (last: Code): Code => set(end, i32.add(get(at), i32.mul(last, i32.const(pixel))))
    const whole: Code =
      stretch <= MOST_UNROLLED
        ? unrolled
        : [
            upTo(i32.const(w.filterWidth)),
            set(end, i32.sub(get(end), i32.const(15))),
            whileLess(at, get(end), 16, [move.four(0), advance(cursor, i32.const(16))]),
            set(end, i32.add(get(end), i32.const(15))),
            oneByOne,
          ]
    const clippedLeft: Code = [
      // starts before the image: skip to its first pixel
      set(cursor, i32.sub(get(cursor), i32.mul(get(x), i32.const(pixel)))),
      set(at, i32.sub(get(at), i32.mul(get(x), i32.const(pixel)))),
    ]
    const rest: Code = [
      set(end, i32.add(i32.const(w.filterWidth), get(x))),
      set(end, [get(end), i32.const(w.width), i32.lt(get(end), i32.const(w.width)), 0x1b]),
      // `end` counts pixels of the row so far; from the first one seen there are end − max(x, 0)
      set(
        end,
        i32.add(
          get(at),
          i32.mul(i32.sub(get(end), [get(x), i32.const(0), i32.lt(i32.const(0), get(x)), 0x1b]), i32.const(pixel)),
        ),
      ),
      oneByOne,
    ]
    const row: Code = [
      set(x, i32.sub(i32.mul(get(ox), i32.const(w.stride)), i32.const(w.left))),
      set(at, i32.add(get(image), i32.mul(i32.add(i32.mul(get(y), i32.const(w.width)), get(x)), i32.const(pixel)))),
      set(cursor, get(patch)),
      when(i32.and(i32.lt(i32.const(-1), get(x)), i32.lt(get(x), i32.const(w.width - w.filterWidth + 1))), whole, [
        when(i32.lt(get(x), i32.const(0)), clippedLeft),
        rest,
      ]),
    ]
    const inside = i32.and(i32.lt(i32.const(-1), get(y)), i32.lt(get(y), i32.const(w.height)))
    const loop = (counter: Local, extent: number, body: Code): Code => [
      set(counter, i32.const(0)),
      whileLess(counter, i32.const(extent), 1, body),
    ]
    return loop(n, w.batch, [
      loop(oy, w.outHeight, [
        loop(ox, w.outWidth, [
          loop(fy, w.filterHeight, [
            set(y, i32.add(i32.mul(get(oy), i32.const(w.stride)), i32.sub(get(fy), i32.const(w.top)))),
            when(inside, row),
            advance(patch, i32.const(stretch * 4)),
          ]),
        ]),
      ]),
      advance(image, i32.const(w.height * w.width * pixel)),
    ])
  },
})
