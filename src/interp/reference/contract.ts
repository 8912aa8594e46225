import type { Activation } from '../../expr/Op.ts'
import { sizeOf } from '../../expr/Tensor.ts'
import { relu, sigmoid } from './elementwise.ts'
import { accumulate, transposed } from './matrix.ts'
import type { Rules } from './Rule.ts'

const activations: Readonly<Record<Activation, (x: number) => number>> = {
  linear: (x) => x,
  relu,
  sigmoid,
  tanh: Math.tanh,
}

export const contract: Rules<'matmul' | 'dense'> = {
  matmul: ({ arg, src: [left, right], shape }, { valueOf }) => {
    const [a, b] = [valueOf(left), valueOf(right)]
    const [m = 1, n = 1] = shape.slice(-2)
    const k = left?.shape.at(arg.transposeA ? -2 : -1) ?? 1
    const out = new Float64Array(sizeOf(shape))
    for (let each = 0; each * m * n < out.length; each++) {
      const [x, y] = [each * m * k, each * k * n]
      accumulate(
        out.subarray(each * m * n, (each + 1) * m * n),
        arg.transposeA ? transposed(a, k, m, x) : a.subarray(x, x + m * k),
        arg.transposeB ? transposed(b, n, k, y) : b.subarray(y, y + k * n),
        m,
        k,
        n,
      )
    }
    return out
  },
  dense: ({ arg, src: [input, kernel, bias], shape: [m = 1, n = 1] }, { valueOf }) => {
    const product = new Float64Array(m * n)
    accumulate(product, valueOf(input), valueOf(kernel), m, kernel?.shape[0] ?? 1, n)
    const offset = valueOf(bias)
    const activate = activations[arg.activation]
    return product.map((x, i) => activate(x + offset[i % n]!))
  },
}
