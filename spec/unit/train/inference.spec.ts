import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { describe, expect, test } from 'vitest'
import type { Tensor } from '../../../src/expr/Tensor.ts'
import * as elbo from '../../../src/index.ts'
import { openReference } from '../../../src/interp/reference/index.ts'
import { vaeParams } from '../../../src/train/graphs.ts'
import { conditionsOf, decode, encode, reconstruct, sample } from '../../../src/train/inference.ts'
import { initialValues } from '../../../src/train/initialize.ts'

const { concat, dense, diagonalNormal, gaussian, given, latent, model, observe, oneHot, real, standardNormal, vae } =
  elbo

const plain = vae({
  model: pipe(
    model,
    latent('z', () => standardNormal(2)),
    observe('x', ({ z }) => pipe(z, dense(3), gaussian({ scale: 0.5 }))),
  ),
  guide: pipe(
    given({ x: real(3) }),
    latent('z', ({ x }) => pipe(x, dense(4), diagonalNormal(2))),
  ),
})
const conditional = vae({
  model: pipe(
    given({ y: oneHot(2) }),
    latent('z', () => standardNormal(2)),
    observe('x', ({ z, y }) => pipe(z, concat(y), dense(3), gaussian({ scale: 0.5 }))),
  ),
  guide: pipe(
    given({ x: real(3), y: oneHot(2) }),
    latent('z', ({ x, y }) => pipe(x, concat(y), dense(4), diagonalNormal(2))),
  ),
})

const opened = (of: typeof plain | typeof conditional) => {
  const session = openReference()
  session.write(initialValues(vaeParams(of), 1))
  return session
}
const right = <A>(answer: E.Either<elbo.ElboError, A>): A => {
  if (E.isLeft(answer)) throw new Error(answer.left.message)
  return answer.right
}
const rows = (count: number, width: number): Tensor => ({
  shape: [count, width],
  data: Float32Array.from({ length: count * width }, (_, i) => Math.sin(i)),
})
const firstOf = (value: Tensor | undefined, count: number): readonly number[] => [
  ...(value?.data.subarray(0, count) ?? []),
]

describe('a trained model is asked', () => {
  test('for draws: as many as wanted, the same for one seed, others for another', () => {
    const session = opened(plain)
    const drawn = (seed: number) => right(sample(plain, session, { count: 450, seed }))
    const [a, b, c] = [drawn(3), drawn(3), drawn(4)]
    expect([a.latents.get('z')?.shape, a.means.get('x')?.shape, a.draws.get('x')?.shape]).toEqual([
      [450, 2],
      [450, 3],
      [450, 3],
    ])
    expect(a).toEqual(b)
    expect(a.latents).not.toEqual(c.latents)
    // Parts of a large batch have noise of their own.
    expect(new Set(a.latents.get('z')?.data).size).toBe(900)
  })

  test('and answers each datum by itself, whatever is beside it', () => {
    const session = opened(plain)
    const many = rows(450, 3)
    const last: Tensor = { shape: [1, 3], data: many.data.slice(-3) }
    for (const question of [encode, reconstruct]) {
      const all = right(question(plain, session, new Map([['x', many]])))
      const alone = right(question(plain, session, new Map([['x', last]])))
      const [name = ''] = all.keys()
      const width = all.get(name)?.shape[1] ?? 0
      expect(all.get(name)?.shape[0]).toBe(450)
      expect([...(all.get(name)?.data.slice(-width) ?? [])]).toEqual(firstOf(alone.get(name), width))
    }
  })

  test('reconstruction is decoding at the encoding', () => {
    const session = opened(plain)
    const data = new Map([['x', rows(5, 3)]])
    const decoded = right(decode(plain, session, right(encode(plain, session, data))))
    const direct = right(reconstruct(plain, session, data))
    firstOf(direct.get('x'), 15).forEach((v, i) => expect(decoded.get('x')?.data[i]).toBeCloseTo(v, 6))
  })
})

describe('a conditional model', () => {
  test('names what it must be given', () => {
    expect([conditionsOf(plain), conditionsOf(conditional)]).toEqual([[], ['y']])
  })

  test('is told when that is missing, or not one for each', () => {
    const session = opened(conditional)
    const needed = { left: { tag: 'Model', message: "the model needs a value of 'y' for each of the 4" } }
    expect(sample(conditional, session, { count: 4, seed: 0 })).toMatchObject(needed)
    expect(sample(conditional, session, { count: 4, seed: 0, given: new Map([['y', rows(3, 2)]]) })).toMatchObject(
      needed,
    )
    expect(E.isRight(sample(conditional, session, { count: 4, seed: 0, given: new Map([['y', rows(4, 2)]]) }))).toBe(
      true,
    )
  })
})
