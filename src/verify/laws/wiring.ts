import type { Tensor } from '../../expr/Tensor.ts'
import type { Metrics } from '../../train/metrics.ts'
import type { Gauge } from '../Gauge.ts'
import type { LawSuite } from '../Law.ts'
import { heldOutPlace, type Measured, measuredByHand, trainingPlace } from '../oracle/rowByRow.ts'
import { PIXELS } from '../subject/probes.ts'
import { type Call, epochsOf, idsIn, idsOf, passesOver, type Recording, updates } from '../subject/Recording.ts'
import { kernelOf, recordings, type Wiring } from '../subject/Wiring.ts'
import { drawLaws, once } from './draws.ts'

type Variables = ReadonlyMap<string, Tensor>

const kept = (names: Iterable<string>, values: Variables): string =>
  JSON.stringify([...names].toSorted().map((name) => [name, [...(values.get(name)?.data ?? [])]]))
const parametersOf = ({ run }: Recording, values: Variables): string => kept(run.weights.keys(), values)
const sameNumbers = (a: readonly number[], b: readonly number[]): boolean => String(a) === String(b)
const sorted = (numbers: readonly number[]): readonly number[] => numbers.toSorted((a, b) => a - b)

const meansOf = (rows: readonly Measured[]): Measured => {
  const mean = (of: (m: Measured) => number): number => rows.reduce((sum, m) => sum + of(m), 0) / rows.length
  return { bound: mean((m) => m.bound), reconstruction: mean((m) => m.reconstruction), kl: mean((m) => m.kl) }
}
const reported = (g: Gauge, what: string, got: Metrics | null | undefined, want: Measured): void => {
  for (const name of ['bound', 'reconstruction', 'kl'] as const)
    g.close(got?.[name] ?? Number.NaN, want[name], 1e-9, `${what}: ${name}`)
}
/** Means over rows of what the target gave for minibatches. */
const meansOfCalls = (calls: readonly Call[]): Measured =>
  meansOf(
    calls.flatMap((call) => {
      const total = (name: (n: string) => boolean): number =>
        [...call.outputs].reduce(
          (sum, [n, { data }]) => sum + (name(n) ? Array.from(data).reduce((s, x) => s + x, 0) : 0),
          0,
        )
      const one: Measured = {
        bound: total((n) => n === 'bound'),
        reconstruction: total((n) => n === 'reconstruction'),
        kl: total((n) => n.startsWith('kl/')),
      }
      return idsOf(call).map(() => one)
    }),
  )

