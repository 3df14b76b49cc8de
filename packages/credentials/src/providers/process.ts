/**
 * Credentials that a program prints.
 *
 * Reads   the given command, else `credential_process` of the selected profile
 * Refresh Its keys end when they say, and are asked for again 10 seconds before.
 * Source  https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html
 * @module
 */
import { loadNamedProfile } from '../clients/selected-profile.ts'
import { readSetting } from '../formats/variable.ts'
import { BOUNDED, type Provider, skip } from '../model/provider.ts'

export interface ProcessOptions {
  /** Run by the platform's shell. Default: the `credential_process` of the selected profile. */
  readonly command?: string
  /** Default: 60 000. Then the whole process group is killed. */
  readonly timeoutMs?: number
}

/** Throws `PROCESS_FAILED`, `TIMEOUT`, `RESPONSE_INVALID`, `EXPIRED`, `PROFILE_LOOP`. */
export function fromProcess({ command, timeoutMs }: ProcessOptions = {}): Provider {
  return {
    name: 'process',
    timeoutMs: BOUNDED,
    async provide(context) {
      const { host, signal, trace } = context
      const { runCredentialProcess } = await import('../clients/process.ts')
      const request = { timeoutMs, source: 'process', signal }
      if (command !== undefined) return runCredentialProcess(host, { ...request, command })

      const { name, properties, config } = await loadNamedProfile(context, 'process')
      const line = readSetting(properties, 'credential_process')
      if (line === undefined) return skip(`profile ${name} has no credential_process`)
      const origin = config.origins[name]?.['credential_process']
      const location = origin && { file: origin.path, line: origin.line }
      trace?.fact('profile', name)
      const keys = await runCredentialProcess(host, { ...request, command: line, profile: name, location })
      return { ...keys, accountId: keys.accountId ?? readSetting(properties, 'aws_account_id') }
    },
  }
}
