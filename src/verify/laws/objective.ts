import * as fc from 'fast-check'
import { type AnyDist, rootsOf } from '../../dist/Dist.ts'
import { elbo, type Objective } from '../../model/objective.ts'
import * as b from '../../expr/build.ts'
import { leavesOf } from '../../expr/leaf.ts'
import { topological } from '../../expr/walk.ts'
import { paramsOf } from '../../model/Vae.ts'
import { sizeOf } from '../../expr/Tensor.ts'
import { areZero } from '../../transform/areZero.ts'
import { grad } from '../../transform/grad.ts'
import { objectivesFor, programs, type TaskSample } from '../arbitrary/programs.ts'
import { random } from '../arbitrary/random.ts'
import { type LawSuite, law } from '../Law.ts'
import { branchesOf, overBranches } from '../oracle/branches.ts'
import { logProbsByHand } from '../oracle/byHand.ts'
import { mapped, valuesAt } from '../oracle/numbers.ts'
import { slope } from '../oracle/slope.ts'
import { dataOf, firstRows, horizon, type Objectives, onOne, onRows, totalKl } from '../subject/Objectives.ts'

import { importanceLaws } from './importance.ts'
import {
  SIZE,
  latentsOf,
  plain,
  elbos,
  some,
  every,
  canBe,
  one,
  batch,
  TIGHT,
  equalNumbers,
  averaged,
  lossAndSlopes,
  lossAt,
  total,
  beta,
  isSampled,
  withStep,
  type Elbos,
} from './onPrograms.ts'

/** Of a slope, by its own size and the loss’s. */
const TOLERANCE = 1e-5

const bare = ({ kl, beta }: Elbos['objective']): Objective => elbo({ kl, beta })

/** Whether something is computed of a latent's draw: another distribution, or its own density, which a KL in closed form does without. */
const isRead = ({ vae, objective }: TaskSample, name: string): boolean =>
  objective.tag !== 'elbo' ||
  objective.kl === 'sampled' ||
  leavesOf([...vae.model, ...vae.guide].flatMap(({ dist }) => [...rootsOf(dist)])).some(
    (leaf) => leaf.op === 'data' && leaf.arg.name === name,
  )
/** Whether a program holds something by stopGradient: then its gradient is meant to be another than the slope. */
const detaches = ({ vae }: TaskSample): boolean =>
  topological([...vae.model, ...vae.guide].flatMap(({ dist }) => Object.values(dist.params))).some(
    (n) => n.op === 'stopGradient' && paramsOf(n.src).length > 0,
  )
/** Whether one list is the other but for some that it has not, whatever the order. */
const isWithin = (few: readonly string[], many: readonly string[]): boolean => {
  const left = [...many]
  return few.every((x) => {
    const at = left.indexOf(x)
    if (at >= 0) left.splice(at, 1)
    return at >= 0
  })
}

/** Independent coordinates of an event. */
const termsOf = ({ family, shape }: AnyDist): number => sizeOf(family === 'Categorical' ? shape.slice(0, -1) : shape)

