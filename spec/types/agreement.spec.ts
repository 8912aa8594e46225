import * as fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { calls, type Call } from '../arbitrary/shapeCalls.ts'
import { allowing, claimAt, exactly, programOf } from './agreement/program.ts'
import { compile, root } from './runner/compiler.ts'

const perRule = 80
const seed = 20

const drawn: readonly Call[] = calls.flatMap((arbitrary, i) =>
  fc.sample(arbitrary, { seed: seed + i, numRuns: perRule }),
)
const known = drawn.map(exactly)
const masks = fc.sample(fc.infiniteStream(fc.boolean()), { seed, numRuns: drawn.length })
const late = drawn.map((call, i) => allowing(call, () => masks[i]?.next().value ?? false))

/** The arithmetic under the rules, on numbers up to 200,000 and their products. */
const arithmetic: readonly string[] = fc
  .sample(
    fc.tuple(
      fc.integer({ min: 0, max: 200_000 }),
      fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 200_000 })),
    ),
    { seed, numRuns: 150 },
  )
  .flatMap(([x, y]) => [
    `equal<plus<${x}, ${y}>, ${x + y}>`,
    `equal<minus<${x}, ${y}>, ${x < y ? 'never' : x - y}>`,
    `equal<times<${x}, ${y}>, ${x * y}>`,
    `equal<floorDivide<${x}, ${y}>, ${Math.floor(x / y)}>`,
    `equal<ceilDivide<${x}, ${y}>, ${Math.ceil(x / y)}>`,
  ])

/** What digits cannot express is left to run time, whichever side it is on. */
const odd: readonly string[] = ['0.5', '-3', '1e21', '1e-7', 'number'].flatMap((n) =>
  ['plus', 'minus', 'times', 'floorDivide', 'ceilDivide'].flatMap((f) => [
    `equal<${f}<${n}, 7>, number>`,
    `equal<${f}<7, ${n}>, number>`,
  ]),
)

const folder = mkdtempSync(join(tmpdir(), 'elbo-agreement-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** The claims that the compiler refuses, each with its reason. */
const refused = async (name: string, claims: readonly string[]): Promise<readonly string[]> => {
  writeFileSync(join(folder, `${name}.ts`), programOf(claims, join(root, 'src/shape')))
  const compilerOptions = { types: [], noUnusedLocals: false, rewriteRelativeImportExtensions: false }
  const project = { extends: join(root, 'tsconfig.json'), compilerOptions, include: [`${name}.ts`], exclude: [] }
  writeFileSync(join(folder, `${name}.json`), JSON.stringify(project))
  const { diagnostics } = await compile(join(folder, `${name}.json`))
  return diagnostics.map((d) => `${claimAt(claims, d.line) ?? d.file}\n  ${d.text}`)
}

test(`types and values agree on ${known.length} calls with all sizes known, in shapes and in texts, and on ${late.length} with some known late`, async () => {
  expect(await refused('claims', [...known, ...late, ...arithmetic, ...odd])).toEqual([])
})

test('the calls obey and break every rule', () => {
  const share = (rule: string): number => {
    const answers = drawn.filter((c) => c.rule === rule).map((c) => c.answer)
    return answers.filter(E.isRight).length / answers.length
  }
  const rules = [...new Set(drawn.map((c) => c.rule))].filter((r) => r !== 'flatten')
  expect(rules.filter((r) => share(r) < 0.2 || share(r) > 0.9).map((r) => `${r}: ${share(r)} right`)).toEqual([])
})

test('a claim that is false is refused', async () => {
  const right = ['equal<plus<19, 1>, 20>', 'allows<dense<[number], 4>, [4]>', 'answers<dense<[], 4>>']
  const wrong = [
    'equal<plus<19, 1>, 21>',
    'equal<dense<[2], 0>, [0]>',
    'allows<dense<[number], 4>, [5]>',
    'answers<never>',
  ]
  const said = await refused('false', [...right, ...wrong])
  expect(said.map((s) => s.split('\n')[0])).toEqual(wrong)
})
