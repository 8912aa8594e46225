import type { ElementwiseOp } from '../../../passes/meaning.ts'
import type { Program, Ref } from '../machine.ts'
import {
  advance,
  type Code,
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
import { digamma, lgamma } from './gamma.ts'
import { laneCode, type Lanes } from './lanes.ts'
import { exp, expm1, log, log1p, sigmoid, softplus, softplusTail, tanh } from './transcendental.ts'

const truth = (n: Lanes, mask: Local): Local => n.and(mask, n.number(1))

const sign = (n: Lanes, x: Local): Local => {
  const zero = n.number(0)
  const unit = n.or(n.and(n.gt(x, zero), n.number(1)), n.and(n.lt(x, zero), n.number(-1)))
  return n.choose(n.eq(x, x), unit, x)
}

/** One op on four elements. */
const rules: { readonly [O in ElementwiseOp]: (n: Lanes, x: Local, y: Local, z: Local) => Local } = {
  neg: (n, x) => n.neg(x),
  exp,
  expm1,
  log,
  log1p,
  sqrt: (n, x) => n.sqrt(x),
  tanh,
  sigmoid,
  softplus,
  lgamma,
  digamma,
  relu: (n, x) => n.max(x, n.number(0)),
  abs: (n, x) => n.abs(x),
  sign,
  floor: (n, x) => n.floor(x),
  stopGradient: (_, x) => x,
  add: (n, x, y) => n.add(x, y),
  sub: (n, x, y) => n.sub(x, y),
  mul: (n, x, y) => n.mul(x, y),
  div: (n, x, y) => n.div(x, y),
  max: (n, x, y) => n.max(x, y),
  min: (n, x, y) => n.min(x, y),
  less: (n, x, y) => truth(n, n.lt(x, y)),
  equal: (n, x, y) => truth(n, n.eq(x, y)),
  select: (n, c, x, y) => n.choose(n.ne(c, n.number(0)), x, y),
  sigmoidCrossEntropy: (n, l, t) => n.add(n.sub(n.max(l, n.number(0)), n.mul(l, t)), softplusTail(n, l)),
}

/** Four elements at once, or one: the rest of a row that is not a multiple of four. */
type Width = 4 | 1

interface Places {
  readonly inputs: readonly Local[]
  readonly outputs: readonly Local[]
  /** bytes from the start of a row */
  readonly column: Local
}

/** A group's loop over [rows, columns]: `run(inputs…, outputs…, scalars…)`, places in bytes. */
export const elementwise = (program: Program): FunctionSpec => {
  const { rows, columns, inputs, outputs } = program
  const pointers = inputs.length + outputs.length
  return {
    name: 'run',
    params: [
      ...Array.from({ length: pointers }, () => 'i32' as const),
      ...Array.from({ length: program.scalars }, () => 'f32' as const),
    ],
    body: (frame) => {
      const places: Places = {
        inputs: frame.params.slice(0, inputs.length),
        outputs: frame.params.slice(inputs.length, pointers),
        column: frame.local('i32'),
      }
      const fixed = frame.params.map(() => undefined as Local | undefined)
      const before: Code[] = []
      for (const [i, pattern] of inputs.entries()) {
        if (pattern !== 'splat') continue
        const local = frame.local('v128')
        fixed[i] = local
        before.push(set(local, v128.loadSplat(get(places.inputs[i]!))))
      }
      for (let i = 0; i < program.scalars; i++) {
        const local = frame.local('v128')
        fixed[pointers + i] = local
        before.push(set(local, f32x4.splatOf(get(frame.params[pointers + i]!))))
      }
      const perRow: Code[] = []
      for (const [i, pattern] of inputs.entries()) {
        if (pattern !== 'column') continue
        const local = frame.local('v128')
        fixed[i] = local
        perRow.push(set(local, v128.loadSplat(get(places.inputs[i]!))))
      }
      const wide = turn(program, frame, places, fixed, pointers, 4)
      const narrow = turn(program, frame, places, fixed, pointers, 1)
      const whole = (columns - (columns % 4)) * 4
      const row = frame.local('i32')
      const oneRow: Code = [
        perRow,
        set(places.column, i32.const(0)),
        whole > 0 ? whileLess(places.column, i32.const(whole), 16, wide.body) : [],
        columns % 4 === 0 ? [] : whileLess(places.column, i32.const(columns * 4), 4, narrow.body),
      ]
      const nextRow: Code = [
        ...inputs.map((pattern, i) =>
          pattern === 'full' || pattern === 'column'
            ? advance(places.inputs[i]!, i32.const(pattern === 'full' ? columns * 4 : 4))
            : [],
        ),
        ...places.outputs.map((output) => advance(output, i32.const(columns * 4))),
      ]
      const loop = rows === 1 ? oneRow : [set(row, i32.const(0)), whileLess(row, i32.const(rows), 1, [oneRow, nextRow])]
      return [before, whole > 0 ? wide.prologue : [], columns % 4 === 0 ? [] : narrow.prologue, loop]
    },
  }
}

const turn = (
  program: Program,
  frame: Frame,
  { inputs, outputs, column }: Places,
  fixed: readonly (Local | undefined)[],
  pointers: number,
  width: Width,
): { readonly prologue: Code; readonly body: Code } => {
  const { lanes, prologue, body } = laneCode(frame)
  const loads: Code[] = []
  const loaded = program.inputs.map((_, i) => {
    const known = fixed[i]
    if (known !== undefined) return known
    const local = frame.local('v128')
    const address = i32.add(get(inputs[i]!), get(column))
    loads.push(set(local, width === 4 ? v128.load(address) : v128.loadSplat(address)))
    return local
  })
  const steps: Local[] = []
  const refer = (ref: Ref | undefined): Local => {
    if (ref === undefined) return column
    switch (ref.tag) {
      case 'const':
        return lanes.number(ref.value)
      case 'input':
        return loaded[ref.index]!
      case 'scalar':
        return fixed[pointers + ref.index]!
      case 'step':
        return steps[ref.index]!
    }
  }
  for (const { op, operands } of program.steps)
    steps.push(rules[op](lanes, refer(operands[0]), refer(operands[1]), refer(operands[2])))
  const stores = program.outputs.map(({ step }, i) => {
    const address = i32.add(get(outputs[i]!), get(column))
    const value = get(steps[step]!)
    return width === 4 ? v128.store(address, value) : v128.storeLane(address, value, 0)
  })
  return { prologue: prologue(), body: [loads, body(), stores] }
}
