import { describe, test } from 'vitest'
import { check } from '../../src/verify/Law.ts'
import { objectiveLaws } from '../../src/verify/laws/objective.ts'
import { objectives } from '../../src/verify/subject/Objectives.ts'
import { testLaws } from '../../src/verify/testLaws.ts'

describe('objective', () => testLaws(test, check(objectiveLaws, objectives)))
