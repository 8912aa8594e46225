import { describe, expect, test } from 'vitest'
import {
  collapseVerdict,
  dataPlane,
  type DimensionRange,
  type Finding,
  findingsOf,
  latentPlanes,
  latentSummaries,
  type Inspection,
  type Portrait,
  reconstructionErrors,
  type Rows,
  sampleScores,
  straightLines,
  traversal,
} from '../../../src/index.ts'

/** Verdicts in words on planted cases, both ways; and the plain data that pages draw. */

const rows = (values: readonly (readonly number[])[]): Rows => ({
  count: values.length,
  width: values[0]?.length ?? 0,
  data: Float64Array.from(values.flat()),
})

/** Posterior means that move, or do not, and cost so many nats. */
const inspection = (moves: number, nats: number): Inspection => {
  const data = Array.from({ length: 100 }, (_, i) => [moves * Math.sin(i)])
  return {
    count: 100,
    bound: new Float64Array(100).fill(-10),
    reconstruction: new Float64Array(100).fill(-10 + nats),
    latents: {
      z: {
        kl: rows(data.map(() => [nats])),
        location: rows(data),
        variance: rows(data.map(() => [0.5])),
        draw: rows(data),
      },
    },
  }
}

const exactly = (value: number) => ({ value, standardError: 0.1 })

interface Planted {
  readonly moves?: number
  readonly rate?: number
  readonly information?: number
  readonly upper?: number
  readonly ceiling?: number
}
const portraitOf = ({
  moves = 1,
  rate = 1,
  information = rate,
  upper = information,
  ceiling = 6,
}: Planted = {}): Portrait => {
  const seen = inspection(moves, rate)
  const latents = latentSummaries(seen)
  return {
    count: 100,
    bound: exactly(-10),
    distortion: exactly(10 - rate),
    rate: exactly(rate),
    latents,
    planes: latentPlanes(seen),
    ranges: [],
    information: { lower: exactly(information), upper: exactly(upper), ceiling },
    collapse: collapseVerdict(latents),
  }
}

const found = (seen: Partial<Parameters<typeof findingsOf>[0]>): Readonly<Record<string, Finding>> =>
  Object.fromEntries(
    findingsOf({ portrait: portraitOf(), progress: undefined, trained: undefined, samples: undefined, ...seen }).map(
      (f) => [f.topic, f],
    ),
  )

describe('a verdict says both what is and what is not', () => {
  test('collapse', () => {
    expect(found({})['collapse']).toMatchObject({ level: 'fine', remedy: [] })
    const collapsed = found({ portrait: portraitOf({ moves: 0, rate: 0 }) })['collapse']
    expect(collapsed).toMatchObject({ level: 'problem', statement: expect.stringContaining('has collapsed') })
    expect(collapsed?.remedy.length).toBeGreaterThan(0)
  })

  test('training that has not ended', () => {
    const ended = (bounds: readonly number[]) => found({ progress: { split: 'train', bounds } })['training']
    expect(ended([-20, -12, -10])?.level).toBe('note')
    expect(ended([-20, -10.1, -10])?.level).toBe('fine')
    expect(ended([-10])).toBeUndefined()
  })

  test('overfitting', () => {
    expect(found({ trained: -9 })['generalisation']?.level).toBe('note')
    expect(found({ trained: -10.1 })['generalisation']?.level).toBe('fine')
  })

  test('a prior that is elsewhere, and one that cannot be judged', () => {
    expect(found({ portrait: portraitOf({ rate: 5, information: 1 }) })['prior']?.level).toBe('note')
    expect(found({})['prior']).toMatchObject({ level: 'fine', statement: expect.stringContaining('fill the prior') })
    const full = portraitOf({ rate: 6, information: 6, ceiling: 6 })
    expect(found({ portrait: full })['prior']).toMatchObject({
      level: 'note',
      statement: expect.stringContaining('cannot be told'),
    })
  })

  test('information above what so few data can show is not denied: only its lower end is limited', () => {
    const { evidence } =
      found({ portrait: portraitOf({ rate: 13, information: 6, upper: 12, ceiling: 6 }) })['prior'] ?? {}
    expect(evidence).toEqual([
      'rate 13.00 nats ± 0.10; I(X; Z) between 6.00 nats and 12.00 nats; from n data the lower end is at most log n, 6.00 nats',
      'KL(q(z) ‖ p(z)) between 1.00 nats and 7.00 nats',
    ])
  })

  test('the most serious first', () => {
    const all = findingsOf({
      portrait: portraitOf({ moves: 0, rate: 0 }),
      progress: { split: 'train', bounds: [-20, -10] },
      trained: -10,
      samples: undefined,
    })
    expect(all.map(({ level }) => level)).toEqual(['problem', 'note', 'fine', 'fine'])
  })
})

