import { parseArgs } from 'node:util'
import * as E from 'fp-ts/lib/Either.js'
import { evaluation, gather, inOrder, iwae, load, logLikelihood, openTarget, train } from 'elbo-ts'
import burda from '../09-burda.ts'
import { orThrow } from './kit.ts'

/**
 * log p(x) of MNIST's test images after training Burda's net: what other libraries report as test NLL. One JSON object at the end.
 *
 *   npm run likelihood -- --seed 1 --epochs 20 --data 1000 --samples 5000
 */

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    epochs: { type: 'string', default: '20' },
    data: { type: 'string', default: '1000' },
    samples: { type: 'string', default: '5000' },
    k: { type: 'string', default: '1' },
  },
})
const [seed, epochs, count, samples, k] = [values.seed, values.epochs, values.data, values.samples, values.k].map(
  Number,
)

const experiment = {
  ...burda,
  ...(k === 1 ? {} : { objective: iwae(k ?? 1) }),
  settings: { ...burda.settings, seed: seed ?? 1, epochs: epochs ?? 20 },
}
const { session } = orThrow(await openTarget()())
const dataset = orThrow(await load(experiment.data)())
const trained = await train(experiment, {
  session,
  dataset,
  onEvent: (event) => {
    if (event.event === 'epoch') process.stderr.write(`epoch ${event.epoch}: ${event.train.bound}\n`)
  },
})()
if (E.isLeft(trained)) throw new Error(trained.left.message)
const { done } = trained.right
const rows = inOrder(dataset.test).subarray(0, count)
const begun = performance.now()
const batch = gather(dataset.fields, dataset.test, rows, evaluation(0))
const likelihood = orThrow(logLikelihood(experiment.vae, session, batch, { samples: samples ?? 5000 }))
process.stdout.write(
  `${JSON.stringify({
    target: session.target,
    seed,
    epochs,
    k,
    seconds: done?.seconds,
    testBound: done?.test?.bound,
    logLikelihood: likelihood.mean,
    monteCarloError: likelihood.monteCarloError,
    bias: likelihood.bias,
    unreliable: likelihood.unreliable,
    likelihoodSeconds: (performance.now() - begun) / 1000,
  })}\n`,
)
session.dispose()
