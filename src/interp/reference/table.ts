import type { Table } from '../../expr/Op.ts'
import { contract } from './contract.ts'
import { convolve } from './convolve.ts'
import { elementwise } from './elementwise.ts'
import { leaves } from './leaves.ts'
import { move } from './move.ts'
import { reduce } from './reduce.ts'
import type { Environment } from './Rule.ts'

/** What every op means, in float64 and without cleverness: the oracle that derivatives, passes and the other targets are held to. */
export const reference: Table<Environment, Float64Array> = {
  ...leaves,
  ...elementwise,
  ...contract,
  ...convolve,
  ...reduce,
  ...move,
}
