import { digamma, lgamma } from '../../../expr/gamma.ts'
import type { ElementwiseOp } from '../../../passes/meaning.ts'
import type { Program, Ref } from '../machine.ts'

/** Runs over operands and results as they lie in memory. */
export type Loop = (
  inputs: readonly Float32Array[],
  scalars: readonly number[],
  outputs: readonly Float32Array[],
) => void

/** Names expressions as they are asked for, each once: what two ops share (an exponential, say) is computed once. */
type Name = (expression: string) => string

const small = (x: string, name: Name): string => name(`Math.exp(-Math.abs(${x}))`)
const softplus = (x: string, name: Name): string => name(`Math.max(${x},0)+Math.log1p(${small(x, name)})`)

/** The source of one element, by op. Literals stand in parentheses. */
const sources: { readonly [O in ElementwiseOp]: (name: Name, x: string, y: string, z: string) => string } = {
  neg: (_, x) => `-${x}`,
  exp: (_, x) => `Math.exp(${x})`,
  expm1: (_, x) => `Math.expm1(${x})`,
  log: (_, x) => `Math.log(${x})`,
  log1p: (_, x) => `Math.log1p(${x})`,
  sqrt: (_, x) => `Math.sqrt(${x})`,
  tanh: (_, x) => `Math.tanh(${x})`,
  sigmoid: (name, x) => `(${x}<0?${small(x, name)}:1)/(1+${small(x, name)})`,
  softplus: (name, x) => softplus(x, name),
  lgamma: (_, x) => `lgamma(${x})`,
  digamma: (_, x) => `digamma(${x})`,
  relu: (_, x) => `${x}<=0?0:${x}`,
  abs: (_, x) => `Math.abs(${x})`,
  sign: (_, x) => `Math.sign(${x})`,
  floor: (_, x) => `Math.floor(${x})`,
  stopGradient: (_, x) => x,
  add: (_, x, y) => `${x}+${y}`,
  sub: (_, x, y) => `${x}-${y}`,
  mul: (_, x, y) => `${x}*${y}`,
  div: (_, x, y) => `${x}/${y}`,
  max: (_, x, y) => `Math.max(${x},${y})`,
  min: (_, x, y) => `Math.min(${x},${y})`,
  less: (_, x, y) => `${x}<${y}?1:0`,
  equal: (_, x, y) => `${x}===${y}?1:0`,
  select: (_, c, x, y) => `${c}!==0?${x}:${y}`,
  sigmoidCrossEntropy: (name, l, t) => `Math.max(${l},0)-${l}*${t}+Math.log1p(${small(l, name)})`,
}

const literal = (value: number): string => (Object.is(value, -0) ? '(-0)' : `(${value})`)

/** The JavaScript of a group's loop. */
const loopSource = (program: Program): string => {
  const { rows, columns, inputs } = program
  const known = new Map<string, string>()
  const lines: string[] = []
  const name: Name = (expression) => {
    const old = known.get(expression)
    if (old !== undefined) return old
    const fresh = `t${known.size}`
    known.set(expression, fresh)
    lines.push(`const ${fresh}=${expression};`)
    return fresh
  }
  const steps: string[] = []
  const refer = (ref: Ref | undefined): string => {
    if (ref === undefined) return '0'
    if (ref.tag === 'const') return literal(ref.value)
    return ref.tag === 'step' ? (steps[ref.index] ?? '0') : ref.tag === 'input' ? `x${ref.index}` : `s${ref.index}`
  }
  for (const { op, operands } of program.steps) {
    const [x, y, z] = [refer(operands[0]), refer(operands[1]), refer(operands[2])]
    steps.push(name(sources[op](name, x, y, z)))
  }
  const of = (pattern: string, read: (i: number) => string): string =>
    inputs.map((p, i) => (p === pattern ? `const x${i}=${read(i)};` : '')).join('')
  return [
    '"use strict";',
    inputs.map((_, i) => `const i${i}=inputs[${i}];`).join(''),
    Array.from({ length: program.scalars }, (_, i) => `const s${i}=scalars[${i}];`).join(''),
    program.outputs.map((_, i) => `const o${i}=outputs[${i}];`).join(''),
    of('splat', (i) => `i${i}[0]`),
    `for(let r=0;r<${rows};r++){const base=r*${columns};`,
    of('column', (i) => `i${i}[r]`),
    `for(let c=0;c<${columns};c++){const i=base+c;`,
    of('full', (i) => `i${i}[i]`),
    of('row', (i) => `i${i}[c]`),
    ...lines,
    program.outputs.map(({ step }, i) => `o${i}[i]=${steps[step] ?? '0'};`).join(''),
    '}}',
  ].join('\n')
}

/** Compiled by the engine as any other function; its text comes from the program alone, whose numbers and names are ours. */
export const loopOf = (program: Program): Loop => {
  // oxlint-disable-next-line no-implied-eval, no-new-func -- the point of a generated kernel
  const loop = new Function('lgamma', 'digamma', 'inputs', 'scalars', 'outputs', loopSource(program))
  return loop.bind(undefined, lgamma, digamma) as Loop
}
