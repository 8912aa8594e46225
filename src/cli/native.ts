import * as E from 'fp-ts/lib/Either.js'
import { setUpNative } from '../index.ts'

/** `npm run native`: native TensorFlow, or what is missing. Nothing needs it; where it is there, training is many times faster. */
const say = (line: string): void => void process.stdout.write(`${line}\n`)
const [version] = process.argv.slice(2)
const native = await setUpNative({ report: (line) => say(`native: ${line}`), version })()
if (E.isRight(native)) say(`native: TensorFlow ${native.right.tensorflow} is here, from ${native.right.from}`)
else {
  process.stderr.write(`${native.left.message}\n`)
  process.exitCode = 1
}
