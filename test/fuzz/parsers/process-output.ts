import { runCredentialProcess } from '../../../packages/credentials/src/clients/process.ts'
import type { Parser } from '../parser.ts'
import { attemptLater } from '../probe.ts'
import { SECRETS } from '../secrets.ts'
import { createWorld } from '../world.ts'
import { checkKeys, JSON_WORDS } from './credential-json.ts'

const { accessKeyId, secretAccessKey, sessionToken, password } = SECRETS
const KEYS = { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey }
/** Where standard output ends and standard error begins. */
const NEXT_STREAM = 0x1c
const NEVER = new AbortController().signal

/** What a credential_process prints on both of its outputs, and how it ends: the first byte, where it is a digit. */
export const processOutput: Parser = {
  name: 'process output',
  seeds: [
    JSON.stringify({ Version: 1, ...KEYS }),
    `0${JSON.stringify({ Version: 1, ...KEYS, SessionToken: sessionToken, Expiration: '2026-01-01T06:00:00Z' })}\n`,
    `${JSON.stringify({ Version: 1, ...KEYS, Expiration: '2020-01-01T06:00:00Z' })}\x1cpassword: ${password}`,
    `1${secretAccessKey}\x1cTraceback: ${password}`,
    `{"Version":"1","AccessKeyId":"${accessKeyId}"`,
    `warning: ${password}\n{"Version":1}`,
    '{"Version":1,"__proto__":{"AccessKeyId":"polluted","SecretAccessKey":"polluted"}}',
  ],
  words: [
    ...[
      '"AccessKeyId":',
      '"SecretAccessKey":',
      '"SessionToken":',
      '"Expiration":',
      '"AccountId":',
      '"Version":1',
      '\x1c',
    ],
    ...['0', '1', '"', '\r\n', '\0', ...JSON_WORDS],
  ],
  async run(input) {
    const status = (input[0] ?? 0) - 0x30
    const hasStatus = status >= 0 && status <= 9
    const [stdout, stderr] = split(hasStatus ? input.subarray(1) : input)
    const host = createWorld({ printed: { exitCode: hasStatus ? status : 0, stdout, stderr } })
    const keys = await attemptLater(() =>
      runCredentialProcess(host, {
        command: `/bin/get --password ${password}`,
        profile: 'dev',
        location: { file: '/home/user/.aws/config', line: 2 },
        source: 'profile',
        signal: NEVER,
      }),
    )
    checkKeys(keys)
  },
}

function split(output: Uint8Array): [stdout: Uint8Array, stderr: Uint8Array] {
  const end = output.indexOf(NEXT_STREAM)
  return end < 0 ? [output, new Uint8Array()] : [output.subarray(0, end), output.subarray(end + 1)]
}
