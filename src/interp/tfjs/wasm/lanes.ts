import { type Code, f32x4, type Frame, get, i32, i32x4, type Local, set, v128 } from './assembler.ts'

/**
 * Straight-line code on four numbers at a time. Asking twice for one operation on the same operands gives the same local, so what two
 * ops share is computed once; constants are loaded before the loop.
 */
export interface Lanes {
  readonly number: (value: number) => Local
  readonly bits: (value: number) => Local
  readonly add: Binary
  readonly sub: Binary
  readonly mul: Binary
  readonly div: Binary
  readonly min: Binary
  readonly max: Binary
  readonly neg: Unary
  readonly abs: Unary
  readonly sqrt: Unary
  readonly floor: Unary
  readonly nearest: Unary
  /** all ones where true */
  readonly lt: Binary
  readonly gt: Binary
  readonly ge: Binary
  readonly eq: Binary
  readonly ne: Binary
  readonly and: Binary
  readonly or: Binary
  readonly xor: Binary
  /** `yes` where the mask is all ones, `no` elsewhere */
  readonly choose: (mask: Local, yes: Local, no: Local) => Local
  readonly toInt: Unary
  readonly fromInt: Unary
  readonly addInt: Binary
  readonly subInt: Binary
  readonly shiftLeft: (x: Local, by: number) => Local
  readonly shiftRight: (x: Local, by: number) => Local
  readonly shiftRightSigned: (x: Local, by: number) => Local
}
type Unary = (x: Local) => Local
type Binary = (x: Local, y: Local) => Local

export interface LaneCode {
  readonly lanes: Lanes
  /** before the loop */
  readonly prologue: () => Code
  /** one turn of the loop */
  readonly body: () => Code
}

export const laneCode = (frame: Frame): LaneCode => {
  const known = new Map<string, Local>()
  const prologue: Code[] = []
  const body: Code[] = []
  const into = (where: Code[], key: string, code: Code): Local => {
    const old = known.get(key)
    if (old !== undefined) return old
    const local = frame.local('v128')
    known.set(key, local)
    where.push(set(local, code))
    return local
  }
  const unary =
    (name: string, code: (x: Code) => Code): Unary =>
    (x) =>
      into(body, `${name} ${x.index}`, code(get(x)))
  const binary =
    (name: string, code: (x: Code, y: Code) => Code): Binary =>
    (x, y) =>
      into(body, `${name} ${x.index} ${y.index}`, code(get(x), get(y)))
  const shift =
    (name: string, code: (x: Code, by: Code) => Code) =>
    (x: Local, by: number): Local =>
      into(body, `${name} ${x.index} ${by}`, code(get(x), i32.const(by)))
  const lanes: Lanes = {
    number: (value) => into(prologue, `number ${Object.is(value, -0) ? '-0' : value}`, f32x4.const(value)),
    bits: (value) => into(prologue, `bits ${value}`, i32x4.const(value)),
    add: binary('add', f32x4.add),
    sub: binary('sub', f32x4.sub),
    mul: binary('mul', f32x4.mul),
    div: binary('div', f32x4.div),
    min: binary('min', f32x4.min),
    max: binary('max', f32x4.max),
    neg: unary('neg', f32x4.neg),
    abs: unary('abs', f32x4.abs),
    sqrt: unary('sqrt', f32x4.sqrt),
    floor: unary('floor', f32x4.floor),
    nearest: unary('nearest', f32x4.nearest),
    lt: binary('lt', f32x4.lt),
    gt: binary('gt', f32x4.gt),
    ge: binary('ge', f32x4.ge),
    eq: binary('eq', f32x4.eq),
    ne: binary('ne', f32x4.ne),
    and: binary('and', v128.and),
    or: binary('or', v128.or),
    xor: binary('xor', v128.xor),
    choose: (mask, yes, no) =>
      into(body, `choose ${mask.index} ${yes.index} ${no.index}`, v128.bitselect(get(yes), get(no), get(mask))),
    toInt: unary('toInt', i32x4.ofFloat),
    fromInt: unary('fromInt', f32x4.ofInt),
    addInt: binary('addInt', i32x4.add),
    subInt: binary('subInt', i32x4.sub),
    shiftLeft: shift('shl', i32x4.shl),
    shiftRight: shift('shr', i32x4.shrUnsigned),
    shiftRightSigned: shift('sar', i32x4.shrSigned),
  }
  return { lanes, prologue: () => prologue, body: () => body }
}
