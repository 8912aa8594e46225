import * as fc from 'fast-check'
import type { Gauge } from '../Gauge.ts'
import { type Law, law, type LawSuite } from '../Law.ts'
import { hoeffding } from '../oracle/deviation.ts'
import { PIXELS } from '../subject/probes.ts'
import { passesOver, type Recording, updates } from '../subject/Recording.ts'
import { recordings, type Wiring } from '../subject/Wiring.ts'

const sameNumbers = (a: readonly number[], b: readonly number[]): boolean => String(a) === String(b)

/** A law of what is recorded: it is tried once. */
export const once = (
  name: string,
  statement: string,
  holds: (w: Wiring, g: Gauge) => void,
  more: Partial<Law<Wiring>> = {},
): Law<Wiring> => ({
  ...law<Wiring, null>({ name, statement, given: () => fc.constant(null), holds: (w, _, g) => holds(w, g), most: 1 }),
  ...more,
})

/** The first two that are equal. */
const repeated = <A>(things: readonly (readonly [what: string, A])[]): string | undefined => {
  const known = new Map<A, string>()
  for (const [what, thing] of things) {
    const before = known.get(thing)
    if (before !== undefined) return `${before} and ${what}`
    known.set(thing, what)
  }
  return undefined
}

/** Numbers that are a function of ε, of every draw of a run that is to have its own: each update, each held-out row once. */
const drawn = (r: Recording): readonly (readonly [string, number])[] =>
  [
    ...updates(r).map((call, i) => [`update ${i}`, call] as const),
    ...(['validation', 'test'] as const).flatMap((part) =>
      (passesOver(r, part)[0] ?? []).map((call, i) => [`${part} row ${i}`, call] as const),
    ),
  ].flatMap(([what, { outputs }]) =>
    [...outputs].flatMap(([name, { data }]) =>
      name.startsWith('kl/') ? Array.from(data, (x, i) => [`${what} ${name}[${i}]`, x] as const) : [],
    ),
  )
const bits = (r: Recording): readonly (readonly [string, readonly number[]])[] =>
  [
    ...updates(r).map((call, i) => [`update ${i}`, call] as const),
    ...(['validation', 'test'] as const).flatMap((part) =>
      (passesOver(r, part)[0] ?? []).map((call, i) => [`${part} row ${i}`, call] as const),
    ),
  ].flatMap(([what, { feeds }]) =>
    ['x', 'y'].map((name) => [`${what} ${name}`, [...(feeds.data.get(name)?.data ?? [])]] as const),
  )
const ALARM = 1e-14
const apart = (g: Gauge, what: string, a: readonly number[], b: readonly number[]): void =>
  g.within(
    a.filter((bit, i) => bit === b[i]).length / PIXELS - 0.5,
    hoeffding(PIXELS, ALARM, 0, 1),
    `the agreement of the bits of ${what} less ½`,
  )

const NAMES = ['z', 'x', 'shuffle', 'validation', 'held out', 'prior/z', 'posterior/z', 'likelihood/x', 'initial/z']
/** Streams that are of no site. */
const NAMES_OF_NONE: ReadonlySet<string> = new Set(['shuffle', 'shuffle/window', 'validation', 'held out'])
const awkward = fc.constantFrom(...NAMES, 'binarize/x', 'evaluate/binarize/x', 'shuffle/window', 'posterior')

