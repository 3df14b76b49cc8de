/** Secrets in every place where one can stand, and every failure that we know: nothing that is shown holds a piece. */
import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { createCredentials } from '../src/create-credentials.ts'
import type { CredentialsOptions } from '../src/model/credentials-options.ts'
import type { CredentialEvent } from '../src/model/event.ts'
import type { Provider } from '../src/model/provider.ts'
import { fromAssumeRole } from '../src/providers/assume-role.ts'
import { fromCi } from '../src/providers/ci.ts'
import { fromProcess } from '../src/providers/process.ts'
import { fromRolesAnywhere } from '../src/providers/roles-anywhere.ts'
import { fromWebIdentity } from '../src/providers/web-identity.ts'
import { type Answer, fakeHost, type Sent, silence, type World } from './fake-host.ts'
import { formOf, STS, stsError, stsSession } from './sts-world.ts'

/** Forty letters without rhyme, so that none of its pieces stands in an honest text. */
const SECRET = 'Zq7vXw3KpLr9TbYn+dHs/5mGf2JcEu8RaVo4Wi1x'
const ID = 'AKIAQ7ZJ4WXK2VPNTRYD'
const TOKEN = 'qK9.eyJ4Q1p2.WmN8bTRrVHJZd0xzUGgzRg-jD5_xE2vB7nM0aQ'
const CANARIES = [SECRET, ID, TOKEN, TOKEN.replace(/\W/g, '')]

/** Its signature is the secret: what it claims may be shown. */
const JOB_TOKEN = `eyJhbGciOiJub25lIn0.${btoa('{"sub":"job"}').replace(/=+$/, '')}.${TOKEN.replace(/\W/g, '')}`
const GITHUB_JOB = {
  GITHUB_ACTIONS: 'true',
  ACTIONS_ID_TOKEN_REQUEST_URL: `https://ci.example/${TOKEN}`,
  ACTIONS_ID_TOKEN_REQUEST_TOKEN: TOKEN,
}
const AZURE_JOB = {
  TF_BUILD: 'True',
  SYSTEM_OIDCREQUESTURI: `https://ci.example/${TOKEN}`,
  SYSTEM_ACCESSTOKEN: TOKEN,
  AZURESUBSCRIPTION_SERVICE_CONNECTION_ID: 'id',
}

const CONFIG = '/home/user/.aws/config'
const CREDENTIALS = '/home/user/.aws/credentials'
const OFF = { AWS_EC2_METADATA_DISABLED: 'true' }
const ENV = { AWS_ACCESS_KEY_ID: ID, AWS_SECRET_ACCESS_KEY: SECRET, AWS_SESSION_TOKEN: TOKEN }
const ECS = { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: `/v2/${TOKEN}`, AWS_CONTAINER_AUTHORIZATION_TOKEN: TOKEN }
const ECS_URL = `GET http://169.254.170.2/v2/${TOKEN}`
const WEB = { AWS_ROLE_ARN: 'arn:aws:iam::123456789012:role/r', AWS_WEB_IDENTITY_TOKEN_FILE: '/token' }
const IMDS = 'http://169.254.169.254/latest'
const PUT = `PUT ${IMDS}/api/token`
const LIST = `GET ${IMDS}/meta-data/iam/security-credentials-extended/`
const REGION = `GET ${IMDS}/meta-data/placement/region`
const INI = `aws_access_key_id = ${ID}\naws_secret_access_key = ${SECRET}\naws_session_token = ${TOKEN}`
const JSON_KEYS = { AccessKeyId: ID, SecretAccessKey: SECRET, Token: TOKEN, SessionToken: TOKEN, Version: 1 }
const NOISE = `${ID} ${SECRET} ${TOKEN}`
const systemError = (code: string) =>
  Object.assign(new Error(NOISE, { cause: new Error(NOISE) }), { code, path: NOISE })

/** All that the other side can know of what it was sent: the secret it was signed with, too. */
const sent = ({ headers }: Sent): string => (headers['authorization'] ? NOISE : TOKEN)

