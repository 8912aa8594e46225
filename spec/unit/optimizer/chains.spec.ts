import { pipe } from 'fp-ts/lib/function.js'
import {
  accumulate,
  adam,
  byPart,
  chain,
  clipByGlobalNorm,
  dense,
  elbo,
  ema,
  frozen,
  full,
  learningRate,
  mul,
  type Optimizer,
  rule,
  schedule,
  scaleByAdam,
  sequence,
  sgd,
  sum,
  warmUp,
} from 'elbo-ts'
import { describe, expect, test } from 'vitest'
import { optimizerCodec, optimizerProblems } from '../../../src/optimizer/index.ts'
import { decodeExperiment, encodeExperiment } from '../../../src/train/codec.ts'
import type { Experiment } from '../../../src/train/Experiment.ts'
import { readRun } from '../../../src/train/runFolder.ts'
import { readState, readWeights } from '../../../src/train/runState.ts'
import { withSetting } from '../../../src/train/sweep.ts'
import { messageOf, right } from '../either.ts'
import { newPath } from '../../temporary.ts'
import { tiny, trained, withSettings } from '../train/tiny.ts'

const horizon = { stepsPerEpoch: 5, epochs: 4 }
const params = ['guide/z/dense_0/kernel', 'guide/z/dense_0/bias', 'model/x/dense_0/kernel'].map((name) => ({
  name,
  shape: [2],
}))
const noise = rule({
  name: 'sign',
  options: { by: 2 },
  update: ({ gradient, options: { by } }) => pipe(gradient, mul(by)),
})

describe('what is wrong with a chain', () => {
  test.each<readonly [Optimizer, readonly unknown[]]>([
    [byPart({ 'guide/**': adam(1e-3), 'model/x/**': frozen }), []],
    [byPart({ '**/bias': adam(1e-3), rest: sgd(0.1) }), []],
    [
      byPart({ 'guide/**': adam(1e-3), '**/bias': sgd(0.1), rest: frozen }),
      ["byPart: parameter 'guide/z/dense_0/bias' is of the parts 'guide/**' and '**/bias'; let one pattern match it"],
    ],
    [
      byPart({ 'guide/**': adam(1e-3) }),
      ["byPart: parameter 'model/x/dense_0/kernel' is of no part ('guide/**'); add one, or 'rest' for all others"],
    ],
    [
      byPart({ 'guide/*': adam(1e-3), rest: sgd(0.1) }),
      [expect.stringMatching(/^byPart: no parameter is of part 'guide\/\*'; there are guide\/z\/dense_0\/kernel, /)],
    ],
    [byPart({ 'guide/**': adam(0), rest: frozen }), ['optimizer: learning rate must be above 0 but got 0']],
    [chain(accumulate(1.5)), ['optimizer: minibatches to accumulate must be a whole number of at least 1 but got 1.5']],
    [pipe(adam(1e-3), ema(1)), ["optimizer: ema's decay must be in [0, 1) but got 1"]],
    [chain(scaleByAdam({ beta: 1 } as never)), ["scaleByAdam: there is no 'beta'; there are beta1, beta2, epsilon"]],
    [
      sgd(schedule({ name: 'down', value: ({ progress }) => pipe(progress, mul(-1)) })),
      ['learning rate must be 0 or more but got -1'],
    ],
    [noise, []],
    [
      rule({ name: 'short', update: ({ gradient }) => pipe(gradient, sum()) }),
      ['short: its update, of a parameter of shape [2], has shape []'],
    ],
    [
      rule({ name: 'learned', update: ({ gradient }) => pipe(full(1, 3), dense(2), mul(gradient)) }),
      [expect.stringMatching(/^learned: its update, of a parameter of shape \[2\], reads param/)],
    ],
    [
      rule({ name: 'lost', state: ['m'], update: (({ gradient }: { gradient: unknown }) => gradient) as never }),
      ["lost: its next 'm', of a parameter of shape [2], is no expression"],
    ],
    [
      rule({ name: 'late', options: { by: Number.NaN }, update: ({ gradient }) => gradient }),
      [expect.stringContaining('by must be a finite number')],
    ],
  ])('%#', (optimizer, problems) => {
    expect(optimizerProblems(optimizer, horizon, params)).toEqual(problems)
  })
})

const of = (optimizer: Optimizer): Experiment => ({ ...tiny, objective: elbo(), optimizer: chain(optimizer) })
const again = (e: Experiment): Experiment => right(decodeExperiment(JSON.parse(JSON.stringify(encodeExperiment(e)))))

