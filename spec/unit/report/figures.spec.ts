import * as E from 'fp-ts/lib/Either.js'
import { PNG } from 'pngjs'
import { describe, expect, test } from 'vitest'
import {
  curveSvg,
  figureSvg,
  interpolationFigure,
  manifoldFigure,
  type Picture,
  rasterize,
  reconstructionFigure,
  sampleFigure,
} from '../../../src/report/index.ts'

const plain = (value: number): Picture => ({ width: 8, height: 8, rgb: new Uint8Array(192).fill(value) })
const shades = (count: number): readonly Picture[] => Array.from({ length: count }, (_, i) => plain(i))
const labels = (svg: string): readonly string[] =>
  [...svg.matchAll(/<text[^>]*>([^<]*)</g)].map(([, text]) => text ?? '')
const drawn = async (svg: string): Promise<PNG> => {
  const png = await rasterize(svg)()
  if (E.isLeft(png)) throw new Error(png.left.message)
  return PNG.sync.read(Buffer.from(png.right))
}

describe('labels', () => {
  test('data above reconstructions, in pairs of rows', () => {
    const figure = reconstructionFigure({ title: 'T', data: shades(5), reconstructions: shades(5), columns: 3 })
    expect(labels(figureSvg(figure))).toEqual(['T', 'data', 'reconstruction', 'data', 'reconstruction'])
    const [first = 0, second = 0, third = 0] = figure.grid.tops
    expect(third - second).toBeGreaterThan(second - first)
  })

  test('an interpolation runs from datum to datum', () => {
    const strip = { from: plain(1), between: shades(3), to: plain(2) }
    const figure = interpolationFigure({ title: 'T', strips: [strip, strip] })
    expect(labels(figureSvg(figure))).toEqual(['T', 'data', '0.0', '0.5', '1.0', 'data'])
  })

  test('a plane has the last of its upward axis on top', () => {
    const axis = [-1, 0, 1]
    const figure = manifoldFigure({ title: 'T', pictures: shades(9), across: axis, up: axis, axes: ['a', 'b'] })
    expect(figure.rows?.map((r) => r.text)).toEqual(['1.0', '0.0', '−1.0'])
    expect(figure.columns?.map((c) => c.text)).toEqual(['−1.0', '0.0', '1.0'])
  })

  test('columns of samples have the names of their classes', () => {
    const figure = sampleFigure({ title: 'T', samples: shades(6), columns: 3, names: ['a', 'b', 'c'] })
    expect(labels(figureSvg(figure))).toEqual(['T', 'a', 'b', 'c'])
  })

  test('what a name holds is text and not markup', () => {
    const svg = figureSvg(sampleFigure({ title: '<b> & "c"', samples: shades(2), columns: 2 }))
    expect(labels(svg)).toEqual(['&#60;b&#62; &#38; &#34;c&#34;'])
  })
})

/** How dark the darkest pixel of a region is. */
const darkest = (png: PNG, x0: number, y0: number, x1: number, y1: number): number => {
  let least = 255
  for (let y = y0; y < y1; y++)
    for (let x = x0; x < x1; x++) least = Math.min(least, png.data[(y * png.width + x) * 4] ?? 255)
  return least
}

describe('drawings', () => {
  test('the title is really drawn: the font comes with the package', async () => {
    const png = await drawn(
      figureSvg(sampleFigure({ title: 'Title', samples: shades(4).map(() => plain(200)), columns: 4 })),
    )
    expect(darkest(png, 15, 15, 80, 40)).toBeLessThan(60)
  })

  test('pixels of the grid are the pixels of the data', async () => {
    const figure = sampleFigure({ title: 'T', samples: [plain(77), plain(154)], columns: 2 })
    const png = await drawn(figureSvg(figure))
    const { cell } = figure.grid
    const y = png.height - 20 - cell.height / 2
    const grey = [0, 1].map(
      (i) => png.data[(Math.round(y) * png.width + 20 + i * (cell.width + 2) + Math.round(cell.width / 2)) * 4],
    )
    expect(grey).toEqual([77, 154])
  })

  test('what is no SVG is an error', async () => {
    expect(await rasterize('<nonsense')()).toMatchObject({
      left: { tag: 'File', message: expect.stringContaining('could not be drawn') },
    })
  })
})

describe('the curve', () => {
  const point = (epoch: number, split: 'train' | 'validation' | 'test', values: Readonly<Record<string, number>>) => ({
    epoch,
    split,
    values,
  })
  const svgOf = async (points: Parameters<typeof curveSvg>[0]['points']): Promise<string> => {
    const svg = await curveSvg({ title: 'A run', note: 'on a target', points })()
    if (E.isLeft(svg)) throw new Error(svg.left.message)
    return svg.right
  }

  test('has a panel for each quantity measured, and says which line is which', async () => {
    const svg = await svgOf([
      ...[1, 2, 3].map((e) => point(e, 'train', { bound: -100 / e, reconstruction: -90 / e, kl: 10, loss: 100 / e })),
      point(3, 'test', { bound: -40, reconstruction: -35, kl: 5 }),
    ])
    const shown = labels(svg)
    expect(shown).toEqual(
      expect.arrayContaining([
        'A run',
        'on a target',
        'bound (nats)',
        'reconstruction (nats)',
        'KL (nats)',
        'epoch',
        'train',
        'test',
      ]),
    )
    expect(shown).not.toContain('loss (nats)')
    expect(shown).not.toContain('validation')
    const png = await drawn(svg)
    expect(png.width).toBeGreaterThan(900)
  })

  test('shows the loss where there is no bound, and survives what is not finite', async () => {
    const svg = await svgOf([
      point(1, 'train', { reconstruction: -1, loss: 1 }),
      point(2, 'train', { reconstruction: Number.NaN, loss: Number.POSITIVE_INFINITY }),
    ])
    expect(labels(svg)).toEqual(expect.arrayContaining(['loss (nats)', 'reconstruction (nats)']))
    expect(svg).not.toMatch(/NaN|Infinity/)
  })
})
