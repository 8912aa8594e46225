import { advice } from '../call/advice.ts'
import type { Command } from 'commander'
import * as E from 'fp-ts/lib/Either.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { pipe } from 'fp-ts/lib/function.js'
import { type ElboError, modelError, namesLike, openTarget, type TargetName, usageError } from '../index.ts'
import type * as Laws from '../verify/index.ts'

import { action, type Context, examples } from './command.ts'
import { FAILED, OK } from './exit.ts'
import { experimentOf, hasDefault, loadExports } from './loadModule.ts'
import { many } from './numerals.ts'
import * as option from './options.ts'
import type { Terminal } from './Terminal.ts'

interface Options {
  readonly runs: number
  readonly seed?: number
  readonly law?: string
  readonly path?: string
  readonly target?: TargetName
  readonly json?: boolean
}

/** fast-check is an optional peer: only whoever verifies needs it. */
const laws = TE.tryCatch(
  () => import('../verify/index.ts'),
  (cause): ElboError =>
    usageError(
      /fast-check/.test(String(cause))
        ? 'elbo verify needs fast-check; run npm install --save-dev fast-check'
        : `the laws do not load: ${String(cause)}`,
    ),
)

const isBinding = (value: unknown): value is Laws.Binding =>
  typeof value === 'object' && value !== null && 'tag' in value && value.tag === 'laws' && 'laws' in value

/** Bindings among a module's exports, alone or in lists. */
const bindingsIn = (module: object): readonly Laws.Binding[] =>
  Object.values(module).flatMap((value: unknown) => (Array.isArray(value) ? value : [value]).filter(isBinding))

const nothingToVerify = (path: string): ElboError =>
  modelError(`${path} exports nothing to verify; export an experiment as default, or laws: ${advice.laws}`)

/** Those whose suite and name have the words, or what is wrong: a subject that no law speaks of, or words that no law has. */
const chosen = (
  bindings: readonly Laws.Binding[],
  { saysNothing }: typeof Laws,
  words: string | undefined,
): E.Either<ElboError, readonly Laws.Binding[]> => {
  const silent = bindings.find(({ laws: all }) => all.length === 0)
  if (silent !== undefined) return E.left(modelError(saysNothing(silent)))
  if (words === undefined) return E.right(bindings)
  const some = bindings
    .map((b) => ({ ...b, laws: b.laws.filter((l) => `${b.suite} / ${l.name}`.includes(words)) }))
    .filter(({ laws: some }) => some.length > 0)
  return some.length > 0
    ? E.right(some)
    : E.left(
        usageError(
          `no law here has '${words}' in its name; there are ${namesLike(
            words,
            bindings.flatMap((b) => b.laws.map((l) => `${b.suite} / ${l.name}`)),
          )}`,
        ),
      )
}

/** What of a module can be verified: its own laws, and its experiment on a target. */
const subjectsOf = (
  path: string,
  module: object,
  { verifyExperiment }: typeof Laws,
  target: TargetName | undefined,
): TE.TaskEither<ElboError, readonly Laws.Binding[]> => {
  const own = bindingsIn(module)
  if (!hasDefault(module)) return own.length > 0 ? TE.right(own) : TE.left(nothingToVerify(path))
  return pipe(
    TE.fromEither(experimentOf(path, module)),
    TE.chain((experiment) =>
      pipe(
        openTarget(target),
        TE.map(({ session }) => [...own, ...verifyExperiment(experiment, session)]),
      ),
    ),
  )
}

const cell = (text: string, width: number): string =>
  text.length > width ? `${text.slice(0, width - 1)}…` : text.padEnd(width)

/** One line of the table: law, runs, the worst error as a share of what is allowed, time. */
const row = (v: Laws.Verdict, { isUntold }: typeof Laws): string =>
  [
    v.failure !== null ? 'BROKEN' : isUntold(v) ? 'untold' : 'holds ',
    cell(v.law, 62),
    `${v.runs}`.padStart(5),
    (v.worst > 0 ? (v.worst < 1e-4 ? '<0.0001' : v.worst.toFixed(4)) : '–').padStart(9),
    `${v.seconds.toFixed(1)} s`.padStart(8),
  ].join('  ')
const HEAD = ['', 'law', 'runs', 'of bound', 'time']
const head = (): string =>
  [
    cell(HEAD[0] ?? '', 6),
    cell(HEAD[1] ?? '', 62),
    (HEAD[2] ?? '').padStart(5),
    (HEAD[3] ?? '').padStart(9),
    (HEAD[4] ?? '').padStart(8),
  ].join('  ')

/** Lets the terminal draw, and Ctrl-C arrive, between two laws. */
const breathe = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

