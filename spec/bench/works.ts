import { iwae } from 'elbo-ts'
import conv from '../../examples/04-conv.ts'
import mlp from '../../examples/01-mnist.ts'
import type { Experiment } from '../../src/train/Experiment.ts'

/** What is timed. The peers have the same models in `peers.py`. */
export const works: Readonly<Record<string, { readonly title: string; readonly experiment: Experiment }>> = {
  mlp: { title: 'train VAE 784-400-20', experiment: mlp },
  conv: { title: 'train convolutional VAE', experiment: conv },
  iwae: { title: 'train IWAE, 50 samples', experiment: { ...mlp, objective: iwae(50) } },
}
