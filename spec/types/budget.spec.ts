import { expect, test } from 'vitest'
import { instantiations } from './runner/cost.ts'

/** What checking a program may cost over another that only loads the same declarations, in instantiations. */
interface Budget {
  readonly program: string
  readonly over: string
  readonly atMost: number
}

const budgets: readonly Budget[] = [
  { program: 'spec/types/budget/twentyLayers.ts', over: 'spec/types/budget/base.ts', atMost: 25_000 },
  { program: 'spec/types/budget/program.ts', over: 'spec/types/budget/programBase.ts', atMost: 25_000 },
]

const patience = { timeout: 60_000 }

test.each(budgets)(
  '$program: at most $atMost instantiations over $over',
  patience,
  async ({ program, over, atMost }) => {
    const [cost, base] = await Promise.all([instantiations(program), instantiations(over)])
    expect(base).toBeGreaterThan(0)
    expect(cost - base).toBeGreaterThan(1000)
    expect(cost - base).toBeLessThanOrEqual(atMost)
  },
)
