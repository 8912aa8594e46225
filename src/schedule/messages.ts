/** The words of what is wrong with a number, or with the length of a schedule. */
export const isOutside = (where: string, what: string, got: number, allowed: string): string =>
  `${where}: ${what} must be ${allowed} but got ${got}`
export const neverEnds = (where: string, schedule: string, steps: number, planned: number): string =>
  `${where}: ${schedule} needs ${steps} steps but training is planned for ${planned}; train longer or shorten it`
