import { answered } from '../call/answer.ts'
import { record } from '../call/Kind.ts'
import { takes } from '../call/takes.ts'
import * as t from 'io-ts'
import { graphCodec } from '../expr/codec.ts'
import * as b from '../expr/build.ts'
import { type Expr, exprOf } from '../expr/Expr.ts'
import { node } from '../expr/node.ts'
import type { Node } from '../expr/Op.ts'
import { substitute } from '../expr/substitute.ts'

/** What a bound of your own is made of: log-densities at each of its draws from the guide. Shapes  [samples] each   Units  nats */
export interface Draws {
  /** log p(x | z), all observations */
  readonly likelihood: Expr<[number]>
  /** log p(z), all latents */
  readonly prior: Expr<[number]>
  /** log q(z | x), all latents */
  readonly posterior: Expr<[number]>
}

/** A bound of your own, as an objective: an expression of what its draws give. */
export interface OwnBound {
  readonly tag: 'bound'
  readonly name: string
  readonly samples: number
  /** whether the bound's exponential has the expectation p(x), as the mean of importance weights has */
  readonly importanceWeighted: boolean
  readonly value: Node
  readonly problems: readonly string[]
}

const roles = ['likelihood', 'prior', 'posterior'] as const
const leafOf = (role: keyof Draws, samples: number): Node =>
  node('data', { name: `(draws)/${role}`, shape: [samples], support: 'real' })

const makeBound = (options: {
  readonly name: string
  readonly samples: number
  readonly importanceWeighted?: boolean
  readonly of: (draws: Draws) => Expr<[]>
}): OwnBound => {
  const { name, importanceWeighted = false, of } = options
  const isCount = Number.isSafeInteger(options.samples) && options.samples >= 1
  const samples = isCount ? options.samples : 1
  const at = (role: keyof Draws): Expr<[number]> => exprOf<[number]>(leafOf(role, samples))
  const draws = { likelihood: at('likelihood'), prior: at('prior'), posterior: at('posterior') }
  const made = answered(name, 'of', of(draws))
  const scalar = made.problems.length > 0 || made.node.shape.length === 0
  return {
    tag: 'bound',
    name,
    samples: options.samples,
    importanceWeighted,
    value: made.node,
    problems: [
      ...(isCount ? [] : [`${name}: samples must be a whole number of at least 1 but got ${options.samples}`]),
      ...made.problems.map((p) => `${name}: ${p}`),
      ...(scalar ? [] : [`${name}: a bound is one number, but its shape is [${made.node.shape.join(', ')}]`]),
    ],
  }
}

/**
 * A bound on log p(x) of your own, of the log-densities of `samples` draws from the guide, for one datum. It is trained, reported as `bound`, and
 * resumed from its run's folder alone; `boundLaws` of `elbo-ts/verify` check it: `boundOf(name, bound)`.
 *
 * Units    nats a datum
 * Defaults importanceWeighted false
 * Errors   samples that are no whole number from 1; what is wrong with its expression
 * @example bound({ name: 'IWAE', samples: 5, importanceWeighted: true, of: ({ likelihood, prior, posterior }) => pipe(likelihood, add(prior), sub(posterior), logSumExp(), sub(Math.log(5))) })
 */
export const bound: typeof makeBound = takes('bound', makeBound, [record])

/** The bound of these log-densities, [samples] each. */
export const boundAt = ({ value, samples }: OwnBound, draws: Readonly<Record<keyof Draws, Node>>): Node => {
  const images = new Map(roles.map((role) => [leafOf(role, samples), draws[role]]))
  return substitute([value], (leaf) => images.get(leaf))[0] ?? b.constant(Number.NaN)
}

const json = t.type(
  {
    tag: t.literal('bound'),
    name: t.string,
    samples: t.number,
    importanceWeighted: t.boolean,
    problems: t.readonlyArray(t.string),
    graph: graphCodec,
  },
  'a bound',
)
const isBound = (u: unknown): u is OwnBound => typeof u === 'object' && u !== null && 'tag' in u && u.tag === 'bound'

/** A bound in a file: its expression over what its draws give. */
export const ownBoundCodec: t.Type<OwnBound, unknown, unknown> = new t.Type(
  'a bound',
  isBound,
  (u, context) => {
    const read = json.validate(u, context)
    if (read._tag === 'Left') return read
    const { graph, ...rest } = read.right
    const value = graph.outputs['value']
    return value === undefined || (value.shape.length > 0 && rest.problems.length === 0)
      ? t.failure(u, context, `bound '${rest.name}': its value is not one number`)
      : t.success({ ...rest, value })
  },
  ({ value, ...rest }) => json.encode({ ...rest, graph: { outputs: { value }, updates: {} } }),
)
