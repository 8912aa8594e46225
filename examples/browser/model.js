/* global tf -- TensorFlow.js, by a script of the page */

const numberOf = (shape) => shape.slice(1).reduce((n, d) => n * d, 1)

/**
 * The encoder and the decoder of `elbo export --format tfjs`, for one datum at a time.
 *
 * Shapes  picture, mean: row-major; code: [latent]
 */
export const openModel = async (folder) => {
  const [encoder, decoder] = await Promise.all(
    ['encode', 'decode'].map((name) => tf.loadGraphModel(`${folder}/${name}/model.json`)),
  )
  const ask = (model, values) =>
    tf.tidy(() => model.predict(tf.tensor(values, [1, ...model.inputs[0].shape.slice(1)])).dataSync())
  return {
    pixels: numberOf(encoder.inputs[0].shape),
    latents: numberOf(decoder.inputs[0].shape),
    /** the posterior's mean */
    encode: (picture) => ask(encoder, picture),
    /** the likelihood's mean: each pixel's probability of ink */
    decode: (code) => ask(decoder, code),
  }
}

const least = 1e-7
const inside = (p) => Math.min(Math.max(p, least), 1 - least)

/**
 * What a picture costs under a Bernoulli likelihood, −log p(x | z), and what one drawn from that likelihood costs on average, its entropy.
 * A picture that costs far more is none that the model knows. Units  nats
 */
export const surprise = (picture, mean) => {
  let [cost, expected] = [0, 0]
  for (const [i, x] of picture.entries()) {
    const p = inside(mean[i])
    cost -= x * Math.log(p) + (1 - x) * Math.log(1 - p)
    expected -= p * Math.log(p) + (1 - p) * Math.log(1 - p)
  }
  return { cost, expected }
}
