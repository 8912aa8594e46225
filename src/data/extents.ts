/** Whether numbers that arrive in one shape are those of another. Equal sizes are not enough: [3, 2, 2] read as [2, 2, 3] is scrambled. */

type Shape = readonly number[]

const sizeOf = (shape: Shape): number => shape.reduce((n, d) => n * d, 1)
const isSame = (a: Shape, b: Shape): boolean => a.length === b.length && a.every((d, i) => d === b[i])

/** An axis of one number has no say in the order of the others. */
const counted = (shape: Shape): Shape => shape.filter((d) => d !== 1)

/**
 * Row-major numbers of shape `found` are those of `wanted`: the same extents, but for those of 1, or flat. A flat `wanted` says nothing of the order
 * in which the axes of `found` became one.
 */
const fits = (found: Shape, wanted: Shape): boolean => {
  const [a, b] = [counted(found), counted(wanted)]
  return isSame(a, b) || (sizeOf(a) === sizeOf(b) && a.length === 1)
}

/** The order in which to take the axes of `found` so that it fits `wanted`, those of 1 last; undefined where there is none. */
const transposition = (found: Shape, wanted: Shape): readonly number[] | undefined => {
  const left = new Set(found.keys())
  const taken = counted(wanted).map((d) => {
    const axis = [...left].find((i) => found[i] === d)
    if (axis !== undefined) left.delete(axis)
    return axis ?? -1
  })
  const order = [...taken, ...left]
  return taken.includes(-1) || counted([...left].map((i) => found[i] ?? 1)).length > 0 ? undefined : order
}

/**
 * What to do with many data of shape `found`, the data along the first axis, where one datum is to be `wanted`: '' where no order of the axes
 * helps, undefined where they fit.
 *
 * For example   misfit([9, 3, 2, 2], [2, 2, 3])   // => '; transpose it: numpy.transpose(array, (0, 2, 3, 1))'
 */
export const misfit = ([, ...found]: Shape, wanted: Shape): string | undefined => {
  if (fits(found, wanted)) return undefined
  const order = transposition(found, wanted)
  if (order !== undefined)
    return `; transpose it: numpy.transpose(array, (${[0, ...order.map((axis) => axis + 1)].join(', ')}))`
  if (sizeOf(found) !== sizeOf(wanted)) return ''
  return counted(wanted).length === 1
    ? `; give the field the shape [${found.join(', ')}], or flat rows of ${sizeOf(wanted)}: numpy.reshape(array, (len(array), ${sizeOf(wanted)}))`
    : `; if its numbers are in the order of [${wanted.join(', ')}], give flat rows of ${sizeOf(wanted)}`
}
