import type { Mutant } from '../Mutant.ts'

const EVALUATE = 'src/train/evaluate.ts'
const GRAPHS = 'src/train/graphs.ts'
const PREPARE = 'src/train/prepare.ts'
const BATCHES = 'src/data/batches.ts'
const STREAMS = 'src/data/streams.ts'
const IN_PARTS = 'src/interp/inParts.ts'
const INFERENCE = 'src/train/inference.ts'
const EPSILON = 'no two draws of ε are one'
const BITS = 'no two draws of bits are one'
const BOUND = 'the bound is a function of weights, data and seed'
const UPDATE = 'an update is of its minibatch'
const SAMPLE = 'no two draws of a sample are one'
const STREAM = 'streams are apart'

/** A bug in how training, evaluation and sampling are put together: where it was seen, its file and edits, and the law that finds it. */
export type Row = readonly [id: string, bug: string, seen: string, file: string, edits: Mutant['edits'], law: string]

export const wired = ([id, bug, seen, file, edits, law]: Row): Mutant => ({
  id,
  bug,
  seen,
  file,
  edits,
  killedBy: ['wiring', law],
})

const rows: readonly Row[] = [
  [
    'held-out-bits-of-training',
    'held-out data are binarised with the stream of training',
    'one binarisation function for all loaders',
    EVALUATE,
    [
      ['import { evaluation, gather, range }', 'import { training, gather, range }'],
      ['const draws = evaluation(seed, part)', 'const draws = training(seed, 0)'],
    ],
    BITS,
  ],
  [
    'held-out-bits-drawn-anew',
    'held-out data are binarised anew at every epoch',
    'a test set that is redrawn, so that its bound cannot be compared',
    EVALUATE,
    [
      ['import { evaluation, gather, range }', 'import { training, gather, range }'],
      [
        'const draws = evaluation(seed, part)',
        'const draws = training(seed, 2 ** 40 + session.memory().tensors + i + performance.now())',
      ],
    ],
    'held-out draws are the same every time',
  ],
  [
    'evaluation-noise-of-training',
    'held-out data are measured with the ε of the first updates',
    'a generator that is seeded again before evaluation',
    EVALUATE,
    [['const step = heldOutStep[part]', 'const step = part === null ? 1 : 0']],
    EPSILON,
  ],
  [
    'evaluation-noise-of-minibatch',
    'ε follows the place in the minibatch, so every minibatch has the same',
    'noise keyed by batch: the bound moves with --batch',
    EVALUATE,
    [['row: i * batch }', 'row: 0 }']],
    EPSILON,
  ],
  [
    'evaluation-noise-by-minibatch-number',
    'ε begins at the number of the minibatch instead of its row',
    'noise keyed by batch',
    EVALUATE,
    [['row: i * batch }', 'row: i }']],
    BOUND,
  ],
  [
    'validation-and-test-share-noise',
    'one ε for a row of the validation data and of the test data',
    'one evaluation stream',
    STREAMS,
    [['{ validation: 2 ** 32, test: 2 ** 33 }', '{ validation: 2 ** 33, test: 2 ** 33 }']],
    EPSILON,
  ],
  [
    'validation-and-test-share-bits',
    'one draw of bits for a row of the validation data and of the test data',
    'this library until 2026',
    STREAMS,
    [['{ test: 0, validation: 1, train: 2 }', '{ test: 0, validation: 0, train: 2 }']],
    BITS,
  ],
  [
    'training-bits-of-evaluation',
    'training data measured as held-out data are have the bits of the test data',
    'this library until 2026',
    STREAMS,
    [['{ test: 0, validation: 1, train: 2 }', '{ test: 0, validation: 1, train: 0 }']],
    STREAM,
  ],
  [
    'bits-frozen',
    'dynamic binarisation draws once for all epochs',
    'a dataset that is binarised when it is loaded',
    PREPARE,
    [['training(seed, step)),', 'training(seed, step % stepsPerEpoch)),']],
    BITS,
  ],
  [
    'bits-frozen-at-first',
    'all minibatches are binarised by one draw',
    'a step that is not handed on',
    PREPARE,
    [['training(seed, step)),', 'training(seed, 0)),']],
    BITS,
  ],
  [
    'bits-shared-by-fields',
    'two fields are binarised by one draw',
    'a stream without the field’s name',
    STREAMS,
    [['`binarize/${field}`\nexport', '`binarize/${field.length}`\nexport']],
    BITS,
  ],
  [
    'bits-shared-by-held-out-fields',
    'two held-out fields are binarised by one draw',
    'a stream without the field’s name',
    STREAMS,
    [['name: `evaluate/binarize/${field}`', 'name: `evaluate/binarize/${field.length}`']],
    BITS,
  ],
  [
    'bits-shared-by-rows',
    'all data of a minibatch are binarised by one draw',
    'a mask broadcast over the batch',
    BATCHES,
    [['binarizeStream(draw.seed, draw.step, name), (b) => b)', 'binarizeStream(draw.seed, draw.step, name), () => 0)']],
    UPDATE,
  ],
  [
    'held-out-bits-by-place',
    'held-out data are binarised by their place in the minibatch',
    'the test bound moves with --batch',
    BATCHES,
    [['(b) => rows[b] ?? 0,', '(b) => b,']],
    BITS,
  ],
  [
    'training-noise-of-first-step',
    'every update has the same ε',
    'a key that is not split',
    PREPARE,
    [['    seed,\n    step,\n  })', '    seed,\n    step: 0,\n  })']],
    EPSILON,
  ],
  [
    'training-noise-every-epoch',
    'every epoch has the ε of the first',
    'a generator seeded at the start of each epoch',
    PREPARE,
    [['    seed,\n    step,\n  })', '    seed,\n    step: step % stepsPerEpoch,\n  })']],
    EPSILON,
  ],
  [
    'seed-ignored-by-noise',
    'ε does not depend on the seed',
    'a default seed that shadows the option',
    PREPARE,
    [['    seed,\n    step,\n  })', '    seed: 0,\n    step,\n  })']],
    EPSILON,
  ],
  [
    'seed-ignored-by-evaluation',
    'the ε of held-out data does not depend on the seed',
    'a fixed evaluation seed',
    EVALUATE,
    [['scalars: { step }, seed, step,', 'scalars: { step }, seed: 0, step,']],
    EPSILON,
  ],
  [
    'latents-share-noise',
    'all latents of the guide have one ε',
    'eps = randn(shape) used for every layer of a hierarchy',
    STREAMS,
    [
      [
        '(taken.test(latent) ? `posterior/${latent}` : latent)',
        '(taken.test(latent) ? `posterior/${latent}` : latent.length === 1 ? "e" : latent)',
      ],
    ],
    EPSILON,
  ],
  [
    'prior-noise-shared',
    'latents of one shape are one draw when sampling',
    'eps = randn(shape) used for every layer of a hierarchy',
    GRAPHS,
    [['generate(vae, sampled(priorNoise))', 'generate(vae, sampled((name) => priorNoise(String(name.length))))']],
    SAMPLE,
  ],
  [
    'observation-noise-of-prior',
    'observations are drawn by the ε of a latent',
    'one key for the whole sample',
    GRAPHS,
    [['likelihoodNoise(name)', "priorNoise(name === 'x' ? 'a' : name)"]],
    SAMPLE,
  ],
  [
    'observations-share-noise',
    'two observations are one draw',
    'one key for the whole sample',
    GRAPHS,
    [['likelihoodNoise(name)', 'likelihoodNoise(String(name.length))']],
    SAMPLE,
  ],
  [
    'sample-parts-repeat',
    'many samples are the first part of them over and over',
    'a seed that is set in the loop over batches',
    IN_PARTS,
    [['row: from }', 'row: 0 }']],
    SAMPLE,
  ],
  [
    'sample-seed-ignored',
    'every sample is that of seed 0',
    'a default that shadows the option',
    INFERENCE,
    [['answer(session, options.count, options.seed,', 'answer(session, options.count, 0 * options.seed,']],
    SAMPLE,
  ],
  [
    'sample-of-posterior',
    'latents are sampled from the guide',
    'sampling with the encoder’s last minibatch',
    GRAPHS,
    [
      ['generate(vae, sampled(priorNoise))', 'infer(vae, sampled(priorNoise))'],
      [
        'import { atMean, decode, type Elaborated, generate, infer, sampled }',
        'import { atMean, decode, type Elaborated, infer, sampled }',
      ],
    ],
    SAMPLE,
  ],
  [
    'means-for-draws',
    'the likelihood’s mean is handed out as a sample',
    'generated digits that are grey',
    GRAPHS,
    [
      ['sampleOf(p, likelihoodNoise(name))', 'meanOf(p)'],
      ['import { meanOf, sampleOf }', 'import { meanOf }'],
      ['import { likelihoodNoise, priorNoise }', 'import { priorNoise }'],
    ],
    SAMPLE,
  ],
  [
    'parameters-share-start',
    'layers of one shape start equal',
    'a key that is not split',
    STREAMS,
    [['name: `initial/${parameter}`', 'name: `initial/${parameter.length}`']],
    'parameters start apart',
  ],
  [
    'seed-ignored-by-start',
    'every seed starts from the same parameters',
    'weights initialised before the seed is set',
    PREPARE,
    [['variables])], seed),', 'variables])], 0),']],
    'parameters start apart',
  ],
  [
    'stream-of-a-latent-called-shuffle',
    'a latent’s ε is what shuffles the data, if it is called so',
    'string keys without a namespace',
    STREAMS,
    [['posterior|initial|shuffle|binarize', 'posterior|initial|binarize']],
    STREAM,
  ],
  [
    'stream-of-a-latent-called-prior',
    'a latent called prior/z has the ε of the samples of z',
    'string keys without a namespace',
    STREAMS,
    [['evaluate|prior|likelihood', 'evaluate|likelihood']],
    STREAM,
  ],
]

/** Draws that are not a function of what they should be, or are shared. */
export const drawMutants: readonly Mutant[] = rows.map(wired)
