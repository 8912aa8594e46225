import { pipe } from 'fp-ts/lib/function.js'
import { describe, expect, test } from 'vitest'
import { add, cosine, dense, div, exp, full, mul, neg, schedule, sequence, sqrt, sum, warmUp } from 'elbo-ts'
import { scalar } from '../../../src/expr/build.ts'
import {
  below0,
  dependsOnHorizon,
  describeSchedule,
  type Horizon,
  type Schedule,
  scheduleAt,
  scheduleCodec,
  scheduleProblems,
} from '../../../src/schedule/index.ts'
import { right } from '../either.ts'
import { numberOf } from '../model/evaluated.ts'

const horizon: Horizon = { stepsPerEpoch: 100, epochs: 10 }
const at = (s: Schedule, step: number): number =>
  numberOf(scheduleAt(s, horizon, scalar('step')), { 'scalar step': [step] })
const again = (s: Schedule): Schedule =>
  right(scheduleCodec.decode(JSON.parse(JSON.stringify(scheduleCodec.encode(s)))) as never)

const inverseSqrt = schedule({
  name: 'inverseSqrt',
  options: { peak: 2, after: 3 },
  ranges: { peak: [0, 10] },
  value: ({ epoch, peak, after }) => pipe(peak, div(sqrt(pipe(epoch, div(after), add(1))))),
  needs: ({ after }) => pipe(after, mul(100)),
})

describe('a schedule of one’s own', () => {
  test('is its expression at every step, and the same when read again', () => {
    for (const s of [inverseSqrt, again(inverseSqrt)])
      for (const step of [0, 1, 300, 999]) expect(at(s, step)).toBeCloseTo(2 / Math.sqrt(1 + step / 300), 12)
    expect(again(inverseSqrt)).toEqual(inverseSqrt)
    expect(describeSchedule(inverseSqrt)).toBe('inverseSqrt({ peak: 2, after: 3 })')
    expect(dependsOnHorizon(inverseSqrt)).toBe(false)
  })

  test('reads progress: 0 at the first update and 1 at the last, and then depends on the horizon', () => {
    const line = schedule({ name: 'line', value: ({ progress }) => progress })
    expect([0, 999, 1500].map((step) => at(line, step))).toEqual([0, 1, 1])
    expect(dependsOnHorizon(line)).toBe(true)
  })

  test('is made of others, whose options it has', () => {
    const product = schedule({
      name: 'product',
      of: { up: warmUp({ epochs: 2 }), down: cosine({ from: 1 }) },
      value: ({ up, down }) => pipe(up, mul(down)),
    })
    for (const step of [0, 50, 300, 999])
      expect(at(product, step)).toBeCloseTo(at(warmUp({ epochs: 2 }), step) * at(cosine({ from: 1 }), step), 12)
    expect(describeSchedule(product)).toBe('product({ up.epochs: 2, up.from: 0, up.to: 1, down.from: 1, down.to: 0 })')
  })

  test.each<readonly [Schedule, readonly string[]]>([
    [inverseSqrt, []],
    [
      schedule({ name: 'hot', options: { peak: 11 }, ranges: { peak: [0, 10] }, value: ({ peak }) => peak }),
      ["beta: hot's peak must be from 0 to 10 but got 11"],
    ],
    [
      schedule({ name: 'long', value: ({ step }) => step, needs: () => full(2000) }),
      ['beta: long needs 2000 steps but training is planned for 1000; train longer or shorten it'],
    ],
    [
      schedule({ name: 'pole', value: ({ step }) => pipe(full(1), div(pipe(step, add(-7)))) }),
      ['beta: pole is Infinity at step 7'],
    ],
    [
      schedule({ name: 'wide', value: () => pipe(full(1, 3), sum()) }),
      ["beta: wide: it has a 'const' of shape [3]; a schedule is made of single numbers, one by one"],
    ],
    [
      schedule({ name: 'learned', value: () => pipe(full(1, 3), dense(1), sum()) }),
      [expect.stringMatching(/^beta: learned: it (has|reads)/)],
    ],
    [
      schedule({ name: 'taken', options: { step: 1 }, value: ({ step }) => step }),
      ["beta: taken: 'step' is given to every schedule, or stands twice; choose another name"],
    ],
    [schedule({ name: 'none', value: (() => 'x') as never }), ['beta: none: its value is no expression']],
    // what is wrong with a part is wrong with the whole
    [
      schedule({ name: 'of', of: { up: warmUp({ epochs: 11 }) }, value: ({ up }) => up }),
      ['beta: warmUp needs 1100 steps but training is planned for 1000; train longer or shorten it'],
    ],
  ])('%#: what is wrong with it', (s, problems) => {
    for (const each of [s, again(s)])
      expect(scheduleProblems('beta', each, horizon), describeSchedule(s)).toEqual(problems)
  })

  test('is known to go below 0', () => {
    expect(below0(schedule({ name: 'down', value: ({ progress }) => pipe(progress, neg) }), horizon)).toBe(-1)
    expect(below0(schedule({ name: 'up', value: ({ progress }) => exp(progress) }), horizon)).toBeUndefined()
    expect(below0(cosine({ from: 1 }), horizon)).toBeUndefined()
  })

  test('is refused where a file was edited', () => {
    const json = scheduleCodec.encode(inverseSqrt) as { readonly graph: { readonly outputs: object } }
    const edited = { ...json, graph: { ...json.graph, outputs: {} } }
    expect(scheduleCodec.decode(edited)._tag).toBe('Left')
  })
})

describe('a sequence', () => {
  const s = sequence(warmUp({ epochs: 2 }), { epochs: 2 }, 0.5, { steps: 100 }, cosine({ from: 3, to: 1 }))
  test('gives each part its own time', () => {
    for (const each of [s, again(s)]) {
      expect([0, 100, 199, 200, 299, 300].map((step) => at(each, step))).toEqual([
        0,
        0.5,
        0.995,
        0.5,
        0.5,
        expect.closeTo(3, 6),
      ])
      expect(at(each, 999)).toBeCloseTo(1, 6)
      expect(at(each, 300 + 349.5)).toBeCloseTo(2, 6)
    }
    expect(dependsOnHorizon(s)).toBe(true)
    expect(dependsOnHorizon(sequence(1, { epochs: 1 }, 2))).toBe(false)
    // a cosine over its own part does not change where training is longer
    expect(dependsOnHorizon(sequence(cosine({ from: 1 }), { epochs: 1 }, 0))).toBe(false)
    expect(scheduleProblems('beta', s, horizon)).toEqual([])
  })

  test.each<readonly [Schedule, readonly string[]]>([
    [
      sequence(warmUp({ epochs: 3 }), { epochs: 2 }, 1),
      ['beta: warmUp needs 300 steps but training is planned for 200; train longer or shorten it'],
    ],
    [
      sequence(0, { steps: 1000 }, 1),
      ['beta: the sequence needs 1001 steps but training is planned for 1000; train longer or shorten it'],
    ],
    [sequence(0, { steps: 0 }, 1), ["beta: the length of the sequence's part 1 must be above 0 but got 0"]],
    [
      sequence(0, { step: 5 } as never, 1),
      ['beta: sequence: it takes a schedule, a length such as { epochs: 5 }, a schedule, and so on'],
    ],
    [sequence(warmUp({ epoch: 5 } as never), { epochs: 2 }, 1), [expect.stringContaining("there is no 'epoch'")]],
  ])('%#: what is wrong with it', (each, problems) => {
    expect(scheduleProblems('beta', each, horizon)).toEqual(problems)
  })
})
