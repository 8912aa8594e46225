import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as fc from 'fast-check'
import * as b from '../../expr/build.ts'
import type { Node } from '../../expr/Op.ts'
import { add, div } from '../../expr/typed/binary.ts'
import { sqrt } from '../../expr/typed/elementwise.ts'
import {
  cosine,
  cyclical,
  decay,
  describeSchedule,
  type Horizon,
  type Schedule,
  schedule,
  scheduleAt,
  scheduleCodec,
  scheduleProblems,
  sequence,
  warmUp,
} from '../../schedule/index.ts'
import { schedules } from '../arbitrary/schedules.ts'
import { type Gauge, LawBroken } from '../Gauge.ts'
import { type LawSuite, law } from '../Law.ts'
import { valueOf } from '../oracle/numbers.ts'

/** How schedules become numbers: what a wrong subject replaces. */
export interface Schedules {
  readonly name: string
  readonly at: (schedule: Schedule, horizon: Horizon, step: Node) => Node
  readonly problems: (name: string, schedule: Schedule, horizon: Horizon) => readonly string[]
}
export const schedulesHere: Schedules = { name: 'schedules', at: scheduleAt, problems: scheduleProblems }

const horizons: fc.Arbitrary<Horizon> = fc.record({
  stepsPerEpoch: fc.integer({ min: 2, max: 50 }),
  epochs: fc.integer({ min: 1, max: 20 }),
})
const planned = (h: Horizon): number => h.stepsPerEpoch * h.epochs
const value = (s: Schedules, schedule: Schedule, h: Horizon, step: number): number =>
  valueOf(s.at(schedule, h, b.scalar('step')), { step })
const ends = fc.record({
  from: fc.double({ min: 0, max: 1, noNaN: true }),
  to: fc.double({ min: 1, max: 5, noNaN: true }),
})

/** A warm-up, its horizon, and how many steps it takes. */
const warmUps = fc
  .tuple(horizons, ends, fc.double({ min: 0, max: 1, noNaN: true }), fc.boolean())
  .map(([h, e, part, inEpochs]) => {
    const epochs = 1 + Math.floor(part * (h.epochs - 1))
    const steps = inEpochs ? epochs * h.stepsPerEpoch : 1 + Math.floor(part * (planned(h) - 1))
    return { h, ...e, steps, schedule: warmUp(inEpochs ? { epochs, ...e } : { steps, ...e }) }
  })

const TIGHT = 1e-9
const rises = (s: Schedules, schedule: Schedule, h: Horizon, g: Gauge, sign: 1 | -1): void => {
  const values = Array.from({ length: planned(h) }, (_, step) => value(s, schedule, h, step))
  values
    .slice(1)
    .forEach((v, i) => g.atMost(sign * (values[i] ?? 0), sign * v, TIGHT, `between steps ${i} and ${i + 1}`))
}

