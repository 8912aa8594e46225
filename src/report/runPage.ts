import * as TE from 'fp-ts/lib/TaskEither.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { Spec } from 'vega'
import type { Estimate } from '../diagnose/Estimate.ts'
import type { Finding } from '../diagnose/findings.ts'
import type { Portrait } from '../diagnose/portrait.ts'
import type { ElboError } from '../error.ts'
import { bars } from './bars.ts'
import { chartSvg, leftOut } from './chart.ts'
import { type CurvePoint, curveSvg } from './curve.ts'
import { type Figure, figureSvg } from './figure.ts'
import type { Block, Page, Section } from './page.ts'
import { scatter } from './scatter.ts'

/** A drawing of a page: of pictures, or a chart. */
export interface Exhibit {
  readonly id: string
  readonly caption: string
  readonly drawing:
    { readonly kind: 'pictures'; readonly figure: Figure } | { readonly kind: 'chart'; readonly spec: Spec }
}

/** Everything that the page of a run shows, computed before. */
export interface RunResults {
  readonly name: string
  /** when, where, on what, in a line */
  readonly about: string
  readonly points: readonly CurvePoint[]
  readonly portrait: Portrait
  /** what to add to the bound for that of a table in its own units; 0 where nothing is standardised */
  readonly logAbsDetJacobian: number
  readonly findings: readonly Finding[]
  /** what each datum of the portrait is, and what there is in order; empty where data have no labels */
  readonly labels: readonly string[]
  readonly labelNames: readonly string[]
  readonly traversals: readonly Exhibit[]
  readonly interpolations: readonly Exhibit[]
  readonly samples: readonly Exhibit[]
  readonly reconstructions: readonly Exhibit[]
}

const number = (x: number): string => x.toFixed(2).replace('-', '−')
const row = (what: string, { value, standardError }: Estimate): readonly string[] => [
  what,
  number(value),
  `± ${number(standardError)}`,
]

type Drawn<A> = TE.TaskEither<ElboError, A>

const drawn = ({ id, caption, drawing }: Exhibit): Drawn<Block> =>
  pipe(
    drawing.kind === 'pictures' ? TE.right(figureSvg(drawing.figure)) : chartSvg(drawing.spec),
    TE.map((svg): Block => {
      const left = drawing.kind === 'chart' ? leftOut(drawing.spec) : ''
      return { kind: 'figure', id, caption: left === '' ? caption : `${caption}. ${left}`, svg }
    }),
  )

const section = (id: string, title: string, text: string, exhibits: readonly Exhibit[]): Drawn<readonly Section[]> =>
  exhibits.length === 0
    ? TE.right([])
    : pipe(
        TE.sequenceSeqArray(exhibits.map(drawn)),
        TE.map((figures) => [{ id, title, blocks: [{ kind: 'text', text }, ...figures] }]),
      )

/** What makes a density of standardised rows one of rows in their own units. */
const shifted = ({ value, standardError }: Estimate, by: number): Estimate => ({ value: value + by, standardError })

const verdicts = ({ findings, portrait, logAbsDetJacobian }: RunResults): Section => ({
  id: 'verdicts',
  title: 'Verdicts',
  blocks: [
    ...findings.map((f): Block => ({ kind: 'verdict', ...f })),
    {
      kind: 'table',
      head: [
        `on ${portrait.count} test data`,
        logAbsDetJacobian === 0 ? 'nats a datum' : 'nats a datum, of the standardised rows',
        'standard error',
      ],
      rows: [
        row('bound on log p(x), −D − R', portrait.bound),
        row('distortion D = −E log p(x | z)', portrait.distortion),
        row('rate R = KL(q(z | x) ‖ p(z))', portrait.rate),
        ...(logAbsDetJacobian === 0
          ? []
          : [row('bound on log p(x) of the rows in their own units', shifted(portrait.bound, logAbsDetJacobian))]),
        ...portrait.latents.map((l) => [
          `active dimensions of ${l.name}`,
          `${l.active} of ${l.dimensions.length}`,
          'by KL and by variance',
        ]),
      ],
    },
  ],
})

const curves = ({ points, name }: RunResults): Drawn<readonly Section[]> =>
  points.every((p) => p.split === 'test')
    ? TE.right([])
    : pipe(
        curveSvg({ title: name, points }),
        TE.map((svg): readonly Section[] => [
          {
            id: 'curves',
            title: 'Training',
            blocks: [
              {
                kind: 'text',
                text: 'The bound and its two parts, unweighted, epoch by epoch: bound = reconstruction − KL. Distortion D is minus the reconstruction, rate R is the KL.',
              },
              {
                kind: 'figure',
                id: 'curve',
                svg,
                caption: 'The bound, the reconstruction (−D) and the KL (R) over training',
              },
            ],
          },
        ]),
      )

const latents = ({ portrait, labels, labelNames }: RunResults): readonly Exhibit[] => [
  ...portrait.latents.map(({ name, dimensions }): Exhibit => ({
    id: `kl-${name}`,
    caption: `KL by dimension of ${name}, two standard errors either way; active ones are filled`,
    drawing: {
      kind: 'chart',
      spec: bars({
        bars: dimensions.map(({ kl, active }, i) => ({
          name: String(i),
          height: kl.value,
          standardError: kl.standardError,
          hollow: !active,
        })),
        axes: ['latent dimension', 'KL, nats a datum'],
        states: ['active', 'inactive'],
      }),
    },
  })),
  ...portrait.planes.map(({ name, axes, across, up }): Exhibit => ({
    id: `plane-${name}`,
    caption: `Posterior means of ${name} of ${portrait.count} test data${labelNames.length > 1 ? ', by label' : ''}`,
    drawing: { kind: 'chart', spec: scatter({ across, up, axes, labels, names: labelNames }) },
  })),
]

/** The page of a run. Errors  a drawing that cannot be made */
export const runPage = (results: RunResults): Drawn<Page> => {
  const parts: readonly Drawn<readonly Section[]>[] = [
    TE.right([verdicts(results)]),
    curves(results),
    section(
      'latents',
      'The latent space',
      'What each dimension costs and whether it is used: active is a dimension whose KL and whose posterior mean’s variance are both above 0.01. Then where data are encoded.',
      latents(results),
    ),
    section(
      'traversals',
      'Traversals',
      'One test datum, decoded with a single latent dimension moved through the range that the data take there. What changes along a row is what that dimension tells.',
      results.traversals,
    ),
    section(
      'interpolations',
      'Interpolations',
      'Between the posterior means of two test data, along the straight line. A good latent space has plausible data all the way.',
      results.interpolations,
    ),
    section(
      'samples',
      'Samples beside data',
      'Draws from the prior beside test data. What data show and samples do not, the model has not learnt.',
      results.samples,
    ),
    section(
      'reconstructions',
      'Reconstructions',
      'Each datum through the latent at its posterior mean and back, and what was lost on the way.',
      results.reconstructions,
    ),
  ]
  return pipe(
    TE.sequenceSeqArray(parts),
    TE.map((sections) => ({ title: results.name, subtitle: results.about, sections: sections.flat() })),
  )
}
