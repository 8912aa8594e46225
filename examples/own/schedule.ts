import { pipe } from 'fp-ts/lib/function.js'
import { adam, add, cosine, div, elbo, experiment, schedule, sequence, sqrt, warmUp } from 'elbo-ts'
import { bars, data } from './bars.ts'

/** Full size until `after` epochs, then like 1/√: a learning rate of one's own. Its options are swept by name. */
export const inverseSqrt = schedule({
  name: 'inverseSqrt',
  options: { peak: 0.02, after: 1 },
  ranges: { peak: [0, 1], after: [0.01, 1000] },
  value: ({ epoch, peak, after }) => pipe(peak, div(sqrt(pipe(epoch, div(after), add(1))))),
})

/** β warms up over an epoch, then falls from 1 to ½ over the rest. */
export default experiment({
  name: 'own-schedule',
  vae: bars,
  objective: elbo({ beta: sequence(warmUp({ epochs: 1 }), { epochs: 1 }, cosine({ from: 1, to: 0.5 })) }),
  data,
  optimizer: adam(inverseSqrt),
  epochs: 3,
  batch: 16,
})
