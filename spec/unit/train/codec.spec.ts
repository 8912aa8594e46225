import { pipe } from 'fp-ts/lib/function.js'
import { describe, expect, it } from 'vitest'
import {
  adamW,
  autoencoder,
  bernoulli,
  binary,
  clipByGlobalNorm,
  csv,
  cyclical,
  dense,
  diagonalLaplace,
  diagonalNormal,
  elbo,
  experiment,
  given,
  iwae,
  latent,
  learnedGaussian,
  mnist,
  model,
  observe,
  real,
  relu,
  renyi,
  sgd,
  standardNormal,
  vae,
  warmUp,
} from 'elbo-ts'
import { programRoots } from '../../../src/model/Program.ts'
import { decodeVae, encodeVae, programFingerprint } from '../../../src/model/codec.ts'
import { adoptExperiment, decodeExperiment, encodeExperiment } from '../../../src/train/codec.ts'
import type { Experiment } from '../../../src/train/Experiment.ts'
import { messageOf, right } from '../either.ts'
import { tiny, tinyVae, withSettings } from './tiny.ts'

/** Two latents, one under the other, of different families, and a scale that is learned. */
const deep = experiment({
  name: 'deep',
  vae: vae({
    model: pipe(
      model,
      latent('u', () => standardNormal(2)),
      latent('z', ({ u }) => pipe(u, dense(6), diagonalNormal(3))),
      observe('x', ({ z }) => pipe(z, dense(4), learnedGaussian())),
    ),
    guide: pipe(
      given({ x: real(4) }),
      latent('z', ({ x }) => pipe(x, dense(6), diagonalNormal(3))),
      latent('u', ({ z }) => pipe(z, dense(4), diagonalNormal(2))),
    ),
  }),
  objective: elbo({ beta: cyclical({ cycles: 2 }), freeBits: 0.1, kl: 'sampled' }),
  data: csv({ file: 'wine.csv', columns: ['a', 'b', 'c', 'd'] }),
  optimizer: clipByGlobalNorm(1)(adamW(warmUp({ steps: 10, to: 1e-3 }))),
})

/** What a file holds, as far as these specs edit it. */
interface Json {
  readonly settings: object
  readonly vae: object
}

const throughText = (e: Experiment): unknown => JSON.parse(JSON.stringify(encodeExperiment(e)))
const experiments: readonly (readonly [string, Experiment])[] = [
  ['tiny', tiny],
  ['deep', deep],
  ['iwae', { ...tiny, objective: iwae(5), optimizer: sgd(0.1, { momentum: 0.5 }) }],
  ['autoencoder', { ...tiny, objective: autoencoder(), data: mnist({ binarize: 'threshold' }) }],
  ['patient', withSettings({ patience: 3, validation: 0.1 })],
]

