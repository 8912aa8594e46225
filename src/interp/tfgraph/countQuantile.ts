import type { NodeOf } from '../../expr/Op.ts'
import { isSplat } from '../../passes/splat.ts'
import type { Emitter } from './Emitter.ts'
import { typeAttr } from './graphdef/GraphDef.ts'
import type { Operation } from './graphdef/operations.ts'
import type { Ref } from './graphdef/scope.ts'

const double = { T: typeAttr('double') }

/**
 * The count is found bit by bit, from 2²³ down: a bit belongs to it where the distribution function of what is below is not above u.
 * That function is an incomplete gamma or beta function, which TensorFlow has; in float64, for in float32 its error is seen.
 */
export const countQuantile = ({ src: [level, mean, dispersion] }: NodeOf<'countQuantile'>, e: Emitter): Ref => {
  const { scope } = e
  const wide = (x: Ref): Ref => scope.add('Cast', [x], { SrcT: typeAttr('float'), DstT: typeAttr('double') })
  const number = (x: number): Ref => wide(scope.floats([x], []))
  const op = (name: Operation, ...inputs: readonly Ref[]): Ref => scope.add(name, inputs, double)
  const [u, mu, alpha] = [wide(e.ref(level)), wide(e.ref(mean)), wide(e.ref(dispersion))]
  const one = number(1)
  const size = op('RealDiv', one, alpha)
  const odds = op('RealDiv', one, op('AddV2', one, op('Mul', alpha, mu)))
  // P(X < c)
  const below = (c: Ref): Ref => (isSplat(dispersion, 0) ? op('Igammac', c, mu) : op('Betainc', size, c, odds))
  const zero = op('Mul', u, number(0))
  const found = Array.from({ length: 24 }, (_, bit) => 2 ** (23 - bit)).reduce((k, bit) => {
    const c = op('AddV2', k, number(bit))
    return op('SelectV2', op('LessEqual', below(c), u), c, k)
  }, zero)
  return scope.add('Cast', [found], { SrcT: typeAttr('double'), DstT: typeAttr('float') })
}
