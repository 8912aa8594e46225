/** Something that trains, and can be told to. */
export interface Contestant {
  readonly name: string
  /** makes so many updates; milliseconds, with all that was asked for done */
  readonly run: (steps: number) => Promise<number>
  readonly dispose: () => void
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN

/** As many steps as take this long, so that a round is neither noise nor a wait. */
const ROUND_MS = 400

const stepsFor = async ({ run }: Contestant): Promise<number> => {
  await run(2)
  return Math.min(500, Math.max(2, Math.ceil((3 * ROUND_MS) / (await run(3)))))
}

/**
 * The median milliseconds a step of each: rounds of one and the others alternate, so that all meet the same machine. Absolute figures move with
 * the machine; ratios hold.
 */
export const race = async (contestants: readonly Contestant[], rounds: number): Promise<readonly number[]> => {
  const steps: number[] = []
  for (const contestant of contestants) steps.push(await stepsFor(contestant))
  const times = contestants.map((): number[] => [])
  for (let round = 0; round < rounds; round++)
    for (const [i, contestant] of contestants.entries()) {
      const count = steps[i] ?? 2
      times[i]?.push((await contestant.run(count)) / count)
    }
  return times.map(median)
}
