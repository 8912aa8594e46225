import { parts, record } from '../call/Kind.ts'
import { mistakeText } from '../call/Mistake.ts'
import { misuse, takes } from '../call/takes.ts'
import type { DataSource } from '../data/DataSource.ts'
import type { FieldTypes } from '../data/Field.ts'
import type { Passed } from '../model/agreement.ts'
import { objectiveProblems, type Objective } from '../model/objective.ts'
import type { Fields } from '../model/Field.ts'
import type { Variables } from '../model/Program.ts'
import type { Horizon } from '../schedule/index.ts'
import { type AnyVae, type Vae, withProblem } from '../model/Vae.ts'
import { dataAgreement, objectiveAgreement } from './agreement.ts'
import { chain, isOptimizer, type Optimizer, optimizerProblems, tracedFor } from '../optimizer/index.ts'
import { vaeParams } from './graphs.ts'

/** How an experiment trains; each setting may be chosen anew where it is run. */
export interface Settings {
  readonly epochs: number
  readonly batch: number
  readonly seed: number
  /** the fraction of the training data held out to choose the best checkpoint by; 0 for none */
  readonly validation: number
  /** stop after this many epochs without a better validation bound; null never does */
  readonly patience: number | null
}

/** All that training needs, as a value: what `elbo train` looks for as a module's default export. */
export interface Experiment<V extends AnyVae = AnyVae> {
  readonly tag: 'experiment'
  readonly name: string
  readonly vae: V
  readonly objective: Objective
  readonly data: DataSource
  readonly optimizer: Optimizer
  readonly settings: Settings
}

const defaults: Settings = { epochs: 5, batch: 128, seed: 0, validation: 0, patience: null }

/** What {@link experiment} takes: the settings may be left out. */
interface Options<
  G extends Fields,
  Q extends Variables,
  P extends Variables,
  F extends FieldTypes,
  O extends Objective,
> extends Partial<Settings> {
  readonly vae: Vae<G, Q, P>
  readonly objective: Passed<objectiveAgreement<O, Q, P>, O>
  readonly data: Passed<dataAgreement<F, G>, DataSource<F>>
  readonly optimizer: Optimizer
  readonly name?: string
}

const makeExperiment = <
  G extends Fields,
  Q extends Variables,
  P extends Variables,
  F extends FieldTypes,
  O extends Objective,
>(
  options: Options<G, Q, P, F, O>,
): Experiment<Vae<G, Q, P>> => {
  const { vae, objective, data, optimizer, name = 'experiment', ...settings } = options
  // `Passed` is decided where the function is called.
  const judged = { objective: objective as Objective, data: data as DataSource }
  // A rule of the user's own becomes data here, in the copy of this library that it was written with.
  const rules = isOptimizer(optimizer) ? tracedFor(chain(optimizer), shapesIn(vae)) : optimizer
  const mistake = misuse('experiment', [parts], [options])
  return {
    tag: 'experiment',
    name,
    vae: mistake === undefined ? vae : withProblem(vae, mistakeText(mistake)),
    ...judged,
    optimizer: rules,
    settings: { ...defaults, ...settings },
  }
}

/**
 * A VAE, what it maximises, on which data and how. The data must have every field that the programs are given, with its shape and its
 * support; the objective's KL must be known in closed form, or asked for as sampled.
 *
 * Errors   each with its text, where you type it; sizes known late are checked before training begins
 * @example experiment({ vae: mnistVae, objective: elbo({ beta: warmUp({ epochs: 5 }) }), data: mnist(), optimizer: adam(1e-3) })
 */
export const experiment: typeof makeExperiment = takes('experiment', makeExperiment, [record])

/** The shapes of all parameters; a module that nobody type-checked may hold anything here, which is reported later. */
const shapesIn = (vae: AnyVae | undefined): readonly (readonly number[])[] =>
  Array.isArray(vae?.model) && Array.isArray(vae.guide) ? vaeParams(vae).map(({ shape }) => shape) : []

/** Everything that is wrong with an experiment on data with these fields, over this much training. */
export const experimentProblems = (e: Experiment, fields: FieldTypes, horizon: Horizon): readonly string[] => [
  ...new Set([
    ...e.vae.problems,
    ...dataAgreement(fields, e.vae.given),
    ...objectiveAgreement(e.objective, e.vae),
    ...objectiveProblems(e.objective, horizon),
    ...optimizerProblems(
      e.optimizer,
      horizon,
      vaeParams(e.vae).map(({ arg: { name, shape } }) => ({ name, shape })),
    ),
  ]),
]
