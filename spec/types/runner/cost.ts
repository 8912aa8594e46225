import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { compile, root } from './compiler.ts'

/** How many types the compiler instantiates for a program (a path from the root). One checker, so that the count is exact. */
export const instantiations = async (program: string): Promise<number> => {
  const folder = await mkdtemp(join(tmpdir(), 'elbo-budget-'))
  const project = {
    extends: join(root, 'tsconfig.json'),
    compilerOptions: { typeRoots: [join(root, 'node_modules/@types')] },
    include: [join(root, program)],
    exclude: [],
  }
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(project))
  const { diagnostics, output } = await compile(
    join(folder, 'tsconfig.json'),
    '--extendedDiagnostics',
    '--singleThreaded',
  )
  await rm(folder, { recursive: true })
  const counted = /^Instantiations:\s+(\d+)/m.exec(output)?.[1]
  return diagnostics.length === 0 && counted !== undefined ? Number(counted) : Number.NaN
}
