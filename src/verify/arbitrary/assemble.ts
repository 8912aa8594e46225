import type { AnyDist } from '../../dist/Dist.ts'
import type { AnyExpr } from '../../expr/Expr.ts'
import { broken } from '../../expr/Expr.ts'
import { type AnyField, binary, count, type Fields, oneHot, positive, real, unit } from '../../model/Field.ts'
import { type AnyProgram, given } from '../../model/Program.ts'
import { define, latent, observe } from '../../model/step.ts'
import { type AnyVae, vae } from '../../model/Vae.ts'
import * as l from './layers.ts'
import type { LatentPlan, ObservationPlan, ProgramPlan } from './ProgramPlan.ts'

type Scope = Readonly<Record<string, AnyExpr>>
const CLASSES = 3
/** Pictures have this edge; two convolutions of stride 2 fit. */
const EDGE = 4

const constructors = { binary, real, unit, positive, oneHot, count } as const
const fieldOf = (o: ObservationPlan): { readonly text: string; readonly field: AnyField } => {
  const { field } = l.likelihoods[o.likelihood]
  const shape = isImage(o) ? [EDGE, EDGE, 1] : [sizeOf(o)]
  return { text: `${field}(${shape.join(', ')})`, field: constructors[field]<number[]>(...shape) }
}
const isImage = (o: ObservationPlan): boolean =>
  o.image && ['bernoulli', 'gaussian', 'learnedGaussian'].includes(o.likelihood)
/** One category is no choice. */
const sizeOf = (o: ObservationPlan): number => (o.likelihood === 'categorical' ? Math.max(2, o.size) : o.size)

/**
 * A value in scope as a layer reads it. Draws are squashed first but those of a Normal at the top and discrete ones: a scale that is the exponential of a
 * draw whose scale was one overflows.
 */
interface Read {
  readonly name: string
  readonly squashed: boolean
}
const asIs = (name: string): Read => ({ name, squashed: false })
const isWide = (family: l.LatentFamily, level: number): boolean =>
  !l.isDiscrete(family) && (family !== 'Normal' || level > 0)
const readOf = (plan: ProgramPlan, i: number): Read => ({
  name: `z${i + 1}`,
  squashed: isWide(plan.latents[i]?.posterior ?? 'Normal', i),
})

/** `({ z1, y }) => pipe(z1, concat(y), …)` as text and as what it does. */
const callback = <A>(
  reads: readonly Read[],
  layers: readonly l.Layer[],
  last: l.Piece<A>,
): { readonly text: string; readonly run: (env: object) => A } => {
  const [first = asIs(''), ...others] = reads
  const written = ({ name, squashed }: Read): string => (squashed ? `tanh(${name})` : name)
  const parts = [
    written(first),
    ...others.map((r) => `concat(${written(r)})`),
    ...layers.map(({ text }) => text),
    last.text,
  ]
  return {
    text: `({ ${reads.map(({ name }) => name).join(', ')} }) => pipe(${parts.join(', ')})`,
    run: (env) => {
      // A program's values in scope are expressions by name; its type knows the names only where they are literals.
      const scope = env as Scope
      const value = ({ name, squashed }: Read): AnyExpr => {
        const plain = scope[name] ?? broken(`no '${name}' in scope`)
        return squashed ? l.activationLayer('tanh').apply(plain) : plain
      }
      const joined = others.reduce((x, r) => l.concatLayer(r.name, value(r)).apply(x), value(first))
      return last.apply(layers.reduce((x, layer) => layer.apply(x), joined))
    },
  }
}

const hiddenLayers = ({
  hidden,
  activation,
}: {
  readonly hidden: number
  readonly activation: l.ActivationName
}): readonly l.Layer[] => (hidden === 0 ? [] : [l.denseLayer(hidden), l.activationLayer(activation)])

interface Step {
  readonly text: string
  readonly apply: (program: AnyProgram) => AnyProgram
}
const latentStep = (name: string, made: { readonly text: string; readonly run: (env: object) => AnyDist }): Step => ({
  text: `latent('${name}', ${made.text})`,
  apply: (program) => latent<string, object, AnyDist>(name, made.run)(program),
})

/** A latent's distribution that sees nothing, or values in scope. */
const free = (head: l.Piece<AnyDist>): { readonly text: string; readonly run: () => AnyDist } => ({
  text: `() => ${head.text}`,
  run: () => head.apply(broken()),
})
const onScope = (
  scope: readonly Read[],
  z: LatentPlan,
  head: ReturnType<typeof l.priorHead>,
): ReturnType<typeof callback<AnyDist>> =>
  callback(scope, [...hiddenLayers(z), l.denseLayer(head.perValue * z.size)], head)

const latentNames = (plan: ProgramPlan): readonly string[] => plan.latents.map((_, i) => `z${i + 1}`)
const observationNames = (plan: ProgramPlan): readonly string[] => plan.observations.map((_, i) => `x${i + 1}`)

