import type { Mutant } from '../Mutant.ts'
import { type Row, wired } from './draws.ts'

const EVALUATE = 'src/train/evaluate.ts'
const PREPARE = 'src/train/prepare.ts'
const EPOCHS = 'src/train/epochs.ts'
const METRICS = 'src/train/metrics.ts'
const BATCHES = 'src/data/batches.ts'
const IN_PARTS = 'src/interp/inParts.ts'
const INFERENCE = 'src/train/inference.ts'
const BOUND = 'the bound is a function of weights, data and seed'
const UPDATE = 'an update is of its minibatch'
const MEAN = 'a mean over unequal minibatches is the mean over rows'
const BEST = 'the best epoch is tested'
const ROWS = 'an epoch takes every row once'
const WHOLE = 'held-out data are measured whole'

const rows: readonly Row[] = [
  // Which rows
  [
    'one-order',
    'every epoch takes the rows in the same order',
    'a permutation made once',
    PREPARE,
    [['order = epochRows(dataset.train, seed, wanted)', 'order = epochRows(dataset.train, seed, 0)']],
    ROWS,
  ],
  [
    'first-rows-only',
    'every minibatch begins at the epoch’s first row',
    'an index that is never advanced',
    PREPARE,
    [
      [
        'order(from, Math.min(from + batch, dataset.train.size))',
        'order(0, Math.min(batch, dataset.train.size - from))',
      ],
    ],
    ROWS,
  ],
  [
    'short-minibatch-dropped',
    'the rows of the last, short minibatch are not tested',
    'drop_last on the test loader',
    EVALUATE,
    [['i * batch < data.size; i++', '(i + 1) * batch <= data.size; i++']],
    WHOLE,
  ],
  [
    'first-minibatch-only',
    'held-out data are measured by their first minibatch',
    'a return inside the loop',
    EVALUATE,
    [['i * batch < data.size; i++', 'i < 1; i++']],
    WHOLE,
  ],
  [
    'test-of-training-data',
    'training data are tested',
    'loaders mixed up',
    EVALUATE,
    [['const data = dataset[part]', "const data = dataset[part === 'test' ? 'train' : part]"]],
    WHOLE,
  ],
  [
    'test-of-validation-data',
    'validation data are tested',
    'loaders mixed up',
    EVALUATE,
    [['const data = dataset[part]', 'const data = dataset.validation.size > 0 ? dataset.validation : dataset[part]']],
    WHOLE,
  ],
  [
    'validation-trained-on',
    'validation data are trained on too',
    'a split that is not taken away',
    'src/data/split.ts',
    [['train: rowsOf(fields, train, kept), validation', 'train, validation']],
    ROWS,
  ],
  [
    'fields-apart',
    'of a minibatch one field is of other rows than another',
    'a shuffle for each array',
    BATCHES,
    [
      [
        'return column === undefined ? undefined : { column, at: rows }',
        "return column === undefined ? undefined : { column, at: name === 'y' ? rows.toReversed() : rows }",
      ],
    ],
    UPDATE,
  ],
  [
    'answers-out-of-order',
    'codes of many data come with their parts in another order',
    'results collected by whichever is done first',
    INFERENCE,
    [['(outputs) => answers.push(outputs)', '(outputs) => answers.unshift(outputs)']],
    'an answer is of its row',
  ],
  [
    'data-of-the-first-part',
    'every part of many data is answered with the first part’s',
    'a feed made outside of the loop',
    IN_PARTS,
    [['rows(all, from, from + size)', 'rows(all, 0, size)']],
    'an answer is of its row',
  ],
  // Which means
  [
    'mean-of-means',
    'a short minibatch counts as much as a full one',
    'the mean of the minibatches’ means',
    METRICS,
    [
      ['(before?.[i] ?? 0) + mean * size)', '(before?.[i] ?? 0) + mean)'],
      ['data: sums.data + size', 'data: sums.data + 1'],
    ],
    MEAN,
  ],
  [
    'short-minibatch-as-full',
    'sums are divided by the number of full minibatches’ rows',
    'total / (len(loader) · batch_size)',
    EVALUATE,
    [['isLocation(name))), rows.length)', 'isLocation(name))), batch)']],
    MEAN,
  ],
  [
    'epoch-sums-kept',
    'an epoch’s means are of all epochs before it too',
    'a running loss that is not reset',
    EPOCHS,
    [['position: 0, sums: noSums, best:', 'position: 0, sums: counters.sums, best:']],
    MEAN,
  ],
  [
    'kl-of-one-latent',
    'the KL that is reported is that of the last latent',
    'an assignment for an addition in the loop over latents',
    METRICS,
    [
      [
        'kl: latents.length === 0 ? null : total(latents.map(([, { kl }]) => kl))',
        'kl: latents.length === 0 ? null : total(latents.slice(-1).map(([, { kl }]) => kl))',
      ],
    ],
    MEAN,
  ],
  [
    'reconstruction-for-bound',
    'the reconstruction is reported as the bound',
    'a loss without its KL logged as the ELBO',
    METRICS,
    [
      [
        "bound: meanOf(sums, 'bound'),\n    reconstruction",
        "bound: meanOf(sums, 'reconstruction'),\n    reconstruction",
      ],
    ],
    BOUND,
  ],
  [
    'training-loss-of-another-step',
    'the update number that a schedule sees is one late',
    'step counted before the update',
    PREPARE,
    [['    scalars: { step },\n    seed,', '    scalars: { step: step + 1 },\n    seed,']],
    'updates are counted',
  ],
  // Which weights
  [
    'last-epoch-tested',
    'the last epoch’s weights are tested, the best ones handed back',
    'a checkpoint that is not loaded before the test',
    EPOCHS,
    [['  session.write(weights)\n', '']],
    BEST,
  ],
  [
    'last-epoch-handed-back',
    'the last epoch’s weights are tested and handed back',
    'a checkpoint that is never read',
    EPOCHS,
    [['const weights = parametersIn(p, best ?? known.values)', 'const weights = parametersIn(p, known.values)']],
    BEST,
  ],
  [
    'worst-epoch',
    'the epoch with the lowest bound is kept as the best',
    'a loss compared as if it were a score',
    EPOCHS,
    [['score > counters.best.score', 'score < counters.best.score']],
    BEST,
  ],
  [
    'first-epoch',
    'the first epoch is kept as the best',
    'a best score that is never updated',
    EPOCHS,
    [['(counters.best === null || score > counters.best.score)', 'counters.best === null']],
    BEST,
  ],
  [
    'best-by-reconstruction',
    'the best epoch is chosen by its reconstruction',
    'early stopping on a term of the loss',
    METRICS,
    [['metrics.bound ?? metrics.reconstruction', 'metrics.kl ?? metrics.reconstruction']],
    BEST,
  ],
]

/** The wrong rows, means or weights. */
export const wiringMutants: readonly Mutant[] = rows.map(wired)
