import type { PatchSpec, Window } from '../machine.ts'

/** Calls `visit` for each stretch of pixels that lies in the image and in a patch: places of its first number in both, and how many numbers. */
const eachStretch = (w: Window, visit: (image: number, patch: number, length: number) => void): void => {
  const { channels } = w
  let patch = 0
  for (let n = 0; n < w.batch; n++)
    for (let oy = 0; oy < w.outHeight; oy++)
      for (let ox = 0; ox < w.outWidth; ox++)
        for (let fy = 0; fy < w.filterHeight; fy++, patch += w.filterWidth * channels) {
          const y = oy * w.stride + fy - w.top
          if (y < 0 || y >= w.height) continue
          const x = ox * w.stride - w.left
          const [first, last] = [Math.max(0, -x), Math.min(w.filterWidth, w.width - x)]
          if (last > first)
            visit(
              ((n * w.height + y) * w.width + x + first) * channels,
              patch + first * channels,
              (last - first) * channels,
            )
        }
}

/** See {@link PatchSpec}. `to` holds zeros when this begins. */
export const movePatches = ({ direction, window }: PatchSpec, from: Float32Array, to: Float32Array): void => {
  if (direction === 'gather')
    eachStretch(window, (image, patch, length) => {
      for (let i = 0; i < length; i++) to[patch + i] = from[image + i]!
    })
  else
    eachStretch(window, (image, patch, length) => {
      for (let i = 0; i < length; i++) to[image + i]! += from[patch + i]!
    })
}
