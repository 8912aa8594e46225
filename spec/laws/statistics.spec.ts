import { pipe } from 'fp-ts/lib/function.js'
import { describe, expect, test, vi } from 'vitest'
import { add, mul } from '../../src/index.ts'
import { type Binding, check, distributionLaws, type Density, noiseLaws, runLaw } from '../../src/verify/index.ts'
import { annealingHere, annealingLaws } from '../../src/verify/laws/annealing.ts'
import { noiseHere, type NoiseSource } from '../../src/verify/laws/noise.ts'
import { familyDensities, normalDensity } from '../../src/verify/subject/families.ts'

vi.setConfig({ testTimeout: 120_000 * Number(process.env['ELBO_LAWS_DEPTH'] ?? 1) })

/** The laws that draw random numbers: how often they can be wrong, and what they find. */

const statistical: readonly Binding[] = [
  ...familyDensities.map((d) => check(distributionLaws, d)),
  check(noiseLaws, noiseHere),
  check(annealingLaws, annealingHere),
].map((binding) => ({ ...binding, laws: binding.laws.filter((l) => l.statistics !== undefined) }))

test('the probability of any false alarm is below 1e-6 a run, and a run that is ten times as deep', () => {
  for (const runs of [100, 1000]) {
    const total = statistical.flatMap(({ laws }) =>
      laws.map((l) => (l.statistics?.falseAlarm ?? 0) * Math.min(runs, l.most ?? runs)),
    )
    expect(total.length).toBeGreaterThanOrEqual(7)
    expect(total.reduce((sum, x) => sum + x, 0)).toBeLessThan(1e-6)
  }
})
test('each says what it catches', () => {
  for (const { laws } of statistical) for (const law of laws) expect(law.statistics?.catches).toMatch(/\d/)
})

const found = (binding: Binding, name: string, seed: number): boolean => {
  const law = binding.laws.find((l) => l.name === name)
  if (law === undefined) throw new Error(`no law ${name}`)
  return runLaw(binding, law, { runs: 1, seed }).failure !== null
}
const seeds = Array.from({ length: 12 }, (_, i) => i)

/** Draws that are moved and stretched, in units of the density's own scale. */
const planted = (shift: number, stretch: number): Density => ({
  ...normalDensity,
  sample: {
    noise: 'normal',
    from: (at, noise) => normalDensity.sample?.from(at, pipe(noise, mul(stretch), add(shift))) ?? noise,
  },
})
const draws = 'random draws follow the density'

describe('planted deviations of draws', () => {
  test.each([
    ['a mean 0.15 σ off', 0.15, 1],
    ['a scale 27 % off', 0, 1.27],
    ['a scale 22 % too small', 0, 0.78],
  ])('%s is found by every seed', (_, shift, stretch) => {
    const binding = check(distributionLaws, planted(shift, stretch))
    expect(seeds.filter((seed) => !found(binding, draws, seed))).toEqual([])
  })
  test('none is found where there is none', () => {
    const binding = check(distributionLaws, planted(0, 1))
    expect(seeds.filter((seed) => found(binding, draws, seed))).toEqual([])
  })
  test('what is smaller is left to the law without chance', () => {
    expect(
      seeds.every((seed) => found(check(distributionLaws, planted(0.004, 1)), 'draws follow the density', seed)),
    ).toBe(true)
  })
})

/** Noise of which a share is that of another stream. */
const leaking = (
  share: number,
  other: (s: Parameters<NoiseSource['draw']>[2]) => Parameters<NoiseSource['draw']>[2],
): NoiseSource => ({
  name: 'leaking',
  draw: (law, n, stream) => {
    const [own, leaked] = [noiseHere.draw(law, n, stream), noiseHere.draw(law, n, other(stream))]
    return Array.from(own, (x, i) => (i % 100 < 100 * share ? (leaked[i] ?? x) : x))
  },
})
describe('planted dependence of noise', () => {
  test('half of the noise taken over from step 0 is found by every seed', () => {
    const binding = check(
      noiseLaws,
      leaking(0.7, (s) => ({ ...s, step: 0 })),
    )
    expect(seeds.filter((seed) => !found(binding, 'steps are independent', seed))).toEqual([])
  })
  test('noise that does not depend on its name is found by every seed', () => {
    const binding = check(
      noiseLaws,
      leaking(0.7, (s) => ({ ...s, name: 'z' })),
    )
    expect(seeds.filter((seed) => !found(binding, 'names and seeds are independent', seed))).toEqual([])
  })
  test('a Normal with its radius 30 % short is found by every seed', () => {
    const short: NoiseSource = {
      name: 'short',
      draw: (law, n, s) => Array.from(noiseHere.draw(law, n, s), (x) => (law === 'normal' ? 0.7 * x : x)),
    }
    expect(seeds.filter((seed) => !found(check(noiseLaws, short), 'noise has its law', seed))).toEqual([])
  })
})
