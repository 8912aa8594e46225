import * as E from 'fp-ts/lib/Either.js'
import { codecError, type ElboError } from '../error.ts'
import { sizeOf, type Tensor } from '../expr/Tensor.ts'
import type { AnyVae } from '../model/Vae.ts'
import { vaeParams } from './graphs.ts'

type Variables = ReadonlyMap<string, Tensor>
type Shapes = readonly (readonly [name: string, shape: readonly number[]])[]

const bracket = (shape: readonly number[]): string => `[${shape.join(', ')}]`
const isOfShape = ({ shape, data }: Tensor, wanted: readonly number[]): boolean =>
  shape.length === wanted.length && shape.every((d, i) => d === wanted[i]) && data.length === sizeOf(wanted)

/** The first array that is not there, or not of its shape, in words. */
const misfit = (values: Variables, wanted: Shapes): string | undefined => {
  for (const [name, shape] of wanted) {
    const found = values.get(name)
    if (found === undefined) return `no '${name}' of shape ${bracket(shape)}`
    if (!isOfShape(found, shape))
      return `'${name}' is of shape ${bracket(found.shape)}, but the program takes ${bracket(shape)}`
  }
  return undefined
}

/** Errors  an array that a program needs and that is not there, or has another shape; `where` is what they are from */
export const checkShapes = (where: string, values: Variables, wanted: Shapes): E.Either<ElboError, Variables> => {
  const wrong = misfit(values, wanted)
  return wrong === undefined ? E.right(values) : E.left(codecError(`${where}: ${wrong}`))
}

/** The parameters of a program, each with its shape. */
const parameterShapes = (vae: AnyVae): Shapes =>
  vaeParams(vae).map(({ arg: { name, shape } }) => [name, shape] as const)

/** Bytes of an array's header, and of the label of a checkpoint. */
const [HEADER, LABEL] = [2 ** 12, 2 ** 20]
/** A parameter, and what an optimiser and a target keep beside it. */
const COPIES = 8

/** How many bytes the arrays of a program can take at most, with an optimiser's state and in double precision: a file that unpacks to more is not of it. */
export const roomFor = (vae: AnyVae): number =>
  LABEL + COPIES * parameterShapes(vae).reduce((n, [, shape]) => n + HEADER + 8 * sizeOf(shape), 0)

/** Every parameter of a program among some arrays, and no other array. Errors  those of {@link checkShapes} */
export const parametersAmong = (where: string, vae: AnyVae, values: Variables): E.Either<ElboError, Variables> => {
  const wanted = parameterShapes(vae)
  const names = new Set(wanted.map(([name]) => name))
  return E.map((all: Variables) => new Map([...all].filter(([name]) => names.has(name))))(
    checkShapes(where, values, wanted),
  )
}
