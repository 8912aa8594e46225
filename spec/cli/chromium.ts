import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'

/** A page looked at in a headless browser, where there is one. */

const found = (): string | undefined => {
  try {
    return execFileSync('sh', ['-c', 'command -v chromium'], { encoding: 'utf8' }).trim()
  } catch {
    return undefined
  }
}

export const chromium: string | undefined = found()

/** What the browser measured of a page. */
export interface Seen {
  readonly dark: boolean
  readonly figures: readonly { readonly id: string; readonly width: number; readonly height: number }[]
  /** pictures within figures that do not decode */
  readonly broken: number
  readonly pictures: number
  /** the lowest contrast of a text and the page, as WCAG 2 has it, and that text */
  readonly contrast: number
  readonly palest: string
  /** wider than the window */
  readonly overflow: number
}

/**
 * Runs in the page, once it and every picture of its figures are loaded: nothing is left that would take time after.
 *
 * Source  contrast: WCAG 2.2, "contrast ratio" and "relative luminance"
 */
const probe = `
const luminance = (css) => {
  const c = css.match(/[\\d.]+/g).slice(0, 3).map((v) => v / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
  return 0.2126 * c[0] + 0.7152 * c[1] + 0.0722 * c[2]
}
const page = luminance(getComputedStyle(document.body).backgroundColor)
const contrast = (css) => { const [a, b] = [page, luminance(css)].sort((x, y) => y - x); return (a + 0.05) / (b + 0.05) }
const texts = [...document.querySelectorAll('svg text')].filter((t) => t.textContent.trim() !== '').map((t) => [t.textContent, contrast(getComputedStyle(t).fill)])
  .concat([...document.querySelectorAll('h1, h2, h3, p, li, td, th, figcaption, a, .level')].map((t) => [t.textContent, contrast(getComputedStyle(t).color)]))
  .sort((a, b) => a[1] - b[1])
const seen = {
  dark: matchMedia('(prefers-color-scheme: dark)').matches,
  figures: [...document.querySelectorAll('figure')].map((f) => { const r = f.querySelector('svg').getBoundingClientRect(); return { id: f.id, width: r.width, height: r.height } }),
  contrast: texts[0][1],
  palest: texts[0][0],
  overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
}
const pictures = [...document.querySelectorAll('svg image')].map((i) => Object.assign(new Image(), { src: i.getAttribute('href') }))
const hidden = document.createElement('div')
hidden.style.visibility = 'hidden'
hidden.append(...pictures)
document.body.append(hidden)
addEventListener('load', () => {
  const out = document.createElement('pre')
  out.id = 'seen'
  const broken = pictures.filter((p) => p.naturalWidth === 0).length
  out.textContent = encodeURIComponent(JSON.stringify({ ...seen, pictures: pictures.length, broken }))
  document.body.append(out)
})`

/** The page in the browser, by day or by night: what was measured, and what the console and the network log said. */
export const look = (
  program: string,
  file: string,
  dark: boolean,
): { readonly seen: Seen; readonly complaints: readonly string[] } => {
  const copy = file.replace(/\.html$/, `.${dark ? 'dark' : 'light'}.html`)
  writeFileSync(
    copy,
    readFileSync(file, 'utf8').replace('</body>', () => `<script>{${probe}}</script></body>`),
  )
  const { stdout, stderr } = spawnSync(
    program,
    [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--enable-logging=stderr',
      '--window-size=1200,900',
      `--blink-settings=preferredColorScheme=${dark ? 0 : 1}`,
      '--dump-dom',
      pathToFileURL(copy).href,
    ],
    { encoding: 'utf8', timeout: 60_000, maxBuffer: 2 ** 28 },
  )
  const told = /<pre id="seen">([^<]*)<\/pre>/.exec(stdout)?.[1]
  if (told === undefined) throw new Error(`the browser measured nothing: ${stderr.slice(-2000)}`)
  return {
    seen: JSON.parse(decodeURIComponent(told)),
    complaints: stderr.split('\n').filter((line) => line.includes('CONSOLE')),
  }
}
