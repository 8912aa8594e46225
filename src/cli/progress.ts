import progress from 'cli-progress'
import type { EpochDone, Started, TrainEvent } from '../index.ts'
import { duration, grouped, many, nats, ofRows } from './numerals.ts'
import type { Terminal } from './Terminal.ts'

/** How training is followed: a bar where lines can be written over, plain lines elsewhere, events for machines. */

/** Where nothing can be written over, a line this often is enough, in seconds. */
const SELDOM = 20
/** For machines, in seconds. */
const OFTEN = 1

const begun = ({ data, notes = [], epochs, batch, parameters, resumed, logAbsDetJacobian }: Started): string => {
  const parts = [
    `${grouped(parameters)} parameters`,
    `${grouped(data.train)} training data${data.validation === 0 ? '' : ` and ${grouped(data.validation)} for validation`}`,
    `${many(epochs, 'epoch')} of batches of ${batch}`,
  ]
  return [
    parts.join(', '),
    ...notes.map((note) => `note: ${note}`),
    ...(logAbsDetJacobian === 0 ? [] : [`bounds and reconstructions are in nats a datum${ofRows(logAbsDetJacobian)}`]),
    ...(resumed === null ? [] : [`resumed after ${many(resumed.epoch, 'epoch')}, at step ${grouped(resumed.step)}`]),
  ].join('\n')
}

const epochLine = (
  unit: string,
  { epoch, epochs, train, validation, rowsPerSecond, seconds, best }: EpochDone,
): string =>
  [
    `epoch ${String(epoch).padStart(String(epochs).length)}/${epochs}`,
    ...(train.bound === null ? [`loss ${nats(train.loss)}`] : [`bound ${nats(train.bound)}`]),
    `reconstruction ${nats(train.reconstruction)}`,
    ...(train.kl === null ? [] : [`KL ${nats(train.kl)}`]),
    ...(validation === null
      ? []
      : [`validation ${nats(validation.bound ?? validation.reconstruction)}${best ? ' (best)' : ''}`]),
    `${grouped(rowsPerSecond)} ${unit}/s`,
    duration(seconds),
  ].join('   ')

/** A clock that says whether its time has come, and then starts anew. */
const every = (seconds: number): (() => boolean) => {
  let last = performance.now()
  return () => {
    const now = performance.now()
    if (now - last < seconds * 1000) return false
    last = now
    return true
  }
}

interface Follower {
  readonly onEvent: (event: TrainEvent) => void
  /** leave the terminal as it was */
  readonly close: () => void
}

const FORMAT = 'epoch {epoch}/{epochs} {bar} {percentage} %   bound {bound}   {speed}   {left} left'

const barOn = (stream: NodeJS.WritableStream): progress.SingleBar =>
  new progress.SingleBar({
    format: FORMAT,
    stream,
    barsize: 24,
    barCompleteChar: '━',
    barIncompleteChar: '╌',
    hideCursor: true,
    clearOnComplete: true,
    gracefulExit: false,
    fps: 10,
  })

/** For people, at a terminal. */
const live = (at: Terminal, unit: string, stream: NodeJS.WritableStream): Follower => {
  const bar = barOn(stream)
  let running = false
  const stop = (): void => {
    if (running) bar.stop()
    running = false
  }
  const onEvent = (event: TrainEvent): void => {
    switch (event.event) {
      case 'started':
        return at.say(begun(event))
      case 'progress': {
        const { epoch, epochs, step, steps, bound, loss, rowsPerSecond, secondsLeft } = event
        const shown = {
          epoch,
          epochs,
          bound: nats(bound ?? -loss),
          speed: `${grouped(rowsPerSecond)} ${unit}/s`,
          left: duration(secondsLeft),
        }
        if (running) bar.update(step, shown)
        else bar.start(steps, step, shown)
        running = true
        return
      }
      case 'epoch':
        stop()
        return at.say(epochLine(unit, event))
      default:
        return stop()
    }
  }
  return { onEvent, close: stop }
}

/** For people who read a log. */
const plain = (at: Terminal, unit: string): Follower => {
  const due = every(SELDOM)
  const onEvent = (event: TrainEvent): void => {
    if (event.event === 'started') at.say(begun(event))
    else if (event.event === 'epoch') at.say(epochLine(unit, event))
    else if (event.event === 'progress' && due())
      at.say(
        `  step ${grouped(event.step)} of ${grouped(event.steps)}   bound ${nats(event.bound ?? -event.loss)}   ${grouped(event.rowsPerSecond)} ${unit}/s   ${duration(event.secondsLeft)} left`,
      )
  }
  return { onEvent, close: () => {} }
}

/** For machines: every event as it is, but for the end, which whoever trains completes, and most of the progress. */
const machine = (at: Terminal): Follower => {
  const due = every(OFTEN)
  const onEvent = (event: TrainEvent): void => {
    if (event.event === 'done' || (event.event === 'progress' && !due())) return
    at.emit({ ...event })
  }
  return { onEvent, close: () => {} }
}

/** `unit` is what the data are called: images, rows. */
export const follow = (at: Terminal, unit: string): Follower =>
  at.json ? machine(at) : at.bar === undefined ? plain(at, unit) : live(at, unit, at.bar)
