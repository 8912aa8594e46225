import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, test } from 'vitest'
import { scalar } from '../../../src/expr/build.ts'
import {
  cosine,
  cyclical,
  decay,
  dependsOnHorizon,
  describeSchedule,
  type Horizon,
  type Schedule,
  scheduleAt,
  scheduleCodec,
  scheduleProblems,
  warmUp,
} from '../../../src/schedule/index.ts'
import { numberOf } from '../model/evaluated.ts'

const horizon: Horizon = { stepsPerEpoch: 100, epochs: 10 }
const steps = 1000
const at = (schedule: Schedule, step: number): number =>
  numberOf(scheduleAt(schedule, horizon, scalar('step')), { 'scalar step': [step] })
const every = [...Array(steps).keys()]

describe('a schedule at chosen steps', () => {
  test('a number stays', () => expect([0, 1, 999].map((s) => at(0.3, s))).toEqual([0.3, 0.3, 0.3]))

  test('warmUp rises in a straight line, then stays', () => {
    const schedule = warmUp({ epochs: 2 })
    expect([0, 1, 50, 100, 199, 200, 201, 999].map((s) => at(schedule, s))).toEqual([
      0, 0.005, 0.25, 0.5, 0.995, 1, 1, 1,
    ])
  })

  test('warmUp is told in epochs or in steps, from and to any value', () => {
    expect(every.map((s) => at(warmUp({ steps: 300 }), s))).toEqual(every.map((s) => at(warmUp({ epochs: 3 }), s)))
    const down = warmUp({ steps: 10, from: 4, to: 2 })
    expect([0, 5, 10, 500].map((s) => at(down, s))).toEqual([4, 3, 2, 2])
  })

  test('cyclical rises in the first part of every cycle and stays for the rest', () => {
    const schedule = cyclical({ cycles: 4 })
    const expected = [0, 0.4, 1, 1, 1, 0, 0.4, 1, 1].map((v) => expect.closeTo(v, 12))
    expect([0, 50, 125, 200, 249, 250, 300, 375, 999].map((s) => at(schedule, s))).toEqual(expected)
    const slow = cyclical({ cycles: 2, rise: 1, from: 1, to: 3 })
    expect([0, 250, 499, 500, 750].map((s) => at(slow, s))).toEqual([1, 2, 1 + 2 * 0.998, 1, 2])
  })

  test('cosine is that of Math.cos, to 1e-6, at every step, and ends where it says', () => {
    const [from, to] = [1, 0.1]
    const exact = every.map((s) => to + ((from - to) * (1 + Math.cos((Math.PI * s) / (steps - 1)))) / 2)
    const worst = Math.max(...every.map((s) => Math.abs(at(cosine({ from, to }), s) - (exact[s] ?? Number.NaN))))
    expect(worst).toBeLessThan(1e-6)
    expect(at(cosine({ from: 1 }), steps - 1)).toBeCloseTo(0, 7)
    expect(at(cosine({ from: 1 }), steps + 50)).toBeCloseTo(0, 7)
  })

  test('decay multiplies by the factor once a span, continuously', () => {
    const schedule = decay({ epochs: 1, from: 2, factor: 0.5 })
    expect(at(schedule, 0)).toBeCloseTo(2, 12)
    expect(at(schedule, 50)).toBeCloseTo(2 * Math.SQRT1_2, 12)
    expect(at(schedule, 300)).toBeCloseTo(0.25, 12)
  })

  test('one step of training is all there is', () => {
    const once: Horizon = { stepsPerEpoch: 1, epochs: 1 }
    const first = (s: Schedule): number => numberOf(scheduleAt(s, once, scalar('step')), { 'scalar step': [0] })
    expect([warmUp({ steps: 1 }), cyclical({ cycles: 1 }), cosine({ from: 3 })].map(first)).toEqual([
      0,
      0,
      expect.closeTo(3, 7),
    ])
  })
})

test.each<readonly [Schedule, boolean]>([
  [0.3, false],
  [warmUp({ epochs: 2 }), false],
  [decay({ epochs: 1, from: 2, factor: 0.5 }), false],
  [cyclical({ cycles: 4 }), true],
  [cosine({ from: 1 }), true],
])('%# says whether its values are others where training is planned to be longer', (schedule, depends) => {
  expect(dependsOnHorizon(schedule)).toBe(depends)
  const longer = { ...horizon, epochs: 2 * horizon.epochs }
  const valueIn = (planned: Horizon): number =>
    numberOf(scheduleAt(schedule, planned, scalar('step')), { 'scalar step': [130] })
  expect(valueIn(longer) !== valueIn(horizon)).toBe(depends)
})

