import * as fc from 'fast-check'
import * as t from 'io-ts'
import { fillUniform } from '../../data/seeds.ts'
import type { Leaf } from '../../expr/leaf.ts'
import { sizeOf, type Tensor } from '../../expr/Tensor.ts'
import type { Session } from '../../interp/Session.ts'
import type { Objective } from '../../model/objective.ts'
import type { AnyVae } from '../../model/Vae.ts'
import { encodeExperiment, decodeExperiment } from '../../train/codec.ts'
import type { Experiment } from '../../train/Experiment.ts'
import { vaeParams } from '../../train/graphs.ts'
import type { TaskSample } from '../arbitrary/programs.ts'
import { valuesOf } from '../arbitrary/values.ts'
import { type Binding, check, flatten, type LawSuite } from '../Law.ts'
import { mapped } from '../oracle/numbers.ts'
import { codecLaws, codecOf } from './codec.ts'
import { objectiveLaws } from './objective.ts'
import { objectives, type Objectives } from '../subject/Objectives.ts'
import { trainingLaws } from './training.ts'

/** A user's own program and what trains it, with numbers from a seed: small weights, data in support, noise. */
export interface ExperimentSubject {
  readonly name: string
  readonly vae: AnyVae
  readonly objective: Objective
}

/** Weights as large as their layers' first ones: sums over many inputs stay moderate. */
const scale = (shape: readonly number[]): number =>
  1 / Math.sqrt(Math.max(1, ...shape.slice(-2, -1)) * Math.max(1, ...shape.slice(0, -2)))

/** Weights of a parameter: uniform, decided by the seed and the name; made once a sample, for they are many. */
const weights = (seed: number): ((leaf: Leaf) => Tensor) => {
  const made = new Map<string, Tensor>()
  return ({ arg, shape }) => {
    const known = made.get(arg.name)
    if (known !== undefined) return known
    const data = new Float32Array(sizeOf(shape))
    fillUniform(data, { seed, step: 0, name: `laws/${arg.name}` })
    const size = 2 * scale(shape)
    const tensor = { shape, data: mapped(data, (u) => size * (u - 0.5)) }
    made.set(arg.name, tensor)
    return tensor
  }
}

/** Random weights and data for one program. */
const samplesOf = ({ name, vae, objective }: ExperimentSubject): fc.Arbitrary<TaskSample> =>
  fc.nat({ max: 2 ** 31 - 1 }).map((seed) => {
    const ofParam = weights(seed)
    return {
      plan: { conditional: false, latents: [], observations: [], guide: 'forward', sharedEncoder: false, tied: false },
      vae,
      objective,
      text: name,
      seed,
      values: (leaf) => (leaf.op === 'param' ? ofParam(leaf) : valuesOf(leaf, seed)),
      [fc.toStringMethod]: () => `${name}, ${vaeParams(vae).length} parameters (weights and data of seed ${seed})`,
    }
  })

/** What of an objective's laws depends on the program: the others hold of the objective, whatever it is applied to. */
const ofPrograms: ReadonlySet<string> = new Set([
  'reconstruction is the sum of log-likelihoods',
  'bound = reconstruction − KL',
  'a minibatch is the mean of its data',
  'every latent is measured',
  'every datum and draw has noise of its own',
  'gradient = finite difference',
  'loss of a bound is minus the bound',
])

/** The laws of a user's program that need no target. */
export const experimentLaws: LawSuite<Objectives> = {
  name: 'objective',
  extends: [],
  laws: flatten(objectiveLaws)
    .filter(({ name }) => ofPrograms.has(name))
    .map((each) => ({ ...each, most: Infinity })),
}

/** A user's program and its objective as the laws of objectives see them. */
const subjectOf = (subject: ExperimentSubject): Objectives => ({
  ...objectives,
  name: subject.name,
  own: { objective: subject.objective, samples: samplesOf(subject) },
})

const written = t.type({ vae: t.type({ problems: t.array(t.string), nodes: t.UnknownArray }) })
/** A program that does not agree with itself is read as one that says so; a vertex that no distribution needs any more is left out. */
const isTold = (json: unknown, read: unknown): boolean =>
  written.is(read) &&
  (read.vae.problems.length > 0 || (written.is(json) && read.vae.nodes.length < json.vae.nodes.length))

/** Every law of an experiment: of its objective on its own program, of training on a target, of what is written down. */
export const verifyExperiment = (experiment: Experiment, session: Session): readonly Binding[] => {
  const { name, vae, objective, optimizer } = experiment
  const subject = { name, vae, objective }
  return [
    check(experimentLaws, subjectOf(subject)),
    check(trainingLaws, {
      name: `${name} on ${session.target}`,
      session,
      tolerance: session.target === 'reference' ? 1e-9 : 5e-4,
      // TensorFlow adds in the order in which its threads finish.
      slack: session.target === 'graph' ? 1e-5 : 0,
      own: { optimizer, samples: samplesOf(subject), plans: new Map(), initial: new Map() },
    }),
    check(
      codecLaws,
      codecOf({
        name,
        // A counterexample is the experiment, which nobody wants to read whole.
        values: fc.constant({ ...experiment, [fc.toStringMethod]: () => experiment.name }),
        encode: encodeExperiment,
        decode: decodeExperiment,
        ignores: isTold,
      }),
    ),
  ]
}
