/**
 * The closed vocabulary: one row an op, its field the op's static argument. Every interpretation (shape rule, batching rule,
 * derivative, printer, each target's lowering) is a `Table` with a rule for every row, so a forgotten rule does not compile.
 * All values are real tensors; truth is 0 or 1.
 */
export interface OpArgs {
  // leaves: everything that comes from outside
  readonly const: { readonly shape: Dims; /** one number fills the shape */ readonly values: readonly number[] }
  readonly data: { readonly name: string; readonly shape: Dims; readonly support: Support }
  readonly param: { readonly name: string; readonly shape: Dims; readonly init: Init }
  readonly state: { readonly name: string; readonly shape: Dims; readonly fill: number }
  readonly noise: { readonly name: string; readonly shape: Dims; readonly law: NoiseLaw }
  readonly scalar: { readonly name: string }
  // one operand, elementwise
  readonly neg: None
  readonly exp: None
  readonly expm1: None
  readonly log: None
  readonly log1p: None
  readonly sqrt: None
  readonly tanh: None
  readonly sigmoid: None
  readonly softplus: None
  /** log Γ and its derivative ψ, of positive numbers: NaN below 0, and at 0 the limit from above */
  readonly lgamma: None
  readonly digamma: None
  readonly relu: None
  readonly abs: None
  readonly sign: None
  readonly floor: None
  readonly stopGradient: None
  // two operands of one shape, elementwise
  readonly add: None
  readonly sub: None
  readonly mul: None
  readonly div: None
  readonly max: None
  readonly min: None
  readonly less: None
  readonly equal: None
  // condition, value where it is not 0, value where it is
  readonly select: None
  /**
   * The least count whose distribution function is above u ∈ [0, 1), for counts of mean μ and variance μ + α μ²: Poisson's for α = 0,
   * else the negative binomial's. Operands: u, μ, α
   */
  readonly countQuantile: None
  // contractions: the last two axes of equal leading shapes; NHWC with HWIO filters
  readonly matmul: { readonly transposeA: boolean; readonly transposeB: boolean }
  readonly conv2d: { readonly stride: number; readonly padding: Padding }
  /** the gradient of conv2d in its input; used forward it is the transposed convolution. Operands: filter, output */
  readonly conv2dInput: { readonly stride: number; readonly padding: Padding; readonly inputShape: Dims }
  /** the gradient of conv2d in its filter. Operands: input, output */
  readonly conv2dFilter: { readonly stride: number; readonly padding: Padding; readonly filterShape: Dims }
  // reductions: the named axes (ascending) disappear
  readonly sum: { readonly axes: Dims }
  readonly maximum: { readonly axes: Dims }
  // movement
  readonly reshape: { readonly shape: Dims }
  readonly transpose: { readonly perm: Dims }
  /** numpy's rule: aligned at the right, an extent of 1 (or an absent axis) repeats */
  readonly broadcast: { readonly shape: Dims }
  readonly slice: { readonly begin: Dims; readonly size: Dims }
  readonly pad: { readonly before: Dims; readonly after: Dims }
  readonly concat: { readonly axis: number }
  readonly reverse: { readonly axes: Dims }
  // made by passes only
  readonly dense: { readonly activation: Activation }
  /** softplus(l) − l·t: the Bernoulli's negative log-density at logits l, target t */
  readonly sigmoidCrossEntropy: None
}

export type Dims = readonly number[]
type None = Readonly<Record<never, never>>
export type Op = keyof OpArgs
export type Padding = 'same' | 'valid'
export type Activation = 'linear' | 'relu' | 'sigmoid' | 'tanh'
export type NoiseLaw = 'normal' | 'uniform'
/** What values a datum or a distribution can take. */
export type Support = 'real' | 'positive' | 'unit' | 'binary' | 'oneHot' | 'count'
export type Init =
  | { readonly tag: 'constant'; readonly value: number }
  | { readonly tag: 'uniform'; readonly limit: number }
  | { readonly tag: 'normal'; readonly stddev: number }

/** A vertex of the graph: frozen and interned, so equal structure is the same object. */
export interface NodeFor<O extends Op> {
  readonly op: O
  readonly arg: OpArgs[O]
  readonly src: readonly Node[]
  readonly shape: Dims
  /** order of birth; a node's operands are always older than the node */
  readonly id: number
}
export type NodeOf<O extends Op> = { readonly [K in O]: NodeFor<K> }[O]
export type Node = NodeOf<Op>

/** A total rule table: one rule for every op. */
export type Table<C, R> = { readonly [O in Op]: (node: NodeOf<O>, context: C) => R }

/** The one place where a rule is chosen. */
export const apply = <C, R, O extends Op>(table: Table<C, R>, node: NodeOf<O>, context: C): R =>
  table[node.op](node, context)
