import * as TE from 'fp-ts/lib/TaskEither.js'
import { pipe } from 'fp-ts/lib/function.js'
import { type ElboError, writeWhole } from '../index.ts'
import { type Figure, figureSvg, rasterize } from '../report/index.ts'

/** A figure as a PNG file, or as SVG where the name ends so. */
export const writeFigure = (path: string, figure: Figure): TE.TaskEither<ElboError, void> =>
  pipe(
    path.endsWith('.svg') ? TE.right<ElboError, string | Uint8Array>(figureSvg(figure)) : rasterize(figureSvg(figure)),
    TE.chain((content) => writeWhole(path, content)),
  )
