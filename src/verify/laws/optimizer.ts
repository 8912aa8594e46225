import * as fc from 'fast-check'
import * as b from '../../expr/build.ts'
import { adam, adamW, clipByGlobalNorm, type Optimizer, sgd } from '../../optimizer/index.ts'
import { type LawSuite, law } from '../Law.ts'
import {
  each,
  gradientLeaf,
  horizon,
  mapped,
  names,
  norm,
  type Optimizers,
  param,
  path,
  runs,
  SIZE,
  type Vectors,
} from '../subject/Optimizers.ts'
import { chainLaws } from './chains.ts'

/** Adam as its authors wrote it down, a number at a time. */
const adamByHand = (start: Vectors, gradients: readonly Vectors[], rate: number, decay: number): readonly Vectors[] => {
  let [x, m, v] = [start, mapped(start, () => 0), mapped(start, () => 0)]
  return gradients.map((g, t) => {
    m = mapped(m, (old, name, i) => 0.9 * old + 0.1 * (g[name][i] ?? 0))
    v = mapped(v, (old, name, i) => 0.999 * old + 0.001 * (g[name][i] ?? 0) ** 2)
    x = mapped(x, (old, name, i) => {
      const mean = (m[name][i] ?? 0) / (1 - 0.9 ** (t + 1))
      const square = (v[name][i] ?? 0) / (1 - 0.999 ** (t + 1))
      return old - rate * decay * old - (rate * mean) / (Math.sqrt(square) + 1e-8)
    })
    return x
  })
}

/** What an optimiser's updates owe. */
export const optimizerLaws: LawSuite<Optimizers> = {
  name: 'optimizer',
  extends: [chainLaws],
  laws: [
    law({
      name: 'sgd descends',
      statement: 'p ← p − η g',
      given: () => runs,
      holds: (o, { start, gradients: [g = start], rate }, gauge) =>
        each(
          path(o, sgd(rate), start, [g])[0],
          mapped(start, (x, name, i) => x - rate * (g[name][i] ?? 0)),
          gauge,
          'after one step',
        ),
    }),
    law({
      name: 'momentum accumulates',
      statement: 'v ← μ v + g, p ← p − η v, from v = 0',
      source: 'Sutskever et al. 2013; PyTorch’s form',
      given: () => runs,
      holds: (o, { start, gradients, rate }, gauge) => {
        let [x, v] = [start, mapped(start, () => 0)]
        const want = gradients.map((g) => {
          v = mapped(v, (old, name, i) => 0.8 * old + (g[name][i] ?? 0))
          x = mapped(x, (old, name, i) => old - rate * (v[name][i] ?? 0))
          return x
        })
        path(o, sgd(rate, { momentum: 0.8 }), start, gradients).forEach((got, t) =>
          each(got, want[t] ?? start, gauge, `after step ${t}`),
        )
      },
    }),
    law({
      name: 'Adam’s first step has the size of the rate',
      statement: 'the first step is −η sign(g) but for ε: both moments are corrected for their start at 0',
      source: 'Kingma & Ba 2015, arXiv:1412.6980, §2.1, §3',
      given: () => runs,
      holds: (o, { start, gradients: [g = start], rate }, gauge) =>
        each(
          path(o, adam(rate), start, [g])[0],
          mapped(start, (x, name, i) => x - rate * Math.sign(g[name][i] ?? 0)),
          gauge,
          'after one step',
          1e-4 * rate,
        ),
    }),
    law({
      name: 'Adam',
      statement: 'every step is Algorithm 1, a number at a time',
      source: 'Kingma & Ba 2015, Algorithm 1',
      given: () => runs,
      holds: (o, { start, gradients, rate }, gauge) => {
        const want = adamByHand(start, gradients, rate, 0)
        path(o, adam(rate), start, gradients).forEach((got, t) =>
          each(got, want[t] ?? start, gauge, `after step ${t}`, 1e-7),
        )
      },
    }),
    law({
      name: 'AdamW decays apart from the gradient',
      statement: 'every step is Algorithm 2: the weights shrink by 1 − η λ whatever the moments are',
      source: 'Loshchilov & Hutter 2019, arXiv:1711.05101, Algorithm 2',
      given: () => runs,
      holds: (o, { start, gradients, rate }, gauge) => {
        const want = adamByHand(start, gradients, rate, 0.1)
        path(o, adamW(rate, { weightDecay: 0.1 }), start, gradients).forEach((got, t) =>
          each(got, want[t] ?? start, gauge, `after step ${t}`, 1e-7),
        )
      },
    }),
    law({
      name: 'clipping keeps the direction',
      statement:
        'the gradient of all parameters together is scaled to the bound where it is longer, and left alone where not',
      source: 'Pascanu et al. 2013, arXiv:1211.5063, Algorithm 1',
      given: () => fc.tuple(runs, fc.double({ min: 0.05, max: 12, noNaN: true })),
      holds: (
        o,
        [
          {
            start,
            gradients: [g = start],
          },
          bound,
        ],
        gauge,
      ) => {
        const factor = Math.min(1, bound / norm(g))
        const want = mapped(start, (x, name, i) => x - factor * (g[name][i] ?? 0))
        each(
          path(o, clipByGlobalNorm(bound)(sgd(1)), start, [g])[0],
          want,
          gauge,
          `with the norm ${norm(g)} clipped to ${bound}`,
        )
      },
    }),
    law({
      name: 'every parameter is updated',
      statement: 'the updates are the parameters’ and the optimiser’s own state, each of its variable’s shape',
      given: () => fc.constantFrom<Optimizer>(sgd(0.1), sgd(0.1, { momentum: 0.5 }), adam(0.1), adamW(0.1)),
      holds: (o, optimizer, g) => {
        const updates = o.updates(optimizer, names.map(param), names.map(gradientLeaf), horizon, b.scalar('step'))
        for (const name of names) g.holds(updates[name] !== undefined, `${name} is not updated`)
        for (const [slot, value] of Object.entries(updates))
          g.holds(value.shape.join() === `${SIZE}`, `${slot} has shape [${value.shape.join()}]`)
      },
    }),
  ],
}
