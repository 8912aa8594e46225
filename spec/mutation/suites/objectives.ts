import { elbo, iwae } from '../../../src/model/objective.ts'
import { type Binding, check } from '../../../src/verify/Law.ts'
import { boundLaws } from '../../../src/verify/laws/bounds.ts'
import { informationLaws } from '../../../src/verify/laws/information.ts'
import { objectiveLaws } from '../../../src/verify/laws/objective.ts'
import { boundOf } from '../../../src/verify/subject/Bound.ts'
import { objectives } from '../../../src/verify/subject/Objectives.ts'

export const bindings: readonly Binding[] = [
  check(boundLaws, boundOf('elbo, closed', elbo({ kl: 'closed' }))),
  check(boundLaws, boundOf('elbo, sampled', elbo({ kl: 'sampled' }))),
  check(boundLaws, boundOf('elbo, sticking the landing', elbo({ gradient: 'stickingTheLanding' }))),
  check(boundLaws, boundOf('iwae(3)', iwae(3))),
  check(objectiveLaws, objectives),
  check(informationLaws, objectives),
]
