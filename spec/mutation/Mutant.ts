/** A bug that the field has had, put back into the source by replacing a piece of its text, and the law that finds it. */
export interface Mutant {
  readonly id: string
  readonly bug: string
  /** where the like of it was seen, or what it comes from */
  readonly seen: string
  readonly file: string
  /** each occurs exactly once in the file */
  readonly edits: readonly (readonly [from: string, to: string])[]
  /** suite, law: it holds of the source as it is, and fails on this */
  readonly killedBy: readonly [suite: string, law: string]
}

/** The source with the bug, or what keeps it from being put there. */
export const withBug = ({ id, file, edits }: Mutant, source: string): string =>
  edits.reduce((text, [from, to]) => {
    const times = text.split(from).length - 1
    if (times !== 1)
      throw new Error(`mutant ${id}: ${file} has '${from}' ${times} times, not once; bring the mutant up to date`)
    return text.replace(from, () => to)
  }, source)