/** What the other side may say, with all that it knows in it. */
const ANSWERS: [name: string, answer: Answer][] = [
  ['a reset', new TypeError(`fetch failed ${NOISE}`, { cause: systemError('ECONNRESET') })],
  ['403 with a body', () => new Response(JSON.stringify(JSON_KEYS), { status: 403 })],
  ['500 with a body', () => new Response(NOISE, { status: 500 })],
  ['half of the JSON', () => new Response(JSON.stringify(JSON_KEYS).slice(0, -3))],
  ['text', () => new Response(NOISE)],
  ['keys with an end that is none', () => Response.json({ ...JSON_KEYS, Expiration: SECRET })],
  ['keys that have expired', () => Response.json({ ...JSON_KEYS, Expiration: '2020-01-01T00:00:00Z' })],
  ['half a pair', () => Response.json({ SecretAccessKey: SECRET, Code: SECRET, Message: NOISE })],
  ['too much', () => new Response(NOISE.repeat(1_000))],
  ['silence', silence],
]
const STS_ANSWERS: [name: string, answer: Answer][] = [
  ...ANSWERS,
  [
    'an echo in the message',
    (request) => stsError('AccessDenied', `no: ${sent(request)} ${encodeURIComponent(sent(request))} ${btoa(TOKEN)}`),
  ],
  ['an echo everywhere', () => stsError(TOKEN, TOKEN, 400, TOKEN)],
  ['an echo that may pass', (request) => stsError('Throttling', sent(request), 400)],
  [
    'a session without its end',
    () => stsSession({ accessKeyId: ID, secretAccessKey: SECRET, sessionToken: TOKEN, expiration: SECRET }),
  ],
  [
    'a session that has expired',
    () =>
      stsSession({ accessKeyId: ID, secretAccessKey: SECRET, sessionToken: TOKEN, expiration: '2020-01-01T00:00:00Z' }),
  ],
]
const own = (provide: () => unknown): Provider => ({ name: 'mine', provide: async () => provide() as never })
const KEYS = { accessKeyId: ID, secretAccessKey: SECRET, sessionToken: TOKEN }
const ROLE = { roleArn: 'arn:aws:iam::123456789012:role/r' }
const profile = (text: string, rest: World = {}): World => ({
  ...rest,
  env: { ...OFF, ...rest.env },
  files: { [CONFIG]: `[default]\n${text}`, ...rest.files },
})
const imds = (http: World['http']): World => ({
  http: {
    [PUT]: () => new Response('t'),
    [LIST]: () => new Response('r'),
    [REGION]: () => new Response('us-east-1'),
    ...http,
  },
})

