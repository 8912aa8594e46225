import { pipe } from 'fp-ts/lib/function.js'
import {
  adam,
  adamW,
  clipByGlobalNorm,
  cosine,
  csv,
  cyclical,
  decay,
  elbo,
  inline,
  iwae,
  learnedGaussian,
  mnist,
  sgd,
  warmUp,
} from 'elbo-ts'

//~ 'betas' does not exist in type '{ readonly beta?: Schedule; readonly freeBits?: number; readonly kl?: "closed"; readonly gradient?: "whole"; }'. Did you mean to write 'beta'?
export const a = elbo({ betas: 4 })
//~ Type '"exact"' is not assignable to type '"closed" | "sampled" | undefined'
export const b = elbo({ kl: 'exact' })
//~ Type 'string' is not assignable to type 'Schedule | undefined'
export const c = elbo({ beta: '4' })
//~ Expected 1 arguments, but got 0
export const d = iwae()
//~ Argument of type 'string' is not assignable to parameter of type 'number'
export const e = iwae('5')

//~ 'epoch' does not exist in type 'Over & { readonly from?: number; readonly to?: number; }'. Did you mean to write 'epochs'?
export const f = elbo({ beta: warmUp({ epoch: 5 }) })
//~ Argument of type '{}' is not assignable to parameter of type 'Over & { readonly from?: number; readonly to?: number; }'
export const g = warmUp({})
//~ Types of property 'steps' are incompatible
export const h = warmUp({ epochs: 5, steps: 1000 })
//~ Did you mean to write 'cycles'?
export const i = cyclical({ cycle: 3 })
//~ Argument of type 'number' is not assignable to parameter of type '{ readonly from: number; readonly to?: number; }'
export const j = adam(cosine(1e-3))
//~ Property 'factor' is missing
export const k = decay({ epochs: 1, from: 1e-3 })

//~ Object literal may only specify known properties, and 'learningRate' does not exist in type
export const l = adam({ learningRate: 1e-3 })
//~ 'beta' does not exist in type 'AdamOptions'. Did you mean to write 'beta1'?
export const m = adam(1e-3, { beta: 0.9 })
//~ Did you mean to write 'weightDecay'?
export const n = adamW(1e-3, { weightDecays: 0.1 })
//~ Did you mean to write 'momentum'?
export const o = sgd(0.1, { momentums: 0.9 })
//~ Argument of type 'Optimizer' is not assignable to parameter of type 'number'
export const p = pipe(adam(1e-3), clipByGlobalNorm)

//~ Type '"maybe"' is not assignable to type 'Binarize | undefined'
export const q = mnist({ binarize: 'maybe' })
//~ Did you mean to write 'binarize'?
export const r = mnist({ binarise: 'none' })
//~ Did you mean to write 'standardize'?
export const s = csv({ file: 'flowers.csv', columns: ['a'], standardise: true })
//~ Property 'file' is missing in type
export const t = csv({ columns: ['a'] })
//~ Type '"bits"' is not assignable to type 'Support'
export const u = inline({ fields: { x: { shape: [2], support: 'bits', values: [] } } })
//~ 'x' does not exist in type
export const v = inline({ x: { shape: [2], support: 'binary', values: [] } })
//~ 'scale' does not exist in type '{ readonly initial?: number; }'
export const w = learnedGaussian({ scale: 1 })