/** What training, evaluation and sampling owe each other: which rows, which draws, which weights, which means. */
export const wiringLaws: LawSuite<Wiring> = {
  name: 'wiring',
  extends: [drawLaws],
  laws: [
    once('an epoch takes every row once', 'in a new order each, and no row that validates or tests', (w, g) => {
      for (const r of recordings(w)) {
        const orders = epochsOf(r).map((epoch) => epoch.flatMap(idsOf))
        const rows = sorted(idsIn(r, 'train'))
        for (const order of orders) g.holds(sameNumbers(sorted(order), rows), `an epoch takes the rows ${order}`)
        if (rows.length > 3) g.holds(new Set(orders.map(String)).size > 1, 'all epochs take the rows in one order')
        const all = sorted([...rows, ...idsIn(r, 'validation'), ...idsIn(r, 'test')])
        g.holds(
          sameNumbers(all, [...all.keys()]) && all.length === r.dataset.train.size + r.dataset.test.size,
          `the parts are not apart, or not all: ${all}`,
        )
      }
    }),
    once(
      'held-out data are measured whole',
      'every row once and in order, after every epoch and at the end',
      (w, g) => {
        for (const r of recordings(w))
          for (const [part, times] of [
            ['validation', r.run.history.length],
            ['test', 1],
          ] as const) {
            const passes = passesOver(r, part)
            g.holds(passes.length === times, `${part} is measured ${passes.length} times, not ${times}`)
            for (const pass of passes)
              g.holds(sameNumbers(pass.flatMap(idsOf), idsIn(r, part)), `${part}: ${pass.map(idsOf).join(' | ')}`)
          }
      },
    ),
    once('updates are counted', 'from 0 on, and what only measures changes no variable', (w, g) => {
      for (const r of recordings(w)) {
        updates(r).forEach(({ feeds }, i) =>
          g.holds(feeds.step === i && feeds.scalars['step'] === i, `update ${i} is told that it is ${feeds.step}`),
        )
        const next = r.calls.slice(1)
        r.calls.forEach(({ kind, before }, i) => {
          const after = next[i]
          if (kind === 'measurement' && after?.kind === 'update')
            g.holds(
              kept(before.keys(), before) === kept(before.keys(), after.before),
              'a measurement changes variables',
            )
        })
      }
    }),
    once(
      'an update is of its minibatch',
      'its numbers are means of its rows’, each measured alone in float64',
      (w, g) => {
        for (const r of w.uneven)
          for (const [step, call] of updates(r).entries()) {
            const { seed } = r.experiment.settings
            const rows = idsOf(call).map((id, b) => measuredByHand(r, id, trainingPlace(seed, step, b), call.before))
            const { bound } = meansOf(rows)
            g.close(call.outputs.get('bound')?.data[0] ?? Number.NaN, bound, 1e-9, `update ${step}: bound`)
            g.close(-(call.outputs.get('loss')?.data[0] ?? Number.NaN), bound, 1e-9, `update ${step}: −loss`)
          }
      },
    ),
    once(
      'the bound is a function of weights, data and seed',
      'what is reported of validation and test data is the mean over their rows, each measured alone in float64, whatever the minibatches',
      (w, g) => {
        for (const r of w.uneven)
          for (const part of ['validation', 'test'] as const)
            for (const [epoch, pass] of passesOver(r, part).entries()) {
              const weights = part === 'test' ? r.run.weights : (pass[0]?.before ?? new Map())
              const want = meansOf(
                idsIn(r, part).map((id, row) =>
                  measuredByHand(r, id, heldOutPlace(r.experiment.settings.seed, part, row), weights),
                ),
              )
              const got = part === 'test' ? r.run.done?.test : r.run.history[epoch]?.validation
              reported(g, `${part}, epoch ${epoch + 1}`, got, want)
            }
      },
    ),
    once('a mean over unequal minibatches is the mean over rows', 'of training, validation and test data', (w, g) => {
      for (const r of w.uneven) {
        epochsOf(r).forEach((epoch, i) =>
          reported(g, `training, epoch ${i + 1}`, r.run.history[i]?.train, meansOfCalls(epoch)),
        )
        passesOver(r, 'validation').forEach((pass, i) =>
          reported(g, `validation, epoch ${i + 1}`, r.run.history[i]?.validation, meansOfCalls(pass)),
        )
        reported(g, 'test', r.run.done?.test, meansOfCalls(passesOver(r, 'test')[0] ?? []))
      }
    }),
    once(
      'the best epoch is tested',
      'the weights whose validation bound is highest are tested and handed back',
      (w, g) => {
        for (const r of w.uneven) {
          const bounds = r.run.history.map(({ validation }) => validation?.bound ?? Number.NaN)
          const best = bounds.indexOf(Math.max(...bounds))
          g.holds(
            best > 0 && best < bounds.length - 1,
            `the best epoch is ${best + 1} of ${bounds.length}: nothing is shown`,
          )
          g.holds(r.run.done?.tested === best + 1, `epoch ${r.run.done?.tested} is tested, and ${best + 1} is the best`)
          const [validated, tested] = [passesOver(r, 'validation')[best]?.[0], passesOver(r, 'test')[0]?.[0]]
          const want = parametersOf(r, validated?.before ?? new Map())
          g.holds(parametersOf(r, tested?.before ?? new Map()) === want, 'the test is of other weights')
          g.holds(parametersOf(r, r.run.weights) === want, 'other weights are handed back')
          const after = epochsOf(r)[best + 1]?.[0]
          g.holds(
            parametersOf(r, after?.before ?? new Map()) === want,
            'validation is not of the weights after its epoch',
          )
        }
      },
    ),
    once('an answer is of its row', 'each of many data has the code that it has alone, in their order', (w, g) => {
      const COUNT = 401
      const x = Float64Array.from({ length: COUNT * 4 }, (_, i) => Math.sin(i))
      const [inward, outward] = [3, 5].map((k) => Float64Array.from({ length: 16 }, (_, i) => Math.cos(k * i)))
      const bias = Float64Array.from([1, 2, 3, 4])
      const weights = new Map([
        ...kernelOf('guide/a', inward ?? bias, bias),
        ...kernelOf('model/y', outward ?? bias, bias),
      ])
      const through = (rows: ArrayLike<number>, kernel: Float64Array | undefined): Float64Array =>
        Float64Array.from({ length: COUNT * 4 }, (_, i) =>
          [0, 1, 2, 3].reduce(
            (sum, k) => sum + (rows[i - (i % 4) + k] ?? 0) * (kernel?.[4 * k + (i % 4)] ?? 0),
            bias[i % 4] ?? 0,
          ),
        )
      for (const [question, name, want] of [
        ['encode', 'a', through(x, inward)],
        ['reconstruct', 'y', through(through(x, inward), outward)],
        ['decode', 'y', through(x, outward)],
      ] as const) {
        const { data } = w.asked(question, { shape: [COUNT, 4], data: x }, weights).get(name) ?? { data: bias }
        g.holds(data.length === 4 * COUNT, `${question}: ${data.length / 4} answers of ${COUNT} data`)
        // Parts are joined in single precision.
        want.forEach((v, i) => g.close(data[i] ?? Number.NaN, v, 1e-5, `${question}, row ${Math.floor(i / 4)}`))
      }
    }),
    once(
      'active units are of the rows',
      'a dimension’s variance is that of its posterior means over all test rows',
      (w, g) => {
        for (const r of w.uneven)
          for (const [latent, field] of [
            ['a', 'x'],
            ['b', 'y'],
          ] as const) {
            const kernel = r.run.weights.get(`guide/${latent}/dense_0/kernel`)?.data ?? []
            const bias = r.run.weights.get(`guide/${latent}/dense_0/bias`)?.data ?? []
            const rows = (passesOver(r, 'test')[0] ?? []).flatMap(({ feeds }) => {
              const data = feeds.data.get(field)?.data ?? new Float32Array()
              return Array.from({ length: data.length / PIXELS }, (_, i) => data.slice(i * PIXELS, (i + 1) * PIXELS))
            })
            r.run.done?.latents[latent]?.variances.forEach((variance, d) => {
              const means = rows.map((bitsOf) =>
                Array.from(bitsOf).reduce((sum, bit, i) => sum + bit * (kernel[6 * i + d] ?? 0), bias[d] ?? 0),
              )
              const mean = means.reduce((sum, m) => sum + m / means.length, 0)
              const want = means.reduce((sum, m) => sum + (m - mean) ** 2 / means.length, 0)
              g.close(variance, want, 1e-9, `the variance of ${latent}[${d}]`)
            })
            g.holds(r.run.done?.latents[latent]?.variances.length === 3, `${latent} has not three dimensions`)
          }
      },
    ),
    once('what is told of an epoch is of its updates', 'the mean of their losses, the last one’s β', (w, g) => {
      for (const r of recordings(w)) {
        epochsOf(r).forEach((epoch, i) => {
          const losses = epoch.flatMap((call) => idsOf(call).map(() => call.outputs.get('loss')?.data[0] ?? Number.NaN))
          const told = r.run.history[i]
          g.close(
            told?.train.loss ?? Number.NaN,
            losses.reduce((sum, loss) => sum + loss / losses.length, 0),
            1e-9,
            `the loss of epoch ${i + 1}`,
          )
          const beta = epoch.at(-1)?.outputs.get('beta')?.data[0]
          if (beta !== undefined) g.close(told?.train.beta ?? Number.NaN, beta, 1e-12, `β of epoch ${i + 1}`)
          g.holds(
            told?.epoch === i + 1 &&
              told.step ===
                epochsOf(r)
                  .slice(0, i + 1)
                  .flat().length,
            'an epoch miscounts',
          )
        })
        g.holds(r.run.done?.steps === updates(r).length, `${r.run.done?.steps} updates of ${updates(r).length}`)
      }
    }),
  ],
}
