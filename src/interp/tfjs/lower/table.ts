import type { Machine } from '../machine.ts'
import { contract } from './contract.ts'
import { elementwise } from './elementwise.ts'
import { generated } from './generated.ts'
import { leaves } from './leaves.ts'
import { move } from './move.ts'
import type { Lowering } from './Rules.ts'

/** Every op by the kernels that TensorFlow.js ships. */
const plain: Lowering = { ...leaves, ...elementwise, ...contract, ...move }

/** With generated kernels where there is a machine for them. */
export const loweringFor = (machine: Machine | undefined): Lowering =>
  machine === undefined ? plain : { ...plain, ...generated(machine) }
