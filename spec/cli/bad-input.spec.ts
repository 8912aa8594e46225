import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { elbo, type Ended, emptyFolder, manyCommands, moduleText, place } from './elbo.ts'

/** Every wrong input ends in one message that says what, where and what to do, a code that is not 0, and nothing half-written. */

const folder = emptyFolder()
const commands = manyCommands(folder.path)
afterAll(() => {
  commands.close()
  folder.remove()
})

const idx = (magic: number, sizes: readonly number[], bytes: number): Uint8Array => {
  const header = Buffer.alloc(4 + sizes.length * 4)
  header.writeUInt32BE(magic)
  for (const [i, size] of sizes.entries()) header.writeUInt32BE(size, 4 + i * 4)
  return Buffer.concat([header, Buffer.alloc(bytes)])
}

const digits = (data: string): string =>
  moduleText({ data, given: 'binary(28, 28, 1)', observed: 'dense(784), reshape(28, 28, 1), bernoulli' })
const table = (file: string): string =>
  moduleText({
    data: `csv({ file: '${file}', columns: ['a', 'b'] })`,
    given: 'real(2)',
    observed: 'dense(2), gaussian({ scale: 1 })',
  })
const one = (values: string, support: string, given: string): string =>
  moduleText({
    data: `inline({ fields: { x: { shape: [2], support: '${support}', values: ${values} } } })`,
    given,
    observed: 'dense(2), bernoulli',
  })

const many = 'Array.from({ length: 40 }, (_, i) => i % 2)'

const modules = {
  'good.ts': moduleText(),
  'wider.ts': moduleText({ width: 3 }),
  'noFolder.ts': digits(`mnist({ folder: 'nowhere' })`),
  'truncated.ts': digits(`mnist({ folder: 'short' })`),
  'noTable.ts': table('nowhere.csv'),
  'cut.ts': table('cut.csv'),
  'empty.ts': table('empty.csv'),
  'nanTable.ts': table('nan.csv'),
  'words.ts': table('words.csv'),
  'nan.ts': one(`[...${many}, NaN, 1]`, 'binary', 'binary(2)'),
  'support.ts': one(`[...${many}, 0, 2]`, 'binary', 'binary(2)'),
  'mismatch.ts': moduleText({ given: 'e.binary(7, 7, 1)', observed: 'dense(49), reshape(7, 7, 1), bernoulli' }),
  'impossible.ts': moduleText({ observed: 'dense(63), reshape(8, 8, 1), bernoulli' }),
  'syntax.ts': 'export default 1 +\n\nconst = 2\n',
  'throws.ts':
    "interface A {\n  x: string\n}\nconst a: A = { x: 'no' }\nthrow new TypeError(`${a.x} way`)\nexport default 1\n",
  'nothing.ts': 'export const answer = 42\n',
  'named.ts': `${moduleText().replace('export default', 'export const mine =')}`,
  'number.ts': 'export default 42\n',
  'noPackage.ts': "import x from 'no-such-package'\nexport default x\n",
  'noExport.ts': "import { elbow } from 'elbo-ts'\nexport default elbow\n",
  'textual.ts': "import x from './file.txt'\nexport default x\n",
  'noNeighbour.ts': "import x from './missing.ts'\nexport default x\n",
}

const files = {
  'cut.csv': 'a,b\n1,2\n3\n',
  'empty.csv': '',
  'nan.csv': `a,b\n${'1,2\n'.repeat(20)}NaN,2\n`,
  'words.csv': `a,b\n1,2\n1,two\n`,
  'file.txt': 'not a folder',
}