/** What an objective's expressions owe, on random programs. */
export const objectiveLaws: LawSuite<Objectives> = {
  name: 'objective',
  extends: [importanceLaws],
  laws: [
    law({
      name: 'reconstruction is the sum of log-likelihoods',
      statement:
        'Σ over observations and event dimensions of log p(x | z), each by the textbook, at the sampled z; of enumerated latents the sum over their values',
      source: 'Kingma & Welling 2014, eq. 10',
      given: elbos,
      holds: (o, s, g) => {
        const { e, branches } = branchesOf(s.vae, onOne(s, 0))
        const want = overBranches(branches, (values) =>
          total([...e.likelihoods].flatMap(([name, p]) => logProbsByHand(p, dataOf(s.vae)(name), values))),
        )
        g.close(one(o, s, s.objective).reconstruction, want, TIGHT, 'the reconstruction')
      },
    }),
    law({
      name: 'sampled KL is log q − log p at the draw',
      statement:
        'kl/z has the terms log q(z | x) − log p(z), each by the textbook, at the draw that the likelihood sees; of enumerated latents the sum over their values',
      source: 'Kingma & Welling 2014, eq. 8',
      given: (o) => some(o),
      holds: (o, s, g) => {
        const { e, branches } = branchesOf(s.vae, onOne(s, 0))
        const got = one(o, s, plain[1])
        for (const [name, q] of e.posteriors) {
          const [z, p] = [e.latents.get(name) ?? b.constant(0), e.priors.get(name) ?? q]
          got.kl[name]?.forEach((term, i) => {
            const want = overBranches(branches, (values) => {
              const [logQ, logP] = [q, p].map((d) => logProbsByHand(d, z, values)[i])
              return (logQ ?? Number.NaN) - (logP ?? Number.NaN)
            })
            g.close(term, want, TIGHT, `kl/${name}[${i}]`)
          })
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
      statement:
        'kl has an entry for each latent, with a number for each of its dimensions, for each choice of a Categorical; an autoencoder has none',
      given: every,
      holds: (o, s, g) => {
        const { kl } = batch(o, s, s.objective, firstRows(2))
        const want =
          s.objective.tag === 'autoencoder' ? [] : latentsOf(s).map(({ name, dist }) => `${name}:${termsOf(dist)}`)
        const got = Object.entries(kl).map(([name, terms]) => `${name}:${terms.length}`)
        g.holds(got.toSorted().join() === [...want].toSorted().join(), `kl has ${got.join()}, not ${want.join()}`)
      },
    }),
    law({
      name: 'every datum and draw has noise of its own',
      statement:
        'a minibatch of N data with K draws reads one noise leaf a latent, of shape [N, K, …]; an autoencoder reads none, nor does what is enumerated, nor need a latent that nothing reads',
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
        const draws = 'samples' in s.objective ? [s.objective.samples] : []
        const drawn =
          s.objective.tag === 'autoencoder'
            ? []
            : latentsOf(s)
                .filter(({ dist }) => dist.sampling !== 'enumerated')
                .map(({ name, dist }) => ({ name, shape: [SIZE, ...draws, ...dist.shape].join('×') }))
        const want = drawn.filter(({ name }) => isRead(s, name)).map(({ shape }) => shape)
        const all = drawn.map(({ shape }) => shape)
        const got = leaves.map((leaf) => leaf.shape.join('×'))
        g.holds(isWithin(want, got) && isWithin(got, all), `noise has shapes ${got.join()}, not ${all.join()}`)
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
        // A clamp has a corner, and sticking the landing leaves a part out; they have laws of their own.
        const objective = s.objective.tag === 'elbo' ? bare(s.objective) : s.objective
        const measured = o.measureBatch(s.vae, objective, dataOf(s.vae), o.own === undefined ? 2 : 1)
        const { loss } = o.lossOf(objective, measured, horizon, b.scalar('step'))
        const params = paramsOf([loss])
        const source = random(s.seed)
        const gradients = grad(loss, params)
        const unreached = areZero(gradients)
        // What a program itself holds by stopGradient is not moved.
        const directions = new Map(
          params.map((p, i) => [
            p.arg.name,
            mapped(s.values(p).data, () => (unreached[i] === true ? 0 : source.within(-1, 1))),
          ]),
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
        const [value, ...slopes] = valuesAt([loss, ...gradients], at)
        let analytic = 0
        params.forEach((p, k) => {
          const along = directions.get(p.arg.name)
          slopes[k]?.forEach((v, i) => {
            analytic += v * (along?.[i] ?? 0)
          })
        })
        // A corner of one of many units within the step is an error of the difference, not of the gradient.
        const sized = (x: number, of: number): number => x / (1 + Math.abs(of) + Math.abs(value?.[0] ?? 0))
        const found = slope(moved, (near) => Math.abs(sized(analytic - near.value, near.value)) <= TOLERANCE)
        g.agree(
          { value: sized(analytic, found.value), error: 0 },
          { value: sized(found.value, found.value), error: detaches(s) ? Infinity : sized(found.error, found.value) },
          TOLERANCE,
          `the slope, ${analytic} against ${found.value}, by its size`,
        )
      },
    }),
  ],
}
