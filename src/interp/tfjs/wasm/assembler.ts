/**
 * WebAssembly modules as values: expressions are nested byte lists, written as calls (`f32x4.add(x, y)`), and `assemble` turns
 * functions over an imported memory into a binary. Only the instructions that the generated kernels need.
 *
 * Source    WebAssembly Core Specification 2.0, chapter 5 (binary format)
 */
export type Code = readonly (number | Code)[]
type ValueType = 'i32' | 'f32' | 'v128'
export interface Local {
  readonly index: number
  readonly type: ValueType
}

/** Where a function keeps its parameters and asks for locals. */
export interface Frame {
  readonly params: readonly Local[]
  readonly local: (type: ValueType) => Local
}
export interface FunctionSpec {
  readonly name: string
  readonly params: readonly ValueType[]
  readonly body: (frame: Frame) => Code
}

const typeByte = { i32: 0x7f, f32: 0x7d, v128: 0x7b } as const satisfies Record<ValueType, number>

const unsigned = (value: number): Code => {
  const bytes: number[] = []
  let rest = value >>> 0
  do {
    const low = rest & 0x7f
    rest >>>= 7
    bytes.push(rest === 0 ? low : low | 0x80)
  } while (rest !== 0)
  return bytes
}

const signed = (value: number): Code => {
  const bytes: number[] = []
  let rest = value | 0
  for (;;) {
    const low = rest & 0x7f
    rest >>= 7
    if ((rest === 0 && (low & 0x40) === 0) || (rest === -1 && (low & 0x40) !== 0)) return [...bytes, low]
    bytes.push(low | 0x80)
  }
}

const float = (value: number): Code => [...new Uint8Array(Float32Array.of(value).buffer)]
const simd = (opcode: number, ...operands: readonly Code[]): Code => [...operands, 0xfd, unsigned(opcode)]
const at = (offset: number): Code => [0, unsigned(offset)]

export const get = (local: Local): Code => [0x20, unsigned(local.index)]
export const set = (local: Local, value: Code): Code => [value, 0x21, unsigned(local.index)]

const plain =
  (opcode: number) =>
  (...operands: readonly Code[]): Code => [...operands, opcode]

type Instruction = (...operands: readonly Code[]) => Code
const vector =
  (opcode: number): Instruction =>
  (...operands) =>
    simd(opcode, ...operands)

interface I32 {
  readonly const: (value: number) => Code
  readonly load: (address: Code, offset?: number) => Code
  readonly add: Instruction
  readonly sub: Instruction
  readonly mul: Instruction
  readonly and: Instruction
  readonly shl: Instruction
  readonly lt: Instruction
  readonly eqz: Instruction
  readonly min: (a: Local, b: Local) => Code
}
/** Signed 32-bit integers: addresses and counters. */
export const i32: I32 = {
  const: (value) => [0x41, signed(value)],
  load: (address, offset = 0) => [address, 0x28, at(offset)],
  add: plain(0x6a),
  sub: plain(0x6b),
  mul: plain(0x6c),
  and: plain(0x71),
  shl: plain(0x74),
  lt: plain(0x48),
  eqz: plain(0x45),
  min: (a, b) => [get(a), get(b), get(a), get(b), 0x48, 0x1b],
}

interface F32 {
  readonly const: (value: number) => Code
  readonly load: (address: Code, offset?: number) => Code
  readonly store: (address: Code, value: Code, offset?: number) => Code
  readonly add: Instruction
  readonly mul: Instruction
  readonly max: Instruction
}
export const f32: F32 = {
  const: (value) => [0x43, float(value)],
  load: (address, offset = 0) => [address, 0x2a, at(offset)],
  store: (address, value, offset = 0) => [address, value, 0x38, at(offset)],
  add: plain(0x92),
  mul: plain(0x94),
  max: plain(0x97),
}

interface V128 {
  readonly load: (address: Code, offset?: number) => Code
  readonly loadSplat: (address: Code, offset?: number) => Code
  readonly store: (address: Code, value: Code, offset?: number) => Code
  readonly loadLane: (address: Code, value: Code, lane: number, offset?: number) => Code
  readonly storeLane: (address: Code, value: Code, lane: number, offset?: number) => Code
  readonly shuffle: (a: Code, b: Code, lanes: readonly number[]) => Code
  readonly not: Instruction
  readonly and: Instruction
  readonly andnot: Instruction
  readonly or: Instruction
  readonly xor: Instruction
  /** bits of the first where the third has ones, of the second elsewhere */
  readonly bitselect: Instruction
}
/** Four floats, as bits. */
export const v128: V128 = {
  load: (address, offset = 0) => [address, 0xfd, unsigned(0x00), at(offset)],
  loadSplat: (address, offset = 0) => [address, 0xfd, unsigned(0x09), at(offset)],
  store: (address, value, offset = 0) => [address, value, 0xfd, unsigned(0x0b), at(offset)],
  loadLane: (address, value, lane, offset = 0) => [address, value, 0xfd, unsigned(0x56), at(offset), lane],
  storeLane: (address, value, lane, offset = 0) => [address, value, 0xfd, unsigned(0x5a), at(offset), lane],
  shuffle: (a, b, lanes) => [
    a,
    b,
    0xfd,
    unsigned(0x0d),
    lanes.flatMap((lane) => [0, 1, 2, 3].map((byte) => lane * 4 + byte)),
  ],
  not: vector(0x4d),
  and: vector(0x4e),
  andnot: vector(0x4f),
  or: vector(0x50),
  xor: vector(0x51),
  bitselect: vector(0x52),
}