/** What a schedule owes. */
export const scheduleLaws: LawSuite<Schedules> = {
  name: 'schedule',
  extends: [],
  laws: [
    law({
      name: 'a number is constant',
      statement: 'a plain number is itself at every step',
      given: () => fc.tuple(horizons, fc.double({ min: -5, max: 5, noNaN: true }), fc.nat({ max: 2000 })),
      holds: (s, [h, x, step], g) => g.close(value(s, x, h, step), x, 0, 'the value'),
    }),
    law({
      name: 'warm-up begins and ends',
      statement: 'from at step 0, to at its last step and ever after, in a straight line between',
      source: 'Bowman et al. 2016, arXiv:1511.06349',
      given: () => fc.tuple(warmUps, fc.double({ min: 0, max: 1, noNaN: true })),
      holds: (s, [{ h, from, to, steps, schedule }, part], g) => {
        g.close(value(s, schedule, h, 0), from, TIGHT, 'the beginning')
        g.close(value(s, schedule, h, steps), to, TIGHT, `at step ${steps}`)
        g.close(value(s, schedule, h, planned(h) + 7), to, TIGHT, 'after the end')
        const step = Math.floor(part * steps)
        g.close(value(s, schedule, h, step), from + ((to - from) * step) / steps, TIGHT, `at step ${step} of ${steps}`)
      },
    }),
    law({
      name: 'what never ends is refused',
      statement: 'a warm-up longer than the planned training is a problem; one that fits is none',
      given: () => fc.tuple(warmUps, fc.integer({ min: 1, max: 30 })),
      holds: (s, [{ h, schedule }, more], g) => {
        g.holds(s.problems('beta', schedule, h).length === 0, 'a warm-up that fits is refused')
        const long = [warmUp({ steps: planned(h) + more }), warmUp({ epochs: h.epochs + more })]
        for (const each of long)
          g.holds(s.problems('beta', each, h).length > 0, 'a warm-up that never ends is accepted')
      },
    }),
    law({
      name: 'what fits is accepted',
      statement: 'every schedule whose options are in range, the last of the range too, is no problem',
      given: () =>
        fc.tuple(
          horizons,
          fc.oneof(
            fc.record({ cycles: fc.constantFrom(1, 2), rise: fc.constantFrom(0.01, 0.5, 1) }).map((o) => cyclical(o)),
            fc.record({ from: fc.constantFrom(0, 1, -2), to: fc.constantFrom(0, 1) }).map((o) => cosine(o)),
            fc
              .record({ epochs: fc.constantFrom(1, 100), from: fc.constant(1), factor: fc.constantFrom(0.1, 2) })
              .map((o) => decay(o)),
            fc.double({ noNaN: true, noDefaultInfinity: true }),
          ),
        ),
      holds: (s, [h, schedule], g) => {
        const told = s.problems('beta', schedule, h)
        g.holds(told.length === 0, `refused: ${told.join('; ')}`)
      },
    }),
    law({
      name: 'cyclical rises in every cycle',
      statement: 'each of the cycles begins at from and is to for the last 1 − rise of it',
      source: 'Fu et al. 2019, arXiv:1903.10145, eq. 6',
      given: () =>
        fc.record({
          cycles: fc.integer({ min: 1, max: 6 }),
          length: fc.integer({ min: 4, max: 20 }),
          quarters: fc.integer({ min: 1, max: 4 }),
          e: ends,
        }),
      holds: (s, { cycles, length, quarters, e }, g) => {
        const h = { stepsPerEpoch: 4 * length, epochs: cycles }
        const schedule = cyclical({ cycles, rise: quarters / 4, ...e })
        for (let c = 0; c < cycles; c++) {
          const start = c * 4 * length
          g.close(value(s, schedule, h, start), e.from, 1e-6, `the beginning of cycle ${c}`)
          if (quarters < 4)
            g.close(value(s, schedule, h, start + quarters * length), e.to, 1e-6, `the top of cycle ${c}`)
          g.close(
            value(s, schedule, h, start + 2),
            e.from + ((e.to - e.from) * 2) / (quarters * length),
            1e-6,
            `the rise of cycle ${c}`,
          )
        }
      },
    }),
    law({
      name: 'cosine',
      statement:
        'to + (from − to) (1 + cos π u) / 2 with u the share of the updates made; from at the first, to at the last',
      source: 'Loshchilov & Hutter 2017, arXiv:1608.03983, eq. 5',
      given: () => fc.tuple(horizons, ends, fc.double({ min: 0, max: 1, noNaN: true })),
      holds: (s, [h, { from: low, to: high }, part], g) => {
        const schedule = cosine({ from: high, to: low })
        const last = planned(h) - 1
        for (const step of [0, Math.floor(part * last), last]) {
          const wanted = low + ((high - low) * (1 + Math.cos((Math.PI * step) / last))) / 2
          g.close(value(s, schedule, h, step), wanted, 1e-6, `at step ${step} of ${last}`)
        }
      },
    }),
    law({
      name: 'decay',
      statement: 'from · factor once for every span',
      given: () =>
        fc.record({
          h: horizons,
          from: fc.double({ min: 0.1, max: 2, noNaN: true }),
          factor: fc.double({ min: 0.3, max: 1, noNaN: true }),
          spans: fc.integer({ min: 0, max: 5 }),
          steps: fc.integer({ min: 1, max: 40 }),
        }),
      holds: (s, { h, from, factor, spans, steps }, g) => {
        g.close(
          value(s, decay({ steps, from, factor }), h, spans * steps),
          from * factor ** spans,
          TIGHT,
          `after ${spans} spans`,
        )
        g.close(
          value(s, decay({ epochs: 1, from, factor }), h, spans * h.stepsPerEpoch),
          from * factor ** spans,
          TIGHT,
          `after ${spans} epochs`,
        )
      },
    }),
    law({
      name: 'a sequence gives each part its own time',
      statement:
        'at step t the part is a at t while t < n, planned for n steps, then b at t − n, planned for the rest; its options are those of both',
      source: 'optax: join_schedules, where however a part does not know its length',
      most: 30,
      given: () =>
        fc.record({
          a: schedules,
          b: schedules,
          epochs: fc.integer({ min: 4, max: 6 }),
          later: fc.integer({ min: 4, max: 6 }),
        }),
      holds: (s, { a, b: then, epochs, later }, g) => {
        const h = { stepsPerEpoch: 5, epochs: epochs + later }
        const both = sequence(a, { epochs }, then)
        const told = s.problems('beta', both, h)
        g.holds(told.length === 0, `refused: ${told.join('; ')}`)
        for (let step = 0; step < planned(h); step++) {
          const at = step - 5 * epochs
          const want = at < 0 ? value(s, a, { ...h, epochs }, step) : value(s, then, { ...h, epochs: later }, at)
          g.close(value(s, both, h, step), want, 1e-6, `at step ${step}, the first part is ${epochs} epochs`)
        }
      },
    }),
    law({
      name: 'an own schedule is its expression',
      statement: 'peak / √(1 + t / steps per epoch), at every step, whatever the plan is',
      given: () => fc.tuple(horizons, fc.double({ min: 0, max: 5, noNaN: true }), fc.nat({ max: 500 })),
      holds: (s, [h, peak, step], g) => {
        const own = schedule({
          name: 'inverseSqrt',
          options: { peak },
          value: ({ epoch, peak: at }) => pipe(at, div(sqrt(pipe(epoch, add(1))))),
        })
        g.close(value(s, own, h, step), peak / Math.sqrt(1 + step / h.stepsPerEpoch), TIGHT, `at step ${step}`)
      },
    }),
    law({
      name: 'a schedule survives JSON',
      statement:
        'written down and read again it has the same value at every step, the same options, and the same problems',
      given: () => fc.tuple(schedules, horizons),
      holds: (s, [one, h], g) => {
        const read = scheduleCodec.decode(JSON.parse(JSON.stringify(scheduleCodec.encode(one))))
        if (E.isLeft(read)) throw new LawBroken('it cannot be read')
        g.holds(describeSchedule(read.right) === describeSchedule(one), `it is read as ${describeSchedule(read.right)}`)
        for (const step of [0, 1, planned(h) - 1])
          g.close(value(s, read.right, h, step), value(s, one, h, step), 0, `at step ${step}`)
        g.holds(s.problems('beta', read.right, h).join() === s.problems('beta', one, h).join(), 'it has other problems')
      },
    }),
    law({
      name: 'monotone',
      statement: 'a warm-up never falls; a cosine and a decay never rise',
      most: 40,
      given: () => fc.tuple(warmUps, fc.double({ min: 0.3, max: 1, noNaN: true })),
      holds: (s, [{ h, schedule }, factor], g) => {
        rises(s, schedule, h, g, 1)
        rises(s, cosine({ from: 1, to: 0.1 }), h, g, -1)
        rises(s, decay({ epochs: 1, from: 1, factor }), h, g, -1)
      },
    }),
  ],
}
