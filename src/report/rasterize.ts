import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import type { ResvgRenderOptions } from '@resvg/resvg-wasm'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { type ElboError, fileError } from '../error.ts'
import { ownUrl } from '../ownUrl.ts'

/** The face that every figure is set in: it comes with the package, so a figure looks the same on a machine without fonts. */
export const FONT = 'Open Sans'
export const INK = '#1b1e23'
export const PALE = '#5b6470'
const faces = ['400Regular/OpenSans_400Regular.ttf', '600SemiBold/OpenSans_600SemiBold.ttf']

type Rasterizer = (svg: string, scale: number) => Uint8Array

const open = async (): Promise<Rasterizer> => {
  const { resolve } = createRequire(ownUrl(import.meta.url))
  const { initWasm, Resvg } = await import('@resvg/resvg-wasm')
  const [wasm, ...fontBuffers] = await Promise.all([
    readFile(resolve('@resvg/resvg-wasm/index_bg.wasm')),
    ...faces.map((face) => readFile(resolve(`@expo-google-fonts/open-sans/${face}`))),
  ])
  await initWasm(wasm)
  const font = { fontBuffers, loadSystemFonts: false, defaultFontFamily: FONT, sansSerifFamily: FONT }
  return (svg, scale) => {
    const options: ResvgRenderOptions = { font, fitTo: { mode: 'zoom', value: scale } }
    const drawing = new Resvg(svg, options)
    const image = drawing.render()
    const bytes = image.asPng()
    image.free()
    drawing.free()
    return bytes
  }
}

/** WebAssembly starts once a process. */
let opened: Promise<Rasterizer> | undefined

/** A drawing as a PNG file's bytes; `scale` pixels for each of its units. */
export const rasterize = (svg: string, scale = 1): TE.TaskEither<ElboError, Uint8Array> =>
  TE.tryCatch(
    async () => (await (opened ??= open()))(svg, scale),
    (cause) => fileError(`the picture could not be drawn: ${cause instanceof Error ? cause.message : String(cause)}`),
  )
