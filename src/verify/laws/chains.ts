import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as fc from 'fast-check'
import * as b from '../../expr/build.ts'
import { add, div } from '../../expr/typed/binary.ts'
import { sqrt, square } from '../../expr/typed/elementwise.ts'
import {
  accumulate,
  adam,
  byPart,
  chain,
  clipByGlobalNorm,
  decayWeights,
  ema,
  frozen,
  learningRate,
  momentum,
  type Optimizer,
  optimizerCodec,
  rule,
  scaleByAdam,
  sgd,
  tracedFor,
} from '../../optimizer/index.ts'
import { LawBroken } from '../Gauge.ts'
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
  states,
  type Vectors,
  vectors,
} from '../subject/Optimizers.ts'

/** One step as a person computes it, on plain numbers; it remembers what it has to. */
type Hand = (direction: Vectors, parameters: Vectors) => Vectors
interface Link {
  readonly text: string
  readonly step: Optimizer
  readonly hand: () => Hand
}
const at = (v: Vectors, name: keyof Vectors, i: number): number => v[name][i] ?? Number.NaN
const zero: Vectors = { a: [0, 0], b: [0, 0] }

const clipped =
  (bound: number): Hand =>
  (u) =>
    mapped(u, (x) => x * Math.min(1, bound / norm(u)))
const scaled =
  (rate: number): Hand =>
  (u) =>
    mapped(u, (x) => rate * x)
const decayed =
  (by: number): Hand =>
  (u, p) =>
    mapped(u, (x, name, i) => x + by * at(p, name, i))
const moved = (mu: number) => (): Hand => {
  let v = zero
  return (u) => (v = mapped(v, (old, name, i) => mu * old + at(u, name, i)))
}
const adamHand = (): Hand => {
  let [m, v, t] = [zero, zero, 0]
  return (u) => {
    t++
    m = mapped(m, (old, name, i) => 0.9 * old + 0.1 * at(u, name, i))
    v = mapped(v, (old, name, i) => 0.999 * old + 0.001 * at(u, name, i) ** 2)
    return mapped(m, (x, name, i) => x / (1 - 0.9 ** t) / (Math.sqrt(at(v, name, i) / (1 - 0.999 ** t)) + 1e-8))
  }
}
const link = (
  text: string,
  step: Optimizer,
  hand: () => Hand,
): Link & { readonly [fc.toStringMethod]: () => string } => ({
  text,
  step,
  hand,
  [fc.toStringMethod]: () => text,
})
const links: fc.Arbitrary<Link> = fc.constantFrom(
  link('clipByGlobalNorm(0.5)', clipByGlobalNorm(0.5), () => clipped(0.5)),
  link('momentum(0.8)', momentum(0.8), moved(0.8)),
  link('scaleByAdam()', scaleByAdam(), adamHand),
  link('decayWeights(0.1)', decayWeights(0.1), () => decayed(0.1)),
  link('learningRate(0.3)', learningRate(0.3), () => scaled(0.3)),
)
const chains = fc.array(links, { minLength: 1, maxLength: 5 })
const stepOf = (all: readonly Link[]): Optimizer => chain(...all.map(({ step }) => step))

/** The parameters after each update of a chain, by hand. */
const byHand = (all: readonly Link[], start: Vectors, gradients: readonly Vectors[]): readonly Vectors[] => {
  const hands = all.map(({ hand }) => hand())
  let p = start
  return gradients.map((g) => {
    const u = hands.reduce((direction, hand) => hand(direction, p), g)
    return (p = mapped(p, (x, name, i) => x - at(u, name, i)))
  })
}

const adagrad = rule({
  name: 'adagrad',
  options: { epsilon: 0.01 },
  state: ['squares'],
  update: ({ gradient, state: { squares }, options: { epsilon } }) => {
    const sum = pipe(squares, add(square(gradient)))
    return { update: pipe(gradient, div(pipe(sqrt(sum), add(epsilon)))), state: { squares: sum } }
  },
})
const TIGHT = 1e-7