const tried = async (
  bindings: readonly Laws.Binding[],
  suite: typeof Laws,
  { runs, seed = 0, path }: Options,
  at: Terminal,
): Promise<readonly Laws.Verdict[]> => {
  const verdicts: Laws.Verdict[] = []
  let shown = ''
  for (const binding of bindings) {
    for (const law of binding.laws) {
      if (shown !== binding.subject) at.say(`\n${binding.subject}`)
      shown = binding.subject
      at.bar?.write(`  … ${binding.suite} / ${law.name}`)
      await breathe()
      const verdict = suite.runLaw(binding, law, { runs, seed, ...(path === undefined ? {} : { path }) })
      at.bar?.write('\r\u001B[K')
      at.say(row(verdict, suite))
      at.emit({
        event: 'law',
        law: verdict.law,
        subject: verdict.subject,
        runs: verdict.runs,
        worst: verdict.worst,
        seconds: verdict.seconds,
        failed: verdict.failure !== null,
        untold: verdict.untold.times,
      })
      const doubt = suite.doubts(verdict)
      if (verdict.failure !== null) at.say(`\n${suite.explain(verdict)}\n`)
      else if (doubt !== undefined) at.say(`        ${doubt}`)
      verdicts.push(verdict)
    }
  }
  return verdicts
}

const summary = (
  verdicts: readonly Laws.Verdict[],
  { isUntold }: typeof Laws,
  seed: number,
  seconds: number,
  at: Terminal,
): number => {
  const untold = verdicts.filter(isUntold).length
  const broken = verdicts.filter((v) => v.failure !== null)
  const runs = verdicts.reduce((n, v) => n + v.runs, 0)
  const chance = verdicts.reduce((sum, v) => sum + v.falseAlarm, 0)
  at.say(
    `\n${many(verdicts.length, 'law')}, ${broken.length} broken,${untold === 0 ? '' : ` ${untold} that could not be told,`} ${runs} values tried in ${seconds.toFixed(1)} s, seed ${seed}` +
      (chance === 0 ? '' : `; the probability of a false alarm is below ${chance.toExponential(0)}`),
  )
  at.emit({
    event: 'done',
    laws: verdicts.length,
    failed: broken.length,
    untold,
    runs,
    seconds,
    failures: broken.map(({ failure, subject }) => ({
      law: failure?.law,
      subject,
      counterexample: failure?.counterexample,
      reason: failure?.reason,
      seed: failure?.seed,
      path: failure?.path,
    })),
  })
  return broken.length === 0 ? OK : FAILED
}

/** `elbo verify`: a module's experiment, and every law that it exports, on random values. */
export const verify = (command: Command, context: Context): Command =>
  action<Options>(
    command
      .name('verify')
      .description(
        'check a module’s experiment, and its own distributions and objectives, against laws on random values',
      )
      .argument('<module>', 'a .ts or .js file that exports an experiment as default, or laws, or both')
      .addOption(option.runs())
      .addOption(option.seed('what values are tried (default: 0)'))
      .option('--law <words>', 'only laws with these words in their name')
      .option('--path <path>', 'of these laws only the value at this path: a counterexample again')
      .addOption(option.target())
      .addOption(option.json())
      .addHelpText(
        'after',
        `
Programs are tried on values made for them; no data are read. Exit 0 where no law is broken, 1 where one is. An integral or a finite
difference that may itself be off by more than what it shows accuses nobody: such comparisons are counted, "cannot tell".
${examples(
  'elbo verify examples/01-mnist.ts',
  'elbo verify model.ts --runs 1000 --seed 7',
  "elbo verify model.ts --law 'integrates to 1' --seed 7 --path 3:0:1",
  'elbo verify model.ts --json',
)}`,
      ),
    context,
    (path = '', options, at) =>
      pipe(
        TE.Do,
        TE.bind('module', () => loadExports(path)),
        TE.bind('suite', () => laws),
        TE.bind('bindings', ({ module, suite }) =>
          pipe(
            subjectsOf(path, module, suite, options.target),
            TE.chainEitherK((all) => chosen(all, suite, options.law)),
          ),
        ),
        TE.chain(({ bindings, suite }) =>
          TE.tryCatch(
            async () => {
              const started = performance.now()
              at.say(head())
              const verdicts = await tried(bindings, suite, options, at)
              return summary(verdicts, suite, options.seed ?? 0, (performance.now() - started) / 1000, at)
            },
            (cause): ElboError =>
              modelError(`a law could not be tried: ${cause instanceof Error ? cause.message : String(cause)}`),
          ),
        ),
        TE.chainEitherK((code) => E.right<ElboError, number>(code)),
      ),
  )