beforeAll(async () => {
  place(folder.path, { ...modules, ...files })
  const short = join(folder.path, 'short')
  mkdirSync(short)
  place(short, {
    'train-images-idx3-ubyte': idx(0x803, [10, 28, 28], 10 * 784 - 5),
    'train-labels-idx1-ubyte': idx(0x801, [10], 10),
    't10k-images-idx3-ubyte': idx(0x803, [10, 28, 28], 10 * 784),
    't10k-labels-idx1-ubyte': idx(0x801, [10], 10),
  })
  await train('good.ts', 'run')
  await train('wider.ts', 'other')
  const copy = (name: string, change: (bytes: Buffer) => Uint8Array, from = 'run'): void => {
    cpSync(join(folder.path, 'run'), join(folder.path, name), { recursive: true })
    writeFileSync(join(folder.path, name, 'last.npz'), change(readFileSync(join(folder.path, from, 'last.npz'))))
  }
  copy('flipped', (bytes) => {
    const at = Math.floor(bytes.length / 2)
    return bytes.fill((bytes[at] ?? 0) ^ 0xff, at, at + 1)
  })
  copy('truncatedRun', (bytes) => bytes.subarray(0, bytes.length - 100))
  copy('noise', () => Buffer.from('this is no archive'))
  copy('foreign', (bytes) => bytes, 'other')
  cpSync(join(folder.path, 'run'), join(folder.path, 'record'), { recursive: true })
  writeFileSync(join(folder.path, 'record', 'run.json'), '{ "format": "elbo-ts run"')
}, 60_000)

const train = async (module: string, out: string): Promise<void> => {
  const { code, err } = await commands.elbo([
    'train',
    module,
    '--target',
    'cpu',
    '--no-pictures',
    '--epochs',
    '1',
    '--out',
    out,
  ])
  if (code !== 0) throw new Error(err)
}

interface Case {
  readonly what: string
  readonly args: readonly string[]
  /** what the message has to say */
  readonly says: readonly (string | RegExp)[]
  readonly code?: number
}

const training = (module: string, ...more: readonly string[]): readonly string[] => [
  'train',
  module,
  '--target',
  'cpu',
  '--out',
  'never',
  ...more,
]
const resuming = (run: string, ...more: readonly string[]): readonly string[] => [
  'train',
  '--resume',
  run,
  '--target',
  'cpu',
  '--no-pictures',
  ...more,
]

const USAGE = 2
/** Processes of their own wait for one another where there are few cores. */
const PATIENT = 60_000

