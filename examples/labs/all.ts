import { twoForces } from './1-two-forces.ts'
import { rateDistortion } from './2-rate-distortion.ts'
import { tamingRandomness } from './3-taming-randomness.ts'
import { collapse } from './4-collapse.ts'
import { dimensions } from './5-dimensions.ts'
import { amortisation } from './6-amortisation.ts'
import { restoration } from './7-restoration.ts'
import { cellTypes } from './8-cells.ts'
import { sensors } from './9-sensors.ts'
import type { Lab } from './kit.ts'

/** The labs, in the order of the story. */
export const labs: readonly Lab[] = [
  twoForces,
  rateDistortion,
  tamingRandomness,
  collapse,
  dimensions,
  amortisation,
  restoration,
  cellTypes,
  sensors,
]
