import type { Field, Fields } from '../data/Field.ts'
import { logAbsDetJacobian } from '../data/standardize.ts'
import * as b from '../expr/build.ts'
import type { Graph } from '../expr/Graph.ts'
import type { Node } from '../expr/Op.ts'
import { substitute } from '../expr/substitute.ts'
import type { AnyVae } from '../model/Vae.ts'

/** What a log-density or bound of a VAE's standardised data lacks to be one of the data in their own units. Units nats a datum */
export const unitsJacobian = (vae: AnyVae, fields: Fields): number =>
  vae.model.reduce((sum, { kind, name }) => {
    const field = kind === 'observed' ? fields[name] : undefined
    return field === undefined ? sum : sum + logAbsDetJacobian(field)
  }, 0)

type Scaling = (value: Node) => Node

const scalings = (field: Field | undefined): { readonly in: Scaling; readonly out: Scaling } | undefined => {
  if (field?.standardization === undefined) return undefined
  const mean = b.literal(field.standardization.mean, field.shape)
  const scale = b.literal(field.standardization.scale, field.shape)
  return { in: (value) => b.div(b.sub(value, mean), scale), out: (value) => b.add(b.mul(value, scale), mean) }
}

/** Outputs that are values of an observation; the others are of latents, or densities. */
const valueOf = (output: string): string | undefined => /^(?:mean|draw)\/(.*)$/s.exec(output)?.[1]

/**
 * A graph of standardised data as one of data in their own units, for programs that know nothing of a standardisation: what it reads is
 * standardised within, `mean/…` and `draw/…` are scaled back, and `bound` is a density of the data in their own units.
 *
 * Shapes    those of the graph: a batch of data, one scaling a feature
 */
export const inOwnUnits = ({ outputs, updates }: Graph, vae: AnyVae, fields: Fields): Graph => {
  const names = Object.keys(outputs)
  const roots = substitute(Object.values(outputs), (leaf) =>
    leaf.op === 'data' ? scalings(fields[leaf.arg.name])?.in(leaf) : undefined,
  )
  const own = (name: string, value: Node): Node =>
    name === 'bound'
      ? b.add(value, unitsJacobian(vae, fields))
      : (scalings(fields[valueOf(name) ?? ''])?.out(value) ?? value)
  return {
    outputs: Object.fromEntries(
      names.flatMap((name, i) => (roots[i] === undefined ? [] : [[name, own(name, roots[i])]])),
    ),
    updates,
  }
}