const cases: readonly Case[] = [
  { what: 'a missing folder of IDX files', args: training('noFolder.ts'), says: ['nowhere'] },
  { what: 'a truncated IDX file', args: training('truncated.ts'), says: ['train-images-idx3-ubyte', '7,856', '7,851'] },
  { what: 'a missing CSV file', args: training('noTable.ts'), says: ['nowhere.csv'] },
  { what: 'a CSV file that ends in the middle of a row', args: training('cut.ts'), says: ['cut.csv', /line 3/] },
  { what: 'an empty CSV file', args: training('empty.ts'), says: ['empty.csv'] },
  { what: 'a CSV file with NaN', args: training('nanTable.ts'), says: ['nan.csv', /line 22/, /'a'/, 'NaN'] },
  { what: 'a CSV file with words', args: training('words.ts'), says: ['words.csv', /line 3/, /'b'/, 'two'] },
  { what: 'NaN among data of the module', args: training('nan.ts'), says: ["'x'", 'NaN'] },
  {
    what: 'data outside their support',
    args: training('support.ts'),
    says: ["'x'", '2', /0 (or|and) 1|zeros and ones|\{0, 1\}/],
  },
  {
    what: 'data of another shape than the program',
    args: training('mismatch.ts'),
    says: ["data field 'x' has shape [8, 8, 1] but the program is given [7, 7, 1]"],
  },
  {
    what: 'an unknown option',
    args: training('good.ts', '--epoch', '3'),
    says: ["'--epoch'", '--epochs', 'npx elbo train --help'],
    code: USAGE,
  },
  { what: 'an unknown command', args: ['tarin', 'good.ts'], says: ["'tarin'", 'train', 'elbo --help'], code: USAGE },
  { what: 'no command', args: [], says: ['elbo --help'], code: USAGE },
  { what: 'nothing to train', args: ['train'], says: ['--resume', 'npx elbo train --help'], code: USAGE },
  {
    what: 'an argument too many',
    args: ['show', 'good.ts', 'wider.ts'],
    says: ['too many arguments', 'npx elbo show --help'],
    code: USAGE,
  },
  {
    what: '0 epochs',
    args: training('good.ts', '--epochs', '0'),
    says: ['--epochs', "'0'", 'at least 1'],
    code: USAGE,
  },
  {
    what: 'epochs in words',
    args: training('good.ts', '--epochs', 'two'),
    says: ['--epochs', "'two'", 'whole number'],
    code: USAGE,
  },
  {
    what: 'a batch of a half',
    args: training('good.ts', '--batch', '0.5'),
    says: ['--batch', 'whole number'],
    code: USAGE,
  },
  { what: 'a negative seed', args: training('good.ts', '--seed', '-1'), says: ['--seed', 'at least 0'], code: USAGE },
  {
    what: 'everything held out',
    args: training('good.ts', '--validation', '1'),
    says: ['--validation', 'fraction'],
    code: USAGE,
  },
  { what: 'an unknown target', args: ['train', 'good.ts', '--target', 'gpu'], says: ["'gpu'", 'wasm'], code: USAGE },
  {
    what: 'a batch larger than the data',
    args: training('good.ts', '--batch', '1000'),
    says: ['1000', '36'],
    code: USAGE,
  },
  {
    what: 'patience without validation data',
    args: training('good.ts', '--patience', '2'),
    says: ['patience', 'validation'],
    code: USAGE,
  },
  { what: 'a module that is not there', args: training('missing.ts'), says: ["'missing.ts'"] },
  { what: 'a folder as a module', args: training('short'), says: ["'short'", 'module'] },
  {
    what: 'a text as a module',
    args: training('file.txt'),
    says: ["'file.txt' is no module; give the path of a .ts or .js file"],
  },
  {
    what: 'a module that imports a text',
    args: training('textual.ts'),
    says: ["textual.ts could not be loaded: 'file.txt'"],
  },
  {
    what: 'a module that does not compile',
    args: training('syntax.ts'),
    says: ['syntax.ts does not compile', 'syntax.ts:3:0'],
  },
  { what: 'a module that throws', args: training('throws.ts'), says: ['TypeError: no way', 'throws.ts:5:7'] },
  {
    what: 'a module without a default export',
    args: training('nothing.ts'),
    says: ['nothing.ts exports no experiment', 'export default'],
  },
  {
    what: 'an experiment that is not the default export',
    args: training('named.ts'),
    says: ["'mine'", 'export default'],
  },
  { what: 'a default export that is no experiment', args: training('number.ts'), says: ['a number', 'export default'] },
  {
    what: 'a module whose package is not installed',
    args: training('noPackage.ts'),
    says: ["'no-such-package'", 'npm install'],
  },
  {
    what: 'a module that imports what elbo-ts does not have',
    args: training('noExport.ts'),
    says: ["noExport.ts:1: 'elbo-ts' exports no 'elbow'"],
  },
  {
    what: 'a module whose neighbour is missing',
    args: training('noNeighbour.ts'),
    says: ['noNeighbour.ts', 'missing.ts'],
  },
  {
    what: 'a model that cannot be',
    args: training('impossible.ts'),
    says: ['reshape: cannot view [63] (63 elements) as [8, 8, 1] (64 elements)'],
  },
  { what: 'a folder that is no run', args: resuming('short'), says: ["'short'", 'run.json'] },
  { what: 'a run that is not there', args: ['sample', 'nowhere'], says: ["'nowhere'"] },
  {
    what: 'a run of another model',
    args: ['train', 'wider.ts', '--resume', 'run', '--target', 'cpu'],
    says: ["'run' is a run of another model than 'wider.ts'; it goes on without a module: npx elbo train --resume run"],
  },
  { what: 'a checkpoint of another model', args: resuming('foreign'), says: ['last.npz', 'another model'] },
  { what: 'a changed checkpoint', args: resuming('flipped', '--epochs', '2'), says: ['last.npz'] },
  {
    what: 'more samples than a picture holds',
    args: ['sample', 'run', '--target', 'cpu', '--count', '100000'],
    says: ['100,000', '4,096', '.npz or .csv'],
    code: USAGE,
  },
  {
    what: 'more interpolations than a picture holds',
    args: ['interpolate', 'run', '--target', 'cpu', '--steps', '9000'],
    says: ['4,096', '--steps'],
    code: USAGE,
  },
  { what: 'a truncated checkpoint', args: ['sample', 'truncatedRun', '--target', 'cpu'], says: ['last.npz'] },
  { what: 'a checkpoint that is something else', args: ['encode', 'noise', '--target', 'cpu'], says: ['last.npz'] },
  { what: 'a damaged record', args: ['reconstruct', 'record'], says: ['run.json', 'JSON'] },
  {
    what: 'another seed for a run that goes on',
    args: resuming('run', '--seed', '5', '--epochs', '2'),
    says: ['seed', 'resumed'],
    code: USAGE,
  },
  { what: 'two folders at once', args: resuming('run', '--out', 'never'), says: ['--resume', '--out'], code: USAGE },
  {
    what: 'a folder below a file',
    args: ['train', 'good.ts', '--target', 'cpu', '--out', 'file.txt/never'],
    says: ['file.txt/never', 'a file, not a folder'],
  },
  {
    what: 'a file in the place of a folder',
    args: ['train', 'good.ts', '--target', 'cpu', '--out', 'file.txt'],
    says: ["'file.txt' is a file; choose another folder"],
  },
  {
    what: 'a folder that is not empty',
    args: ['train', 'good.ts', '--target', 'cpu', '--out', 'short'],
    says: ["'short'", 'not empty'],
  },
  {
    what: 'a file of no known form',
    args: ['sample', 'run', '--target', 'cpu', '--out', 'never.gif'],
    says: ['never.gif', '.png', '.csv'],
    code: USAGE,
  },
  {
    what: 'a file in no folder',
    args: ['sample', 'run', '--target', 'cpu', '--out', 'never/a.csv'],
    says: ["cannot write 'never/a.csv': there is no folder 'never'; make it first"],
  },
]