/** What chains of gradient transformations owe. */
export const chainLaws: LawSuite<Optimizers> = {
  name: 'optimizer',
  extends: [],
  laws: [
    law({
      name: 'a chain is its steps, one after another',
      statement:
        'each step makes of the direction what it says, in the order written; the last direction is taken from the parameters',
      source: 'optax: chain',
      given: () => fc.tuple(chains, runs),
      holds: (o, [all, { start, gradients }], gauge) => {
        const want = byHand(all, start, gradients)
        path(o, stepOf(all), start, gradients).forEach((got, t) =>
          each(got, want[t] ?? start, gauge, `after step ${t}`, TIGHT),
        )
      },
    }),
    law({
      name: 'clipping in pipe is of the gradient',
      statement: 'clipByGlobalNorm applied to an optimiser bounds the gradient before the optimiser sees it',
      given: () => runs,
      holds: (o, { start, gradients, rate }, gauge) => {
        const parts = [
          link('clip', clipByGlobalNorm(0.5), () => clipped(0.5)),
          link('rate', learningRate(rate), () => scaled(rate)),
        ]
        const want = byHand(parts, start, gradients)
        path(o, clipByGlobalNorm(0.5)(sgd(rate)), start, gradients).forEach((got, t) =>
          each(got, want[t] ?? start, gauge, `after step ${t}`),
        )
      },
    }),
    law({
      name: 'accumulation is one update by the mean',
      statement:
        'after every n minibatches the parameters are those after one update by the mean over their data, and between they stay',
      given: () =>
        fc.record({
          all: chains,
          n: fc.integer({ min: 1, max: 3 }),
          start: vectors,
          batches: fc.array(fc.record({ g: vectors, size: fc.integer({ min: 1, max: 4 }) }), {
            minLength: 1,
            maxLength: 7,
          }),
        }),
      holds: (o, { all, n, start, batches }, gauge) => {
        const rounds = Array.from({ length: Math.floor(batches.length / n) }, (_, r) =>
          batches.slice(r * n, (r + 1) * n),
        )
        const means = rounds.map((round) => {
          const rows = round.reduce((sum, { size }) => sum + size, 0)
          return mapped(zero, (_, name, i) => round.reduce((sum, { g, size }) => sum + size * at(g, name, i), 0) / rows)
        })
        const want = byHand(all, start, means)
        const got = path(
          o,
          chain(accumulate(n), stepOf(all)),
          start,
          batches.map(({ g }) => g),
          batches.map(({ size }) => size),
        )
        got.forEach((p, t) =>
          each(p, want[Math.floor((t + 1) / n) - 1] ?? start, gauge, `after minibatch ${t} of rounds of ${n}`, TIGHT),
        )
      },
    }),
    law({
      name: 'the mean of the weights',
      statement:
        'ema(β) leaves Σ βᵗ⁻ⁱ pᵢ / Σ βᵗ⁻ⁱ of the weights after each update, and the weights as they would be without it',
      source: 'Polyak & Juditsky 1992',
      given: () => fc.tuple(chains, runs, fc.constantFrom(0, 0.5, 0.9)),
      holds: (o, [all, { start, gradients }, beta], gauge) => {
        const want = byHand(all, start, gradients)
        states(o, ema(beta)(stepOf(all)), start, gradients).forEach((state, t) => {
          each(
            { a: state['a'] ?? [], b: state['b'] ?? [] },
            want[t] ?? start,
            gauge,
            `the weights after step ${t}`,
            TIGHT,
          )
          const weights = want.slice(0, t + 1).map((_, i) => beta ** (t - i))
          const total = weights.reduce((sum, w) => sum + w, 0)
          const mean = mapped(
            zero,
            (_, name, i) => weights.reduce((sum, w, k) => sum + w * at(want[k] ?? zero, name, i), 0) / total,
          )
          each({ a: state['ema/a'] ?? [], b: state['ema/b'] ?? [] }, mean, gauge, `the mean after step ${t}`, TIGHT)
        })
      },
    }),
    law({
      name: 'parts are apart',
      statement: 'each part goes as it would without the other; a frozen one stays, whatever else its chain holds',
      given: () => fc.tuple(chains, chains, runs, fc.boolean()),
      holds: (o, [left, right, { start, gradients }, isFrozen], gauge) => {
        const alone = (v: Vectors, name: keyof Vectors): Vectors => ({ ...zero, [name]: v[name] })
        const of = (all: readonly Link[], name: keyof Vectors): readonly Vectors[] =>
          byHand(
            all,
            alone(start, name),
            gradients.map((g) => alone(g, name)),
          )
        const [a, other] = [of(left, 'a'), of(right, 'b')]
        const rest = isFrozen ? chain(stepOf(right), frozen) : stepOf(right)
        path(o, byPart({ a: stepOf(left), rest }), start, gradients).forEach((got, t) =>
          each(got, { a: a[t]?.a ?? [], b: isFrozen ? start.b : (other[t]?.b ?? []) }, gauge, `after step ${t}`, TIGHT),
        )
      },
    }),
    law({
      name: 'an own rule is what it says',
      statement: 'AdaGrad as a rule: g / (√Σ g² + ε), its sum remembered',
      source: 'Duchi, Hazan & Singer 2011',
      given: () => runs,
      holds: (o, { start, gradients, rate }, gauge) => {
        let [p, sum] = [start, zero]
        const want = gradients.map((g) => {
          sum = mapped(sum, (old, name, i) => old + at(g, name, i) ** 2)
          return (p = mapped(p, (x, name, i) => x - (rate * at(g, name, i)) / (Math.sqrt(at(sum, name, i)) + 0.01)))
        })
        path(o, chain(adagrad, learningRate(rate)), start, gradients).forEach((got, t) =>
          each(got, want[t] ?? start, gauge, `after step ${t}`, TIGHT),
        )
      },
    }),
    law({
      name: 'an optimiser survives JSON',
      statement: 'written down and read again, it makes the very same vertices',
      given: () => fc.tuple(chains, fc.constantFrom('plain', 'clipped adam', 'own', 'parts')),
      holds: (o, [all, kind], g) => {
        const optimizer = tracedFor(
          {
            plain: stepOf(all),
            'clipped adam': clipByGlobalNorm(1)(adam(0.1)),
            own: chain(accumulate(2), adagrad, stepOf(all), ema(0.9)),
            parts: byPart({ a: chain(adagrad, stepOf(all)), rest: frozen }),
          }[kind],
          [[SIZE]],
        )
        const read = optimizerCodec.decode(JSON.parse(JSON.stringify(optimizerCodec.encode(optimizer))))
        if (E.isLeft(read)) throw new LawBroken('it cannot be read')
        const [before, after] = [optimizer, read.right].map((one) =>
          o.updates(one, names.map(param), names.map(gradientLeaf), horizon, b.scalar('step')),
        )
        const differs = Object.keys({ ...before, ...after }).find((name) => before?.[name] !== after?.[name])
        g.holds(differs === undefined, `'${differs}' is another vertex`)
      },
    }),
  ],
}
