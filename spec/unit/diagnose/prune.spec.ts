import { pipe } from 'fp-ts/lib/function.js'
import {
  categorical,
  dense,
  diagonalNormal,
  gaussian,
  given,
  latent,
  model,
  observe,
  real,
  relu,
  reshape,
  standardNormal,
  vae,
} from 'elbo-ts'
import { describe, expect, it } from 'vitest'
import { inspect, latentSummaries } from '../../../src/diagnose/inspect.ts'
import { prune, pruneAndMeasure } from '../../../src/diagnose/prune.ts'
import type { Tensor } from '../../../src/expr/Tensor.ts'
import { openReference } from '../../../src/interp/reference/index.ts'
import type { Session } from '../../../src/interp/Session.ts'
import type { AnyVae } from '../../../src/model/Vae.ts'
import { decode, encode } from '../../../src/train/inference.ts'
import { initialValues } from '../../../src/train/initialize.ts'
import { vaeParams } from '../../../src/train/graphs.ts'
import { messageOf, right } from '../either.ts'
import { hierarchy } from './hierarchy.ts'
import { drawData, truth } from './linear.ts'

const net = vae({
  model: pipe(
    model,
    latent('z', () => standardNormal(5)),
    observe('x', ({ z }) => pipe(z, dense(8), relu, dense(3), gaussian({ scale: 0.5 }))),
  ),
  guide: pipe(
    given({ x: real(3) }),
    latent('z', ({ x }) => pipe(x, dense(8), relu, dense(10), diagonalNormal(5))),
  ),
})

const opened = (program: AnyVae): Session => {
  const session = openReference()
  session.write(initialValues(vaeParams(program), 1))
  return session
}
const tensor = (shape: readonly number[], values: readonly number[]): Tensor => ({
  shape,
  data: Float64Array.from(values),
})
const data = drawData(truth, 30, 1)

