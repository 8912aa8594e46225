import * as t from 'io-ts'
import type { ActiveUnits } from '../diagnose/activeUnits.ts'
import type { LatentMetrics, Metrics, TrainMetrics } from './metrics.ts'

/** What happens while training, in order. Each is plain data: one line of JSON. Epochs and steps count from 1, as people do. */
export type TrainEvent = Started | Progress | EpochDone | Checkpointed | Interrupted | NonFinite | Done

export interface Started {
  readonly event: 'started'
  /** the run's folder, or null where nothing is kept */
  readonly run: string | null
  readonly target: string
  readonly data: { readonly train: number; readonly validation: number; readonly test: number }
  /** what is to be known of the data; absent where there is nothing */
  readonly notes?: readonly string[]
  readonly epochs: number
  readonly batch: number
  readonly stepsPerEpoch: number
  /** how many numbers are trained */
  readonly parameters: number
  /** what to add to a bound or a reconstruction for those of a table in its own units; 0 where no field is standardised. Units nats a datum */
  readonly logAbsDetJacobian: number
  /** where a resumed run goes on: epochs over and updates made; null for a new run */
  readonly resumed: { readonly epoch: number; readonly step: number } | null
}

/** At most ten a second. `loss` and `bound` are means over the epoch so far. */
export interface Progress {
  readonly event: 'progress'
  readonly epoch: number
  readonly epochs: number
  /** updates made, of how many planned */
  readonly step: number
  readonly steps: number
  readonly loss: number
  readonly bound: number | null
  readonly rowsPerSecond: number
  readonly secondsLeft: number
}

export interface EpochDone {
  readonly event: 'epoch'
  readonly epoch: number
  readonly epochs: number
  readonly step: number
  /** of training alone, since the run began */
  readonly seconds: number
  readonly rowsPerSecond: number
  readonly train: TrainMetrics
  readonly validation: Metrics | null
  /** whether no epoch before was as good */
  readonly best: boolean
}

interface Checkpointed {
  readonly event: 'checkpoint'
  readonly file: string
  /** epochs over, and updates made */
  readonly epoch: number
  readonly step: number
}

interface Interrupted {
  readonly event: 'interrupted'
  /** the folder to resume from, or null where nothing was kept */
  readonly run: string | null
  readonly epoch: number
  readonly step: number
}

export interface NonFinite {
  readonly event: 'nonFinite'
  readonly step: number
  readonly target: string
  /** the first vertex that is not finite, in words; null where looking again found none */
  readonly node: string | null
}

/** How a run broke off: its last line, until it is resumed. */
export interface Failed {
  readonly event: 'failed'
  /** the update that went wrong, or after which measuring did; from 1 */
  readonly step: number
  /** epochs over */
  readonly epochs: number
  /** whether it was numbers that were not finite */
  readonly nonFinite: boolean
  readonly message: string
}

export interface Done {
  readonly event: 'done'
  readonly run: string | null
  readonly target: string
  /** epochs trained, and whether patience ended before the plan did */
  readonly epochs: number
  readonly stoppedEarly: boolean
  readonly steps: number
  /** of training alone */
  readonly seconds: number
  readonly rowsPerSecond: number
  /** the epoch whose weights were tested and kept */
  readonly tested: number
  readonly test: Metrics | null
  /** what to add to a bound or a reconstruction for those of a table in its own units; 0 where no field is standardised. Units nats a datum */
  readonly logAbsDetJacobian: number
  /** latent dimensions in use, of all latents: those whose posterior mean moves with the data and that cost nats, as in reports and sweeps */
  readonly activeUnits: number
  readonly latents: Readonly<Record<string, ActiveUnits>>
}

const nullable = <A>(codec: t.Type<A, unknown, unknown>): t.Type<A | null, unknown, unknown> => t.union([codec, t.null])
const latentMetrics: t.Type<LatentMetrics, unknown, unknown> = t.type({
  kl: t.number,
  perDimension: t.readonlyArray(t.number),
})
const measured = {
  bound: nullable(t.number),
  reconstruction: t.number,
  kl: nullable(t.number),
  latents: t.record(t.string, latentMetrics),
}

const epochLine: t.Type<EpochDone, unknown, unknown> = t.type(
  {
    event: t.literal('epoch'),
    epoch: t.number,
    epochs: t.number,
    step: t.number,
    seconds: t.number,
    rowsPerSecond: t.number,
    train: t.intersection([
      t.type({ ...measured, loss: t.number, beta: nullable(t.number), learningRate: nullable(t.number) }),
      t.partial({ scheduled: t.record(t.string, t.number) }),
    ]),
    validation: nullable(t.type(measured)),
    best: t.boolean,
  },
  'an epoch',
)

export const failedCodec: t.Type<Failed, unknown, unknown> = t.type(
  {
    event: t.literal('failed'),
    step: t.number,
    epochs: t.number,
    nonFinite: t.boolean,
    message: t.string,
  },
  'the end of a run that broke off',
)

/** Runs of before tables were counted in rows called it so. */
const renamed = (line: unknown): unknown =>
  typeof line === 'object' && line !== null && 'imagesPerSecond' in line
    ? { rowsPerSecond: line.imagesPerSecond, ...line }
    : line

/** An epoch's line in a run's folder. */
export const epochCodec: t.Type<EpochDone, unknown, unknown> = new t.Type(
  epochLine.name,
  epochLine.is,
  (line, context) => epochLine.validate(renamed(line), context),
  epochLine.encode,
)