type Case = [name: string, world: World, options?: CredentialsOptions]
const job = (env: Record<string, string>, rest: World = {}): World => ({
  ...rest,
  env: { ...OFF, AWS_ROLE_ARN: ROLE.roleArn, ...env },
})
const CASES: Case[] = [
  ...ANSWERS.flatMap(([name, answer]): Case[] => [
    [
      `GitHub: ${name}`,
      job(GITHUB_JOB, { http: { [`GET https://ci.example/${TOKEN}?audience=sts.amazonaws.com`]: answer } }),
      { sources: [fromCi()] },
    ],
    [
      `Azure DevOps: ${name}`,
      job(AZURE_JOB, {
        http: { [`POST https://ci.example/${TOKEN}?api-version=7.1&serviceConnectionId=id`]: answer },
      }),
      { sources: [fromCi()] },
    ],
  ]),
  ...[
    ...ANSWERS,
    ['an echo', (request: Sent) => stsError('AccessDenied', formOf(request)['WebIdentityToken'])] as const,
  ].map(
    ([name, answer]): Case => [
      `the one token of a job: ${name}`,
      job({ CI_TOKEN: JOB_TOKEN }, { http: { [STS]: answer } }),
      { sources: [fromCi({ tokenEnv: 'CI_TOKEN' })] },
    ],
  ),
  [
    'the one token of a job is none',
    job(
      { CI_TOKEN: SECRET },
      { http: { [STS]: (sent: Sent) => stsError('InvalidIdentityToken', formOf(sent)['WebIdentityToken']) } },
    ),
    { sources: [fromCi({ tokenEnv: 'CI_TOKEN' })] },
  ],
  [
    'a token command that prints something else',
    job({}, { processes: { 'get token': `${NOISE}\n${NOISE}` } }),
    { sources: [fromCi({ tokenCommand: 'get token' })] },
  ],
  ['keys in variables', { env: ENV }],
  ['keys in variables without their secret', { env: { AWS_ACCESS_KEY_ID: SECRET } }],
  ['keys in variables without their id', { env: { AWS_SECRET_ACCESS_KEY: SECRET, AWS_SESSION_TOKEN: TOKEN } }],
  ['keys in variables with an end that is none', { env: { ...ENV, AWS_CREDENTIAL_EXPIRATION: SECRET } }],
  ['keys in variables that have expired', { env: { ...ENV, AWS_CREDENTIAL_EXPIRATION: '2020-01-01T00:00:00Z' } }],
  ['keys in code', {}, { credentials: KEYS }],
  ['half a pair in code', {}, { credentials: { accessKeyId: SECRET, secretAccessKey: '' } }],
  ['keys in a file', { files: { [CREDENTIALS]: `[default]\n${INI}` } }],
  ['half a pair in a file', { files: { [CREDENTIALS]: `[default]\naws_secret_access_key = ${SECRET}` } }],
  ['a malformed line', { files: { [CREDENTIALS]: `[default]\naws_secret_access_key ${SECRET}` } }],
  ['a malformed section', { files: { [CREDENTIALS]: `[${SECRET}\n` } }],
  ['a malformed block', { files: { [CONFIG]: `[default]\ns3 =\n  ${SECRET}` } }],
  ['a secret before a section', { files: { [CONFIG]: `x = ${SECRET}` } }],
  ['a file that is no text', { files: { [CONFIG]: new Uint8Array([...new TextEncoder().encode(SECRET), 0xff]) } }],
  ['a file that cannot be read', { files: { [CONFIG]: systemError('EACCES') } }],
  ['a file that cannot be read, oddly', { files: { [CONFIG]: systemError(SECRET) } }],
  [
    'an address with a password',
    { env: { AWS_CONTAINER_CREDENTIALS_FULL_URI: `https://user:${SECRET.replace(/\W/g, '')}@x.example/` } },
  ],
  [
    'an address with a password that is none',
    { env: { AWS_CONTAINER_CREDENTIALS_FULL_URI: `http://u:${SECRET.replace(/\W/g, '')}@[x` } },
  ],
  [
    'a relative address with one',
    { env: { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: `:${SECRET.replace(/\W/g, '')}@x/` } },
  ],
  [
    'an endpoint with a password',
    profile(`role_arn = r\ncredential_source = Environment\nendpoint_url = https://u:${SECRET.replace(/\W/g, '')}@x`, {
      env: ENV,
    }),
    { sources: undefined as never, profile: 'default' },
  ],
  [
    'an instance’s address with a password',
    { env: { AWS_EC2_METADATA_SERVICE_ENDPOINT: `http://u:${SECRET.replace(/\W/g, '')}@x/` } },
  ],
  ['a container’s token with two lines', { env: { ...ECS, AWS_CONTAINER_AUTHORIZATION_TOKEN: `${TOKEN}\n${TOKEN}` } }],
  [
    'a container’s token in a file with a NUL',
    { env: { ...ECS, AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: '/t' }, files: { '/t': `${TOKEN}\0` } },
  ],
  [
    'a container’s token in a file that cannot be read',
    { env: { ...ECS, AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: '/t' }, files: { '/t': systemError('EIO') } },
  ],
  ['a token with two lines', { env: { ...OFF, ...WEB }, files: { '/token': `${TOKEN}\n\n${TOKEN}` } }],
  ['a token that is too long', { env: { ...OFF, ...WEB }, files: { '/token': TOKEN.repeat(1_000) } }],
  ['a token in the place of its file', { env: { ...OFF, ...WEB, AWS_WEB_IDENTITY_TOKEN_FILE: JOB_TOKEN } }],
  [
    'a token in the place of a profile’s file',
    profile(`role_arn = ${ROLE.roleArn}\nweb_identity_token_file = ${JOB_TOKEN}`),
  ],
  ['a token in the place of its variable', {}, { sources: [fromCi({ ...ROLE, tokenEnv: JOB_TOKEN })] }],
  ['a token in the place of a job’s file', {}, { sources: [fromCi({ ...ROLE, tokenFile: JOB_TOKEN })] }],
  [
    'a container’s token in the place of its file',
    { env: { ...OFF, ...ECS, AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: JOB_TOKEN } },
  ],
  [
    'the credentials file in the place of its name',
    { env: { ...OFF, AWS_SHARED_CREDENTIALS_FILE: `[default]\n${INI}` } },
  ],
  ['the credentials file in the place of the option', { env: OFF }, { credentialsFile: `[default]\n${INI}` }],
  [
    'a key in the place of the CA bundle',
    { env: { ...ENV, AWS_CA_BUNDLE: `-----BEGIN PRIVATE KEY-----\n${SECRET}` } },
    { role: ROLE },
  ],
  [
    'a key in the place of its file',
    {},
    {
      sources: [
        fromRolesAnywhere({
          trustAnchorArn: 'arn:aws:rolesanywhere:eu-west-1:123456789012:trust-anchor/1',
          profileArn: 'arn:aws:rolesanywhere:eu-west-1:123456789012:profile/1',
          roleArn: ROLE.roleArn,
          certificate: `-----BEGIN CERTIFICATE-----\n${SECRET}`,
          privateKey: `-----BEGIN PRIVATE KEY-----\n${SECRET}`,
        }),
      ],
    },
  ],
  [
    'a token that cannot be had',
    {},
    { sources: [fromWebIdentity({ ...ROLE, token: async () => `${TOKEN}\r\n${TOKEN}` })] },
  ],
  [
    'keys that no request can carry',
    {},
    { sources: [fromAssumeRole({ ...ROLE, source: own(() => ({ ...KEYS, sessionToken: `${TOKEN}\n` })) })] },
  ],
  ['half a pair of one’s own', {}, { sources: [own(() => ({ secretAccessKey: SECRET }))] }],
  ['expired keys of one’s own', {}, { sources: [own(() => ({ ...KEYS, expiration: new Date(0) }))] }],
  [
    'half a pair for a role',
    {},
    { sources: [fromAssumeRole({ ...ROLE, source: own(() => ({ secretAccessKey: SECRET })) })] },
  ],
  ...ANSWERS.map(
    ([name, answer]): Case => [`container: ${name}`, { env: { ...OFF, ...ECS }, http: { [ECS_URL]: answer } }],
  ),
  ...ANSWERS.map(([name, answer]): Case => [`instance token: ${name}`, imds({ [PUT]: answer, [`${LIST}r`]: answer })]),
  ...ANSWERS.map(([name, answer]): Case => [`instance credentials: ${name}`, imds({ [`${LIST}r`]: answer })]),
  ...STS_ANSWERS.map(
    ([name, answer]): Case => [
      `token: ${name}`,
      { env: { ...OFF, ...WEB }, files: { '/token': TOKEN }, http: { [STS]: answer } },
    ],
  ),
  ...STS_ANSWERS.map(
    ([name, answer]): Case => [`role: ${name}`, { env: ENV, http: { [STS]: answer } }, { role: ROLE }],
  ),
  ...STS_ANSWERS.map(
    ([name, answer]): Case => [
      `profile: ${name}`,
      profile(`role_arn = ${ROLE.roleArn}\nsource_profile = b\n[profile b]\n${INI}`, { http: { [STS]: answer } }),
    ],
  ),
  ...(
    [
      ['ends badly', { exitCode: 1, stdout: new TextEncoder().encode(NOISE), stderr: new TextEncoder().encode(NOISE) }],
      ['cannot be run', systemError('ENOENT')],
      ['prints text', NOISE],
      ['prints half', JSON.stringify(JSON_KEYS).slice(0, -3)],
      ['prints another version', JSON.stringify({ ...JSON_KEYS, Version: SECRET })],
      ['prints an end that is none', JSON.stringify({ ...JSON_KEYS, Expiration: SECRET })],
      ['prints expired keys', JSON.stringify({ ...JSON_KEYS, Expiration: '2020-01-01T00:00:00Z' })],
      ['hangs', silence],
      ['prints keys', JSON.stringify(JSON_KEYS)],
    ] as const
  ).flatMap(([name, ending]): Case[] => [
    [
      `process: it ${name}`,
      profile(`credential_process = get --password ${SECRET}`, { processes: { [`get --password ${SECRET}`]: ending } }),
    ],
    [
      `process in code: it ${name}`,
      { processes: { [`get ${SECRET}`]: ending } },
      { sources: [fromProcess({ command: `get ${SECRET}` })] },
    ],
  ]),
]

