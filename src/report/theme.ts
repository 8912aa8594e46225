import { INK, PALE } from './rasterize.ts'

/** The colours of figures: on paper, and on a page by day and by night. Drawings are made in the colours of paper. */

interface Colour {
  readonly paper: string
  readonly dark: string
}

type Name = 'background' | 'ink' | 'pale' | 'axis' | 'grid' | 'blue' | 'orange' | 'green'

export const colours: Readonly<Record<Name, Colour>> = {
  background: { paper: 'white', dark: '#15181c' },
  ink: { paper: INK, dark: '#e8eaed' },
  pale: { paper: PALE, dark: '#aab3be' },
  axis: { paper: '#9aa3ad', dark: '#6b7480' },
  grid: { paper: '#e6e9ed', dark: '#2b3138' },
  blue: { paper: '#2a6fbb', dark: '#6aa9ee' },
  orange: { paper: '#c4541a', dark: '#f08c55' },
  green: { paper: '#3c7d4f', dark: '#6fc187' },
}

/** CSS variables of the page, by the reader's preference. */
export const themeCss: string = [['', 'paper'] as const, ['@media (prefers-color-scheme: dark)', 'dark'] as const]
  .map(([when, which]) => {
    const rules = Object.entries(colours).map(([name, colour]) => `--${name}: ${colour[which]}`)
    const root = `:root { ${rules.join('; ')} }`
    return when === '' ? root : `${when} { ${root} }`
  })
  .join('\n')

/** What Vega writes where nothing was chosen. */
const defaults = { ink: '#000' } as const

/** A drawing that takes its colours from the page it stands on. */
export const themed = (svg: string): string =>
  [...Object.entries(colours).map(([name, { paper }]) => [name, paper]), ...Object.entries(defaults)].reduce(
    (text, [name, paper]) => text.replaceAll(`="${paper}"`, `="var(--${name})"`),
    svg,
  )
