/** What an argument can be, for programs that nobody type-checked: in words, and as a test. Values known late are not judged here. */
export interface Kind {
  readonly what: string
  readonly is: (value: unknown) => boolean
  readonly may?: 'be left out' | 'repeat'
}

type Fields = Readonly<Record<string, unknown>>
const isObject = (value: unknown): value is Fields => typeof value === 'object' && value !== null
const has = (value: unknown, ...names: readonly string[]): value is Fields =>
  isObject(value) && names.every((name) => name in value)

const isExpression = (value: unknown): boolean => has(value, 'node', 'shape', 'problems')
const isDistribution = (value: unknown): boolean => has(value, 'family', 'params', 'problems')
const isProgram = (value: unknown): boolean => has(value, 'env', 'sites')
const isField = (value: unknown): boolean => has(value, 'support', 'shape') && Array.isArray(value['shape'])
const isNumber = (value: unknown): boolean => typeof value === 'number'
const isPromise = (value: unknown): boolean => has(value, 'then') && typeof value['then'] === 'function'
const isOptions = (value: unknown): boolean =>
  isObject(value) &&
  !Array.isArray(value) &&
  !ArrayBuffer.isView(value) &&
  ![isExpression, isDistribution, isProgram, isPromise].some((is) => is(value))
/** A modifier of an optimiser is a function that is an optimiser too. */
const isTagged = (value: unknown): boolean =>
  (isObject(value) || typeof value === 'function') && value !== null && 'tag' in value

export const expression: Kind = { what: 'an expression', is: isExpression }
export const numeric: Kind = {
  what: 'a number or an expression',
  is: (value) => isNumber(value) || isExpression(value),
}
export const number: Kind = { what: 'a number', is: isNumber }
export const text: Kind = { what: 'a name', is: (value) => typeof value === 'string' }
export const callback: Kind = { what: 'a function', is: (value) => typeof value === 'function' }
export const record: Kind = { what: 'an object of options', is: isOptions }
export const distribution: Kind = { what: 'a distribution', is: isDistribution }
export const program: Kind = { what: 'a program', is: isProgram }
export const schedule: Kind = { what: 'a number or a schedule', is: (value) => isNumber(value) || isTagged(value) }
export const optimizer: Kind = { what: 'an optimizer', is: isTagged }
export const fields: Kind = {
  what: 'an object of fields',
  is: (value) => isOptions(value) && isObject(value) && Object.values(value).every(isField),
}
/** Where the numbers of a parameter start. */
export const start: Kind = {
  what: 'a number or { stddev }',
  is: (value) => isNumber(value) || (has(value, 'stddev') && isNumber(value['stddev'])),
}
/** What an experiment is made of; each part is itself the result of a call. */
export const parts: Kind = {
  what: 'an object with vae, objective, data and optimizer, each of them called',
  is: (value) =>
    has(value, 'vae', 'objective', 'data', 'optimizer') &&
    has(value['vae'], 'model', 'guide', 'problems') &&
    ['objective', 'data', 'optimizer'].every((name) => isTagged(value[name])),
}

export const bijector: Kind = { what: 'a bijector', is: (value) => has(value, 'forward', 'logAbsDet') }

export const optional = (kind: Kind): Kind => ({ ...kind, may: 'be left out' })
export const each = (kind: Kind): Kind => ({ ...kind, may: 'repeat' })

/** The first that holds says what a value is. */
const names: readonly (readonly [is: (value: unknown) => boolean, words: string | ((value: unknown) => string)])[] = [
  [isExpression, 'an expression'],
  [isDistribution, 'a distribution'],
  [isProgram, 'a program'],
  [isPromise, 'a promise: await it before the program is built'],
  [isField, 'a field: a program reads it by name, from its scope'],
  [(value) => Array.isArray(value) || ArrayBuffer.isView(value), 'a list of numbers: data reach a program by name'],
  [has, 'an object'],
  [(value) => typeof value === 'function', 'a function that is not called yet'],
  [(value) => typeof value === 'string', (value) => `the text '${String(value)}'`],
  [(value) => Number.isNaN(value), 'NaN'],
  [isNumber, (value) => `the number ${String(value)}`],
  [() => true, String],
]

/** What a value is, in words. */
export const described = (value: unknown): string => {
  const [, words = String] = names.find(([is]) => is(value)) ?? []
  return typeof words === 'string' ? words : words(value)
}