describe('a pruned program', () => {
  const kept = [0, 3]
  const small = right(prune(net, { z: kept }))

  it('decodes as the whole one does with the prior’s mean in the gaps, to the last bit', () => {
    const session = opened(net)
    const [a, c] = [
      right(decode(small, session, new Map([['z', tensor([2, 2], [0.5, -1, 2, 0.25])]]))),
      right(decode(net, session, new Map([['z', tensor([2, 5], [0.5, 0, 0, -1, 0, 2, 0, 0, 0.25, 0])]]))),
    ]
    expect([...(a.get('x')?.data ?? [])]).toEqual([...(c.get('x')?.data ?? [1])])
    expect(a.get('x')?.shape).toEqual([2, 3])
  })

  it('encodes what stays as before, with the same weights', () => {
    const session = opened(net)
    expect(vaeParams(small).map((p) => p.arg.name)).toEqual(vaeParams(net).map((p) => p.arg.name))
    const [a, c] = [right(encode(small, session, data)), right(encode(net, session, data))]
    const whole = c.get('z')?.data ?? []
    expect([...(a.get('z')?.data ?? [])]).toEqual(
      Array.from({ length: 60 }, (_, i) => whole[5 * Math.floor(i / 2) + (kept[i % 2] ?? 0)]),
    )
  })

  it('costs what its coordinates cost: the KL of those that stay', () => {
    const session = opened(net)
    const [before, after] = [net, small].map((program) => latentSummaries(right(inspect(program, session, data)))[0])
    expect(after?.dimensions.map((d) => d.kl.value)).toEqual(
      kept.map((i) => expect.closeTo(before?.dimensions[i]?.kl.value ?? Number.NaN, 12)),
    )
  })

  it('loses nothing where what goes is collapsed', () => {
    const session = opened(net)
    // q of coordinates 1, 2 and 4 is the prior, and the decoder does not read them: zeros there
    const gone = (i: number): boolean => !kept.includes(i)
    const values = session.read()
    const zeroed = (name: string, isGone: (i: number, width: number) => boolean): [string, Tensor] => {
      const t = values.get(name) ?? tensor([], [])
      const width = t.shape.at(-1) ?? 1
      return [name, { shape: t.shape, data: Float64Array.from(t.data, (v, i) => (isGone(i, width) ? 0 : v)) }]
    }
    session.write(
      new Map([
        zeroed('guide/z/dense_1/kernel', (i, width) => gone((i % width) % 5)),
        zeroed('guide/z/dense_1/bias', (i) => gone(i % 5)),
        zeroed('model/x/dense_0/kernel', (i, width) => gone(Math.floor(i / width))),
      ]),
    )
    const whole = right(inspect(net, session, data)).latents['z']
    expect(latentSummaries(right(inspect(net, session, data)))[0]?.byKl).toBe(2)
    expect(whole?.kl.width).toBe(5)
    const pruning = right(pruneAndMeasure(net, session, data, { z: kept }))
    // the noise differs, so the bounds agree only within it
    expect(Math.abs(pruning.change.value)).toBeLessThan(6 * pruning.change.standardError)
    const withMean = right(pruneAndMeasure(net, opened(net), data, { z: kept }))
    expect(withMean.after.value).not.toBeCloseTo(withMean.before.value, 3)
  })

  it('of a hierarchy leaves every level its parents', () => {
    const session = opened(hierarchy)
    const pruned = right(prune(hierarchy, { a: [1, 2], b: [0] }))
    const seen = right(inspect(pruned, session, data))
    expect(seen.latents['a']?.location.width).toBe(2)
    expect(seen.latents['b']?.location.width).toBe(1)
    expect(seen.bound.every(Number.isFinite)).toBe(true)
    expect(prune(hierarchy, { a: [0, 1, 2], b: [0, 1] })._tag).toBe('Right')
    // everything kept: the same program in other words
    const same = right(inspect(right(prune(hierarchy, { a: [0, 1, 2], b: [0, 1] })), session, data))
    const whole = right(inspect(hierarchy, session, data))
    same.bound.forEach((bound, i) => expect(bound).toBeCloseTo(whole.bound[i] ?? 0, 10))
  })

  it('finds in a gap the prior’s mean given the latent’s parents', () => {
    const session = opened(hierarchy)
    const values = session.read()
    const [kernel, bias] = ['kernel', 'bias'].map((role) => values.get(`model/a/dense_0/${role}`)?.data ?? [])
    const b = [0.6, -1.1]
    const mean = [0, 1, 2].map(
      (j) => (bias?.[j] ?? 0) + b.reduce((sum, v, i) => sum + v * (kernel?.[6 * i + j] ?? 0), 0),
    )
    expect(Math.abs(mean[0] ?? 0)).toBeGreaterThan(0.05)
    const pruned = right(prune(hierarchy, { a: [1, 2] }))
    const at = (a: readonly number[]) =>
      new Map([
        ['a', tensor([1, a.length], a)],
        ['b', tensor([1, 2], b)],
      ])
    const small = right(decode(pruned, session, at([0.4, -0.2]))).get('x')?.data ?? []
    const whole = right(decode(hierarchy, session, new Map([['a', tensor([1, 3], [mean[0] ?? 0, 0.4, -0.2])]]))).get(
      'x',
    )
    expect([...small]).toEqual([...(whole?.data ?? [1])].map((v) => expect.closeTo(v, 12)))
  })

  it('of a latent with axes counts them in a row', () => {
    const square = vae({
      model: pipe(
        model,
        latent('z', () => standardNormal(2, 2)),
        observe('x', ({ z }) => pipe(z, reshape(4), dense(3), gaussian({ scale: 1 }))),
      ),
      guide: pipe(
        given({ x: real(3) }),
        latent('z', ({ x }) => pipe(x, dense(8), reshape(2, 4), diagonalNormal(2))),
      ),
    })
    const session = opened(square)
    const pruned = right(prune(square, { z: [3] }))
    const [a, c] = [
      right(decode(pruned, session, new Map([['z', tensor([1, 1], [0.7])]]))),
      right(decode(square, session, new Map([['z', tensor([1, 2, 2], [0, 0, 0, 0.7])]]))),
    ]
    expect([...(a.get('x')?.data ?? [])]).toEqual([...(c.get('x')?.data ?? [1])])
  })

  it('says what cannot be pruned', () => {
    expect(messageOf(prune(net, { w: [0] }))).toBe("prune: there is no latent 'w'; there are z")
    expect(messageOf(prune(net, { z: [] }))).toContain('nothing of')
    for (const wrong of [[5], [-1], [1, 1], [2, 0], [0.5]])
      expect(messageOf(prune(net, { z: wrong }))).toContain('0 … 4')
    expect(categorical).toBeDefined()
  })
})
