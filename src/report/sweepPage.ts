import * as TE from 'fp-ts/lib/TaskEither.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { Spec } from 'vega'
import type { Finding } from '../diagnose/findings.ts'
import type { SweepCurve, SweepRow } from '../diagnose/sweepCurve.ts'
import type { ElboError } from '../error.ts'
import { chartSvg, leftOut } from './chart.ts'
import { intervals } from './intervals.ts'
import type { Page } from './page.ts'
import { rateDistortion } from './rateDistortion.ts'

/** Everything that the page of a sweep shows, computed before. */
export interface SweepResults {
  readonly name: string
  readonly about: string
  readonly curve: SweepCurve
  readonly findings: readonly Finding[]
  readonly table: { readonly head: readonly string[]; readonly rows: readonly (readonly string[])[] }
}

const boundOf = ({ label, bound }: SweepRow): Parameters<typeof intervals>[0][number] => ({ name: label, ...bound })

const boundsOf = (curve: SweepCurve): Spec => intervals(curve.rows.map(boundOf), 'bound, nats a datum')

/** The page of a sweep. Errors  a drawing that cannot be made */
export const sweepPage = ({ name, about, curve, findings, table }: SweepResults): TE.TaskEither<ElboError, Page> =>
  pipe(
    TE.Do,
    TE.bind('plane', () => chartSvg(rateDistortion(curve))),
    TE.bind('bounds', () => chartSvg(boundsOf(curve))),
    TE.map(({ plane, bounds }) => ({
      title: name,
      subtitle: about,
      sections: [
        {
          id: 'verdicts',
          title: 'Verdicts',
          blocks: findings.map((f) => ({ kind: 'verdict' as const, ...f })),
        },
        {
          id: 'curve',
          title: 'Rate and distortion',
          blocks: [
            {
              kind: 'text' as const,
              text: 'What a nat of rate buys. R is what the latents tell of a datum, at most; D is what is then still missing. A model on the front is beaten by none in both.',
            },
            {
              kind: 'figure' as const,
              id: 'rate-distortion',
              svg: plane,
              caption:
                'Every setting, mean over seeds and two standard errors either way; the dashed line is the bound H − D ≤ R',
            },
            {
              kind: 'figure' as const,
              id: 'bounds',
              svg: bounds,
              caption: ['The bound −D − R of each setting, two standard errors either way', leftOut(boundsOf(curve))]
                .filter((text) => text !== '')
                .join('. '),
            },
          ],
        },
        { id: 'table', title: 'All settings', blocks: [{ kind: 'table' as const, ...table }] },
      ],
    })),
  )
