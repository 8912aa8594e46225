import * as E from 'fp-ts/lib/Either.js'
import * as fc from 'fast-check'
import type { Graph } from '../../expr/Graph.ts'
import { leavesOf } from '../../expr/leaf.ts'
import { rootsOf } from '../../expr/Graph.ts'
import { node } from '../../expr/node.ts'
import type { Tensor } from '../../expr/Tensor.ts'
import { openReference } from '../../interp/reference/index.ts'
import type { Feeds, Plan, Session } from '../../interp/Session.ts'
import { gradientGraph, trainGraph } from '../../train/graphs.ts'
import { initialValues, variablesOf } from '../../train/initialize.ts'
import { adam, adamW, clipByGlobalNorm, type Optimizer, sgd } from '../../train/optimizer.ts'
import { type ProgramOptions, type TaskSample, tasks } from '../arbitrary/programs.ts'
import { LawBroken } from '../Gauge.ts'
import { type LawSuite, law } from '../Law.ts'
import { firstRows, horizon, onRows } from '../subject/Objectives.ts'

/** An open target, as the laws see it. Its variables are written anew for every value. */
export interface Trainer {
  readonly name: string
  readonly session: Session
  /** how far single precision may be off, relative to the largest number of a result; 0 for the reference */
  readonly tolerance: number
  /** the programs to train; default: random ones */
  readonly tasks?: fc.Arbitrary<TaskSample>
}

const SIZE = 4
const small: ProgramOptions = { latents: 2, observations: 2 }
const optimizers = fc.constantFrom<Optimizer>(
  adam(1e-2),
  sgd(1e-2, { momentum: 0.9 }),
  adamW(1e-2),
  clipByGlobalNorm(0.5)(adam(1e-2)),
)
interface Job {
  readonly task: TaskSample
  readonly optimizer: Optimizer
  readonly seed: number
}
const jobs = ({ tasks: given = tasks(small) }: Trainer): fc.Arbitrary<Job> =>
  fc.record({ task: given, optimizer: optimizers, seed: fc.nat({ max: 2 ** 31 - 1 }) })

const prepared = (session: Session, graph: Graph): Plan => {
  const plan = session.prepare(graph)
  if (E.isLeft(plan)) throw new LawBroken(plan.left.message)
  return plan.right
}
const feedsFor = (graph: Graph, { task, seed }: Job, step: number): Feeds => {
  const rows = firstRows(SIZE).map((row) => row + SIZE * step)
  const values = onRows(task, rows)
  const data = leavesOf(rootsOf(graph)).flatMap((leaf) =>
    leaf.op === 'data' ? [[leaf.arg.name, values(leaf)] as const] : [],
  )
  return { data: new Map(data), scalars: { step }, seed, step }
}
const trained = (session: Session, job: Job, from: number, to: number): readonly ReadonlyMap<string, Tensor>[] => {
  const graph = trainGraph(job.task.vae, job.task.objective, job.optimizer, horizon, SIZE)
  const plan = prepared(session, graph)
  const outputs = Array.from({ length: to - from }, (_, i) => plan.run(feedsFor(graph, job, from + i)))
  plan.dispose()
  return outputs
}
const start = (session: Session, { task, optimizer, seed }: Job): void =>
  session.write(initialValues(variablesOf(trainGraph(task.vae, task.objective, optimizer, horizon, SIZE)), seed))

const equal = (
  a: ReadonlyMap<string, Tensor>,
  b: ReadonlyMap<string, Tensor>,
  names: Iterable<string>,
): string | undefined => {
  for (const name of names) {
    const [x, y] = [a.get(name), b.get(name)]
    if (x === undefined || y === undefined || !x.data.every((v, i) => Object.is(v, y.data[i]))) return name
  }
  return undefined
}
const variableNames = ({ task, optimizer }: Job): readonly string[] =>
  variablesOf(trainGraph(task.vae, task.objective, optimizer, horizon, SIZE)).map((v) => v.arg.name)
