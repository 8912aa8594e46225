import { pipe } from 'fp-ts/lib/function.js'
import * as fc from 'fast-check'
import { add, div, mul } from '../../expr/typed/binary.ts'
import { sqrt } from '../../expr/typed/elementwise.ts'
import {
  cosine,
  cyclical,
  decay,
  describeSchedule,
  type Schedule,
  schedule,
  sequence,
  warmUp,
} from '../../schedule/index.ts'

/** Shown as one writes it: as data it is its whole graph. */
export const legible = (of: fc.Arbitrary<Schedule>): fc.Arbitrary<Schedule> =>
  of.map((s) => (typeof s === 'number' ? s : { ...s, [fc.toStringMethod]: () => describeSchedule(s) }))

/** The library's own that end within 4 epochs of 5 steps. */
const ours: fc.Arbitrary<Schedule> = fc.oneof(
  fc.constantFrom<Schedule>(1, 0, 0.5, 4),
  fc
    .record({ steps: fc.integer({ min: 1, max: 20 }), from: fc.constantFrom(0, 0.1), to: fc.constantFrom(1, 2) })
    .map((o) => warmUp(o)),
  fc.integer({ min: 1, max: 4 }).map((epochs) => warmUp({ epochs })),
  fc.record({ cycles: fc.integer({ min: 1, max: 4 }), rise: fc.constantFrom(0.25, 0.5, 1) }).map((o) => cyclical(o)),
  fc.record({ from: fc.constantFrom(1, 2), to: fc.constantFrom(0, 0.25) }).map((o) => cosine(o)),
  fc
    .record({ steps: fc.integer({ min: 1, max: 20 }), from: fc.constant(1), factor: fc.constantFrom(0.5, 0.9) })
    .map((o) => decay(o)),
)

/** Of a user's own: by the epoch, by the progress, and of another schedule. */
const own: fc.Arbitrary<Schedule> = fc.oneof(
  fc.constantFrom(0.5, 2).map((peak) =>
    schedule({
      name: 'inverseSqrt',
      options: { peak },
      value: ({ epoch, peak: at }) => pipe(at, div(sqrt(pipe(epoch, add(1))))),
    }),
  ),
  fc
    .constantFrom(0.5, 2)
    .map((slope) =>
      schedule({ name: 'line', options: { slope }, value: ({ progress, slope: by }) => pipe(progress, mul(by)) }),
    ),
  ours.map((part) => schedule({ name: 'half', of: { part }, value: ({ part: whole }) => pipe(whole, mul(0.5)) })),
)

/** One for a while, then another, within 4 epochs of 5 steps. */
const sequences: fc.Arbitrary<Schedule> = fc
  .tuple(
    fc.constantFrom<Schedule>(0.25, warmUp({ steps: 4 }), cosine({ from: 2 })),
    fc.oneof(own, fc.constantFrom<Schedule>(1, cosine({ from: 1 }))),
  )
  .chain(([a, b]) => fc.integer({ min: 4, max: 10 }).map((steps) => sequence(a, { steps }, b)))

/** Schedules that end within 4 epochs of 5 steps. */
export const schedules: fc.Arbitrary<Schedule> = legible(
  fc.oneof({ weight: 3, arbitrary: ours }, { weight: 1, arbitrary: own }, { weight: 1, arbitrary: sequences }),
)
