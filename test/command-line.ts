/** The real command line in a process of its own. */
import { ROLECALL } from './home.ts'
import { type Ended, runProgram } from './program.ts'
import type { StoryOptions } from './story.ts'

export function rolecall(args: readonly string[], env: Record<string, string>, folder: string): Promise<Ended> {
  return runProgram([process.execPath, ROLECALL, ...args], env, folder)
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