/** What a refusal lacks. */
const lacks = ({ code, signal, err }: Ended, { code: expected = 1, says }: Case): readonly string[] => [
  ...(code === expected && signal === null ? [] : [`it ended with ${code ?? signal}, not ${expected}`]),
  ...says
    .filter((text) => err.search(typeof text === 'string' ? text.replaceAll(/[^\w\s]/g, '\\$&') : text) < 0)
    .map((text) => `it should say ${text}, but says: ${err}`),
  ...(err.match(/^elbo: /gm)?.length === 1 ? [] : [`it should be one message, but is: ${err}`]),
  ...(/\n\s+at .*(node:internal|src\/|dist\/)/.test(err) ? [`no stack of ours should be shown: ${err}`] : []),
  ...(existsSync(join(folder.path, 'never')) ? ['something was written'] : []),
]

test.each(cases)('$what', async (each) => {
  expect(lacks(await commands.elbo(each.args), each)).toEqual([])
})

/** One of each kind, as a process of its own. */
const alone: ReadonlySet<string> = new Set([
  'an unknown option',
  'a module that does not compile',
  'a missing CSV file',
  'a changed checkpoint',
  'a folder below a file',
])

describe.concurrent('as a process', { timeout: PATIENT }, () => {
  test.each(cases.filter(({ what }) => alone.has(what)))('$what', async (each) => {
    expect(lacks(await elbo(each.args, folder.path), each)).toEqual([])
  })

  test('a disk that fills up leaves nothing', async () => {
    const { code, signal, err } = await elbo(training('good.ts'), folder.path, 4)
    expect({ code, signal }).toEqual({ code: 1, signal: null })
    expect(err).toMatch(/^elbo: cannot write 'never\/last\.npz': /)
    expect(existsSync(join(folder.path, 'never'))).toBe(false)
  })

  test('with --json the error is a line on standard output', async () => {
    const { code, out } = await elbo(training('missing.ts', '--json'), folder.path)
    expect(code).toBe(1)
    expect(
      out
        .trim()
        .split('\n')
        .map((line): unknown => JSON.parse(line)),
    ).toEqual([{ event: 'error', tag: 'File', message: expect.stringContaining("'missing.ts'") }])
  })
})

test('nothing was written by any of them', () => {
  const left = readdirSync(folder.path, { recursive: true })
    .map(String)
    .filter((name) => /never|\.part$/.test(name))
  expect(left).toEqual([])
})
