import type { StsConnection } from '../../../packages/credentials/src/clients/sts-connection.ts'
import { describeRefusal } from '../../../packages/credentials/src/clients/sts-refusal.ts'
import { parseXml } from '../../../packages/credentials/src/clients/xml.ts'
import {
  readCallerIdentity,
  readStsCredentials,
  readStsError,
} from '../../../packages/credentials/src/formats/sts-answer.ts'
import type { Parser } from '../parser.ts'
import { expectThat, judgeError } from '../probe.ts'
import { SECRETS } from '../secrets.ts'
import { createWorld } from '../world.ts'
import { checkKeys } from './credential-json.ts'

const { accessKeyId, secretAccessKey, sessionToken, token, password } = SECRETS
const host = createWorld({})
const sts: StsConnection = {
  host,
  url: new URL('https://sts.us-east-1.amazonaws.com/'),
  region: 'us-east-1',
  source: 'fuzz',
  signal: new AbortController().signal,
  readCa: async () => undefined,
  trace: undefined,
}
const SENT = { Action: 'AssumeRoleWithWebIdentity', RoleArn: 'arn:aws:iam::1:role/r', WebIdentityToken: token }
const CREDENTIALS = `<Credentials><AccessKeyId>${accessKeyId}</AccessKeyId><SecretAccessKey>${secretAccessKey}</SecretAccessKey><SessionToken>${sessionToken}</SessionToken><Expiration>2026-01-01T01:00:00Z</Expiration></Credentials>`
const error = (code: string, message: string): string =>
  `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>r-1</RequestId></ErrorResponse>`

/** What STS answers, read three ways, and the error that a refusal becomes. */
export const stsXml: Parser = {
  name: 'STS XML',
  seeds: [
    `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><AssumedRoleUser><AssumedRoleId>A:me</AssumedRoleId><Arn>arn:aws:sts::123456789012:assumed-role/r/me</Arn></AssumedRoleUser>${CREDENTIALS}<PackedPolicySize>6</PackedPolicySize></AssumeRoleResult></AssumeRoleResponse>`,
    `<?xml version="1.0"?><R><!-- c --><Credentials><AccessKeyId><![CDATA[${accessKeyId}]]></AccessKeyId><SecretAccessKey>${secretAccessKey}</SecretAccessKey></Credentials></R>`,
    '<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::123456789012:user/me</Arn><UserId>AIDA</UserId><Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>',
    error('AccessDenied', 'User: arn:aws:iam::1:user/u is not authorized'),
    error(
      'SignatureDoesNotMatch',
      `The Canonical String should have been 'x-amz-security-token:${sessionToken}' ${accessKeyId}/x`,
    ),
    error('InvalidIdentityToken', `Provided Token ${token} is not valid ${encodeURIComponent(token)} &amp; more`),
    '<Error><Code>NoSuch&#x41;</Code><Message/></Error>',
  ],
  words: [
    ...[
      '<',
      '>',
      '</',
      '/>',
      '<?xml version="1.1"?>',
      '<!--',
      '-->',
      '<![CDATA[',
      ']]>',
      '<!DOCTYPE x [<!ENTITY a "b">]>',
    ],
    ...[
      '&amp;',
      '&#x0;',
      '&#x10FFFF;',
      '&a;',
      '&',
      ' xmlns:a="b"',
      '<a:b>',
      '<Error>',
      '</Error>',
      '<Code>',
      '<Message>',
    ],
    ...[
      '<Credentials>',
      '<AccessKeyId>',
      '<__proto__>',
      '<constructor>',
      '<a>',
      '</a>',
      '<a/>',
      '\0',
      '\ufffe',
      '"',
      "'",
    ],
    ...['IDPCommunicationError', 'ExpiredToken', '2026-01-01T01:00:00Z', ...Object.values(SECRETS)],
  ],
  async run(input) {
    const root = await parseXml(new TextDecoder().decode(input))
    checkKeys(readStsCredentials(root))
    const identity = readCallerIdentity(root)
    if (identity)
      expectThat(
        Object.values(identity).every((text) => text.trim() !== ''),
        'an identity is whole',
      )
    const refused = readStsError(root)
    for (const status of [400, 503])
      judgeError(describeRefusal(sts, SENT, SECRETS, { status, error: refused }), () => password) // never sent
  },
}
