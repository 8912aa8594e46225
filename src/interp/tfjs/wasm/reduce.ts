import type { ReduceSpec } from '../machine.ts'
import {
  advance,
  type Code,
  f32,
  f32x4,
  type Frame,
  type FunctionSpec,
  get,
  i32,
  type Local,
  set,
  v128,
  whileLess,
} from './assembler.ts'

const start = (law: ReduceSpec['law']): number => (law === 'sum' ? 0 : Number.NEGATIVE_INFINITY)
const join = (law: ReduceSpec['law']): ((a: Code, b: Code) => Code) => (law === 'sum' ? f32x4.add : f32x4.max)
const joinOne = (law: ReduceSpec['law']): ((a: Code, b: Code) => Code) => (law === 'sum' ? f32.add : f32.max)

/** Numbers that one partial sum takes before it is added to the whole: long sums lose few digits this way. */
const BLOCK = 512

/** [outer, extent] to [outer]: along memory. */
const rows = ({ law, outer, extent }: ReduceSpec, frame: Frame): Code => {
  const [from, to] = frame.params as readonly [Local, Local]
  const row = frame.local('i32')
  const column = frame.local('i32')
  const end = frame.local('i32')
  const one = frame.local('f32')
  const sums = [0, 1, 2, 3].map(() => frame.local('v128'))
  const total = frame.local('v128')
  const whole = (extent - (extent % 16)) * 4
  const fill = sums.map((sum) => set(sum, f32x4.const(start(law))))
  const [a, b, c, d] = sums.map(get) as [Code, Code, Code, Code]
  const blocks: Code = [
    set(end, i32.const(0)),
    // `end` leads: it is moved on before the block that it ends runs.
    whileLess(column, i32.const(whole), 0, [
      advance(end, i32.const(BLOCK * 4)),
      fill,
      set(end, [get(end), i32.const(whole), i32.lt(get(end), i32.const(whole)), 0x1b]),
      whileLess(
        column,
        get(end),
        64,
        sums.map((sum, i) => set(sum, join(law)(get(sum), v128.load(i32.add(get(from), get(column)), i * 16)))),
      ),
      set(total, join(law)(get(total), join(law)(join(law)(a, b), join(law)(c, d)))),
    ]),
  ]
  const lane = (i: number): Code => f32x4.lane(get(total), i)
  return [
    set(row, i32.const(0)),
    whileLess(row, i32.const(outer), 1, [
      set(total, f32x4.const(start(law))),
      set(column, i32.const(0)),
      whole > 0 ? blocks : [],
      set(one, joinOne(law)(joinOne(law)(lane(0), lane(1)), joinOne(law)(lane(2), lane(3)))),
      whileLess(
        column,
        i32.const(extent * 4),
        4,
        set(one, joinOne(law)(get(one), f32.load(i32.add(get(from), get(column))))),
      ),
      f32.store(get(to), get(one)),
      advance(from, i32.const(extent * 4)),
      advance(to, i32.const(4)),
    ]),
  ]
}

/** [outer, extent, inner] to [outer, inner]: across memory, a line of sixteen columns at a time, then four, then one. */
const columns = ({ law, outer, extent, inner }: ReduceSpec, frame: Frame): Code => {
  const [from, to] = frame.params as readonly [Local, Local]
  const [o, e, at, column] = [frame.local('i32'), frame.local('i32'), frame.local('i32'), frame.local('i32')]
  const sums = [0, 1, 2, 3].map(() => frame.local('v128'))
  const load = (i: number, single: boolean): Code => (single ? v128.loadSplat(get(at)) : v128.load(get(at), i * 16))
  const strip = (vectors: number, single: boolean): Code => {
    const used = sums.slice(0, vectors)
    return [
      set(at, i32.add(get(from), get(column))),
      used.map((sum) => set(sum, f32x4.const(start(law)))),
      set(e, i32.const(0)),
      whileLess(e, i32.const(extent), 1, [
        used.map((sum, i) => set(sum, join(law)(get(sum), load(i, single)))),
        advance(at, i32.const(inner * 4)),
      ]),
      used.map((sum, i) => {
        const address = i32.add(get(to), get(column))
        return single ? v128.storeLane(address, get(sum), 0) : v128.store(address, get(sum), i * 16)
      }),
    ]
  }
  const until = (multiple: number): number => (inner - (inner % multiple)) * 4
  return [
    set(o, i32.const(0)),
    whileLess(o, i32.const(outer), 1, [
      set(column, i32.const(0)),
      whileLess(column, i32.const(until(16)), 64, strip(4, false)),
      whileLess(column, i32.const(until(4)), 16, strip(1, false)),
      whileLess(column, i32.const(inner * 4), 4, strip(1, true)),
      advance(from, i32.const(extent * inner * 4)),
      advance(to, i32.const(inner * 4)),
    ]),
  ]
}

/** `run(from, to)`, places in bytes. */
export const reduce = (spec: ReduceSpec): FunctionSpec => ({
  name: 'run',
  params: ['i32', 'i32'],
  body: (frame) => (spec.inner === 1 ? rows(spec, frame) : columns(spec, frame)),
})
