/** What a person and a program are told of a sandbox that runs. */
import { tmpdir } from 'node:os'
import type { Environment, Place, Sandbox } from '@rolecall/sandbox'
import { waitForEndSignal } from './end-signal.ts'
import { Failure } from './failure.ts'
import { quotePosix } from './formats/env.ts'
import { writeErr, writeOut } from './output.ts'
import { notWritten } from './private-folder.ts'

interface Served {
  readonly url: string
  readonly place: string
  readonly variables: Readonly<Record<string, string>>
  readonly json: boolean
}

/** @throws Failure `SANDBOX_MISSING` */
export async function importSandbox(): Promise<typeof import('@rolecall/sandbox')> {
  try {
    return await import('@rolecall/sandbox')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error
    throw new Failure('the package @rolecall/sandbox is not installed', {
      code: 'SANDBOX_MISSING',
      source: 'sandbox',
      remedy: 'Install it beside rolecall: npm install @rolecall/sandbox',
    })
  }
}

/** Its variables, and the files that they name. @throws Failure `OUTPUT_FAILED` */
export async function enterPlace(sandbox: Sandbox, place: Place): Promise<Environment> {
  try {
    return await sandbox.env(place)
  } catch (error) {
    throw (error as NodeJS.ErrnoException).syscall === undefined ? error : notWritten(tmpdir(), error)
  }
}

/** The variables on stdout, for a shell or a program; all else is for people. */
export async function serveUntilStopped({ url, place, variables, json }: Served): Promise<number> {
  const end = waitForEndSignal()
  const lines = Object.entries(variables).map(([name, value]) => `export ${name}=${quotePosix(value)}\n`)
  writeOut(json ? `${JSON.stringify({ url, place, env: variables })}\n` : lines.join(''))
  writeErr(
    [
      `rolecall: a sandbox of the AWS identity services listens at ${url}`,
      `  Set the variables above in another shell: programs there believe that they run in the place "${place}".`,
      '  Their keys mean nothing to the real AWS. Ctrl-C ends it.',
      '',
    ].join('\n'),
  )
  await end
  return 0
}
