/** How the values of a panel are laid out: evenly, or, where some are out of all proportion to the others, by their order of magnitude. */
export type ValueScale =
  | { readonly type: 'linear' }
  | { readonly type: 'symlog'; readonly constant: number; readonly ticks: readonly number[] }

/** Beyond this many times the usual size, what is largest would press all others onto one line. */
const OUT_OF_PROPORTION = 1000
const TICKS = 6

/** Powers of ten from the usual size to the largest, some of them, on the sides where there are values. */
const powers = (usual: number, largest: number, signs: ReadonlySet<number>): readonly number[] => {
  const [low, high] = [Math.floor(Math.log10(usual)), Math.ceil(Math.log10(largest))]
  const every = Math.ceil((high - low + 1) / TICKS)
  const exponents = Array.from({ length: Math.floor((high - low) / every) + 1 }, (_, i) => high - i * every)
  return [...signs].flatMap((sign) => exponents.map((e) => sign * 10 ** e))
}

export const valueScale = (values: readonly number[]): ValueScale => {
  const sizes = values.map(Math.abs).toSorted((a, b) => a - b)
  const usual = sizes[Math.floor(sizes.length / 2)] ?? 0
  const largest = sizes.at(-1) ?? 0
  return usual === 0 || largest <= OUT_OF_PROPORTION * usual
    ? { type: 'linear' }
    : {
        type: 'symlog',
        constant: usual,
        ticks: powers(usual, largest, new Set(values.map(Math.sign).filter((sign) => sign !== 0))),
      }
}

/** A Vega expression: numbers of more than six digits by their power of ten, so that they keep to their side of the axis. */
export const label = "abs(datum.value) >= 1e6 ? format(datum.value, '.2~e') : datum.label"
