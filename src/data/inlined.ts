import * as A from 'fp-ts/lib/ReadonlyArray.js'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { dataError, type ElboError } from '../error.ts'
import { widthOf, type Dataset } from './Field.ts'
import { heldOut } from './holdOut.ts'
import type { InlineField, InlineSource } from './DataSource.ts'
import { checkSupport } from './support.ts'

/** How many data a field holds. */
const sizeOf = ([name, field]: readonly [string, InlineField]): E.Either<ElboError, number> => {
  const width = widthOf(field)
  const size = field.values.length / width
  return Number.isInteger(size)
    ? E.right(size)
    : E.left(
        dataError(
          `field '${name}': ${field.values.length} values are no whole number of data of shape [${field.shape.join(', ')}]`,
        ),
      )
}

/** Every field has as many data as the first. */
const commonSize = (fields: readonly (readonly [string, InlineField])[]): E.Either<ElboError, number> =>
  pipe(
    fields,
    E.traverseArray((field) =>
      pipe(
        sizeOf(field),
        E.map((size) => ({ name: field[0], size })),
      ),
    ),
    E.chain((sizes) => {
      const [first] = sizes
      if (first === undefined) return E.left(dataError('inline data have no fields'))
      const other = sizes.find(({ size }) => size !== first.size)
      return other === undefined
        ? E.right(first.size)
        : E.left(dataError(`field '${first.name}' has ${first.size} data, but field '${other.name}' has ${other.size}`))
    }),
  )

export const loadInline = (source: InlineSource): E.Either<ElboError, Dataset> => {
  const fields = Object.entries(source.fields)
  return pipe(
    E.Do,
    E.bind('size', () => commonSize(fields)),
    E.chainFirst(() =>
      pipe(
        fields,
        E.traverseArray(([name, field]) => checkSupport(name, field, field.values)),
      ),
    ),
    E.bind('parts', ({ size }) => heldOut(size, source.holdOut, 'inline data')),
    E.map(({ parts }) =>
      parts.dataset(
        Object.fromEntries(
          pipe(
            fields,
            A.map(([name, { shape, support, values }]) => [
              name,
              { field: { shape, support, encoding: 'value' }, column: Float32Array.from(values) },
            ]),
          ),
        ),
      ),
    ),
  )
}
