import { pipe } from 'fp-ts/lib/function.js'
import {
  adam,
  dense,
  diagonalNormal,
  elbo,
  type Experiment,
  experiment,
  given,
  inline,
  inspect,
  latent,
  learnedGaussian,
  model,
  observe,
  principalComponents,
  real,
  reconstructed,
  roc,
  type Roc,
  type Rows,
  rowAt,
  rowsFrom,
  rowsOf,
  standardNormal,
  tanh,
  vae,
  warmUp,
} from 'elbo-ts'
import { exceeds, type Findings, inSeeds, type Lab, normalStream, orThrow, seeded, withTrained } from './kit.ts'
import { plotSvg } from './picture.ts'

/**
 * Lab 9: a robot's senses. Windows of four channels that move together, one turn of a joint: two angles, the torque and the current. A fault
 * changes how the channels hang together and no channel's own size. Scored by the bound, and by the error of PCA with as many numbers.
 */

const STEPS = 12
const WIDTH = 4 * STEPS
const LATENTS = 3
const SEEDS = [1, 2, 3]

/** A window: amplitude and phase are its own; a `fault` delays the current and lets the torque slip. */
const windowOf = (next: () => number, fault: boolean): readonly number[] => {
  const amplitude = 1 + 0.3 * Math.tanh(next())
  const phase = Math.PI * next()
  const delay = fault ? 0.5 : 0
  const at = (t: number): number => (2 * Math.PI * t) / STEPS + phase
  const channel = (value: (t: number) => number): readonly number[] =>
    Array.from({ length: STEPS }, (_, t) => value(t) + 0.1 * next())
  return [
    ...channel((t) => amplitude * Math.sin(at(t))),
    ...channel((t) => amplitude * Math.cos(at(t))),
    ...channel((t) => amplitude ** 2 * Math.sin(2 * at(t) + delay)),
    ...channel((t) => Math.tanh(2 * amplitude * Math.sin(at(t) - delay / 2))),
  ]
}

const windows = (count: number, seed: number, fault: boolean): readonly (readonly number[])[] => {
  const next = normalStream(seed)
  return Array.from({ length: count }, () => windowOf(next, fault))
}

const of = (rows: readonly (readonly number[])[]): Experiment =>
  experiment({
    name: 'sensors',
    vae: vae({
      model: pipe(
        model,
        latent('z', () => standardNormal(LATENTS)),
        observe('x', ({ z }) =>
          pipe(z, dense(64), tanh, dense(64), tanh, dense(WIDTH), learnedGaussian({ initial: 0.5 })),
        ),
      ),
      guide: pipe(
        given({ x: real(WIDTH) }),
        latent('z', ({ x }) => pipe(x, dense(64), tanh, dense(64), tanh, dense(2 * LATENTS), diagonalNormal(LATENTS))),
      ),
    }),
    objective: elbo({ beta: warmUp({ epochs: 5 }) }),
    data: inline({ fields: { x: { shape: [WIDTH], support: 'real', values: rows.flat() } } }),
    optimizer: adam(2e-3),
    epochs: 60,
    batch: 100,
  })

const tensorOf = (rows: Rows) => ({ shape: [rows.count, rows.width], data: rows.data })

const run = async (): Promise<Findings> => {
  const results = await inSeeds(SEEDS, async (seed) => {
    const [normal, faulty] = [
      rowsFrom([...windows(400, 10 * seed + 1, false)].map((w) => [...w])),
      rowsFrom([...windows(400, 10 * seed + 2, true)].map((w) => [...w])),
    ]
    return withTrained(seeded(of(windows(3000, 10 * seed, false)), seed), ({ vae, session, train }) => {
      const scores = (rows: Rows): Float64Array =>
        orThrow(inspect(vae, session, new Map([['x', tensorOf(rows)]]))).bound.map((l) => -l)
      const x = train.get('x')
      const pca = principalComponents(x === undefined ? rowsFrom([]) : rowsOf(x))
      const errors = (rows: Rows, components: number): Float64Array => {
        const told = reconstructed(pca, rows, components)
        return Float64Array.from({ length: rows.count }, (_, i) =>
          rowAt(rows, i).reduce((sum, v, j) => sum + (v - (rowAt(told, i)[j] ?? 0)) ** 2, 0),
        )
      }
      const byPca = (components: number): Roc => roc(errors(normal, components), errors(faulty, components))
      return {
        bound: roc(scores(normal), scores(faulty)),
        pca: byPca(LATENTS),
        bestPca: [2, 4, 6, 8, 12, 16, 24].reduce((best, k) => Math.max(best, byPca(k).auc), 0),
      }
    })
  })
  const thinned = (r: Roc, group: string) =>
    r.curve
      .filter((_, i) => i % 8 === 0 || i === r.curve.length - 1)
      .map((p) => ({ x: p.falseAlarms, y: p.found, group }))
  return {
    claims: [
      exceeds(
        '9',
        'the bound finds faults: AUC above 0.9',
        results.map((r) => r.bound.auc),
        0.9,
      ),
      exceeds(
        '9',
        'the bound’s AUC is above that of PCA’s error with as many numbers',
        results.map((r) => r.bound.auc - r.pca.auc),
      ),
      exceeds(
        '9',
        '… and above that of PCA with the number of components that, in hindsight, is best',
        results.map((r) => r.bound.auc - r.bestPca),
      ),
    ],
    picture: await plotSvg({
      title: 'Finding faults',
      x: 'false alarms',
      y: 'faults found',
      lines: true,
      points: results.slice(0, 1).flatMap((r) => [...thinned(r.bound, 'the bound'), ...thinned(r.pca, 'PCA error')]),
    }),
  }
}

export const sensors: Lab = { name: '9-sensors', title: 'A robot’s senses', run }