type Names<K extends string> = { readonly [P in K]: Instruction }
const table = <K extends string>(opcodes: { readonly [P in K]: number }): Names<K> =>
  Object.fromEntries(Object.entries<number>(opcodes).map(([name, opcode]) => [name, vector(opcode)])) as Names<K>

type Float4 =
  | 'splatOf'
  | 'eq'
  | 'ne'
  | 'lt'
  | 'gt'
  | 'le'
  | 'ge'
  | 'floor'
  | 'nearest'
  | 'abs'
  | 'neg'
  | 'sqrt'
  | 'add'
  | 'sub'
  | 'mul'
  | 'div'
  | 'min'
  | 'max'
  | 'ofInt'
/** Four floats, lane by lane. `min` and `max` propagate NaN, as the scalar ones do. */
export const f32x4: Names<Float4> & {
  readonly const: (value: number) => Code
  readonly lane: (value: Code, lane: number) => Code
} = {
  ...table({
    splatOf: 0x13,
    eq: 0x41,
    ne: 0x42,
    lt: 0x43,
    gt: 0x44,
    le: 0x45,
    ge: 0x46,
    floor: 0x68,
    nearest: 0x6a,
    abs: 0xe0,
    neg: 0xe1,
    sqrt: 0xe3,
    add: 0xe4,
    sub: 0xe5,
    mul: 0xe6,
    div: 0xe7,
    min: 0xe8,
    max: 0xe9,
    ofInt: 0xfa,
  }),
  const: (value) => [0xfd, unsigned(0x0c), float(value), float(value), float(value), float(value)],
  lane: (value, lane) => [value, 0xfd, unsigned(0x1f), lane],
}

const word = (value: number): Code => [...new Uint8Array(Int32Array.of(value).buffer)]
export const i32x4: Names<'add' | 'sub' | 'shl' | 'shrSigned' | 'shrUnsigned' | 'ofFloat'> & {
  readonly const: (value: number) => Code
} = {
  ...table({ add: 0xae, sub: 0xb1, shl: 0xab, shrSigned: 0xac, shrUnsigned: 0xad, ofFloat: 0xf8 }),
  const: (value) => [0xfd, unsigned(0x0c), word(value), word(value), word(value), word(value)],
}

/** Runs the body while `counter < end`, adding `step` after each turn. */
export const whileLess = (counter: Local, end: Code, step: number, body: Code): Code => [
  [0x02, 0x40, 0x03, 0x40],
  [i32.eqz(i32.lt(get(counter), end)), 0x0d, 1],
  body,
  set(counter, i32.add(get(counter), i32.const(step))),
  [0x0c, 0, 0x0b, 0x0b],
]

export const when = (condition: Code, then: Code, otherwise: Code = []): Code => [
  condition,
  0x04,
  0x40,
  then,
  otherwise.length > 0 ? [0x05, otherwise] : [],
  0x0b,
]
export const advance = (local: Local, by: Code): Code => set(local, i32.add(get(local), by))

const flatten = (code: Code, into: number[]): number[] => {
  for (const part of code) {
    if (typeof part === 'number') into.push(part)
    else flatten(part, into)
  }
  return into
}

const list = (items: readonly Code[]): Code => [unsigned(items.length), ...items]
const text = (value: string): Code => list([...new TextEncoder().encode(value)].map((byte) => [byte]))
const section = (id: number, content: Code): Code => {
  const bytes = flatten(content, [])
  return [id, unsigned(bytes.length), bytes]
}

const functionBody = (spec: FunctionSpec): Code => {
  const types: ValueType[] = [...spec.params]
  const frame: Frame = {
    params: spec.params.map((type, index) => ({ index, type })),
    local: (type) => ({ index: types.push(type) - 1, type }),
  }
  const body = spec.body(frame)
  const locals = types.slice(spec.params.length).map((type): Code => [1, typeByte[type]])
  const bytes = flatten([list(locals), body, 0x0b], [])
  return [unsigned(bytes.length), bytes]
}

/** The binary of a module that imports `env.memory` and exports these functions; none returns a value. */
export const assemble = (functions: readonly FunctionSpec[]): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(
    flatten(
      [
        [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
        section(1, list(functions.map((f): Code => [0x60, list(f.params.map((p) => [typeByte[p]])), 0]))),
        section(2, list([[text('env'), text('memory'), 0x02, 0x00, 1]])),
        section(3, list(functions.map((_, i) => unsigned(i)))),
        section(7, list(functions.map((f, i): Code => [text(f.name), 0x00, unsigned(i)]))),
        section(10, list(functions.map(functionBody))),
      ],
      [],
    ),
  )
