import { expect, test } from 'vitest'
import type { Field } from 'elbo-ts'
import { tinyVae } from '../unit/train/tiny.ts'
import { unitOf } from '../../src/cli/subject.ts'
import { epochCodec } from '../../src/train/events.ts'

// Adjacency matrices, sentences and tables were counted in "images/s": anything of two axes was.
test.each<readonly [string, Field, 'images' | 'rows']>([
  ['a table', { shape: [12], support: 'real', encoding: 'value' }, 'rows'],
  ['an adjacency matrix', { shape: [10, 10], support: 'binary', encoding: 'value' }, 'rows'],
  ['a sentence of one-hot words', { shape: [20, 30], support: 'oneHot', encoding: 'value' }, 'rows'],
  ['a sentence of three classes a word', { shape: [20, 30, 3], support: 'oneHot', encoding: 'value' }, 'rows'],
  ['counts on a grid', { shape: [8, 8, 1], support: 'count', encoding: 'value' }, 'rows'],
  ['digits', { shape: [28, 28, 1], support: 'binary', encoding: 'dynamic' }, 'images'],
  ['grey bytes without a channel axis', { shape: [16, 16], support: 'unit', encoding: 'grey' }, 'images'],
  ['colours', { shape: [32, 32, 3], support: 'unit', encoding: 'value' }, 'images'],
  ['small pictures', { shape: [4, 4, 1], support: 'binary', encoding: 'value' }, 'images'],
])('%s', (_, field, unit) => {
  expect(unitOf(tinyVae(), { x: field })).toBe(unit)
})

test('runs that were written before are read', () => {
  const metrics = { bound: -1, reconstruction: -1, kl: 0, latents: {}, loss: 1, beta: 1, learningRate: 0.1 }
  const line = {
    event: 'epoch',
    epoch: 1,
    epochs: 1,
    step: 1,
    seconds: 1,
    train: metrics,
    validation: null,
    best: false,
  }
  expect(epochCodec.decode({ ...line, imagesPerSecond: 7 })).toMatchObject({ right: { rowsPerSecond: 7 } })
})
