import type * as fc from 'fast-check'
import { type Graph, rootsOf } from '../../expr/Graph.ts'
import type { Pass } from '../../passes/Pass.ts'
import { gradientGraph } from '../../train/graphs.ts'
import { type Sample, samples } from '../arbitrary/nodes.ts'
import { tasks } from '../arbitrary/programs.ts'
import { type LawSuite, law } from '../Law.ts'
import { valuesAt } from '../oracle/numbers.ts'
import { firstRows, horizon, onRows } from '../subject/Objectives.ts'
import { wellFormed } from './expr.ts'

/** What is done to a random graph before the pass sees it, so that rules that need each other's work have some. */
export interface PassSubject extends Pick<Pass, 'name' | 'run'> {
  readonly before?: (graph: Graph) => Graph
}

const graphs = (): fc.Arbitrary<Sample> => samples({ updates: true, steps: 14 })
const prepared = ({ before }: PassSubject, { graph }: Sample): Graph => before?.(graph) ?? graph
const same = (a: Graph, b: Graph): boolean => rootsOf(a).every((root, i) => root === rootsOf(b)[i])

/** What a pass owes. */
export const passLaws: LawSuite<PassSubject> = {
  name: 'pass',
  extends: [],
  laws: [
    law({
      name: 'keeps meaning',
      statement: 'every result evaluates to the same numbers, but for the order of sums',
      source: 'Click & Paleczny 1995',
      given: graphs,
      holds: (pass, s, g) => {
        const before = prepared(pass, s)
        const [want, got] = [before, pass.run(before)].map((graph) => valuesAt(rootsOf(graph), s.values))
        want?.forEach((values, k) =>
          values.forEach((w, i) => {
            const v = got?.[k]?.[i] ?? Number.NaN
            if (!(Number.isNaN(w) && Number.isNaN(v))) g.close(v, w, 1e-9, `result ${k}[${i}]`)
          }),
        )
      },
    }),
    law({
      name: 'keeps the meaning of training',
      statement:
        'the loss and every gradient of a random program keep their numbers, for minibatches as large as other extents',
      most: 30,
      given: () => tasks({ latents: 2 }),
      holds: (pass, task, g) => {
        const size = 'samples' in task.objective ? task.objective.samples : 2
        const before = gradientGraph(task.vae, task.objective, horizon, size)
        const [want, got] = [before, pass.run(pass.before?.(before) ?? before)].map((graph) =>
          valuesAt(rootsOf(graph), onRows(task, firstRows(size))),
        )
        const names = Object.keys(before.outputs)
        want?.forEach((values, k) =>
          values.forEach((w, i) => g.close(got?.[k]?.[i] ?? Number.NaN, w, 1e-8, `${names[k]}[${i}]`)),
        )
      },
    }),
    law({
      name: 'is idempotent',
      statement: 'a second run finds nothing to do',
      given: graphs,
      holds: (pass, s, g) => {
        const once = pass.run(prepared(pass, s))
        g.holds(same(pass.run(once), once), 'a second run changes the graph')
      },
    }),
    law({
      name: 'leaves a well-formed graph',
      statement: 'after the pass every vertex has its signature’s shape and every result its own shape and name',
      given: graphs,
      holds: (pass, s, g) => {
        const before = prepared(pass, s)
        const after = pass.run(before)
        wellFormed(after, g)
        g.holds(Object.keys(after.outputs).join() === Object.keys(before.outputs).join(), 'the names of results change')
        g.holds(Object.keys(after.updates).join() === Object.keys(before.updates).join(), 'the names of updates change')
        rootsOf(before).forEach((root, i) =>
          g.holds(rootsOf(after)[i]?.shape.join() === root.shape.join(), `result ${i} changes its shape`),
        )
      },
    }),
  ],
}