describe('an experiment as JSON', () => {
  it.each(experiments)('comes back: %s', (_, e) => {
    const back = right(decodeExperiment(throughText(e)))
    expect(encodeExperiment(back)).toEqual(encodeExperiment(e))
    const { vae: _v, ...rest } = e
    expect(back).toMatchObject(rest)
    expect(back.vae.problems).toEqual([])
  })

  it.each(experiments)('comes back with the very same vertices: %s', (_, e) => {
    const back = right(decodeExperiment(throughText(e)))
    for (const half of ['model', 'guide'] as const) {
      const [before, after] = [programRoots({ sites: e.vae[half] }), programRoots({ sites: back.vae[half] })]
      expect(after.length).toBe(before.length)
      for (const [i, root] of before.entries()) expect(after[i]).toBe(root)
    }
  })

  it('keeps what is wrong with a program, in its own words', () => {
    const wrong: { problems: readonly string[] } = vae({
      model: pipe(
        model,
        latent('z', () => standardNormal(2)),
        observe('x', ({ z }) => pipe(z, dense(Number.NaN as number), relu, bernoulli)),
      ),
      guide: pipe(
        given({ x: binary(6) }),
        latent('z', ({ x }) => pipe(x, dense(4), diagonalNormal(2))),
      ),
    } as never)
    const e = { ...tiny, vae: wrong as Experiment['vae'] }
    expect(e.vae.problems.length).toBeGreaterThan(0)
    expect(right(decodeExperiment(throughText(e))).vae.problems).toEqual(e.vae.problems)
  })

  it('is compared anew: half of a program that was edited is a program with a problem', () => {
    const json = encodeVae(tiny.vae)
    const back = right(decodeVae({ ...json, guide: [] }))
    expect(back.problems).toEqual(["guide is missing latent 'z'"])
  })

  const edited = (edit: (json: Json) => unknown): string => {
    const json = throughText(tiny) as Json
    return messageOf(decodeExperiment(edit(json)))
  }
  it.each([
    ['no object', () => 7, 'not an experiment of elbo-ts: expected an experiment but found 7'],
    [
      'another format',
      (j) => ({ ...j, format: 'x' }),
      /^not an experiment of elbo-ts: format: expected "elbo-ts experiment" but found "x"$/,
    ],
    ['another version', (j) => ({ ...j, version: 2 }), /version: expected 1 but found 2/],
    ['no name', (j) => ({ ...j, name: undefined }), /name: expected string but found nothing/],
    [
      'an unknown objective',
      (j) => ({ ...j, objective: { tag: 'vae' } }),
      /objective.tag: expected "elbo" or "iwae" or "renyi" or "autoencoder" or "bound" but found "vae"/,
    ],
    [
      'an objective without β',
      (j) => ({ ...j, objective: { tag: 'elbo', kl: 'closed', freeBits: 0 } }),
      /objective\.beta/,
    ],
    ['an unknown optimiser', (j) => ({ ...j, optimizer: { tag: 'adam' } }), /optimizer/],
    [
      'settings of text',
      (j) => ({ ...j, settings: { ...j.settings, batch: '8' } }),
      /settings.batch: expected number but found "8"/,
    ],
    ['no data source', (j) => ({ ...j, data: { tag: 'sql' } }), /data/],
    [
      'a broken vertex',
      (j) => ({ ...j, vae: { ...j.vae, nodes: [{ op: 'frobnicate' }] } }),
      /not a graph of elbo-ts: .*nodes\.0\.op/,
    ],
    [
      'too few vertices',
      (j) => ({ ...j, vae: { ...j.vae, nodes: [] } }),
      /not a graph of elbo-ts: output .* there are 0/,
    ],
  ] as readonly (readonly [string, (j: Json) => unknown, string | RegExp])[])('is refused: %s', (_, edit, message) => {
    expect(edited(edit)).toMatch(message)
  })

  const site = (change: object) => {
    const json = encodeVae(tiny.vae)
    return messageOf(decodeVae({ ...json, guide: [{ ...json.guide[0], ...change }] }))
  }
  it('is refused where a site is not one', () => {
    expect(site({ family: 'Cauchy' })).toBe(
      "guide 'z': 'Cauchy' is no family of this library, and what it knows is not written beside it",
    )
    expect(site({ kind: 'imagined' })).toMatch(/guide\.0\.kind/)
    expect(site({ family: 'Bernoulli' })).toBe(
      "guide 'z': Bernoulli has the parameters logits but here are loc, scale, logScale",
    )
    expect(site({ shape: [3] })).toBe("guide 'z': loc has shape [2] but the event is [3]")
  })
})

describe('an experiment of another copy of the library', () => {
  /** What another copy makes has the same structure and none of our objects. */
  const foreign = (e: Experiment): unknown => structuredClone(e)
  it.each(experiments)('becomes ours: %s', (_, e) => {
    const adopted = right(adoptExperiment(foreign(e)))
    expect(programRoots({ sites: adopted.vae.model })[0]).toBe(programRoots({ sites: e.vae.model })[0])
    expect(adopted).toMatchObject({ name: e.name, objective: e.objective, settings: e.settings })
  })
  it('or is none', () => {
    for (const value of [
      undefined,
      null,
      7,
      'x',
      () => 1,
      {},
      [],
      { tag: 'experiment' },
      { tag: 'experiment', name: 'x', vae: {} },
    ])
      expect(messageOf(adoptExperiment(value))).toMatch(/^not an experiment of (elbo-ts|this version of elbo-ts): /)
    expect(messageOf(adoptExperiment({ ...tiny, settings: {} }))).toMatch(
      /settings\.\w+: expected number but found nothing/,
    )
  })
  it.each([[{ objective: renyi({ alpha: 1 } as never) }, 'objective.samples: expected number but found nothing']])(
    'says what its objective or its optimiser lacks: %#',
    (part, message) => {
      expect(messageOf(adoptExperiment({ ...tiny, ...part }))).toBe(`not an experiment of elbo-ts: ${message}`)
    },
  )
})

describe('the fingerprint of a program', () => {
  const of = (e: Experiment): string => programFingerprint(e.vae)
  it('is that of what is computed, not of how it is trained', () => {
    expect(of(tiny)).toMatch(/^[0-9a-f]{16}$/)
    expect(of({ ...tiny, objective: iwae(2), name: 'other', data: mnist() })).toBe(of(tiny))
    expect(programFingerprint(tinyVae())).toBe(of(tiny))
    expect(of(right(decodeExperiment(throughText(deep))))).toBe(of(deep))
    expect(of(right(adoptExperiment(structuredClone(tiny))))).toBe(of(tiny))
  })
  it('tells programs apart', () => {
    const laplace = vae({
      model: pipe(
        model,
        latent('z', () => standardNormal(2)),
        observe('x', ({ z }) => pipe(z, dense(5), relu, dense(6), bernoulli)),
      ),
      guide: pipe(
        given({ x: binary(6) }),
        latent('z', ({ x }) => pipe(x, dense(5), relu, dense(4), diagonalLaplace(2))),
      ),
    })
    const prints = [of(tiny), programFingerprint(tinyVae(6)), of(deep), programFingerprint(laplace)]
    expect(new Set(prints).size).toBe(prints.length)
  })
})
