import * as tf from '@tensorflow/tfjs-core'
// The core's own bundle for Node registers no gradients; this one does, on the same core.
import '@tensorflow/tfjs'

/**
 * What a user of TensorFlow.js writes by hand for the classic VAE, 784-400-20-400-784 with Bernoulli likelihood: the baseline of the benchmark.
 * Idiomatic code: fused layers, one `minimize` a step, a minibatch sliced from data that is on the device already.
 */
export interface Handwritten {
  readonly step: () => void
  /** waits for what is under way; the loss in nats per datum */
  readonly loss: () => number
  readonly dispose: () => void
}

const [pixels, hidden, latent] = [784, 400, 20]
const batches = 20

export const handwritten = (batch: number): Handwritten => {
  const layer = (inputs: number, outputs: number): readonly [tf.Variable<tf.Rank.R2>, tf.Variable<tf.Rank.R1>] => [
    tf.variable(tf.randomNormal<tf.Rank.R2>([inputs, outputs], 0, Math.sqrt(1 / inputs))),
    tf.variable(tf.zeros<tf.Rank.R1>([outputs])),
  ]
  const layers = {
    encoder: layer(pixels, hidden),
    mean: layer(hidden, latent),
    logVariance: layer(hidden, latent),
    decoder: layer(latent, hidden),
    logits: layer(hidden, pixels),
  }
  const dense = (of: keyof typeof layers, a: tf.Tensor2D, activation: 'linear' | 'relu'): tf.Tensor2D => {
    const [b, bias] = layers[of]
    // a product of matrices; tfjs types it as a tensor of any rank
    return tf.fused.matMul({ a, b, bias, activation }) as tf.Tensor2D
  }
  const data = tf.tidy(() =>
    tf.cast(tf.greater(tf.randomUniform([batch * batches, pixels]), 0.8), 'float32'),
  ) as tf.Tensor2D
  const optimizer = tf.train.adam(1e-3)

  const objective = (x: tf.Tensor2D): tf.Scalar => {
    const h = dense('encoder', x, 'relu')
    const [mean, logVariance] = [dense('mean', h, 'linear'), dense('logVariance', h, 'linear')]
    const deviation = tf.exp(tf.mul(logVariance, 0.5))
    const z = tf.add<tf.Tensor2D>(mean, tf.mul(deviation, tf.randomNormal(mean.shape)))
    const logits = dense('logits', dense('decoder', z, 'relu'), 'linear')
    const reconstruction = tf.sum(tf.sub(tf.softplus(logits), tf.mul(logits, x)))
    const kl = tf.mul(tf.sum(tf.sub(tf.sub(tf.add(logVariance, 1), tf.square(mean)), tf.exp(logVariance))), -0.5)
    return tf.div(tf.add(reconstruction, kl), batch)
  }

  let last: tf.Scalar | undefined
  let steps = 0
  return {
    step: () => {
      const x = tf.slice(data, [(steps++ % batches) * batch, 0], [batch, pixels])
      last?.dispose()
      last = optimizer.minimize(() => objective(x), true) ?? undefined
      x.dispose()
    },
    loss: () => last?.dataSync()[0] ?? Number.NaN,
    dispose: () => {
      last?.dispose()
      data.dispose()
      optimizer.dispose()
      for (const [kernel, bias] of Object.values(layers)) {
        kernel.dispose()
        bias.dispose()
      }
    },
  }
}
