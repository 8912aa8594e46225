/** Numbers as people read them. */

const minus = (text: string): string => text.replace('-', '−')

/** 266610 → 266,610 */
export const grouped = (n: number): string => n.toLocaleString('en-US', { maximumFractionDigits: 0 })

/** −105.31; nothing measured is a dash */
export const nats = (x: number | null | undefined, digits = 2): string =>
  x === null || x === undefined || Number.isNaN(x) ? '–' : minus(x.toFixed(digits))

/** −2.51, +0.7: what is to be added */
export const signed = (x: number): string => (x < 0 ? nats(x) : `+${nats(x)}`)

/** What nats are of, where rows are standardised; nothing where they are not. */
export const ofRows = (logAbsDetJacobian: number): string =>
  logAbsDetJacobian === 0 ? '' : `, of the standardised rows (${signed(logAbsDetJacobian)} in the table’s own units)`

const prefixes = ['', 'k', 'M', 'G', 'T', 'P'] as const

/** 382000000, 'FLOP' → 382 MFLOP */
export const scaled = (n: number, unit: string): string => {
  const power = Math.min(prefixes.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, n)) / 3)))
  const value = n / 1000 ** power
  return `${power === 0 ? value.toFixed(0) : value.toPrecision(3)} ${prefixes[power] ?? ''}${unit}`
}

/** 75 → 1:15; 8.4 → 8.4 s */
export const duration = (seconds: number): string => {
  if (!Number.isFinite(seconds)) return '–'
  if (seconds < 60) return `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`
  const whole = Math.round(seconds)
  const two = (n: number): string => String(n).padStart(2, '0')
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60]
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`
}

/** 1 epoch, 2 epochs */
export const many = (n: number, noun: string): string => `${grouped(n)} ${noun}${n === 1 ? '' : 's'}`
