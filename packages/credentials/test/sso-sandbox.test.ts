import { type Sandbox, startSandbox } from '@rolecall/sandbox'
import { expect, onTestFinished, test } from 'vitest'
import { createCredentials } from '../src/create-credentials.ts'
import { createToken } from '../src/create-token.ts'
import type { Host } from '../src/model/host.ts'
import { nodeHost } from '../src/node.ts'
import { fromSso } from '../src/providers/sso.ts'
import { signInToSsoWithBrowser, signInToSsoWithDeviceCode, signOutOfSso } from '../src/sso-sign-in.ts'
import { failureOf } from './fake-host.ts'

const HOUR_MS = 3_600_000

interface Place {
  readonly sandbox: Sandbox
  readonly host: Host
  /** Operations that ended well, since the last time. */
  operations(): string[]
}

/** A process that believes it runs where a person has signed in; its clock is the sandbox's. */
async function enter(options: Parameters<typeof startSandbox>[0] = {}): Promise<Place> {
  const sandbox = await startSandbox(options)
  onTestFinished(() => sandbox.stop())
  const env = await sandbox.env('sso')
  const host: Host = { ...nodeHost(), env, now: () => sandbox.now }
  let seen = 0
  return {
    sandbox,
    host,
    operations: () => {
      const since = sandbox.calls.slice(seen)
      seen = sandbox.calls.length
      return since.map(({ operation }) => operation)
    },
  }
}

test('credentials of a role, good for what the service signs', async () => {
  const { host, sandbox } = await enter()
  const source = createCredentials({ host })
  expect(await source()).toMatchObject({ accountId: '123456789012', source: 'profile' })
  expect(await source.identity()).toMatchObject({
    account: '123456789012',
    arn: expect.stringMatching(/assumed-role\/AWSReservedSSO_ReadOnly_[0-9a-f]{16}\/demo$/),
  })
  expect(sandbox.calls.map(({ service, operation }) => `${service} ${operation}`)).toEqual([
    'sso GetRoleCredentials',
    'sts GetCallerIdentity',
  ])
})

test('another profile of the session is another role, and one of the older kind works too', async () => {
  const { host } = await enter()
  for (const [profile, role] of [
    ['sso-admin', 'Admin'],
    ['sso-legacy', 'ReadOnly'],
  ] as const) {
    const { arn } = await createCredentials({ host, profile, sources: [fromSso()] }).identity()
    expect(arn).toContain(`AWSReservedSSO_${role}_`)
  }
})

test.each(['rotate', 'keep'] as const)('a token is renewed before its end, again and again (%s)', async (mode) => {
  const { host, sandbox, operations } = await enter({ ssoRefreshTokens: mode })
  const token = createToken({ host })
  const first = await token()
  expect(operations()).toEqual([])
  let last = first.token
  for (let hour = 1; hour <= 5; hour++) {
    sandbox.now += HOUR_MS - 10 * 60_000
    const { token: next, expiration } = await token()
    expect(next).not.toBe(last)
    expect(expiration?.getTime()).toBeCloseTo(sandbox.now + HOUR_MS, -4)
    last = next
    expect(operations()).toEqual(['CreateToken'])
  }
})

test('a session that is over asks for a sign-in; what cannot be renewed too', async () => {
  const { host, sandbox } = await enter()
  sandbox.now += 9 * HOUR_MS
  const dev = await failureOf(createToken({ host })())
  expect(dev).toMatchObject({ code: 'LOGIN_REQUIRED', remedy: expect.stringContaining('rolecall login --profile sso') })
  expect(dev.message).toContain('invalid_grant')
  const legacy = await failureOf(createCredentials({ host, profile: 'sso-legacy' })())
  expect(legacy).toMatchObject({ code: 'LOGIN_REQUIRED' })
})

test('a sign-in that was ended at the service is unauthorized; one without a role is refused', async () => {
  const { host, sandbox } = await enter()
  sandbox.fault({ service: 'sso', operation: 'GetRoleCredentials', times: 1, errorCode: 'UnauthorizedException' })
  expect(await failureOf(createCredentials({ host })())).toMatchObject({ code: 'LOGIN_REQUIRED' })
  sandbox.fault({ service: 'sso', operation: 'GetRoleCredentials', times: 1, errorCode: 'ForbiddenException' })
  expect(await failureOf(createCredentials({ host })())).toMatchObject({ code: 'SOURCE_REFUSED' })
})

test('a service that is busy, or cut off in the middle, is asked again', async () => {
  const { host, sandbox, operations } = await enter()
  sandbox.fault({ service: 'sso', times: 2, errorCode: 'TooManyRequestsException' })
  sandbox.fault({ service: 'sso', times: 1, truncateAfterBytes: 20 })
  expect(await createCredentials({ host })()).toHaveProperty('accessKeyId')
  expect(operations()).toHaveLength(4)
})

test('a person signs in with a device code, and out', async () => {
  const { host, sandbox, operations } = await enter()
  const shown: string[] = []
  const signedIn = await signInToSsoWithDeviceCode({
    host,
    async showCode({ pageWithCode, userCode }) {
      shown.push(userCode)
      await sandbox.visit(pageWithCode)
    },
  })
  expect(shown).toEqual([expect.stringMatching(/^[A-Z]{4}-[A-Z]{4}$/)])
  expect(signedIn).toMatchObject({ session: 'sandbox', renewable: true })
  expect(operations()).toEqual(
    expect.arrayContaining(['RegisterClient', 'StartDeviceAuthorization', 'CreateToken', 'CreateToken']),
  )
  const { token } = await createToken({ host })()
  sandbox.now += HOUR_MS
  expect((await createToken({ host })()).token).not.toBe(token)

  expect(await signOutOfSso({ host })).toMatchObject([{ file: signedIn.file, endedAtService: true }])
  expect(await failureOf(createCredentials({ host })())).toMatchObject({ code: 'LOGIN_REQUIRED' })
})

test.each([
  ['Allow', undefined],
  ['Deny', 'SOURCE_REFUSED'],
] as const)('a person signs in with a browser: %s', async (button, code) => {
  const { host, sandbox } = await enter()
  let back: (query: URLSearchParams) => void = () => {}
  const redirect = new Promise<URLSearchParams>((resolve) => {
    back = resolve
  })
  const signingIn = signInToSsoWithBrowser({
    host,
    port: 45_678,
    async openBrowser(page) {
      const address = new URL((await sandbox.visit(page, button)) ?? '')
      expect(address.origin + address.pathname).toBe('http://127.0.0.1:45678/oauth/callback')
      back(address.searchParams)
    },
    waitForRedirect: () => redirect,
  })
  if (code) return expect(await failureOf(signingIn)).toMatchObject({ code })
  expect(await signingIn).toMatchObject({ session: 'sandbox', renewable: true })
  sandbox.now += HOUR_MS
  expect(await createCredentials({ host })()).toHaveProperty('accessKeyId')
})

test('signing out everywhere ends all', async () => {
  const { host } = await enter()
  expect(await signOutOfSso({ host, all: true })).toHaveLength(2)
  for (const profile of ['sso', 'sso-legacy'])
    expect(await failureOf(createCredentials({ host, profile })())).toMatchObject({ code: 'LOGIN_REQUIRED' })
})