/** What every random draw of a run owes the others: a stream of its own. */
export const drawLaws: LawSuite<Wiring> = {
  name: 'draws',
  extends: [],
  laws: [
    law({
      name: 'streams are apart',
      statement: 'whatever sites are called, no two draws of a run are from one stream at one step',
      most: 13,
      given: () => awkward,
      holds: (w, name, g) => {
        const keys = w.streams(name).map(({ seed, step, name: of }, i) => [`${i}`, `${seed} ${step} ${of}`] as const)
        g.holds(
          repeated(keys) === undefined,
          `of a site '${name}' two streams are ${keys.map(([, k]) => k).join(', ')}`,
        )
        const others = new Set(
          NAMES.filter((other) => other !== name).flatMap((other) =>
            w.streams(other).map((s) => `${s.step} ${s.name}`),
          ),
        )
        const shared = w.streams(name).find((s) => s.name.endsWith(name) && others.has(`${s.step} ${s.name}`))
        g.holds(shared === undefined || NAMES_OF_NONE.has(shared.name), `'${name}' and another share '${shared?.name}'`)
      },
    }),
    once(
      'no two draws of ε are one',
      'of two latents, two updates, two held-out rows, training and evaluation',
      (w, g) => {
        const twice = repeated(drawn(w.single))
        g.holds(drawn(w.single).length > 60 && twice === undefined, `one ε for ${twice}`)
        const other = new Set(drawn(w.reseeded).map(([, x]) => x))
        const shared = drawn(w.single).find(([, x]) => other.has(x))
        g.holds(shared === undefined, `another seed has the same ε for ${shared?.[0]}`)
      },
    ),
    once(
      'no two draws of bits are one',
      'grey pixels are drawn anew for every epoch, field and held-out row, by another seed otherwise, and are 1 as often as they are grey',
      (w, g) => {
        const all = bits(w.single)
        all.forEach(([what, a], i) => {
          for (const [other, b] of all.slice(i + 1)) apart(g, `${what} and ${other}`, a, b)
          g.within(
            a.reduce((sum, bit) => sum + bit, 0) / PIXELS - 128 / 255,
            hoeffding(PIXELS, ALARM, 0, 1),
            `${what}: how many bits are 1`,
          )
        })
        for (const [i, [what, a]] of bits(w.reseeded).entries()) apart(g, `two seeds, ${what}`, a, all[i]?.[1] ?? [])
      },
      { statistics: { falseAlarm: 1000 * ALARM, catches: 'bits of which 3 of 4 are the same' } },
    ),
    once('held-out draws are the same every time', 'so that only the weights make a difference', (w, g) => {
      for (const r of recordings(w)) {
        const [first, ...others] = passesOver(r, 'validation').map((pass) =>
          JSON.stringify(
            pass.map(({ feeds: { data, seed, step, row = 0 } }) => [
              [...data].map(([name, t]) => [name, [...t.data]]),
              [seed, step, row],
            ]),
          ),
        )
        g.holds(
          others.every((other) => other === first),
          'validation data are drawn anew',
        )
      }
    }),
    once('parameters start apart', 'no two share their draws, and another seed has others', (w, g) => {
      const startOf = (r: Recording | undefined): readonly (readonly [string, readonly number[]])[] =>
        [...(r?.calls[0]?.before ?? [])].flatMap(([name, { data }]) => {
          const most = Math.max(...Array.from(data, Math.abs))
          return r?.run.weights.has(name) === true && most > 0 ? [[name, Array.from(data.slice(0, 8))] as const] : []
        })
      // Up to a factor, the limit or the scale of each.
      const key = ([first = 1, ...rest]: readonly number[]): string => rest.map((x) => (x / first).toFixed(3)).join()
      const starts = startOf(w.uneven[0]).map(([name, values]) => [name, key(values)] as const)
      g.holds(starts.length >= 4 && repeated(starts) === undefined, `equal from the start: ${repeated(starts)}`)
      const [a, b] = [w.single, w.reseeded].map((r) => startOf(r).map(([, values]) => key(values)))
      g.holds(a?.every((x) => b?.includes(x) === false) === true, 'another seed starts from the same values')
    }),
    once(
      'no two draws of a sample are one',
      'latents from the prior, observations from the likelihood, of every row',
      (w, g) => {
        const COUNT = 230
        const made = w.sampled(COUNT, 4)
        const [latents, draws, means] = [made.latents, made.draws, made.means].map((batch) => [...batch])
        const pairs = [...(latents ?? []), ...(draws ?? [])].flatMap(([name, { data }]) =>
          Array.from({ length: data.length - 1 }, (_, i) => [`${name}[${i}]`, `${data[i]} ${data[i + 1]}`] as const),
        )
        g.holds(
          pairs.length === 4 * (4 * COUNT - 1) && repeated(pairs) === undefined,
          `one draw for ${repeated(pairs)}`,
        )
        const all = [...(latents ?? []), ...(draws ?? [])].flatMap(([, { data }]) => [...data])
        g.holds(
          all.every((x) => Math.abs(x) < 10),
          'a latent is not of the prior',
        )
        g.holds(
          (means ?? []).every(([, { data }]) => data.every((x) => x === 0)),
          'the means are not the likelihood’s',
        )
        const few = w.sampled(3, 4)
        for (const [name, { data }] of [...few.latents, ...few.draws]) {
          const many = made.latents.get(name) ?? made.draws.get(name)
          g.holds(
            sameNumbers([...data], [...(many?.data.slice(0, data.length) ?? [])]),
            `${name}: few are not the first of many`,
          )
        }
        const other = new Set([...w.sampled(COUNT, 5).latents].flatMap(([, { data }]) => [`${data[0]} ${data[1]}`]))
        g.holds(!pairs.some(([, pair]) => other.has(pair)), 'another seed has the same draws')
      },
    ),
  ],
}