describe('no piece of a secret is shown', () => {
  test.each(CASES)('%s', async (_name, world, options = {}) => {
    const { sources, ...rest } = options
    const events: CredentialEvent[] = []
    const host = fakeHost(world)
    const onEvent = (event: CredentialEvent): void => void events.push(event)
    const source = createCredentials({ host, onEvent, ...rest, ...(sources ? { sources } : {}) })
    const outcome = await host.until(source().catch((error: unknown) => error))
    const again = await host.until(source({ forceRefresh: true }).catch((error: unknown) => error))
    const explanation = await host.until(source.explain())
    const identityWorld =
      host.http[STS] === undefined ? undefined : await host.until(source.identity().catch((error: unknown) => error))

    expect(outcome).toBeDefined()
    for (const shown of [outcome, again, identityWorld, explanation, events, source]) scan(shown)
  })

  test('also of keys that were found, and of their source', async () => {
    const source = createCredentials({ host: fakeHost({ env: ENV }) })
    scan(await source())
    scan([await source(), { nested: { credentials: await source() } }])
  })
})

test('the scan finds what it is for', () => {
  const forms = [
    SECRET,
    SECRET.slice(3, 11),
    btoa(SECRET),
    Buffer.from(TOKEN).toString('hex'),
    encodeURIComponent(SECRET),
  ]
  for (const form of forms) {
    expect(() => scan(new Error(`x ${form}`))).toThrow()
    expect(() => scan(new Error('x', { cause: new Error(form) }))).toThrow()
    expect(() => scan(Object.defineProperty({}, 'hidden', { value: form }))).toThrow()
    expect(() => scan({ deep: { deeper: [form] } })).toThrow()
  }
  scan(new Error('x AKIA…TRYD'))
})

/** Everything that a log, a debugger or a crash report would make of a value. */
function scan(value: unknown): void {
  const texts = [
    inspect(value, { showHidden: true, depth: Number.POSITIVE_INFINITY, maxArrayLength: null, maxStringLength: null }),
    JSON.stringify(value) ?? '',
    String(value),
    ...causesOf(value).flatMap((error) => [
      error.message,
      error.stack ?? '',
      JSON.stringify(Object.getOwnPropertyDescriptors(error)),
    ]),
  ]
  for (const text of texts)
    for (const piece of PIECES)
      if (text.includes(piece)) throw new Error(`"${piece}" is shown in: ${text.slice(0, 2_000)}`)
}

function causesOf(value: unknown): Error[] {
  return value instanceof Error ? [value, ...causesOf(value.cause)] : []
}

const PIECES = [
  ...new Set(
    CANARIES.flatMap((canary) => {
      const bytes = Buffer.from(canary)
      const forms = [
        canary,
        bytes.toString('base64'),
        bytes.toString('hex'),
        bytes.toString('hex').toUpperCase(),
        encodeURIComponent(canary),
      ]
      return forms.flatMap((form) => Array.from({ length: form.length - 7 }, (_, at) => form.slice(at, at + 8)))
    }),
  ),
]