describe('a chain in a file', () => {
  test('reads what the version before wrote', () => {
    const before = {
      tag: 'adamW',
      learningRate: { tag: 'cosine', from: 0.1, to: 0 },
      beta1: 0.8,
      beta2: 0.9,
      epsilon: 1e-6,
      clip: 2,
      weightDecay: 0.1,
    }
    expect(optimizerCodec.encode(right(optimizerCodec.decode(before) as never))).toEqual(before)
  })
  test('is refused where it holds a step that is not known', () => {
    const json = {
      ...encodeExperiment(of(noise)),
      optimizer: { tag: 'chain', problems: [], steps: [{ name: 'scaleByLion', options: {} }] },
    }
    expect(messageOf(decodeExperiment(json))).toContain('a step that this version does not know')
  })
  test.each([
    ['optimizer.scaleByAdam.beta1', chain(scaleByAdam(), learningRate(0.1), ema(0.9))],
    ['optimizer.ema', chain(scaleByAdam(), learningRate(0.1), ema(0.9))],
    ['optimizer.learningRate', chain(scaleByAdam(), learningRate(warmUp({ epochs: 1 })), ema(0.9))],
    ['optimizer.sign', chain(noise, learningRate(0.1))],
    ['optimizer.byPart.rest.learningRate', byPart({ 'guide/**': frozen, rest: adam(0.1) })],
    ['optimizer.byPart.guide/**.clip', byPart({ 'guide/**': clipByGlobalNorm(1)(adam(0.1)), rest: sgd(0.1) })],
    ['optimizer.learningRate.1.to', adam(sequence(warmUp({ epochs: 1 }), { epochs: 1 }, 0.5))],
    ['optimizer.learningRate.peak', adam(schedule({ name: 'own', options: { peak: 1 }, value: ({ peak }) => peak }))],
  ])('%s can be swept', (path, optimizer) => {
    const changed = again(right(withSetting(of(optimizer), path, 0.25)))
    const [before, after] = [of(optimizer), changed].map((e) => JSON.stringify(encodeExperiment(e).optimizer))
    expect(after).not.toBe(before)
    expect(after).toContain('0.25')
    expect(messageOf(withSetting(of(optimizer), 'optimizer.nothing', 1))).toContain(path.replace('objective', ''))
  })
})

describe('a mean of the weights', () => {
  test('is what a run is tested, saved and opened by; training goes on with the weights', async () => {
    const [plain, mean] = [of(sgd(0.1)), of(ema(0.5)(sgd(0.1)))].map((e) =>
      withSettings({ epochs: 2, validation: 0.25 }, e),
    )
    if (plain === undefined || mean === undefined) throw new Error('two experiments')
    const out = newPath()
    const run = right((await trained(mean, { out })).result)
    const without = right((await trained(plain)).result)
    const record = right(await readRun(out)())
    const { last } = right(await readState(out, record)())
    const opened = right(await readWeights(out, record)())
    expect(run.done?.tested).toBe(2)
    for (const [name, { data }] of opened) {
      expect(data).toEqual(last.values.get(`ema/${name}`)?.data)
      expect(run.weights.get(name)?.data).toEqual(data)
    }
    // the weights go their way as if nobody took their mean
    expect(run.history.map(({ train }) => train.loss)).toEqual(without.history.map(({ train }) => train.loss))
    expect(run.history.map((h) => h.validation?.bound)).not.toEqual(without.history.map((h) => h.validation?.bound))
  })

  test('is the weights themselves before the first update', async () => {
    const never = withSettings({ epochs: 1 }, of(pipe(sgd(0.1), accumulate(1000), ema(0.9))))
    const run = right((await trained(never)).result)
    const still = right((await trained(withSettings({ epochs: 1 }, of(frozen)))).result)
    for (const [name, { data }] of run.weights) expect(data).toEqual(still.weights.get(name)?.data)
  })
})

test('an epoch reports each part’s learning rate', async () => {
  const parts = of(byPart({ 'guide/**': adam(0.01), rest: sgd(warmUp({ steps: 5, to: 0.1 })) }))
  const { history } = right((await trained(withSettings({ epochs: 1 }, parts))).result)
  expect(history[0]?.train).toMatchObject({
    learningRate: null,
    scheduled: { 'learning rate of guide/**': 0.01, 'learning rate of rest': expect.closeTo(0.08, 12) },
  })
})
