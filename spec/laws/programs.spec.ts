import * as fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { print } from '../../src/expr/print.ts'
import { programRoots } from '../../src/model/Program.ts'
import { coverage, plans, programs, tasks } from '../../src/verify/index.ts'

vi.setConfig({ testTimeout: 120_000 * Number(process.env['ELBO_LAWS_DEPTH'] ?? 1) })

/** What the generator of programs makes. The report is in the snapshot of percentages below: every feature of the language is there. */
const made = fc.sample(plans(), { numRuns: 2000, seed: 1 })

describe('random programs', () => {
  test('are well typed, whatever they are', () => {
    const problems = fc.sample(programs(), { numRuns: 300, seed: 2 }).flatMap(({ vae }) => vae.problems)
    expect(problems).toEqual([])
  })

  test('have every feature, none seldom', () => {
    const share = coverage(made)
    const wanted = [
      ...[1, 2, 3].map((n) => `latents: ${n}`),
      ...[1, 2].map((n) => `observations: ${n}`),
      'given a condition',
      'given nothing',
      ...['meanField', 'forward', 'backward', 'one latent'].map((g) => `guide: ${g}`),
      'define: a shared encoder',
      'share: tied decoders',
      ...['Normal', 'Laplace', 'LogNormal', 'Bernoulli', 'Categorical'].flatMap((f) => [
        `posterior: ${f}`,
        `learned prior: ${f}`,
      ]),
      'prior: standard Normal',
      'prior: of a discrete latent',
      ...[
        'bernoulli',
        'gaussian',
        'gaussianPerOutput',
        'learnedGaussian',
        'diagonalLaplace',
        'diagonalLogNormal',
        'categorical',
        'continuousBernoulli',
        'poisson',
        'negativeBinomial',
      ].map((l) => `likelihood: ${l}`),
      'convolutions',
      'dense layers',
      ...['tanh', 'sigmoid', 'softplus', 'silu', 'relu'].map((a) => `activation: ${a}`),
      'no hidden layer',
    ]
    expect(Object.keys(share).toSorted()).toEqual(wanted.toSorted())
    for (const feature of wanted) expect(share[feature], feature).toBeGreaterThan(5)
  })

  test('have every objective and schedule', () => {
    const tags = fc
      .sample(tasks(), { numRuns: 500, seed: 3 })
      .flatMap(({ objective: o }) => [
        o.tag,
        ...(o.tag === 'elbo'
          ? [
              `kl ${o.kl}`,
              `beta ${typeof o.beta === 'number' ? 'number' : o.beta.name}`,
              o.freeBits > 0 ? 'free bits' : 'none',
              o.gradient ?? 'the whole gradient',
            ]
          : []),
      ])
    for (const tag of [
      'elbo',
      'iwae',
      'renyi',
      'stickingTheLanding',
      'autoencoder',
      'kl closed',
      'kl sampled',
      'beta number',
      'beta warmUp',
      'beta cyclical',
      'beta cosine',
      'beta decay',
      'free bits',
    ])
      expect(tags, tag).toContain(tag)
  })

  test('print as one writes them, and as the graph that they are', () => {
    const [sample] = fc.sample(programs({ latents: 1, observations: 1 }), { numRuns: 1, seed: 4 })
    expect(sample?.text).toMatch(/^vae\(\{\n {2}model: pipe\(\n[\s\S]*guide: pipe\(\n {4}given\(\{ x1: /)
    const [loc] = sample === undefined ? [] : programRoots({ sites: sample.vae.model })
    expect(loc === undefined ? '' : print({ outputs: { loc }, updates: {} })).toContain('output loc')
  })
})
