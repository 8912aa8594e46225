import { optimise } from '../../../src/passes/pipeline.ts'
import { type Binding, check } from '../../../src/verify/Law.ts'
import { autodiffHere, autodiffLaws } from '../../../src/verify/laws/autodiff.ts'
import { exprLaws, expressionsHere } from '../../../src/verify/laws/expr.ts'
import { passLaws } from '../../../src/verify/laws/passes.ts'

export const bindings: readonly Binding[] = [
  check(exprLaws, expressionsHere),
  check(autodiffLaws, autodiffHere),
  check(passLaws, { name: 'all', run: (graph) => optimise(graph, 'generated') }),
]
