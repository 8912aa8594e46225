import * as fc from 'fast-check'
import * as b from '../../expr/build.ts'
import { leavesOf } from '../../expr/leaf.ts'
import type { Node } from '../../expr/Op.ts'
import { infer, sampled } from '../../model/elaborate.ts'
import { elbo, iwae, type Objective } from '../../model/objective.ts'
import type { Site } from '../../model/Program.ts'
import { paramsOf } from '../../model/Vae.ts'
import { sizeOf } from '../../expr/Tensor.ts'
import { grad } from '../../transform/grad.ts'
import {
  objectivesFor,
  type ProgramOptions,
  programs,
  type ProgramSample,
  type TaskSample,
  tasks,
} from '../arbitrary/programs.ts'
import { random } from '../arbitrary/random.ts'
import type { Gauge } from '../Gauge.ts'
import { type LawSuite, law } from '../Law.ts'
import { logProbsByHand } from '../oracle/byHand.ts'
import { logSum } from '../oracle/exact.ts'
import { mapped, valuesAt } from '../oracle/numbers.ts'
import {
  dataOf,
  firstRows,
  horizon,
  numbers,
  type Numbers,
  type Objectives,
  onOne,
  onRows,
  type Rows,
  totalKl,
} from '../subject/Objectives.ts'

const SIZE = 3
const latentsOf = ({ vae }: ProgramSample): readonly Site[] => vae.guide.filter(({ kind }) => kind === 'latent')
const plain: readonly [Objective, Objective] = [elbo({ kl: 'closed' }), elbo({ kl: 'sampled' })]
const hasClosed = (sample: ProgramSample): fc.Arbitrary<Objective> =>
  objectivesFor(sample.plan).map((o) => (o.tag === 'elbo' && o.kl === 'closed' ? plain[0] : plain[1]))

interface Elbos extends ProgramSample {
  readonly objective: Extract<Objective, { tag: 'elbo' }>
}
/** Programs with an ELBO, closed where that can be had. */
const elbos = ({ own }: Objectives): fc.Arbitrary<Elbos> =>
  own === undefined
    ? programs().chain((sample) =>
        hasClosed(sample).map((o) => ({ ...sample, objective: o.tag === 'elbo' ? o : elbo() })),
      )
    : own.samples.map((s) => ({
        ...s,
        objective: s.objective.tag === 'elbo' ? { ...s.objective, beta: 1, freeBits: 0 } : elbo({ kl: 'sampled' }),
      }))
const some = ({ own }: Objectives, options: ProgramOptions = {}): fc.Arbitrary<ProgramSample> =>
  own?.samples ?? programs(options)
/** Programs with every objective. */
const every = ({ own }: Objectives): fc.Arbitrary<TaskSample> => own?.samples ?? tasks()
/** Where the objective is the user's own, laws of other objectives have nothing to say. */
const canBe =
  (...tags: readonly Objective['tag'][]) =>
  ({ own }: Objectives): boolean =>
    own === undefined || tags.includes(own.objective.tag)

const one = (o: Objectives, s: ProgramSample, objective: Objective, datum = 0): Numbers =>
  numbers(o.measure(s.vae, objective, dataOf(s.vae)), onOne(s, datum))
const batch = (o: Objectives, s: ProgramSample, objective: Objective, rows: Rows): Numbers =>
  numbers(o.measureBatch(s.vae, objective, dataOf(s.vae), rows.length), onRows(s, rows))

const TIGHT = 1e-9
const equalNumbers = (got: Numbers, want: Numbers, g: Gauge, where: string): void => {
  g.holds((got.bound === undefined) === (want.bound === undefined), `${where}: one has a bound`)
  if (got.bound !== undefined && want.bound !== undefined) g.close(got.bound, want.bound, TIGHT, `${where}: the bound`)
  g.close(got.reconstruction, want.reconstruction, TIGHT, `${where}: the reconstruction`)
  for (const [name, terms] of Object.entries(want.kl)) {
    g.holds(
      got.kl[name]?.length === terms.length,
      `${where}: kl/${name} has ${got.kl[name]?.length} terms, not ${terms.length}`,
    )
    terms.forEach((t, i) => g.close(got.kl[name]?.[i] ?? Number.NaN, t, TIGHT, `${where}: kl/${name}[${i}]`))
  }
}
const averaged = (each: readonly Numbers[]): Numbers => {
  const mean = (xs: readonly number[]): number => xs.reduce((sum, x) => sum + x, 0) / xs.length
  const first = each[0]
  return {
    bound: first?.bound === undefined ? undefined : mean(each.map((n) => n.bound ?? Number.NaN)),
    reconstruction: mean(each.map((n) => n.reconstruction)),
    kl: Object.fromEntries(
      Object.entries(first?.kl ?? {}).map(([name, terms]) => [
        name,
        terms.map((_, i) => mean(each.map((n) => n.kl[name]?.[i] ?? Number.NaN))),
      ]),
    ),
  }
}

