import { PassThrough } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { follow } from '../../../src/cli/progress.ts'
import { run } from '../../../src/cli/run.ts'
import { terminal } from '../../../src/cli/Terminal.ts'
import type { TrainEvent } from '../../../src/index.ts'

const metrics = { bound: -105.3, reconstruction: -80.7, kl: 24.6, latents: {} }
const events: readonly TrainEvent[] = [
  {
    event: 'started',
    run: 'runs/a-1',
    target: 'wasm',
    data: { train: 1000, validation: 0, test: 10 },
    epochs: 2,
    batch: 100,
    stepsPerEpoch: 10,
    logAbsDetJacobian: 0,
    parameters: 1234,
    resumed: null,
  },
  {
    event: 'progress',
    epoch: 1,
    epochs: 2,
    step: 5,
    steps: 20,
    loss: 120,
    bound: -120.5,
    rowsPerSecond: 2500,
    secondsLeft: 75,
  },
  {
    event: 'epoch',
    epoch: 1,
    epochs: 2,
    step: 10,
    seconds: 12,
    rowsPerSecond: 2500,
    train: { ...metrics, loss: 105, beta: 1, learningRate: 0.001 },
    validation: metrics,
    best: true,
  },
]

const followed = (json: boolean, bar?: NodeJS.WritableStream): { readonly out: string; readonly err: string } => {
  let out = ''
  let err = ''
  const streams = { out: { write: (t: string) => (out += t) }, err: { write: (t: string) => (err += t) }, bar }
  const { onEvent, close } = follow(terminal(streams, json), 'images')
  for (const event of events) onEvent(event)
  close()
  return { out, err }
}

describe('training is followed', () => {
  test('in plain lines where nothing can be written over', () => {
    expect(followed(false).out).toBe(
      [
        '1,234 parameters, 1,000 training data, 2 epochs of batches of 100',
        'epoch 1/2   bound −105.30   reconstruction −80.70   KL 24.60   validation −105.30 (best)   2,500 images/s   12 s',
        '',
      ].join('\n'),
    )
  })

  test('with a bar at a terminal, which is gone when the epoch is told', () => {
    const stream = Object.assign(new PassThrough(), {
      isTTY: true,
      columns: 120,
      cursorTo: () => true,
      clearLine: () => true,
    })
    const { out } = followed(false, Object.assign(stream, { moveCursor: () => true, clearScreenDown: () => true }))
    const drawn = String(stream.read())
    expect(drawn).toContain('25 %')
    expect(drawn).toContain('bound −120.50   2,500 images/s   1:15 left')
    expect(out).toMatch(/^epoch 1\/2/m)
  })

  test('as events by machines, the seldom ones', () => {
    const { out, err } = followed(true)
    expect(err).toBe('')
    const lines = out
      .trim()
      .split('\n')
      .map((line): unknown => JSON.parse(line))
    expect(lines).toEqual([events[0], events[2]])
  })
})

describe('a command line that is not understood', () => {
  const ended = async (...args: readonly string[]) => {
    let out = ''
    let err = ''
    const code = await run(args, {
      out: { write: (t: string) => (out += t) },
      err: { write: (t: string) => (err += t) },
    })
    return { code, out, err }
  }

  test('answers 2 and says where to read', async () => {
    expect(await ended('show')).toEqual({
      code: 2,
      out: '',
      err: "elbo: missing required argument 'module'; see npx elbo show --help\n",
    })
  })

  test('is told to machines as a line', async () => {
    const { code, out, err } = await ended('show', '--json')
    expect([code, err, JSON.parse(out)]).toEqual([
      2,
      '',
      { event: 'error', tag: 'Usage', message: "missing required argument 'module'; see npx elbo show --help" },
    ])
  })

  test('the version and the help are answers', async () => {
    expect(await ended('--version')).toMatchObject({ code: 0, out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) })
    expect(await ended('--help')).toMatchObject({ code: 0, err: '', out: expect.stringContaining('reconstruct') })
    expect(await ended('help', 'train')).toMatchObject({ code: 0, out: expect.stringContaining('--resume') })
  })
})
