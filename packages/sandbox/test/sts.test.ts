import { AssumeRoleCommand, GetCallerIdentityCommand, GetSessionTokenCommand } from '@aws-sdk/client-sts'
import { describe, expect } from 'vitest'
import { DEMO_ROLE, HOUR_MS, test } from './sandbox-test.ts'
import { assumeRole, createClient, type Keys, readRefusal, readUserKeys } from './sts-client.ts'

const whoIs = (sandbox: Parameters<typeof createClient>[0], keys: Keys) =>
  createClient(sandbox, keys).send(new GetCallerIdentityCommand({}))

describe('who is calling', () => {
  test('a user is told their ARN, account and id', async ({ sandbox }) => {
    expect(await whoIs(sandbox, await readUserKeys(sandbox))).toMatchObject({
      Arn: 'arn:aws:iam::123456789012:user/demo',
      Account: '123456789012',
      UserId: expect.stringMatching(/^AIDA[A-Z2-7]{17}$/),
      $metadata: { httpStatusCode: 200, requestId: expect.stringMatching(/^[\da-f-]{36}$/) },
    })
  })

  test('a session of a role is told the role and the session', async ({ sandbox }) => {
    const keys = await assumeRole(sandbox, await readUserKeys(sandbox), { RoleArn: DEMO_ROLE, RoleSessionName: 'ci@1' })
    expect(keys.accessKeyId).toMatch(/^ASIA[A-Z2-7]{16}$/)
    expect(await whoIs(sandbox, keys)).toMatchObject({
      Arn: 'arn:aws:sts::123456789012:assumed-role/demo/ci@1',
      UserId: expect.stringMatching(/^AROA[A-Z2-7]{17}:ci@1$/),
    })
  })

  test('a user that was created has keys that work', async ({ sandbox }) => {
    const keys = await sandbox.createUser('ann')
    expect(keys.accessKeyId).toMatch(/^AKIA[A-Z2-7]{16}$/)
    expect(keys.secretAccessKey).toMatch(/^[\w+/]{40}$/)
    expect(await whoIs(sandbox, keys)).toMatchObject({ Arn: 'arn:aws:iam::123456789012:user/ann' })
  })
})

describe('keys that are wrong', () => {
  test.for<[name: string, code: string, status: number, spoil: (keys: Keys) => Keys]>([
    ['a wrong secret', 'SignatureDoesNotMatch', 403, (keys) => ({ ...keys, secretAccessKey: 'wrong' })],
    ['an unknown key', 'InvalidClientTokenId', 403, (keys) => ({ ...keys, accessKeyId: 'AKIAAAAAAAAAAAAAAAAA' })],
    ['another session token', 'InvalidClientTokenId', 403, (keys) => ({ ...keys, sessionToken: 'another' })],
    [
      'no session token',
      'InvalidClientTokenId',
      403,
      ({ accessKeyId, secretAccessKey }) => ({ accessKeyId, secretAccessKey }),
    ],
  ])('%s is refused', async ([_name, code, status, spoil], { sandbox }) => {
    const keys = await assumeRole(sandbox, await readUserKeys(sandbox), { RoleArn: DEMO_ROLE })
    expect(await readRefusal(whoIs(sandbox, spoil(keys)))).toMatchObject({ code, status })
  })

  test('a user’s keys with a session token are refused', async ({ sandbox }) => {
    const keys = { ...(await readUserKeys(sandbox)), sessionToken: 'of somebody' }
    expect(await readRefusal(whoIs(sandbox, keys))).toMatchObject({ code: 'InvalidClientTokenId', status: 403 })
  })
})

