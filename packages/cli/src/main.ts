/** Where the program starts: one command is run, and its result or its error becomes the exit status. */
import { listOwnArguments, parseCommandLine } from './arguments.ts'
import type { Command, CommandGroup } from './command.ts'
import { ROLECALL } from './commands/index.ts'
import { usageFailure } from './failure.ts'
import { writeErr, writeOut } from './output.ts'

declare const ROLECALL_VERSION: string

const args = process.argv.slice(2)
const OPERATION_FAILED = 1
const WRONG_USAGE = 2

process.on('uncaughtException', (error) => fail(error).finally(() => process.exit()))
// Without Node's own way out, which waits for what nobody needs any more and costs 1 ms.
run()
  .then(end, fail)
  .then(() => process.exit())

async function run(): Promise<number> {
  const line = await parseCommandLine(args, ROLECALL)
  switch (line.asks) {
    case 'run':
      return line.command.run(line.invocation)
    case 'version':
      writeOut(`${ROLECALL_VERSION}\n`)
      return 0
    case 'help':
      writeOut(await renderHelpFor(line.about, 1))
      return 0
    case 'nothing':
      if (has('--json')) throw usageFailure('no command is named', '', line.of.name)
      writeErr(await renderHelpFor(line.of, 2))
      return WRONG_USAGE
  }
}

async function renderHelpFor(command: Command | CommandGroup, fd: 1 | 2): Promise<string> {
  const { renderHelp } = await import('./render/help.ts')
  const { createPaint } = await import('./render/colour.ts')
  return renderHelp(command, createPaint(has('--no-color'), fd))
}

async function end(status: number): Promise<void> {
  process.exitCode = status
  if (!has('--debug')) return
  const { logDebug } = await import('./render/debug.ts')
  logDebug(`exit status ${status}`)
}

async function fail(error: unknown): Promise<void> {
  process.exitCode = OPERATION_FAILED
  const { isShownFailure, listFrames, renderFailure, toFailureJson } = await import('./render/failure.ts')
  const { Failure } = await import('./failure.ts')
  const { createPaint } = await import('./render/colour.ts')
  const known = isShownFailure(error)
  const failure = known
    ? error
    : new Failure('something went wrong that rolecall did not foresee', {
        code: 'INTERNAL',
        source: 'rolecall',
        remedy: 'Run it with --debug and report what it shows',
      })
  process.exitCode = failure.exitCode ?? OPERATION_FAILED
  const paint = createPaint(has('--no-color'), 2)
  writeErr(has('--json') ? toFailureJson(failure) : renderFailure(failure, paint))
  if (has('--debug')) writeErr(`${error instanceof Error ? error.name : typeof error}\n${listFrames(error)}`)
}

function has(flag: string): boolean {
  return listOwnArguments(args).includes(flag)
}