const modelSteps = (plan: ProgramPlan): readonly Step[] => {
  const condition = plan.conditional ? [asIs('y')] : []
  const names = latentNames(plan)
  const reads = names.map((_, i) => readOf(plan, i))
  const latents = plan.latents.map((z, i): Step => {
    const scope = [...reads.slice(0, i), ...condition]
    return latentStep(
      names[i] ?? '',
      scope.length === 0 ? free(l.freePrior(z.prior, z.size)) : onScope(scope, z, l.priorHead(z.prior, z.size)),
    )
  })
  const observations = plan.observations.map((o, i): Step => {
    const { perValue, make } = l.likelihoods[o.likelihood]
    const hidden = plan.tied ? [l.sharedLayer('trunk', l.denseLayer(3)), l.activationLayer('tanh')] : hiddenLayers(o)
    const decoder = isImage(o)
      ? [l.denseLayer(8), l.activationLayer(o.activation), l.reshapeLayer(2, 2, 2), l.convTransposeLayer(1)]
      : [...hidden, l.namedLayer('out', l.denseLayer(perValue * sizeOf(o)))]
    const made = callback([...reads, ...condition], decoder, make(sizeOf(o)))
    const name = observationNames(plan)[i] ?? ''
    return {
      text: `observe('${name}', ${made.text})`,
      apply: (program) => observe<string, object, AnyDist>(name, made.run)(program),
    }
  })
  return [...latents, ...observations]
}

/**
 * Features of each observation, joined: the first thing a guide computes. Counts are read through their logarithm, for as they are they make
 * log-scales whose exponentials overflow.
 */
const guideSteps = (plan: ProgramPlan): readonly Step[] => {
  const xs = observationNames(plan)
  const condition = plan.conditional ? [asIs('y')] : []
  const features = plan.observations.map((o, i): Step => {
    const name = `f${i + 1}`
    const isCount = l.likelihoods[o.likelihood].field === 'count'
    const layers = isImage(o) ? [l.convLayer(2), l.activationLayer(o.activation)] : isCount ? [l.log1pLayer] : []
    const made = callback([asIs(xs[i] ?? '')], layers, l.flattenLayer)
    return {
      text: `define('${name}', ${made.text})`,
      apply: (program) => define<string, object, AnyExpr>(name, made.run)(program),
    }
  })
  const inputs = [...features.map((_, i) => asIs(`f${i + 1}`)), ...condition]
  const shared = callback(inputs, [l.denseLayer(3)], l.activationLayer('tanh'))
  const encoder: readonly Step[] = plan.sharedEncoder
    ? [
        {
          text: `define('h', ${shared.text})`,
          apply: (program) => define<string, object, AnyExpr>('h', shared.run)(program),
        },
      ]
    : []
  const names = latentNames(plan)
  const order: readonly (readonly [string, LatentPlan, Read])[] = plan.latents.map((z, i) => [
    names[i] ?? '',
    z,
    readOf(plan, i),
  ])
  const inOrder = plan.guide === 'backward' ? order.toReversed() : order
  const latents = inOrder.map(([name, z], i) => {
    const before = plan.guide === 'meanField' ? [] : inOrder.slice(0, i).map(([, , earlier]) => earlier)
    const scope = [...(plan.sharedEncoder ? [asIs('h')] : inputs), ...before]
    return latentStep(name, onScope(scope, z, l.posteriorHead(z.posterior, z.size)))
  })
  return [...features, ...encoder, ...latents]
}

const pipeText = (start: string, steps: readonly Step[]): string =>
  `pipe(\n    ${[start, ...steps.map(({ text }) => text)].join(',\n    ')},\n  )`

/** The program that a plan describes, and how a person would have written it. */
export const assemble = (plan: ProgramPlan): { readonly vae: AnyVae; readonly text: string } => {
  const y = { text: `y: oneHot(${CLASSES})`, field: oneHot(CLASSES) }
  const xs = plan.observations.map((o, i) => ({ name: `x${i + 1}`, ...fieldOf(o) }))
  const modelFields: Fields = plan.conditional ? { y: y.field } : {}
  const guideFields: Fields = { ...Object.fromEntries(xs.map(({ name, field }) => [name, field])), ...modelFields }
  const givenTexts = [...xs.map(({ name, text }) => `${name}: ${text}`), ...(plan.conditional ? [y.text] : [])]
  const [modelWay, guideWay] = [modelSteps(plan), guideSteps(plan)]
  const run = (fields: Fields, steps: readonly Step[]): AnyProgram =>
    steps.reduce((program, step) => step.apply(program), given<Fields>(fields) as AnyProgram)
  return {
    vae: vae<AnyProgram, AnyProgram>({ model: run(modelFields, modelWay), guide: run(guideFields, guideWay) }),
    text: [
      'vae({',
      `  model: ${pipeText(plan.conditional ? `given({ ${y.text} })` : 'model', modelWay)},`,
      `  guide: ${pipeText(`given({ ${givenTexts.join(', ')} })`, guideWay)},`,
      '})',
    ].join('\n'),
  }
}
