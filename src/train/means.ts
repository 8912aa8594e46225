import type { Tensor } from '../expr/Tensor.ts'
import { averageOf } from '../optimizer/index.ts'

/** What an optimiser that keeps a mean of the weights is evaluated, saved and asked by. Training goes on with the weights themselves. */

type Variables = ReadonlyMap<string, Tensor>

/** Parameters by name: the mean of each where one is kept, else the parameter. */
export const meansOf = (names: readonly string[], values: Variables): Variables =>
  new Map(
    names.flatMap((name) => {
      const value = values.get(averageOf(name)) ?? values.get(name)
      return value === undefined ? [] : [[name, value] as const]
    }),
  )

export const keepsMeans = (names: readonly string[], values: Variables): boolean =>
  names.some((name) => values.has(averageOf(name)))

/** Before the first update a mean is the parameter. */
export const withFirstMeans = (names: readonly string[], values: Variables): Variables => {
  const means = names.flatMap((name) => {
    const [value, mean] = [values.get(name), averageOf(name)]
    return value !== undefined && values.has(mean) ? [[mean, value] as const] : []
  })
  return new Map([...values, ...means])
}
