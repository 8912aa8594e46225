import * as E from 'fp-ts/lib/Either.js'
import { runProgram } from './command.ts'

/** In a process of its own: a native library that does not fit can end the process that loads it. */
const script = (entry: string): string => `
  const util = require('node:util')
  if (!util.isNullOrUndefined) util.isNullOrUndefined = (v) => v === null || v === undefined
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '2'
  import(${JSON.stringify(entry)}).then(
    ({ default: tf }) => {
      const sum = tf.add(tf.scalar(1), tf.scalar(2)).dataSync()[0]
      if (tf.getBackend() !== 'tensorflow' || sum !== 3) throw new Error('its backend does not add 1 and 2')
      console.log('TensorFlow ' + tf.backend().binding.TF_Version)
    },
  ).catch((cause) => { console.error(String(cause.message ?? cause)); process.exitCode = 1 })
`

/** The version of TensorFlow behind a tfjs-node that works, or why it does not. */
export const probe = async (entry: string, cwd: string): Promise<E.Either<string, string>> => {
  const ran = await runProgram(process.execPath, ['-e', script(entry)], { cwd, seconds: 120 })
  if (E.isLeft(ran)) return E.left(ran.left.tail.split('\n')[0] ?? ran.left.why)
  const version = /^TensorFlow (\S+)$/m.exec(ran.right)?.[1]
  return version === undefined ? E.left('it did not tell its version') : E.right(version)
}
