import * as t from 'io-ts'
import { aSeed, isSeed } from '../data/seeds.ts'
import { unknownOptions } from '../error.ts'
import { isOutside } from '../model/messages.ts'
import type { Settings } from './Experiment.ts'

const fields = {
  epochs: t.number,
  batch: t.number,
  seed: t.number,
  validation: t.number,
  patience: t.union([t.number, t.null], 'a number or null'),
}
export const settingsCodec: t.Type<Settings, unknown, unknown> = t.type(fields, 'settings')

const whole = (what: string, value: number): readonly string[] =>
  Number.isSafeInteger(value) && value >= 1 ? [] : [isOutside('settings', what, value, 'a whole number of at least 1')]

/** What is wrong with settings, whatever the data. */
export const settingsProblems = (s: Settings): readonly string[] => [
  ...unknownOptions('settings', s, Object.keys(fields)),
  ...whole('epochs', s.epochs),
  ...whole('batch', s.batch),
  ...(isSeed(s.seed) ? [] : [isOutside('settings', 'seed', s.seed, aSeed)]),
  ...(s.validation >= 0 && s.validation < 1
    ? []
    : [isOutside('settings', 'validation', s.validation, 'a fraction in [0, 1)')]),
  ...(s.patience === null ? [] : whole('patience', s.patience)),
  ...(s.patience === null || s.validation !== 0
    ? []
    : ['settings: patience needs validation data to judge by; set validation, such as 0.1']),
]

/** A batch that is never full; `size` is the number of training data, those for validation taken out. */
export const batchProblems = (batch: number, size: number): readonly string[] =>
  batch <= size
    ? []
    : [`settings: batch ${batch} is larger than the ${size} training data; choose a batch of at most ${size}`]