const largest = (t: Tensor): number => Array.from(t.data).reduce((most, v) => Math.max(most, Math.abs(v)), 0)
/** What a target owes to whoever trains on it. */
export const trainingLaws: LawSuite<Trainer> = {
  name: 'training',
  extends: [],
  laws: [
    law({
      name: 'agrees with the reference',
      statement: 'the loss and every gradient are the float64 reference’s, to single precision of the largest number',
      most: 150,
      given: jobs,
      holds: ({ session, tolerance }, job, g) => {
        const graph = gradientGraph(job.task.vae, job.task.objective, horizon, SIZE)
        const values = initialValues(variablesOf(graph), job.seed)
        const [want, got] = [openReference(), session].map((target) => {
          target.write(values)
          const plan = prepared(target, graph)
          const outputs = plan.run(feedsFor(graph, job, 3))
          plan.dispose()
          return outputs
        })
        for (const [name, tensor] of want ?? []) {
          const scale = Math.max(largest(tensor), name.startsWith('gradient/') ? 0 : 1)
          const mine = got?.get(name)
          // Parameters that a loss does not move have gradients that are rounding errors of each other: nothing to compare.
          const floor = 1e-6
          tensor.data.forEach((v, i) =>
            g.within((mine?.data[i] ?? Number.NaN) - v, Math.max(tolerance * scale, floor), `${name}[${i}]`),
          )
        }
      },
    }),
    law({
      name: 'deterministic by seed',
      statement: 'the same seed gives the same numbers to the last bit; another seed other noise',
      most: 60,
      given: jobs,
      holds: ({ session }, job, g) => {
        const run = (of: Job): ReadonlyMap<string, Tensor> => {
          start(session, of)
          trained(session, of, 0, 3)
          return new Map(session.read())
        }
        const differs = equal(run(job), run(job), variableNames(job))
        g.holds(differs === undefined, `a second run differs in '${differs}'`)
      },
    }),
    law({
      name: 'resume = uninterrupted',
      statement:
        'variables read half-way, written again, and trained on from there are those of a run that was not stopped, to the last bit',
      most: 60,
      given: jobs,
      holds: ({ session }, job, g) => {
        start(session, job)
        trained(session, job, 0, 4)
        const whole = new Map(session.read())
        start(session, job)
        trained(session, job, 0, 2)
        const half = session.read()
        start(session, { ...job, seed: job.seed + 1 })
        trained(session, { ...job, seed: job.seed + 1 }, 0, 1)
        session.write(half)
        trained(session, job, 2, 4)
        const differs = equal(new Map(session.read()), whole, variableNames(job))
        g.holds(differs === undefined, `the resumed run differs in '${differs}'`)
      },
    }),
    law({
      name: 'results are of the old variables',
      statement: 'a step’s loss is that before its update: evaluating first and training then report one number',
      most: 60,
      given: jobs,
      holds: ({ session, tolerance }, job, g) => {
        const { task } = job
        const graph = gradientGraph(task.vae, task.objective, horizon, SIZE)
        start(session, job)
        const plan = prepared(session, graph)
        const before = plan.run(feedsFor(graph, job, 0)).get('loss')?.data[0] ?? Number.NaN
        plan.dispose()
        const loss = trained(session, job, 0, 1)[0]?.get('loss')?.data[0] ?? Number.NaN
        g.within(loss - before, (tolerance + 1e-12) * (1 + Math.abs(before)), 'the loss')
      },
    }),
    law({
      name: 'noise is new at every step',
      statement: 'two steps on the same minibatch, without learning, differ by their noise alone',
      most: 60,
      given: (t) => jobs(t).filter(({ task }) => task.objective.tag !== 'autoencoder'),
      holds: ({ session }, job, g) => {
        const noise = { outputs: { z: node('noise', { name: 'z1', shape: [SIZE, 3], law: 'normal' }) }, updates: {} }
        const plan = prepared(session, noise)
        const draws = [0, 1].map((step) => [
          ...(plan.run({ data: new Map(), scalars: {}, seed: job.seed, step }).get('z')?.data ?? []),
        ])
        plan.dispose()
        g.holds(
          draws[0]?.length === 3 * SIZE && draws[0].every((v, i) => v !== draws[1]?.[i]),
          'a step’s noise is used again',
        )
        g.holds(new Set(draws[0]).size === 3 * SIZE, 'data share their noise')
      },
    }),
    law({
      name: 'tensors alive are constant',
      statement: 'after the second step as many tensors and bytes are held as after the sixth',
      most: 30,
      given: jobs,
      holds: ({ session }, job, g) => {
        start(session, job)
        const graph = trainGraph(job.task.vae, job.task.objective, job.optimizer, horizon, SIZE)
        const plan = prepared(session, graph)
        const held = [0, 1, 2, 3, 4, 5].map((step) => {
          plan.run(feedsFor(graph, job, step))
          return session.memory()
        })
        plan.dispose()
        g.holds(held[1]?.tensors === held[5]?.tensors, `${held[1]?.tensors} tensors became ${held[5]?.tensors}`)
        g.holds(held[1]?.bytes === held[5]?.bytes, `${held[1]?.bytes} bytes became ${held[5]?.bytes}`)
      },
    }),
    law({
      name: 'a step can be taken back',
      statement: 'rollback gives the variables before the last update, to the last bit, and one generation only',
      most: 60,
      given: jobs,
      holds: ({ session }, job, g) => {
        start(session, job)
        trained(session, job, 0, 1)
        const before = new Map(session.read())
        trained(session, job, 1, 2)
        g.holds(session.rollback(), 'there is nothing to take back')
        const differs = equal(new Map(session.read()), before, variableNames(job))
        g.holds(differs === undefined, `'${differs}' is not what it was`)
        g.holds(!session.rollback(), 'a second step is taken back')
      },
    }),
  ],
}
