import { GetCallerIdentityCommand } from '@aws-sdk/client-sts'
import type { Sandbox } from '@rolecall/sandbox'
import { describe, expect } from 'vitest'
import { type Answered, read } from './oauth-client.ts'
import { HOUR_MS, test } from './sandbox-test.ts'
import { createToken, signIn } from './sso-client.ts'
import { createClient } from './sts-client.ts'

const ACCOUNT = '123456789012'
const CREDENTIALS = `/federation/credentials?role_name=ReadOnly&account_id=${ACCOUNT}`
const ROLES = `/assignment/roles?account_id=${ACCOUNT}`

async function ask(sandbox: Sandbox, path: string, token: unknown, method = 'GET'): Promise<Answered> {
  const headers: Record<string, string> = token === undefined ? {} : { 'x-amz-sso_bearer_token': String(token) }
  return read(await fetch(sandbox.url + path, { method, headers }))
}

const getToken = async (sandbox: Sandbox) => (await signIn(sandbox)).token['accessToken']

describe('keys of a role', () => {
  test('are those of a real session, for an hour', async ({ sandbox }) => {
    const start = sandbox.now
    const { body } = await ask(sandbox, CREDENTIALS, await getToken(sandbox))
    expect(body).toEqual({
      roleCredentials: {
        accessKeyId: expect.stringMatching(/^ASIA/),
        secretAccessKey: expect.any(String),
        sessionToken: expect.any(String),
        expiration: expect.any(Number),
      },
    })
    const { accessKeyId, secretAccessKey, sessionToken, expiration } = body['roleCredentials'] as {
      accessKeyId: string
      secretAccessKey: string
      sessionToken: string
      expiration: number
    }
    expect(expiration - start).toBeGreaterThan(0.99 * HOUR_MS)
    expect(expiration - start).toBeLessThan(1.01 * HOUR_MS)
    const client = createClient(sandbox, { accessKeyId, secretAccessKey, sessionToken })
    const caller = await client.send(new GetCallerIdentityCommand({}))
    expect(caller.Arn).toMatch(/^arn:aws:sts::123456789012:assumed-role\/AWSReservedSSO_ReadOnly_[\da-f]{16}\/demo$/)
    expect(sandbox.calls.find(({ service }) => service === 'sso')).toMatchObject({
      operation: 'GetRoleCredentials',
      accessKeyId,
      roleArn: expect.stringMatching(/:role\/aws-reserved\/sso\.amazonaws\.com\/AWSReservedSSO_ReadOnly_/),
    })
  })

  test.for<[name: string, query: string, status: number, exception: string]>([
    ['a role that is not assigned', `role_name=Owner&account_id=${ACCOUNT}`, 403, 'ForbiddenException'],
    ['an account that is not assigned', 'role_name=Admin&account_id=999999999999', 404, 'ResourceNotFoundException'],
    ['no role', `account_id=${ACCOUNT}`, 400, 'InvalidRequestException'],
    ['no account', 'role_name=Admin', 400, 'InvalidRequestException'],
  ])('are refused for %s', async ([_name, query, status, exception], { sandbox }) => {
    const answered = await ask(sandbox, `/federation/credentials?${query}`, await getToken(sandbox))
    expect(answered).toEqual({
      status,
      exception,
      body: { message: expect.any(String), __type: `com.amazonaws.switchboard.portal#${exception}` },
    })
  })
})

describe('nothing is told', () => {
  test.for([undefined, '', 'unknown'])('for the token "%s"', async (token, { sandbox }) => {
    for (const path of [CREDENTIALS, ROLES, '/assignment/accounts'])
      expect(await ask(sandbox, path, token)).toMatchObject({
        status: 401,
        exception: 'UnauthorizedException',
        body: { message: 'Session token not found or invalid' },
      })
    expect((await ask(sandbox, '/logout', token, 'POST')).status).toBe(401)
  })

  test('once the token has expired', async ({ sandbox }) => {
    const token = await getToken(sandbox)
    sandbox.now += 0.9 * HOUR_MS
    expect((await ask(sandbox, CREDENTIALS, token)).status).toBe(200)
    sandbox.now += 0.1 * HOUR_MS
    expect((await ask(sandbox, CREDENTIALS, token)).status).toBe(401)
  })

  test('once the person has signed out, to no token of the session', async ({ sandbox }) => {
    const { client, token } = await signIn(sandbox)
    const grant = { ...client, grantType: 'refresh_token' }
    const next = (await createToken(sandbox, { ...grant, refreshToken: token['refreshToken'] })).body
    const another = await getToken(sandbox)
    expect(await ask(sandbox, '/logout', token['accessToken'], 'POST')).toMatchObject({ status: 200, body: {} })
    expect((await ask(sandbox, CREDENTIALS, token['accessToken'])).status).toBe(401)
    expect((await ask(sandbox, CREDENTIALS, next['accessToken'])).status).toBe(401)
    const refreshed = await createToken(sandbox, { ...grant, refreshToken: next['refreshToken'] })
    expect(refreshed.exception).toBe('InvalidGrantException')
    expect((await ask(sandbox, CREDENTIALS, another)).status).toBe(200)
  })
})

describe('lists', () => {
  test('name the account', async ({ sandbox }) => {
    expect((await ask(sandbox, '/assignment/accounts', await getToken(sandbox))).body).toEqual({
      accountList: [{ accountId: ACCOUNT, accountName: 'sandbox', emailAddress: 'aws@sandbox.example' }],
    })
  })

  test('name the roles, page by page', async ({ sandbox }) => {
    const token = await getToken(sandbox)
    const [admin, readOnly] = ['Admin', 'ReadOnly'].map((roleName) => ({ roleName, accountId: ACCOUNT }))
    expect((await ask(sandbox, ROLES, token)).body).toEqual({ roleList: [admin, readOnly] })
    const first = await ask(sandbox, `${ROLES}&max_result=1`, token)
    expect(first.body).toEqual({ roleList: [admin], nextToken: expect.any(String) })
    const second = await ask(sandbox, `${ROLES}&max_result=1&next_token=${first.body['nextToken']}`, token)
    expect(second.body).toEqual({ roleList: [readOnly] })
  })

  test.for(['max_result=0', 'max_result=101', 'max_result=x', 'next_token=0', 'next_token=2', 'next_token=x'])(
    'are refused for %s',
    async (parameter, { sandbox }) => {
      const answered = await ask(sandbox, `${ROLES}&${parameter}`, await getToken(sandbox))
      expect(answered).toMatchObject({ status: 400, exception: 'InvalidRequestException' })
    },
  )

  test('of the roles of an account that is not assigned are not given', async ({ sandbox }) => {
    const path = '/assignment/roles?account_id=999999999999'
    expect((await ask(sandbox, path, await getToken(sandbox))).exception).toBe('ResourceNotFoundException')
  })
})