/** The loss of a minibatch and its gradient in every parameter, flat. */
const lossAndSlopes = (
  o: Objectives,
  s: ProgramSample,
  objective: Objective,
  rows: Rows,
  step: number,
): { readonly loss: number; readonly slopes: readonly number[] } => {
  const measured = o.measureBatch(s.vae, objective, dataOf(s.vae), rows.length)
  const { loss } = o.lossOf(objective, measured, horizon, b.scalar('step'))
  const [value, ...slopes] = valuesAt([loss, ...grad(loss, paramsOf([loss]))], onRows(s, rows, step))
  return { loss: value?.[0] ?? Number.NaN, slopes: slopes.flatMap((x) => [...x]) }
}
const lossAt = (o: Objectives, s: ProgramSample, objective: Objective, step: number): number => {
  const measured = o.measureBatch(s.vae, objective, dataOf(s.vae), SIZE)
  const { loss } = o.lossOf(objective, measured, horizon, b.scalar('step'))
  return valuesAt([loss], onRows(s, firstRows(SIZE), step))[0]?.[0] ?? Number.NaN
}
const total = (terms: readonly number[]): number => terms.reduce((sum, x) => sum + x, 0)
const beta = (objective: Elbos['objective'], value: number): Objective => ({ ...objective, beta: value })
const isSampled = (leaf: Node): boolean => leaf.op === 'noise'
const withStep = <A extends ProgramSample>(from: fc.Arbitrary<A>): fc.Arbitrary<readonly [A, number]> =>
  fc.tuple(from, fc.integer({ min: 0, max: 19 }))

