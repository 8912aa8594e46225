export { bars } from './bars.ts'
export { curveSvg, type CurvePoint } from './curve.ts'
export { type Figure, figureSvg } from './figure.ts'
export { arrange, imageGrid } from './imageGrid.ts'
export { isPicture, isSmallPicture, tooSmall, type Picture, picturesOf, pngOf } from './Picture.ts'
export {
  errorFigure,
  interpolationFigure,
  manifoldFigure,
  reconstructionFigure,
  sampleFigure,
  traversalFigure,
} from './galleries.ts'
export { lines, type LinePoint } from './lines.ts'
export { type Page, pageHtml } from './page.ts'
export { rasterize } from './rasterize.ts'
export { type Exhibit, runPage, type RunResults } from './runPage.ts'
export { scatter } from './scatter.ts'
export { sweepPage } from './sweepPage.ts'
