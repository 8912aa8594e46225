import type { Graph } from '../expr/Graph.ts'
import { commonFactor } from './commonFactor.ts'
import { explicitTransposes } from './explicitTransposes.ts'
import { foldConstants } from './foldConstants.ts'
import { fuseActivation, fuseBias, maskOfResult } from './fuseDense.ts'
import { fuseSigmoidCrossEntropy } from './fuseSigmoidCrossEntropy.ts'
import { mergeTransposes } from './mergeTransposes.ts'
import { type Pass, untilDone } from './Pass.ts'
import { shareCommuted } from './shareCommuted.ts'
import { shareSums } from './shareSums.ts'
import { simplifyArithmetic } from './simplifyArithmetic.ts'
import { simplifyMovement } from './simplifyMovement.ts'
import { sinkReshapes } from './sinkReshapes.ts'

/** What kernels a graph is made ready for: those of a backend of TensorFlow.js, or generated ones. */
export type LoweringTarget = 'cpu' | 'wasm' | 'tensorflow' | 'generated' | 'graph'

/** For every target; each makes work for the others, so the list runs until nothing changes. */
export const simplification: readonly Pass[] = [
  foldConstants,
  simplifyArithmetic,
  simplifyMovement,
  mergeTransposes,
  sinkReshapes,
]

/** Then, once: larger ops. */
export const fusion: readonly Pass[] = [fuseSigmoidCrossEntropy, shareCommuted, maskOfResult, fuseBias, fuseActivation]

/** Last: what the target's kernels lack or do slowly. */
export const lowering: { readonly [T in LoweringTarget]: readonly Pass[] } = {
  cpu: [],
  wasm: [explicitTransposes, foldConstants, simplifyMovement],
  tensorflow: [],
  generated: [],
  graph: [shareSums, commonFactor],
}

const runPasses = (graph: Graph, passes: readonly Pass[]): Graph => passes.reduce((g, pass) => pass.run(g), graph)

/** The graph that a target compiles. It means what the given one means. */
export const optimise = (graph: Graph, target: LoweringTarget): Graph =>
  runPasses(
    untilDone(graph, (now) => runPasses(now, simplification)),
    [...fusion, ...lowering[target]],
  )
