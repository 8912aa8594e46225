import type { Expr } from '../expr/Expr.ts'
import type { Node } from '../expr/Op.ts'
import type { Schedule } from '../schedule/index.ts'
import type { Shape } from '../shape/Shape.ts'

/** A rule of a user's own, for one shape of parameter: expressions of the leaves that `trace` gives it. */
export interface Traced {
  readonly shape: readonly number[]
  readonly update: Node
  readonly state: Readonly<Record<string, Node>>
  readonly problems: readonly string[]
}

/** What a rule of a user's own is given. Parameters have any shape, so shapes are known late. */
export interface RuleGiven {
  readonly parameter: Expr<Shape>
  readonly gradient: Expr<Shape>
  readonly state: Readonly<Record<string, Expr<Shape>>>
  readonly step: Expr<[]>
  readonly options: Readonly<Record<string, Expr<[]>>>
}

export interface Rule {
  /** names of what is remembered of each parameter; all begin at 0 */
  readonly state: readonly string[]
  readonly traced: readonly Traced[]
  /** until the program is known, whose shapes it is traced at */
  readonly update?: (given: RuleGiven) => unknown
}

/** One gradient transformation: of the library by its name, or a user's own by its expressions. */
export interface Step {
  readonly name: string
  readonly options: Readonly<Record<string, Schedule>>
  /** an optimiser for each pattern of parameters */
  readonly parts?: Readonly<Record<string, Optimizer>>
  readonly rule?: Rule
}

/** How gradients become updates, as data: transformations, one after another. */
export interface Optimizer {
  readonly tag: 'optimizer'
  readonly steps: readonly Step[]
  /** what was wrong with how it was written */
  readonly problems: readonly string[]
}

/** An optimiser, and a function that adds it to another in `pipe`. */
export type Modifier = Optimizer & ((optimizer: Optimizer) => Optimizer)

/** A module that nobody type-checked may hold anything where an optimiser is meant. */
export const isOptimizer = (u: unknown): u is Optimizer =>
  ((typeof u === 'object' && u !== null) || typeof u === 'function') &&
  'tag' in u &&
  u.tag === 'optimizer' &&
  'steps' in u &&
  Array.isArray(u.steps)
