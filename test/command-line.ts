/** The real command line in a process of its own. */
import { spawn } from 'node:child_process'
import { ROLECALL } from './home.ts'
import type { StoryOptions } from './story.ts'

export interface Ended {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

export function rolecall(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  folder: string,
): Promise<Ended> {
  return runProgram(process.execPath, [ROLECALL, ...args], env, folder)
}

export function runProgram(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  folder: string,
): Promise<Ended> {
  const child = spawn(command, args, { env, cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })
  let [stdout, stderr] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (status) => resolve({ status, stdout, stderr }))
  })
}

/** What of a story's options the flags can say, and the names of those that they cannot. */
export interface Flags {
  readonly ofChain: readonly string[]
  /** About the session of the last role: `export` has them. */
  readonly ofSession: readonly string[]
  readonly impossible: readonly string[]
}

export function readFlags({ profile, region, role = [], sources = [], ...others }: StoryOptions): Flags {
  const last = role.at(-1)
  const flag = (name: string, value: string | number | undefined) =>
    value === undefined ? [] : [`--${name}`, String(value)]
  return {
    ofChain: [
      ...flag('profile', profile),
      ...flag('region', region),
      ...flag('provider', sources[0]),
      ...role.flatMap(({ roleArn }) => flag('role-arn', roleArn)),
    ],
    ofSession: [
      ...flag('session-name', last?.sessionName),
      ...flag('external-id', last?.externalId),
      ...flag('duration', last?.durationSeconds),
      ...flag('policy', last?.policy),
      ...(last?.policyArns ?? []).flatMap((arn) => flag('policy-arn', arn)),
      ...Object.entries(last?.tags ?? {}).flatMap(([key, value]) => flag('tag', `${key}=${value}`)),
      ...flag('source-identity', last?.sourceIdentity),
      ...flag('mfa-code', last?.mfaCode),
    ],
    impossible: [
      ...Object.keys(others),
      ...(sources.length > 1 ? ['sources'] : []),
      ...role.slice(0, -1).flatMap((fields) => Object.keys(fields).filter((name) => name !== 'roleArn')),
      ...(last?.transitiveTagKeys ? ['transitiveTagKeys'] : []),
      ...(last?.region ? ['region'] : []),
      ...(role.some(({ roleArn }) => roleArn.trim() === '') ? ['roleArn'] : []),
    ],
  }
}