describe('time', () => {
  test('a session works until its end by the sandbox’s clock, and then no more', async ({ sandbox }) => {
    const start = sandbox.now
    const keys = await assumeRole(sandbox, await readUserKeys(sandbox), { RoleArn: DEMO_ROLE, DurationSeconds: 900 })
    sandbox.now = start + 60_000
    expect(await whoIs(sandbox, keys)).toMatchObject({ Account: '123456789012' })
    sandbox.now = start + 900_000
    for (const call of [whoIs(sandbox, keys), assumeRole(sandbox, keys, { RoleArn: DEMO_ROLE })])
      expect(await readRefusal(call)).toEqual({
        code: 'ExpiredToken',
        status: 403,
        message: 'The security token included in the request is expired',
      })
  })

  test('the expiration is the duration after now, on a whole second', async ({ sandbox }) => {
    sandbox.now = Date.UTC(2030, 0, 1, 12, 0, 0, 500)
    const client = createClient(sandbox, await readUserKeys(sandbox), 3)
    const { Credentials } = await client.send(
      new AssumeRoleCommand({ RoleArn: DEMO_ROLE, RoleSessionName: 'test', DurationSeconds: 1800 }),
    )
    const secondsLate = ((Credentials?.Expiration?.getTime() ?? 0) - Date.UTC(2030, 0, 1, 12, 30)) / 1000
    expect(secondsLate).toBeGreaterThanOrEqual(0)
    expect(secondsLate).toBeLessThan(20)
    expect(Number.isInteger(secondsLate)).toBe(true)
  })

  test.for([
    ['ahead', HOUR_MS, /^Signature expired: /],
    ['behind', -HOUR_MS, /^Signature not yet current: /],
  ] as const)(
    'a clock far %s refuses a signature, and tells its time so that the client can correct itself',
    async ([_name, moveMs, message], { sandbox }) => {
      const keys = await readUserKeys(sandbox)
      sandbox.now += moveMs
      expect(await readRefusal(whoIs(sandbox, keys))).toMatchObject({
        code: 'SignatureDoesNotMatch',
        status: 403,
        message: expect.stringMatching(message),
      })
      const patient = createClient(sandbox, keys, 3)
      expect(await patient.send(new GetCallerIdentityCommand({}))).toMatchObject({ Account: '123456789012' })
    },
  )
})

