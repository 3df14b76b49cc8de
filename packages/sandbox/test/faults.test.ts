import { GetCallerIdentityCommand } from '@aws-sdk/client-sts'
import type { FaultRule, Sandbox } from '@rolecall/sandbox'
import { describe, expect } from 'vitest'
import { post, read } from './oauth-client.ts'
import { DEMO_ROLE, test } from './sandbox-test.ts'
import { assumeRole, createClient, readRefusal, readUserKeys } from './sts-client.ts'

const whoIs = async (sandbox: Sandbox) =>
  createClient(sandbox, await readUserKeys(sandbox)).send(new GetCallerIdentityCommand({}))
const readKeys = (sandbox: Sandbox) => fetch(`${sandbox.url}/.well-known/jwks.json`)

describe('a refusal has the form of its service', () => {
  test.for<[name: string, rule: Omit<FaultRule, 'service'>, code: string, status: number]>([
    ['a status alone', { status: 503 }, 'ServiceUnavailable', 503],
    ['a code alone', { errorCode: 'RegionDisabledException' }, 'RegionDisabledException', 403],
    ['both', { status: 400, errorCode: 'Throttling' }, 'Throttling', 400],
  ])('STS: %s', async ([_name, rule, code, status], { sandbox }) => {
    sandbox.fault({ service: 'sts', ...rule })
    expect(await readRefusal(whoIs(sandbox))).toMatchObject({ code, status })
    expect(sandbox.calls.at(-1)).toMatchObject({ outcome: rule.errorCode ?? 'HTTP 503' })
  })

  test('IMDS: a status is a web page, a code is JSON in an answer of 200', async ({ sandbox }) => {
    const put = () => fetch(`${sandbox.url}/latest/api/token`, { method: 'PUT' })
    sandbox.fault({ service: 'imds', status: 500, times: 1 })
    sandbox.fault({ service: 'imds', errorCode: 'AssumeRoleUnauthorizedAccess' })
    const page = await put()
    expect([page.status, page.headers.get('content-type')]).toEqual([500, 'text/html'])
    const json = await put()
    expect(json.status).toBe(200)
    expect(await json.json()).toMatchObject({ Code: 'AssumeRoleUnauthorizedAccess', Message: expect.any(String) })
  })

  test.for(['ecs', 'eks'] as const)('%s: JSON with code and message', async (service, { sandbox }) => {
    sandbox.fault({ service, status: 429, errorCode: 'Throttled' })
    const env = await sandbox.env(service)
    const response = await fetch(env['AWS_CONTAINER_CREDENTIALS_FULL_URI'] ?? '')
    expect(response.status).toBe(429)
    expect(await response.json()).toEqual({ code: 'Throttled', message: expect.any(String) })
  })

  test('OIDC: JSON with error', async ({ sandbox }) => {
    sandbox.fault({ service: 'oidc', status: 502 })
    const response = await readKeys(sandbox)
    expect([response.status, await response.json()]).toEqual([502, expect.objectContaining({ error: 'server_error' })])
  })
})

describe('a refusal of a service that a person signs in with has the form of that service', () => {
  test.for<[rule: Omit<FaultRule, 'service'>, status: number, exception: string, error: string]>([
    [{ status: 503 }, 503, 'InternalServerException', 'server_error'],
    [{ status: 401 }, 401, 'InvalidClientException', 'invalid_client'],
    [{ errorCode: 'SlowDownException' }, 400, 'SlowDownException', 'slow_down'],
    [{ errorCode: 'invalid_grant' }, 400, 'InvalidGrantException', 'invalid_grant'],
    [{ errorCode: 'Odd', status: 429 }, 429, 'Odd', 'invalid_request'],
  ])('sso-oidc: %o', async ([rule, status, exception, error], { sandbox }) => {
    sandbox.fault({ service: 'sso-oidc', operation: 'CreateToken', ...rule })
    const answered = await post(sandbox, '/token', {})
    expect(answered).toMatchObject({ status, exception, body: { error } })
  })

  test.for<[rule: Omit<FaultRule, 'service'>, status: number, exception: string]>([
    [{ status: 429 }, 429, 'TooManyRequestsException'],
    [{ status: 503 }, 503, 'InternalServerException'],
    [{ errorCode: 'ForbiddenException' }, 403, 'ForbiddenException'],
    [{ errorCode: 'Odd' }, 400, 'Odd'],
    [{ status: 418 }, 418, 'InvalidRequestException'],
  ])('sso: %o', async ([rule, status, exception], { sandbox }) => {
    sandbox.fault({ service: 'sso', ...rule })
    const answered = await read(await fetch(`${sandbox.url}/assignment/accounts`))
    expect(answered).toMatchObject({ status, exception, body: { message: expect.any(String) } })
  })

  test.for<[rule: Omit<FaultRule, 'service'>, status: number, exception: string, error: string]>([
    [{ errorCode: 'TOKEN_EXPIRED' }, 401, 'AccessDeniedException', 'TOKEN_EXPIRED'],
    [{ errorCode: 'USER_CREDENTIALS_CHANGED' }, 403, 'AccessDeniedException', 'USER_CREDENTIALS_CHANGED'],
    [{ errorCode: 'INSUFFICIENT_PERMISSIONS' }, 403, 'AccessDeniedException', 'INSUFFICIENT_PERMISSIONS'],
    [{ errorCode: 'AccessDeniedException' }, 401, 'AccessDeniedException', 'TOKEN_EXPIRED'],
    [{ errorCode: 'TooManyRequestsError' }, 429, 'TooManyRequestsError', 'INVALID_REQUEST'],
    [{ status: 429 }, 429, 'TooManyRequestsError', 'INVALID_REQUEST'],
    [{ status: 500 }, 500, 'InternalServerException', 'server_error'],
    [{ status: 503 }, 503, 'InternalServerException', 'server_error'],
    [{ status: 418 }, 418, 'ValidationException', 'INVALID_REQUEST'],
    [{ errorCode: 'Odd' }, 400, 'Odd', 'INVALID_REQUEST'],
  ])('signin: %o', async ([rule, status, exception, error], { sandbox }) => {
    sandbox.fault({ service: 'signin', ...rule })
    const answered = await post(sandbox, '/v1/token', {})
    expect(answered).toMatchObject({ status, exception, body: { error, message: expect.any(String) } })
    expect(sandbox.calls.at(-1)).toMatchObject({
      operation: 'CreateOAuth2Token',
      outcome: rule.errorCode ?? `HTTP ${rule.status}`,
    })
  })
})

