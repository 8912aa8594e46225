import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { fit, type Tensor } from 'elbo-ts/browser'
import bars from './bars.ts'

export interface Page {
  /** the bound after each epoch, in nats */
  readonly onBound: (epoch: number, bound: number) => void
  /** pictures: [n, 8, 8, 1], the chance of ink at each pixel */
  readonly onSamples: (pictures: Tensor) => void
  readonly onError: (message: string) => void
}

/** Train in the page, tell it the bound as it rises, then hand it what the model generates. The page's own script is in index.html. */
export const train = ({ onBound, onSamples, onError }: Page): Promise<void> =>
  pipe(
    fit(bars, {
      wasmPaths: '/node_modules/@tensorflow/tfjs-backend-wasm/dist/',
      onEvent: (e) => {
        if (e.event === 'epoch' && e.train.bound !== null) onBound(e.epoch, e.train.bound)
      },
    }),
    TE.chainEitherK(({ model }) => model.sample({ count: 64, seed: 1 })),
    TE.match(
      ({ message }) => onError(message),
      ({ means: { x } }) => {
        if (x !== undefined) onSamples(x)
      },
    ),
  )()
