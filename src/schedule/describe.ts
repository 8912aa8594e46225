import type { Schedule } from './Schedule.ts'

/** A schedule as one writes it, or nearly so: `warmUp({ epochs: 2, from: 0, to: 1 })`. */
export const describeSchedule = (schedule: Schedule): string => {
  if (typeof schedule === 'number') return String(schedule)
  const options = Object.entries(schedule.options).map(([name, number]) => `${name}: ${number}`)
  return `${schedule.name}(${options.length === 0 ? '' : `{ ${options.join(', ')} }`})`
}
