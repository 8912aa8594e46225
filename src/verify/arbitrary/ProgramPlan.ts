import type { ActivationName, LatentFamily, LikelihoodName } from './layers.ts'

/** What a random program is made of, as data: small, so that it shrinks; complete, so that the program follows from it. */
export interface ProgramPlan {
  /** whether a class is given to both halves */
  readonly conditional: boolean
  readonly latents: readonly LatentPlan[]
  readonly observations: readonly ObservationPlan[]
  /** in which order the guide infers: each latent seeing those before it, or each by itself */
  readonly guide: 'forward' | 'backward' | 'meanField'
  /** whether the guide's latents share a hidden layer, by `define` */
  readonly sharedEncoder: boolean
  /** whether the likelihoods' hidden layers are one, by `share` */
  readonly tied: boolean
}
export interface LatentPlan {
  readonly size: number
  readonly posterior: LatentFamily
  /** of a latent that sees others or a condition; the first of a chain is standard Normal */
  readonly prior: LatentFamily
  readonly activation: ActivationName
  /** 0 for none */
  readonly hidden: number
}
export interface ObservationPlan {
  readonly likelihood: LikelihoodName
  readonly size: number
  /** a picture with convolutions, where the likelihood can be of one */
  readonly image: boolean
  readonly activation: ActivationName
  readonly hidden: number
}