/** Points of a grid in the plane, moved; no two alike. */
const cloud = (count: number, shift: number, stretch = 1): Rows =>
  rows(
    Array.from({ length: count }, (_, i) => [
      shift + stretch * ((i * 0.618034) % 1),
      shift + stretch * ((i * 0.754877) % 1),
    ]),
  )

describe('samples beside data', () => {
  const scoresOf = (samples: Rows) => sampleScores(samples, cloud(300, 0.001), cloud(100, 0.002))
  const verdictOn = (samples: Rows): Finding | undefined => found({ samples: scoresOf(samples) })['samples']

  test('those of the data’s own distribution are fine', () => {
    expect(verdictOn(cloud(100, 0.0015))?.level).toBe('fine')
  })
  test('those off the data are not', () => {
    expect(verdictOn(cloud(100, 5))?.statement).toContain('unlike data')
  })
  test('between the two, it is said so', () => {
    const good = scoresOf(cloud(100, 0))
    if (good === undefined) throw new Error('too few')
    const verdict = found({ samples: { ...good, precision: 0.6 * good.yardstick } })['samples']
    expect(verdict?.statement).toContain('somewhat less like data')
  })
  test('those in a corner miss most of the data', () => {
    expect(verdictOn(cloud(100, 0.4, 0.1))?.statement).toContain('miss')
  })
  test('copies are told', () => {
    const train = cloud(300, 0.001)
    const copies = { ...cloud(100, 0), data: train.data.slice(200, 400) }
    expect(verdictOn(copies)?.statement).toContain('nearly training data')
  })
  test('too few say nothing', () => {
    expect(sampleScores(cloud(10, 0), cloud(300, 0), cloud(100, 0))).toBeUndefined()
  })
})

test('a traversal moves one dimension of one latent, and nothing else', () => {
  const base = new Map([
    ['z', { shape: [1, 2], data: Float32Array.of(7, 8) }],
    ['y', { shape: [1, 1], data: Float32Array.of(9) }],
  ])
  const range = { latent: 'z', active: true, low: -1, high: 1 }
  const ranges: readonly DimensionRange[] = [
    { ...range, index: 0 },
    { ...range, index: 1 },
  ]
  const moved = traversal(base, ranges, 3)
  expect(moved.get('z')).toEqual({ shape: [6, 2], data: Float32Array.of(-1, 8, 0, 8, 1, 8, 7, -1, 7, 0, 7, 1) })
  expect(moved.get('y')?.data).toEqual(new Float32Array(6).fill(9))
})

test('straight lines begin and end at the data', () => {
  const from = { shape: [2, 1], data: Float32Array.of(0, 10) }
  const to = { shape: [2, 1], data: Float32Array.of(1, 20) }
  expect(straightLines(from, to, 3)).toEqual({ shape: [6, 1], data: Float32Array.of(0, 0.5, 1, 10, 15, 20) })
})

test('errors of reconstructions by number and by datum', () => {
  const tensor = (...data: readonly number[]) => ({ shape: [2, 2], data: Float32Array.from(data) })
  const { absolute, squared } = reconstructionErrors(tensor(0, 1, 1, 1), tensor(0.5, 1, 0, 3))
  expect([...absolute.data]).toEqual([0.5, 0, 1, 2])
  expect(squared).toEqual([0.25, 5])
})

describe('planes', () => {
  test('a latent of one dimension is shown with its width, of two as it is', () => {
    const [one] = latentPlanes(inspection(1, 1))
    expect(one?.up[0]).toBeCloseTo(Math.sqrt(0.5), 12)
  })
  test('data of three numbers lie along their first two principal directions', () => {
    const data = rows(Array.from({ length: 50 }, (_, i) => [10 * Math.sin(i), Math.cos(3 * i), 0]))
    const { data: plane, axes } = dataPlane(data, data, [])
    const spread = (values: Float64Array): number => Math.max(...values) - Math.min(...values)
    expect(spread(plane[0])).toBeGreaterThan(15)
    expect(spread(plane[1])).toBeCloseTo(2, 0)
    expect(axes[0]).toContain('principal')
  })
  test('numbers lie at their ranks', () => {
    const { data } = dataPlane(rows([[3], [1], [2]]), rows([[0]]), ['height'])
    expect([...data[1]].map((u) => Math.round(u * 6))).toEqual([5, 1, 3])
  })
})
