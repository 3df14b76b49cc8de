import { type ChildProcess, spawn } from 'node:child_process'
import { constants } from 'node:os'
import { Failure, type FailureCode } from '../failure.ts'
import { isForeground } from './foreground.ts'

const NOT_FOUND = 127
const NOT_EXECUTABLE = 126
/** Added to the number of the signal that ended it. */
const ENDED_BY_SIGNAL = 128
const ALWAYS_PASSED_ON: readonly NodeJS.Signals[] = ['SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2']
/** A terminal sends these to all processes in its foreground: sent again they would count as the second Ctrl-C. */
const SENT_BY_TERMINAL: readonly NodeJS.Signals[] = ['SIGINT', 'SIGQUIT', 'SIGWINCH']

/**
 * Runs a command in the place of this process: its terminal, its signals, its exit status as a shell reports it. Signals
 * that come once it has ended change neither that nor what is cleared up after it.
 *
 * @param source the command of rolecall that runs it: failures name it.
 * @param onStart told when it runs.
 * @throws Failure `COMMAND_NOT_FOUND` (127), `COMMAND_NOT_EXECUTABLE` (126)
 */
export async function runChild(
  [command = '', ...args]: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  source: string,
  onStart: () => void = () => {},
): Promise<number> {
  let child: ChildProcess | undefined
  const passOn = (signal: NodeJS.Signals): void => {
    if (!SENT_BY_TERMINAL.includes(signal) || !isForeground()) child?.kill(signal)
  }
  const signals = [...ALWAYS_PASSED_ON, ...SENT_BY_TERMINAL].filter((signal) => signal in constants.signals)
  for (const signal of signals) process.on(signal, passOn)

  try {
    child = spawn(command, args, { stdio: 'inherit', env })
    child.once('spawn', onStart)
    return await waitFor(child)
  } catch (error) {
    throw explainStart((error as NodeJS.ErrnoException).code, command, source)
  }
}

function waitFor(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (status, signal) => resolve(status ?? ENDED_BY_SIGNAL + constants.signals[signal ?? 'SIGKILL']))
  })
}

/** Own words: what child_process says quotes the whole command line. */
function explainStart(code: string | undefined, command: string, source: string): Failure {
  const fail = (failure: FailureCode, problem: string, remedy: string, exitCode: number) =>
    new Failure(problem, { code: failure, source, remedy, exitCode })
  if (code === 'ENOENT')
    return fail('COMMAND_NOT_FOUND', `${command} was not found`, 'Check its name, its interpreter and PATH', NOT_FOUND)
  const problem = `${command} could not be started${code ? ` (${code})` : ''}`
  return fail('COMMAND_NOT_EXECUTABLE', problem, 'Check that it is a program and that it may be run', NOT_EXECUTABLE)
}
