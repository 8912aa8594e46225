import { InvalidArgumentError, type Option, Option as CommandOption } from 'commander'
import { aSeed, isSeed, targetNames } from '../index.ts'

/** Parsers of options' values. What they throw is commander's own signal, which becomes a usage error in `run.ts`. */

const refuse = (must: string): never => {
  throw new InvalidArgumentError(`It must be ${must}.`)
}

const number = (text: string): number =>
  /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text.trim()) ? Number(text) : Number.NaN

/** A whole number of at least `least`. */
const wholeFrom =
  (least: number) =>
  (text: string): number => {
    const value = number(text)
    return Number.isSafeInteger(value) && value >= least ? value : refuse(`a whole number of at least ${least}`)
  }

const fraction = (text: string): number => {
  const value = number(text)
  return value >= 0 && value < 1 ? value : refuse('a fraction from 0 up to, not including, 1')
}

const option = (flags: string, description: string): Option => new CommandOption(flags, description)

/** Options that mean the same wherever they appear. */
export const epochs = (): Option => option('--epochs <n>', 'times through the training data').argParser(wholeFrom(1))
export const batch = (): Option => option('--batch <n>', 'data a step').argParser(wholeFrom(1))
export const limit = (): Option =>
  option('--limit <n>', 'use the first n training data only, for a quick look').argParser(wholeFrom(1))
export const seed = (what: string): Option =>
  option('--seed <n>', what).argParser((text) => (isSeed(number(text)) ? number(text) : refuse(aSeed)))
export const validation = (): Option =>
  option('--validation <fraction>', 'training data held out to choose the best checkpoint by').argParser(fraction)
export const patience = (): Option =>
  option('--patience <n>', 'stop after so many epochs without a better validation bound').argParser(wholeFrom(1))
export const target = (): Option =>
  option('--target <name>', 'what to compute on (default: the fastest that is here)').choices(targetNames)
export const json = (): Option => option('--json', 'print one JSON object a line, for programs')
export const data = (): Option =>
  option('--data <path>', 'where the data are now: a table’s file, or the folder that the other sources are read from')
export const acceptData = (): Option =>
  option('--accept-data', 'use the data as they are now, though values or the order of rows are not those of the run')
export const out = (what: string): Option => option('--out <path>', what)
export const count = (what: string, usual: number): Option =>
  option('--count <n>', what).argParser(wholeFrom(1)).default(usual)
export const drawing = (): Option =>
  option('--as <form>', 'print the program alone, for a tool that draws it').choices(['mermaid', 'dot'])
export const steps = (): Option =>
  option('--steps <n>', 'decoded points on each way').argParser(wholeFrom(2)).default(11)
export const upTo = (what: string): Option => option('--count <n>', what).argParser(wholeFrom(1))
export const resume = (): Option =>
  option(
    '--resume <run>',
    'go on with the run in this folder, to the same numbers as if it had never stopped',
  ).conflicts('out')
export const runs = (): Option =>
  option('--runs <n>', 'how many values each law is tried on').argParser(wholeFrom(1)).default(100)

/** Values to sweep: a range to be divided, or a list. */
export type Values =
  | { readonly kind: 'range'; readonly low: number; readonly high: number }
  | { readonly kind: 'list'; readonly values: readonly number[] }

const numbers = (text: string): readonly number[] => text.split(',').map(number)

const values = (text: string): Values => {
  const [low = Number.NaN, high = Number.NaN, ...more] = text.split('..').map(number)
  if (text.includes('..'))
    return more.length === 0 && low < high ? { kind: 'range', low, high } : refuse('a rising range such as 0.01..10')
  const list = numbers(text)
  return list.every(Number.isFinite)
    ? { kind: 'list', values: list }
    : refuse('a range such as 0.01..10, or a list such as 0.1,1,10')
}

interface Setting {
  readonly path: string
  readonly values: Values
}

/** One setting more each time that the option is given. */
const setting = (text: string, before: readonly Setting[]): readonly Setting[] => {
  const [path = '', range, ...more] = text.split('=')
  return range === undefined || more.length > 0
    ? refuse('a path and its values, such as optimizer.learningRate=1e-4..1e-2')
    : [...before, { path, values: values(range) }]
}

const seedList = (text: string): readonly number[] => {
  const list = numbers(text)
  return list.every(isSeed) ? list : refuse(`a list such as 0,1,2, each ${aSeed}`)
}

const finite = (text: string): number => {
  const value = number(text)
  return Number.isFinite(value) ? value : refuse('a number')
}

export const beta = (): Option =>
  option('--beta <values>', 'the objective’s β; of a schedule, what it rises to').argParser(values)
export const set = (): Option =>
  option('--set <path=values>', 'any other number of the objective, the optimiser or the settings; again for a grid')
    .argParser(setting)
    .default([], 'none')
export const points = (): Option =>
  option('--points <n>', 'how many values a range is divided into').argParser(wholeFrom(2)).default(7)
export const seeds = (): Option =>
  option('--seeds <list>', 'seeds that each setting is trained with').argParser(seedList).default([0], '0')
export const jobs = (): Option =>
  option('--jobs <n>', 'processes at the same time (default: as many as there are cores)').argParser(wholeFrom(1))
export const entropy = (): Option =>
  option(
    '--entropy <nats>',
    'the entropy of the data as the model reads them (a table’s rows standardised), where it is known: H − D ≤ R is then checked',
  ).argParser(finite)
export const resumeSweep = (): Option =>
  option('--resume <sweep>', 'go on with the sweep in this folder, as it was planned').conflicts([
    'out',
    'points',
    'seeds',
    'warm',
    'epochs',
    'batch',
    'limit',
    'target',
  ])