/** What an objective's expressions owe, on random programs. */
export const objectiveLaws: LawSuite<Objectives> = {
  name: 'objective',
  extends: [],
  laws: [
    law({
      name: 'reconstruction is the sum of log-likelihoods',
      statement: 'Σ over observations and event dimensions of log p(x | z), each by the textbook, at the sampled z',
      source: 'Kingma & Welling 2014, eq. 10',
      given: elbos,
      holds: (o, s, g) => {
        const e = infer(
          s.vae,
          sampled((name) => name),
        )
        const want = total(
          [...e.likelihoods].flatMap(([name, p]) => logProbsByHand(p, dataOf(s.vae)(name), onOne(s, 0))),
        )
        g.close(one(o, s, s.objective).reconstruction, want, TIGHT, 'the reconstruction')
      },
    }),
    law({
      name: 'sampled KL is log q − log p at the draw',
      statement:
        'kl/z has the terms log q(z | x) − log p(z), each by the textbook, at the draw that the likelihood sees',
      source: 'Kingma & Welling 2014, eq. 8',
      given: (o) => some(o),
      holds: (o, s, g) => {
        const e = infer(
          s.vae,
          sampled((name) => name),
        )
        const got = one(o, s, plain[1])
        for (const [name, q] of e.posteriors) {
          const [z, p] = [e.latents.get(name) ?? b.constant(0), e.priors.get(name) ?? q]
          const [logQ, logP] = [q, p].map((d) => logProbsByHand(d, z, onOne(s, 0)))
          logQ?.forEach((l, i) =>
            g.close(got.kl[name]?.[i] ?? Number.NaN, l - (logP?.[i] ?? Number.NaN), TIGHT, `kl/${name}[${i}]`),
          )
        }
      },
    }),
    law({
      name: 'bound = reconstruction − KL',
      statement: 'the bound reported is reconstruction − Σ KL, whatever β and free bits are',
      source: 'Kingma & Welling 2014, eq. 3',
      applies: canBe('elbo'),
      given: (o) => every(o).filter((t) => t.objective.tag === 'elbo'),
      holds: (o, s, g) => {
        const got = one(o, s, s.objective)
        g.close(got.bound ?? Number.NaN, got.reconstruction - totalKl(got), TIGHT, 'the bound')
      },
    }),
    law({
      name: 'a minibatch is the mean of its data',
      statement: 'what is measured of a minibatch is the mean of what is measured of each datum: no datum sees another',
      given: every,
      holds: (o, s, g) => {
        const rows = firstRows(o.own === undefined ? SIZE : 2)
        equalNumbers(
          batch(o, s, s.objective, rows),
          averaged(rows.map((datum) => one(o, s, s.objective, datum))),
          g,
          'the minibatch',
        )
      },
    }),
    law({
      name: 'duplicating the minibatch changes nothing',
      statement: 'a minibatch twice over has the same loss and the same gradients',
      most: 60,
      given: (o) => withStep(every(o)),
      holds: (o, [s, step], g) => {
        const rows = firstRows(2)
        const [once, twice] = [
          lossAndSlopes(o, s, s.objective, rows, step),
          lossAndSlopes(o, s, s.objective, [...rows, ...rows], step),
        ]
        g.close(twice.loss, once.loss, TIGHT, 'the loss')
        once.slopes.forEach((slope, i) => g.close(twice.slopes[i] ?? Number.NaN, slope, TIGHT, 'a gradient'))
      },
    }),
    law({
      name: 'order within the minibatch is nothing',
      statement: 'a permuted minibatch, each datum with its own noise, has the same measures',
      given: every,
      holds: (o, s, g) =>
        equalNumbers(batch(o, s, s.objective, [2, 0, 1]), batch(o, s, s.objective, [0, 1, 2]), g, 'permuted'),
    }),
    law({
      name: 'β = 1 is the ELBO',
      statement: 'with β = 1 and no free bits the loss is minus the bound',
      source: 'Higgins et al. 2017, eq. 4',
      given: elbos,
      holds: (o, s, g) => {
        const got = batch(o, s, s.objective, firstRows(SIZE))
        g.close(lossAt(o, s, beta(s.objective, 1), 0), -(got.bound ?? Number.NaN), TIGHT, 'the loss')
      },
    }),
    law({
      name: 'loss is affine in β',
      statement: 'loss(β) = −reconstruction + β Σ KL',
      source: 'Higgins et al. 2017, eq. 4',
      given: (o) => fc.tuple(elbos(o), fc.double({ min: 0, max: 8, noNaN: true })),
      holds: (o, [s, value], g) => {
        const got = batch(o, s, s.objective, firstRows(SIZE))
        g.close(
          lossAt(o, s, beta(s.objective, value), 0),
          -got.reconstruction + value * totalKl(got),
          1e-8,
          `the loss at β = ${value}`,
        )
      },
    }),
    law({
      name: 'β follows its schedule',
      statement: 'the loss at a step has the β of that step, and reports it',
      applies: canBe('elbo'),
      given: (o) =>
        withStep(
          every(o)
            .filter((t) => t.objective.tag === 'elbo')
            .map((t) => (t.objective.tag === 'elbo' ? { ...t, objective: { ...t.objective, freeBits: 0 } } : t)),
        ),
      holds: (o, [s, step], g) => {
        const measured = o.measureBatch(s.vae, s.objective, dataOf(s.vae), SIZE)
        const made = o.lossOf(s.objective, measured, horizon, b.scalar('step'))
        const [value] = valuesAt(made.beta === undefined ? [] : [made.beta], onRows(s, firstRows(SIZE), step))
        const got = batch(o, s, s.objective, firstRows(SIZE))
        g.close(
          lossAt(o, s, s.objective, step),
          -got.reconstruction + (value?.[0] ?? Number.NaN) * totalKl(got),
          1e-8,
          'the loss',
        )
      },
    }),
    law({
      name: 'free bits clamp from below',
      statement: 'loss = −reconstruction + β Σⱼ max(λ, KLⱼ), KLⱼ the minibatch’s mean in dimension j',
      source: 'Kingma et al. 2016, arXiv:1606.04934, eq. 15',
      given: (o) => fc.tuple(elbos(o), fc.double({ min: 1e-3, max: 3, noNaN: true })),
      holds: (o, [s, floor], g) => {
        const got = batch(o, s, s.objective, firstRows(SIZE))
        const clamped = total(
          Object.values(got.kl)
            .flat()
            .map((kl) => Math.max(floor, kl)),
        )
        g.close(
          lossAt(o, s, { ...s.objective, freeBits: floor }, 0),
          -got.reconstruction + clamped,
          TIGHT,
          `the loss at λ = ${floor}`,
        )
      },
    }),
    law({
      name: 'no gradient under the floor',
      statement: 'where every KLⱼ is below λ the gradient is that of −reconstruction alone',
      source: 'Kingma et al. 2016, §C.8',
      most: 60,
      given: elbos,
      holds: (o, s, g) => {
        const [rows, floor] = [firstRows(2), 1e6]
        const floored = lossAndSlopes(o, s, { ...s.objective, freeBits: floor }, rows, 0)
        const bare = lossAndSlopes(o, s, beta(s.objective, 0), rows, 0)
        g.holds(floored.slopes.length === bare.slopes.length, 'the parameters differ')
        bare.slopes.forEach((slope, i) => g.close(floored.slopes[i] ?? Number.NaN, slope, TIGHT, 'a gradient'))
      },
    }),
    law({
      name: 'every latent is measured',
      statement: 'kl has an entry for each latent, with a number for each of its dimensions; an autoencoder has none',
      given: every,
      holds: (o, s, g) => {
        const { kl } = batch(o, s, s.objective, firstRows(2))
        const want =
          s.objective.tag === 'autoencoder' ? [] : latentsOf(s).map((z) => `${z.name}:${sizeOf(z.dist.shape)}`)
        const got = Object.entries(kl).map(([name, terms]) => `${name}:${terms.length}`)
        g.holds(got.toSorted().join() === [...want].toSorted().join(), `kl has ${got.join()}, not ${want.join()}`)
      },
    }),
    law({
      name: 'every datum and draw has noise of its own',
      statement:
        'a minibatch of N data with K draws reads one noise leaf a latent, of shape [N, K, …]; an autoencoder reads none',
      source: 'Kingma & Welling 2014, §2.3',
      given: every,
      holds: (o, s, g) => {
        const measured = o.measureBatch(s.vae, s.objective, dataOf(s.vae), SIZE)
        const roots = [
          measured.reconstruction,
          ...(measured.bound === undefined ? [] : [measured.bound]),
          ...Object.values(measured.kl),
        ]
        const leaves = leavesOf(roots).filter(isSampled)
        const draws = s.objective.tag === 'iwae' ? [s.objective.samples] : []
        const want =
          s.objective.tag === 'autoencoder' ? [] : latentsOf(s).map((z) => [SIZE, ...draws, ...z.dist.shape].join('×'))
        const got = leaves.map((leaf) => leaf.shape.join('×'))
        g.holds(got.toSorted().join() === want.toSorted().join(), `noise has shapes ${got.join()}, not ${want.join()}`)
        const names = new Set(leaves.map((leaf) => leaf.op === 'noise' && leaf.arg.name))
        g.holds(names.size === leaves.length, 'two latents share their noise')
      },
    }),
    law({
      name: 'gradient = finite difference',
      statement:
        'the gradient of the loss is its slope along a random direction of all parameters: no term is detached',
      most: 60,
      given: ({ own }) =>
        withStep(
          own?.samples ??
            programs({ smooth: true }).chain((sample) =>
              objectivesFor(sample.plan).map((objective) => ({ ...sample, objective })),
            ),
        ),
      holds: (o, [s, step], g) => {
        // A clamp has a corner; its own law is above.
        const objective = s.objective.tag === 'elbo' ? { ...s.objective, freeBits: 0 } : s.objective
        const measured = o.measureBatch(s.vae, objective, dataOf(s.vae), o.own === undefined ? 2 : 1)
        const { loss } = o.lossOf(objective, measured, horizon, b.scalar('step'))
        const params = paramsOf([loss])
        const source = random(s.seed)
        const directions = new Map(
          params.map((p) => [p.arg.name, mapped(s.values(p).data, () => source.within(-1, 1))]),
        )
        const at = onRows(s, firstRows(o.own === undefined ? 2 : 1), step)
        const moved = (t: number): number =>
          valuesAt([loss], (leaf) => {
            const value = at(leaf)
            const along = leaf.op === 'param' ? directions.get(leaf.arg.name) : undefined
            return along === undefined
              ? value
              : { shape: value.shape, data: mapped(value.data, (v, i) => v + t * (along[i] ?? 0)) }
          })[0]?.[0] ?? Number.NaN
        const [value, ...slopes] = valuesAt([loss, ...grad(loss, params)], at)
        let analytic = 0
        params.forEach((p, k) => {
          const along = directions.get(p.arg.name)
          slopes[k]?.forEach((v, i) => {
            analytic += v * (along?.[i] ?? 0)
          })
        })
        // Many units with corners: a step so small that hardly any turns one, which float64 can afford.
        const h = o.own === undefined ? 1e-3 : 1e-6
        const near = (moved(h) - moved(-h)) / (2 * h)
        const numeric = o.own === undefined ? (4 * near - (moved(2 * h) - moved(-2 * h)) / (4 * h)) / 3 : near
        g.within(analytic - numeric, 1e-5 * (1 + Math.abs(numeric) + Math.abs(value?.[0] ?? 0)), 'the slope')
      },
    }),
    law({
      name: 'iwae(1) is the sampled ELBO',
      statement: 'with one draw the importance-weighted bound is the ELBO at that draw',
      source: 'Burda et al. 2016, §3',
      given: (o) => some(o),
      holds: (o, s, g) => {
        const [single, many] = [one(o, s, plain[1]), one(o, s, iwae(1))]
        g.close(many.bound ?? Number.NaN, single.bound ?? Number.NaN, TIGHT, 'the bound')
        g.close(lossAt(o, s, iwae(1), 0), lossAt(o, s, plain[1], 0), TIGHT, 'the loss')
      },
    }),
    law({
      name: 'iwae is the log of the mean weight',
      statement: 'bound = log (1/k) Σᵢ exp log wᵢ, each log wᵢ = log p(x, zᵢ) − log q(zᵢ | x) on its own',
      source: 'Burda et al. 2016, eq. 8',
      given: (o) => fc.tuple(some(o), fc.integer({ min: 2, max: 4 })),
      holds: (o, [s, k], g) => {
        const got = one(o, s, iwae(k))
        g.close(got.bound ?? Number.NaN, logSum(weightsOf(o, s, k)) - Math.log(k), TIGHT, 'the bound')
      },
    }),
    law({
      name: 'iwae’s gradient weights the better draws more',
      statement: '∂ bound = Σᵢ w̃ᵢ ∂ log wᵢ with w̃ = softmax(log w)',
      source: 'Burda et al. 2016, eq. 14',
      most: 40,
      given: (o) => fc.tuple(some(o, { latents: 2 }), fc.integer({ min: 2, max: 3 })),
      holds: (o, [s, k], g) => {
        const whole = o.measure(s.vae, iwae(k), dataOf(s.vae)).bound ?? b.constant(Number.NaN)
        const single = o.measure(s.vae, plain[1], dataOf(s.vae)).bound ?? b.constant(Number.NaN)
        const params = paramsOf([single])
        const got = valuesAt(grad(whole, params), onOne(s, 0))
        const logs = weightsOf(o, s, k)
        const norm = logSum(logs)
        const each = logs.map((_, i) => valuesAt(grad(single, params), drawOf(s, i, k)))
        params.forEach((p, j) =>
          got[j]?.forEach((slope, i) => {
            const want = total(logs.map((l, draw) => Math.exp(l - norm) * (each[draw]?.[j]?.[i] ?? Number.NaN)))
            g.close(slope, want, 1e-8, `the gradient of ${p.arg.name}`)
          }),
        )
      },
    }),
    law({
      name: 'loss of a bound is minus the bound',
      statement:
        'importance-weighted objectives minimise minus what they report; an autoencoder minus its reconstruction, and bounds nothing',
      applies: canBe('iwae', 'autoencoder'),
      given: (o) => every(o).filter((t) => t.objective.tag !== 'elbo'),
      holds: (o, s: TaskSample, g) => {
        const got = batch(o, s, s.objective, firstRows(SIZE))
        if (s.objective.tag === 'autoencoder') g.holds(got.bound === undefined, 'an autoencoder reports a bound')
        g.close(lossAt(o, s, s.objective, 0), -(got.bound ?? got.reconstruction), TIGHT, 'the loss')
      },
    }),
  ],
}

/** Numbers for one draw out of the k that an importance-weighted datum reads. */
const drawOf = (s: ProgramSample, draw: number, k: number): ReturnType<typeof onOne> => {
  const values = onOne(s, 0)
  return (leaf) => {
    if (leaf.op !== 'noise') return values(leaf)
    const all = values({ ...leaf, shape: [k, ...leaf.shape], arg: { ...leaf.arg, shape: [k, ...leaf.shape] } })
    const size = all.data.length / k
    return { shape: leaf.shape, data: all.data.slice(draw * size, (draw + 1) * size) }
  }
}
const weightsOf = (o: Objectives, s: ProgramSample, k: number): readonly number[] => {
  const single = o.measure(s.vae, plain[1], dataOf(s.vae))
  return Array.from({ length: k }, (_, i) => numbers(single, drawOf(s, i, k)).bound ?? Number.NaN)
}