describe('a bad connection', () => {
  test('a delay comes before the answer', async ({ sandbox }) => {
    sandbox.fault({ service: 'oidc', delayMs: 300 })
    const start = performance.now()
    expect((await readKeys(sandbox)).status).toBe(200)
    expect(performance.now() - start).toBeGreaterThan(290)
  })

  test.for([0, 10])('an answer is cut off after %i bytes', async (truncateAfterBytes, { sandbox }) => {
    sandbox.fault({ service: 'oidc', truncateAfterBytes })
    const outcome = await readKeys(sandbox)
      .then(
        (response) => response.text(),
        (error: unknown) => error,
      )
      .catch((error: unknown) => error)
    expect(outcome).toBeInstanceOf(TypeError)
    expect(sandbox.calls.at(-1)).toMatchObject({ service: 'oidc', outcome: 'ok' })
  })

  test('an answer drips, one byte after another', async ({ sandbox }) => {
    sandbox.fault({ service: 'oidc', drip: true })
    const response = await readKeys(sandbox)
    const sizes: number[] = []
    for await (const chunk of response.body ?? []) {
      sizes.push(chunk.byteLength)
      if (sizes.length === 3) break
    }
    expect(sizes).toEqual([1, 1, 1])
  })

  test('a client that gives up leaves the sandbox well', async ({ sandbox }) => {
    sandbox.fault({ service: 'oidc', delayMs: 60_000, times: 1 })
    const impatient = fetch(`${sandbox.url}/.well-known/jwks.json`, { signal: AbortSignal.timeout(100) })
    await expect(impatient).rejects.toThrow()
    expect((await readKeys(sandbox)).status).toBe(200)
  })
})

describe('which calls it hits', () => {
  test('as many as it says, and then no more', async ({ sandbox }) => {
    sandbox.fault({ service: 'oidc', status: 500, times: 2 })
    const statuses = [await readKeys(sandbox), await readKeys(sandbox), await readKeys(sandbox)].map(
      ({ status }) => status,
    )
    expect(statuses).toEqual([500, 500, 200])
  })

  test('those of its operation only', async ({ sandbox }) => {
    sandbox.fault({ service: 'sts', operation: 'AssumeRole', errorCode: 'AccessDenied' })
    expect(await whoIs(sandbox)).toMatchObject({ Account: '123456789012' })
    const call = assumeRole(sandbox, await readUserKeys(sandbox), { RoleArn: DEMO_ROLE })
    expect(await readRefusal(call)).toMatchObject({ code: 'AccessDenied', status: 403 })
  })

  test('numbered rules in their order, then the newest standing one, until one that asks for nothing', async ({
    sandbox,
  }) => {
    sandbox.fault({ service: 'oidc', status: 500 })
    sandbox.fault({ service: 'oidc', status: 503 })
    sandbox.fault({ service: 'oidc', status: 429, times: 1 })
    sandbox.fault({ service: 'oidc', status: 404, times: 1 })
    const statuses: number[] = []
    for (let call = 0; call < 4; call += 1) statuses.push((await readKeys(sandbox)).status)
    expect(statuses).toEqual([429, 404, 503, 503])
    sandbox.fault({ service: 'oidc' })
    expect((await readKeys(sandbox)).status).toBe(200)
  })

  test.for<[name: string, rule: FaultRule, message: RegExp]>([
    ['a service that is not there', { service: 's3' }, /no service s3: it is one of .*sts, imds, ecs, eks, oidc/],
    ['a negative number', { service: 'sts', times: -1 }, /times is zero or more/],
    ['a status that is none', { service: 'sts', status: 42 }, /status is 200 to 599/],
  ])('%s is an error of the caller', ([_name, rule, message], { sandbox }) => {
    expect(() => sandbox.fault(rule)).toThrow(message)
  })
})
