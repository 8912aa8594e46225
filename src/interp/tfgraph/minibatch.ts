import { classesOf, type Column, type Field, type Split, strideOf, widthOf } from '../../data/Field.ts'
import { takeRows } from '../../data/streamed.ts'
import { binarizeName } from '../../data/streams.ts'
import { asFloat } from './lower.ts'
import { typeAttr } from './graphdef/GraphDef.ts'
import type { Ref, Scope } from './graphdef/scope.ts'
import type { Streams } from './streams.ts'

/**
 * A field's numbers at rest, in a variable of its own dtype: bytes stay bytes until a batch is gathered. Shapes [data, stride]
 *
 * Of data that stay in files the variable holds those of one call, −1 of them.
 */
export interface Stored {
  readonly name: string
  readonly field: Field
  readonly dtype: 'uint8' | 'float'
  readonly shape: readonly [number, number]
  /** all of them, or those of these rows */
  readonly column: (rows: Uint32Array) => Column
}

export const storedOf = (
  fields: Readonly<Record<string, Field>>,
  split: Split,
  names: readonly string[],
): readonly Stored[] =>
  names.flatMap((name): readonly Stored[] => {
    const [field, column] = [fields[name], split.columns[name]]
    const { streamed } = split
    const dtype = streamed?.reader.dtypes[name]
    if (field === undefined) return []
    const stride = strideOf(field)
    if (streamed !== undefined && dtype !== undefined)
      return [
        {
          name,
          field,
          dtype: dtype === 'uint8' ? 'uint8' : 'float',
          shape: [-1, stride],
          column: (rows) => takeRows(streamed, name, rows, stride),
        },
      ]
    return column === undefined
      ? []
      : [
          {
            name,
            field,
            dtype: column instanceof Uint8Array ? 'uint8' : 'float',
            shape: [split.size, stride],
            column: () => column,
          },
        ]
  })

/** The data at these rows as numbers. Shapes rows: int32 [n] → float [n, ...shape] */
export const minibatch = (
  scope: Scope,
  { name, field, dtype }: Stored,
  handle: Ref,
  rows: Ref,
  size: number,
  streams: Streams,
): Ref => {
  const cast = (from: Ref, to: 'float' | 'int32'): Ref =>
    scope.add('Cast', [from], { SrcT: typeAttr(dtype), DstT: typeAttr(to) })
  const float = (op: 'RealDiv' | 'Less' | 'GreaterEqual', x: Ref, y: Ref): Ref =>
    scope.add(op, [x, y], { T: typeAttr('float') })
  const found = scope.add('ResourceGather', [handle, rows], {
    dtype: typeAttr(dtype),
    Tindices: typeAttr('int32'),
    batch_dims: { i: 0 },
    validate_indices: { b: true },
  })
  const shaped = (x: Ref): Ref =>
    scope.add('Reshape', [x, scope.ints([size, ...field.shape])], { T: typeAttr('float'), Tshape: typeAttr('int32') })
  const numbers = (): Ref => (dtype === 'float' ? found : cast(found, 'float'))
  const grey = (): Ref => float('RealDiv', numbers(), scope.floats([255], []))
  switch (field.encoding) {
    case 'value':
      return shaped(numbers())
    case 'grey':
      return shaped(grey())
    case 'threshold':
      return shaped(asFloat(scope, float('GreaterEqual', numbers(), scope.floats([128], []))))
    case 'dynamic': {
      const uniform = streams.draw(binarizeName(name), 'uniform', [size, widthOf(field)])
      return shaped(asFloat(scope, float('Less', uniform, grey())))
    }
    case 'class':
      return shaped(
        scope.add(
          'OneHot',
          [cast(found, 'int32'), scope.ints([classesOf(field)], []), scope.floats([1], []), scope.floats([0], [])],
          {
            T: typeAttr('float'),
            TI: typeAttr('int32'),
            axis: { i: -1 },
          },
        ),
      )
  }
}