describe('AssumeRole', () => {
  test('a role that does not trust the caller and one that is not there look the same', async ({ sandbox }) => {
    const { arn } = await sandbox.createRole({
      name: 'vault',
      trustPolicy: {
        Statement: [
          { Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::123456789012:user/boss' }, Action: 'sts:AssumeRole' },
        ],
      },
    })
    for (const RoleArn of [arn, 'arn:aws:iam::123456789012:role/nowhere', 'arn:aws:iam::210987654321:role/demo'])
      expect(await readRefusal(assumeRole(sandbox, await readUserKeys(sandbox), { RoleArn }))).toEqual({
        code: 'AccessDenied',
        status: 403,
        message: `User: arn:aws:iam::123456789012:user/demo is not authorized to perform: sts:AssumeRole on resource: ${RoleArn}`,
      })
    expect(await assumeRole(sandbox, await sandbox.createUser('boss'), { RoleArn: arn })).toBeDefined()
  })

  test('an external id opens the role that asks for it', async ({ sandbox }) => {
    const { arn } = await sandbox.createRole({
      name: 'vendor',
      trustPolicy: {
        Statement: {
          Effect: 'Allow',
          Principal: { AWS: '123456789012' },
          Action: 'sts:AssumeRole',
          Condition: { StringEquals: { 'sts:ExternalId': 'x-1' } },
        },
      },
    })
    const keys = await readUserKeys(sandbox)
    expect(await readRefusal(assumeRole(sandbox, keys, { RoleArn: arn }))).toMatchObject({ code: 'AccessDenied' })
    expect(await assumeRole(sandbox, keys, { RoleArn: arn, ExternalId: 'x-1' })).toBeDefined()
  })

  test('a duration over the role’s maximum is refused, and one over an hour when a role assumes a role', async ({
    sandbox,
  }) => {
    const { arn } = await sandbox.createRole({
      name: 'long',
      trustPolicy: { Statement: [{ Effect: 'Allow', Principal: '*', Action: 'sts:AssumeRole' }] },
      maxSessionDurationSeconds: 7200,
    })
    const keys = await readUserKeys(sandbox)
    const ask = (keys: Keys, DurationSeconds: number) => assumeRole(sandbox, keys, { RoleArn: arn, DurationSeconds })
    expect(await readRefusal(ask(keys, 7201))).toEqual({
      code: 'ValidationError',
      status: 400,
      message: 'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
    })
    const session = await ask(keys, 7200)
    expect(await readRefusal(ask(session, 3601))).toEqual({
      code: 'ValidationError',
      status: 400,
      message: 'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining',
    })
    expect(await ask(session, 3600)).toBeDefined()
  })

  test.for<[name: string, input: Parameters<typeof assumeRole>[2], code: string, message: string | RegExp]>([
    [
      'no role',
      { RoleArn: undefined },
      'ValidationError',
      /^1 validation error detected: Value null at 'roleArn' .*not be null$/,
    ],
    ['no ARN', { RoleArn: 'demo' }, 'ValidationError', /Value 'demo' at 'roleArn'.*greater than or equal to 20$/],
    [
      'the ARN of a user',
      { RoleArn: 'arn:aws:iam::123456789012:user/demo' },
      'ValidationError',
      'arn:aws:iam::123456789012:user/demo is invalid',
    ],
    [
      'a session name of one letter',
      { RoleSessionName: 'a' },
      'ValidationError',
      /'roleSessionName'.*greater than or equal to 2$/,
    ],
    [
      'a session name of 65',
      { RoleSessionName: 'a'.repeat(65) },
      'ValidationError',
      /'roleSessionName'.*less than or equal to 64$/,
    ],
    ['a session name with a space', { RoleSessionName: 'a b' }, 'ValidationError', /pattern: \[\\w\+=,\.@-\]\*$/],
    ['14 minutes', { DurationSeconds: 899 }, 'ValidationError', /'durationSeconds'.*greater than or equal to 900$/],
    ['over 12 hours', { DurationSeconds: 43201 }, 'ValidationError', /'durationSeconds'.*less than or equal to 43200$/],
    [
      'two mistakes',
      { RoleSessionName: 'a', DurationSeconds: 1 },
      'ValidationError',
      /^2 validation errors detected: .*; Value/,
    ],
    ['an external id of one letter', { ExternalId: 'x' }, 'ValidationError', /'externalId'/],
    ['a policy that is no JSON', { Policy: '{' }, 'MalformedPolicyDocument', /Json/],
    ['a policy without statements', { Policy: '{}' }, 'MalformedPolicyDocument', /Syntax/],
    [
      'eleven policy ARNs',
      { PolicyArns: Array(11).fill({ arn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' }) },
      'ValidationError',
      /'policyArns'/,
    ],
    ['a tag without a key', { Tags: [{ Key: '', Value: 'x' }] }, 'ValidationError', /'tags\.1\.member\.key'/],
    [
      'a tag key twice',
      {
        Tags: [
          { Key: 'a', Value: '1' },
          { Key: 'A', Value: '2' },
        ],
      },
      'InvalidParameterValue',
      /Duplicate tag keys/,
    ],
    ['a transitive key that is no tag', { TransitiveTagKeys: ['a'] }, 'InvalidParameterValue', /must be included/],
    [
      'more policy than there is room for',
      { Policy: JSON.stringify({ Statement: [{ Effect: 'Allow', Resource: 'x'.repeat(2100) }] }) },
      'PackedPolicyTooLarge',
      /^Packed size .* \d+% of allotted space\.$/,
    ],
  ])('%s is refused as AWS refuses it', async ([_name, input, code, message], { sandbox }) => {
    const call = assumeRole(sandbox, await readUserKeys(sandbox), { RoleArn: DEMO_ROLE, ...input })
    const refusal = await readRefusal(call)
    expect(refusal).toMatchObject({ status: 400, message: expect.stringMatching(message) })
    expect(refusal.code.replace(/Exception$/, '')).toBe(code)
  })

  test('transitive tags and the source identity go on to the next role, and cannot be changed there', async ({
    sandbox,
  }) => {
    const allow = { Effect: 'Allow', Principal: '*', Action: 'sts:*' }
    const Condition = { StringEquals: { 'aws:RequestTag/team': 'blue', 'sts:SourceIdentity': 'ann' } }
    const { arn } = await sandbox.createRole({ name: 'next', trustPolicy: { Statement: [{ ...allow, Condition }] } })
    const session = await assumeRole(sandbox, await readUserKeys(sandbox), {
      RoleArn: DEMO_ROLE,
      Tags: [{ Key: 'team', Value: 'blue' }],
      TransitiveTagKeys: ['team'],
      SourceIdentity: 'ann',
    })
    expect(await assumeRole(sandbox, session, { RoleArn: arn })).toBeDefined()
    const change = { RoleArn: arn, Tags: [{ Key: 'team', Value: 'red' }] }
    expect((await readRefusal(assumeRole(sandbox, session, change))).code).toBe('InvalidParameterValue')
    const denied = await readRefusal(assumeRole(sandbox, session, { RoleArn: arn, SourceIdentity: 'bob' }))
    expect(denied.message).toContain('is not authorized to perform: sts:SetSourceIdentity')
  })

  test('tags need sts:TagSession', async ({ sandbox }) => {
    const Statement = [{ Effect: 'Allow', Principal: '*', Action: 'sts:AssumeRole' }]
    const { arn } = await sandbox.createRole({ name: 'untagged', trustPolicy: { Statement } })
    const tagged = { RoleArn: arn, Tags: [{ Key: 'team', Value: 'blue' }] }
    const refusal = await readRefusal(assumeRole(sandbox, await readUserKeys(sandbox), tagged))
    expect(refusal.message).toContain('is not authorized to perform: sts:TagSession')
  })

  test('the answer says how much room policy and tags take', async ({ sandbox }) => {
    const client = createClient(sandbox, await readUserKeys(sandbox))
    const input = { RoleArn: DEMO_ROLE, RoleSessionName: 'test', Tags: [{ Key: 'note', Value: 'a b = c' }] }
    expect(await client.send(new AssumeRoleCommand(input))).toMatchObject({ PackedPolicySize: 1 })
  })
})

describe('multi-factor authentication', () => {
  const SerialNumber = 'arn:aws:iam::123456789012:mfa/demo'

  test('a role that asks for it opens with a code, or to a session that began with one', async ({ sandbox }) => {
    const { arn } = await sandbox.createRole({
      name: 'careful',
      trustPolicy: {
        Statement: [
          {
            Effect: 'Allow',
            Principal: { AWS: 'arn:aws:iam::123456789012:root' },
            Action: 'sts:AssumeRole',
            Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } },
          },
        ],
      },
    })
    const keys = await readUserKeys(sandbox)
    const ask = (keys: Keys, mfa: object = {}) => assumeRole(sandbox, keys, { RoleArn: arn, ...mfa })
    expect((await readRefusal(ask(keys))).code).toBe('AccessDenied')
    expect(await ask(keys, { SerialNumber, TokenCode: '123456' })).toBeDefined()

    const getSession = (mfa: object) => createClient(sandbox, keys).send(new GetSessionTokenCommand(mfa))
    const toKeys = ({ Credentials }: Awaited<ReturnType<typeof getSession>>): Keys => ({
      accessKeyId: Credentials?.AccessKeyId ?? '',
      secretAccessKey: Credentials?.SecretAccessKey ?? '',
      sessionToken: Credentials?.SessionToken ?? '',
    })
    expect(await ask(toKeys(await getSession({ SerialNumber, TokenCode: '123456' })))).toBeDefined()
    expect((await readRefusal(ask(toKeys(await getSession({}))))).code).toBe('AccessDenied')
  })

  test.for([
    ['the code 000000', { SerialNumber, TokenCode: '000000' }, /invalid MFA one time pass code/],
    [
      'somebody else’s device',
      { SerialNumber: 'arn:aws:iam::123456789012:mfa/ann', TokenCode: '123456' },
      /unable to validate/,
    ],
    ['a device without a code', { SerialNumber }, /must provide both/],
  ] as const)('%s is refused', async ([_name, mfa, message], { sandbox }) => {
    const call = assumeRole(sandbox, await readUserKeys(sandbox), { RoleArn: DEMO_ROLE, ...mfa })
    expect(await readRefusal(call)).toMatchObject({ code: 'AccessDenied', message: expect.stringMatching(message) })
  })
})

test('a session cannot get a session token', async ({ sandbox }) => {
  const session = await assumeRole(sandbox, await readUserKeys(sandbox), { RoleArn: DEMO_ROLE })
  const call = createClient(sandbox, session).send(new GetSessionTokenCommand({}))
  expect(await readRefusal(call)).toMatchObject({
    code: 'AccessDenied',
    message: 'Cannot call GetSessionToken with session credentials',
  })
})

describe('on the wire', () => {
  const post = (url: string, body: string) =>
    fetch(url, { method: 'POST', body, headers: { 'content-type': 'application/x-www-form-urlencoded' } })

  test('an unsigned call is refused in AWS’s own XML', async ({ sandbox }) => {
    const response = await post(sandbox.url, 'Action=GetCallerIdentity&Version=2011-06-15')
    expect(response.status).toBe(403)
    expect(response.headers.get('content-type')).toBe('text/xml')
    const requestId = response.headers.get('x-amzn-requestid')
    expect(await response.text()).toBe(
      '<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>MissingAuthenticationToken</Code>' +
        `<Message>Request is missing Authentication Token</Message></Error><RequestId>${requestId}</RequestId></ErrorResponse>`,
    )
  })

  test.for([
    ['no action', '', 400, 'MissingAction'],
    ['an unknown action', 'Action=DecodeAuthorizationMessage&Version=2011-06-15', 400, 'InvalidAction'],
  ] as const)('%s is refused', async ([_name, body, status, code], { sandbox }) => {
    const response = await post(sandbox.url, body)
    expect(response.status).toBe(status)
    expect(await response.text()).toContain(`<Code>${code}</Code>`)
  })

  test('what a caller sends is escaped in the answer', async ({ sandbox }) => {
    const response = await post(sandbox.url, 'Action=%3Cscript%3E%26%01')
    expect(await response.text()).toContain('Could not find operation &lt;script&gt;&amp; for')
  })
})
