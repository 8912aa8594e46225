import { record } from '../call/Kind.ts'
import { takes } from '../call/takes.ts'
import type { Optimizer } from './Optimizer.ts'

/** The parameters that no other pattern of `byPart` matches. */
export const REST = 'rest'

/** `*` is any part of one segment of a name, `**` any number of segments. */
const pattern = (glob: string): RegExp => {
  const plain = (text: string): string => text.replace(/[.+?^${}()|[\]\\]/g, '\\$&')
  const segments = glob.split('/').map((segment, i, all) => {
    const end = i === all.length - 1
    if (segment === '**') return end ? '.+' : '(?:[^/]+/)*'
    return `${segment.split('*').map(plain).join('[^/]*')}${end ? '' : '/'}`
  })
  return new RegExp(`^${segments.join('')}$`)
}

type Parts = Readonly<Record<string, Optimizer>>

/** The patterns that match a name. */
const matching = (parts: Parts, name: string): readonly string[] => {
  const found = Object.keys(parts).filter((glob) => glob !== REST && pattern(glob).test(name))
  return found.length === 0 && parts[REST] !== undefined ? [REST] : found
}

/** Which part a parameter is of; of several, the first. */
export const partOf = (parts: Parts, name: string): string | undefined => matching(parts, name)[0]

/** A parameter of two parts or of none, and a part without a parameter. */
export const partProblems = (parts: Parts, names: readonly string[]): readonly string[] => {
  const found = names.map((name) => [name, matching(parts, name)] as const)
  const used = new Set(found.flatMap(([, globs]) => globs))
  const given = Object.keys(parts).map((glob) => `'${glob}'`)
  return [
    ...found.flatMap(([name, globs]) =>
      globs.length === 1
        ? []
        : globs.length === 0
          ? [`byPart: parameter '${name}' is of no part (${given.join(', ')}); add one, or '${REST}' for all others`]
          : [
              `byPart: parameter '${name}' is of the parts ${globs.map((g) => `'${g}'`).join(' and ')}; let one pattern match it`,
            ],
    ),
    ...Object.keys(parts)
      .filter((glob) => !used.has(glob) && names.length > 0)
      .map((glob) => `byPart: no parameter is of part '${glob}'; there are ${listed(names)}`),
  ]
}

const MOST = 6
const listed = (names: readonly string[]): string =>
  `${names.slice(0, MOST).join(', ')}${names.length > MOST ? ` and ${names.length - MOST} more` : ''}`

const makeByPart = (parts: Parts): Optimizer => ({
  tag: 'optimizer',
  steps: [
    { name: 'byPart', options: {}, parts: Object.fromEntries(Object.entries(parts).map(([k, o]) => [k, plain(o)])) },
  ],
  problems: [...new Set(Object.values(parts).flatMap(({ problems }) => problems))],
})

/**
 * An optimiser for each part of the parameters, by patterns over their names (`elbo show` lists them): `*` is any part of a segment, `**` any
 * segments, `rest` all that no pattern matches. Each parameter must be of one part.
 *
 * Errors   a parameter of two parts or of none; a pattern that matches nothing
 * @example byPart({ 'guide/**': adam(1e-3), 'model/x/**': frozen, rest: sgd(1e-2) })
 */
export const byPart: typeof makeByPart = takes('byPart', makeByPart, [record])
/** Without what makes a modifier callable. */
const plain = ({ steps, problems }: Optimizer): Optimizer => ({ tag: 'optimizer', steps, problems })
