import {
  readEndpointCredentials,
  readProcessCredentials,
} from '../../../packages/credentials/src/formats/credential-json.ts'
import { parseJsonObject } from '../../../packages/credentials/src/formats/json.ts'
import { readRoleCredentials } from '../../../packages/credentials/src/formats/sso-answer.ts'
import { normalise, type StaticKeys } from '../../../packages/credentials/src/model/credentials.ts'
import type { Parser } from '../parser.ts'
import { expectThat, noSecret } from '../probe.ts'
import { SECRETS } from '../secrets.ts'

const { accessKeyId, secretAccessKey, sessionToken } = SECRETS
const KEYS = { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey }
export const JSON_WORDS: readonly string[] = [
  ...[
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"',
    '""',
    'null',
    'true',
    '0',
    '-1',
    '1e999',
    '1.5',
    '\\u0000',
    '\\ud800',
    '\\',
    '\n',
  ],
  ...['"__proto__":', '"constructor":', '"prototype":', '"toString":', '"hasOwnProperty":', '{}', '[]', '\ufeff', ' '],
  ...['2026-06-01T00:00:00Z', '2000-01-01T00:00:00+23:59', '9999-12-31T23:59:59.999999999Z', '0000-00-00T99:99:99UTC'],
  ...Object.values(SECRETS),
]

/** What a container, an instance and the portal of IAM Identity Center answer, and what a process prints. */
export const credentialJson: Parser = {
  name: 'credential JSON',
  seeds: [
    JSON.stringify({ ...KEYS, Token: sessionToken, Expiration: '2026-01-01T06:00:00Z', AccountId: '123456789012' }),
    JSON.stringify({ Version: 1, ...KEYS, SessionToken: sessionToken, Expiration: '2026-01-01T06:00:00+00:00' }),
    JSON.stringify({
      Code: 'Success',
      Type: 'AWS-HMAC',
      LastUpdated: '2025-12-31T23:00:00Z',
      ...KEYS,
      Expiration: null,
    }),
    JSON.stringify({ roleCredentials: { accessKeyId, secretAccessKey, sessionToken, expiration: 1_767_230_000_000 } }),
    '{"__proto__":{"AccessKeyId":"polluted"},"constructor":{"prototype":{"AccessKeyId":"polluted"}}}',
  ],
  words: [
    ...[
      '"AccessKeyId":',
      '"SecretAccessKey":',
      '"Token":',
      '"SessionToken":',
      '"Expiration":',
      '"AccountId":',
      '"Version":',
    ],
    ...[
      '"roleCredentials":',
      '"accessKeyId":',
      '"secretAccessKey":',
      '"sessionToken":',
      '"expiration":',
      ...JSON_WORDS,
    ],
  ],
  run(input) {
    const text = new TextDecoder().decode(input)
    const object = parseJsonObject(text)
    if (object) {
      checkKeys(readEndpointCredentials(object))
      checkKeys(readProcessCredentials(object))
    }
    checkKeys(readRoleCredentials(text))
  },
}

/** Keys are text, their end is a time, and printed they show no secret. */
export function checkKeys(keys: StaticKeys | undefined): void {
  if (!keys) return
  const { accessKeyId, secretAccessKey, sessionToken, expiration, accountId } = keys
  for (const half of [accessKeyId, secretAccessKey])
    expectThat(typeof half === 'string' && half.trim() !== '', 'both halves are text')
  for (const text of [sessionToken, accountId])
    expectThat(text === undefined || (typeof text === 'string' && text.trim() !== ''), 'token and account are text')
  expectThat(expiration === undefined || !Number.isNaN(expiration.getTime()), 'the end is a time')
  const credentials = normalise(keys, 'fuzz')
  noSecret(`${JSON.stringify(credentials)} ${credentials}`, () => accountId ?? '')
}