describe('what is wrong with a schedule', () => {
  test.each<readonly [schedule: Schedule, problems: readonly string[]]>([
    [0.5, []],
    [Number.NaN, ['beta: the value must be a finite number but got NaN']],
    [warmUp({ epochs: 10 }), []],
    [
      warmUp({ epochs: 11 }),
      ['beta: warmUp needs 1100 steps but training is planned for 1000; train longer or shorten it'],
    ],
    [
      warmUp({ steps: 1001 }),
      ['beta: warmUp needs 1001 steps but training is planned for 1000; train longer or shorten it'],
    ],
    [warmUp({ epochs: 0 }), ["beta: warmUp's length must be above 0 but got 0"]],
    [warmUp({ steps: -5 }), ["beta: warmUp's length must be above 0 but got -5"]],
    [cyclical({ cycles: 1000 }), []],
    [
      cyclical({ cycles: 1001 }),
      ['beta: cyclical needs 1001 steps but training is planned for 1000; train longer or shorten it'],
    ],
    [cyclical({ cycles: 2.5 }), ["beta: cyclical's cycles must be a whole number of at least 1 but got 2.5"]],
    [cyclical({ cycles: 0 }), ["beta: cyclical's cycles must be a whole number of at least 1 but got 0"]],
    [cyclical({ cycles: 2, rise: 0 }), ["beta: cyclical's rise must be a fraction in (0, 1] but got 0"]],
    [cyclical({ cycles: 2, rise: 1.5 }), ["beta: cyclical's rise must be a fraction in (0, 1] but got 1.5"]],
    [warmUp({ epochs: 1, from: Number.NaN }), ["beta: warmUp's ends must be a finite number but got NaN"]],
    [cyclical({ cycles: 1, to: -Infinity }), ["beta: cyclical's ends must be a finite number but got -Infinity"]],
    [
      decay({ epochs: 1, from: Infinity, factor: 0.5 }),
      ["beta: decay's start must be a finite number but got Infinity"],
    ],
    [cosine({ from: 1, to: Infinity }), ["beta: cosine's ends must be a finite number but got Infinity"]],
    [decay({ epochs: 0, from: 1, factor: 0.5 }), ["beta: decay's length must be above 0 but got 0"]],
    [decay({ epochs: 1, from: 1, factor: 0 }), ["beta: decay's factor must be above 0 but got 0"]],
    [warmUp({ epoch: 5 } as never), ["beta: warmUp: there is no 'epoch'; there are epochs, from, to, steps"]],
    [warmUp({} as never), ["beta: warmUp's length must be above 0 but got NaN"]],
    [
      cyclical(Object.assign({ cycles: 2 }, { raise: 0.1, until: 2 })),
      [
        "beta: cyclical: there is no 'raise'; there are rise, cycles, from, to",
        "beta: cyclical: there is no 'until'; there are to, cycles, rise, from",
      ],
    ],
    [cosine(Object.assign({ from: 1 }, { end: 0.1 })), ["beta: cosine: there is no 'end'; there are from, to"]],
    [
      decay(Object.assign({ steps: 10, from: 1, factor: 0.5 }, { to: 0.1 })),
      ["beta: decay: there is no 'to'; there are factor, from, steps, epochs"],
    ],
  ])('%#', (schedule, problems) => {
    expect(scheduleProblems('beta', schedule, horizon), describeSchedule(schedule)).toEqual(problems)
  })
})

test.each<Schedule>([
  0.5,
  warmUp({ epochs: 2, to: 4 }),
  warmUp({ steps: 7 }),
  cyclical({ cycles: 3 }),
  cosine({ from: 1 }),
  decay({ steps: 10, from: 1, factor: 0.9 }),
])('%# is plain data: written down and read again it is the same', (schedule) => {
  expect(scheduleCodec.decode(JSON.parse(JSON.stringify(scheduleCodec.encode(schedule))))).toEqual(E.right(schedule))
})
