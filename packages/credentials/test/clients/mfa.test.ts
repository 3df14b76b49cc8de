import { describe, expect, test } from 'vitest'
import { createCredentials } from '../../src/create-credentials.ts'
import { type FakeHost, fakeHost } from '../fake-host.ts'
import { stsError } from '../sts-world.ts'

const SERIAL = 'arn:aws:iam::123456789012:mfa/me'
const STS = 'POST https://sts.us-east-1.amazonaws.com/'
const CONFIG = `
[profile user]
aws_access_key_id = AKIAIOSFODNN7EXAMPLE
aws_secret_access_key = the-secret-of-the-user
[profile one]
role_arn = arn:aws:iam::123456789012:role/One
source_profile = user
mfa_serial = ${SERIAL}
[profile two]
role_arn = arn:aws:iam::123456789012:role/Two
source_profile = user
mfa_serial = ${SERIAL}
[profile asks]
role_arn = arn:aws:iam::123456789012:role/Asks
source_profile = user
mfa_serial = ${SERIAL}
mfa_process = show-code
[profile on-session]
role_arn = arn:aws:iam::123456789012:role/OnSession
source_profile = session
mfa_serial = ${SERIAL}
[profile session]
aws_access_key_id = ASIAIOSFODNN7EXAMPLE
aws_secret_access_key = the-secret-of-the-session
aws_session_token = the-token-of-the-session
`

const answer = (operation: string, key: string) =>
  `<${operation}Response><${operation}Result><Credentials><AccessKeyId>${key}</AccessKeyId>
  <SecretAccessKey>secret-of-${key}</SecretAccessKey><SessionToken>token-of-${key}</SessionToken>
  <Expiration>2026-01-01T12:00:00Z</Expiration></Credentials></${operation}Result></${operation}Response>`

function world(processes: Record<string, string> = {}): FakeHost {
  return fakeHost({
    env: {},
    now: '2026-01-01T00:00:00Z',
    files: { '/home/user/.aws/config': CONFIG },
    processes,
    http: {
      [STS]: ({ body }) => {
        const operation = new URLSearchParams(body).get('Action') ?? ''
        return new Response(answer(operation, operation === 'AssumeRole' ? 'ASIAROLEROLEROLE' : 'ASIAUSERUSERUSER'))
      },
    },
  })
}

const sent = (host: FakeHost) => host.requests.map(({ body }) => Object.fromEntries(new URLSearchParams(body)))

test('the code of a user’s device becomes a session, and the role is assumed with that', async () => {
  const host = world()
  const asked: unknown[] = []
  const mfaCode = async (request: unknown) => {
    asked.push(request)
    return '123456\n'
  }
  await createCredentials({ host, profile: 'one', mfaCode })()
  expect(asked).toEqual([{ serial: SERIAL, profile: 'one' }])
  expect(sent(host)).toMatchObject([
    { Action: 'GetSessionToken', SerialNumber: SERIAL, TokenCode: '123456' },
    { Action: 'AssumeRole', RoleArn: 'arn:aws:iam::123456789012:role/One' },
  ])
  expect(sent(host)[1]).not.toHaveProperty('SerialNumber')
  expect(host.requests[1]?.headers['x-amz-security-token']).toBe('token-of-ASIAUSERUSERUSER')
})

test('two profiles that ask for the same device ask a person once', async () => {
  const host = world()
  let asked = 0
  const mfaCode = async () => String(111_111 * ++asked)
  await createCredentials({ host, profile: 'one', mfaCode })()
  await createCredentials({ host, profile: 'two', mfaCode })()
  expect(asked).toBe(1)
  expect(sent(host).map(({ Action }) => Action)).toEqual(['GetSessionToken', 'AssumeRole', 'AssumeRole'])
})

test('an ended session of the device is not used again', async () => {
  const host = world()
  let asked = 0
  const mfaCode = async () => String(111_111 * ++asked)
  await createCredentials({ host, profile: 'one', mfaCode })()
  host.jump(11 * 3_600_000 + 3_590_000)
  await createCredentials({ host, profile: 'two', mfaCode })()
  expect(asked).toBe(2)
})

test('when it has ended, a new one needs a person again: without one there are no credentials', async () => {
  const host = world()
  const codes = ['123456']
  const source = createCredentials({ host, profile: 'one', mfaCode: async () => codes.shift() ?? '' })
  await source()
  host.jump(13 * 3_600_000)
  await expect(source()).rejects.toMatchObject({ code: 'MFA_REQUIRED' })
  expect(sent(host).map(({ Action }) => Action)).toEqual(['GetSessionToken', 'AssumeRole'])
})

test('mfa_process prints the code', async () => {
  const host = world({ 'show-code': '654321\n' })
  await createCredentials({ host, profile: 'asks' })()
  expect(sent(host)[0]).toMatchObject({ TokenCode: '654321' })
})

test('where a session asks for the role, the code goes with it', async () => {
  const host = world()
  await createCredentials({ host, profile: 'on-session', mfaCode: async () => '123456' })()
  expect(sent(host)).toMatchObject([{ Action: 'AssumeRole', SerialNumber: SERIAL, TokenCode: '123456' }])
})

describe('nothing is sent', () => {
  test('where nobody can give the code', async () => {
    const host = world()
    await expect(createCredentials({ host, profile: 'one' })()).rejects.toMatchObject({
      code: 'MFA_REQUIRED',
      location: { file: '/home/user/.aws/config', line: 6 },
    })
    expect(host.requests).toEqual([])
  })

  test('where what was given is no code', async () => {
    const host = world()
    const mfaCode = async () => 'my-password'
    const error = await createCredentials({ host, profile: 'one', mfaCode })().catch((error: unknown) => error)
    expect(error).toMatchObject({ code: 'MFA_REQUIRED' })
    expect(String(error)).not.toContain('my-password')
    expect(host.requests).toEqual([])
  })

  test.each(['', 'my-password'])('where %j was given for a role in code', async (code) => {
    const host = world()
    const role = { roleArn: 'arn:aws:iam::123456789012:role/One', mfaSerial: SERIAL, mfaCode: async () => code }
    await expect(createCredentials({ host, profile: 'user', role })()).rejects.toMatchObject({ code: 'MFA_REQUIRED' })
    expect(host.requests).toEqual([])
  })
})

test.each(['one', 'on-session'])('a refused code is answered with what helps: profile %s', async (profile) => {
  const host = world()
  const message = 'MultiFactorAuthentication failed with invalid MFA one time pass code. '
  host.http[STS] = stsError('AccessDenied', message)
  await expect(createCredentials({ host, profile, mfaCode: async () => '123456' })()).rejects.toMatchObject({
    code: 'SOURCE_REFUSED',
    remedy: 'Give a fresh code of the device, and check mfa_serial.',
  })
})

test('a refused code is asked for again at the next call', async () => {
  const host = world()
  const refuse = new Response('<ErrorResponse><Error><Code>AccessDenied</Code></Error></ErrorResponse>', {
    status: 403,
  })
  host.http[STS] = [refuse]
  const source = createCredentials({ host, profile: 'one', mfaCode: async () => '123456' })
  await expect(source()).rejects.toMatchObject({ code: 'SOURCE_REFUSED' })
  host.http[STS] = ({ body }) => new Response(answer(new URLSearchParams(body).get('Action') ?? '', 'ASIAOKOKOKOKOKOK'))
  host.jump(6_000)
  await expect(source()).resolves.toMatchObject({ accessKeyId: 'ASIAOKOKOKOKOKOK' })
})
