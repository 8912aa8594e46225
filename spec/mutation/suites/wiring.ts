import { type Binding, check } from '../../../src/verify/Law.ts'
import { wiringLaws } from '../../../src/verify/laws/wiring.ts'
import { wiringHere } from '../../../src/verify/subject/Wiring.ts'

export const bindings: readonly Binding[] = [check(wiringLaws, await wiringHere())]
