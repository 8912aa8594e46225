import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { newFolder } from '../../temporary.ts'

const descr = (data: Uint8Array | Float32Array | Float64Array): string =>
  data instanceof Uint8Array ? '|u1' : data instanceof Float32Array ? '<f4' : '<f8'

/** A file as `numpy.save` writes it: the elements begin at a multiple of 64 bytes. */
export const npy = (
  data: Uint8Array | Float32Array | Float64Array,
  shape: readonly number[],
  order: 'True' | 'False' = 'False',
  type = descr(data),
): Uint8Array => {
  const extents = shape.length === 1 ? `${shape[0]},` : shape.join(', ')
  const text = `{'descr': '${type}', 'fortran_order': ${order}, 'shape': (${extents}), }`
  const length = Math.ceil((10 + text.length + 1) / 64) * 64 - 10
  const header = [0x93, ...Buffer.from('NUMPY'), 1, 0, length & 255, length >> 8]
  return new Uint8Array([
    ...header,
    ...Buffer.from(`${text.padEnd(length - 1)}\n`),
    ...new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
  ])
}

/** An IDX file of bytes. */
export const idx = (data: Uint8Array, shape: readonly number[]): Uint8Array => {
  const header = new DataView(new ArrayBuffer(4 + 4 * shape.length))
  header.setUint32(0, 0x800 | shape.length)
  for (const [axis, extent] of shape.entries()) header.setUint32(4 + 4 * axis, extent)
  return new Uint8Array([...new Uint8Array(header.buffer), ...data])
}

export const folderOf = (files: Readonly<Record<string, Uint8Array>>): string => {
  const folder = newFolder()
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, name), bytes)
  return folder
}
