import { describe, expect, test } from 'vitest'
import { checkTrust, readWebIdentityToken, toTrustPolicy } from '../../../src/trust.ts'
import { ACCOUNT, allow, arnOf, check, GITHUB, GITHUB_CLAIMS, jwt, NOW } from './tokens.ts'

const SUB = `${GITHUB}:sub`
const AUD = `${GITHUB}:aud`
const exactly = (sub: unknown, aud: unknown = 'sts.amazonaws.com'): object => ({
  StringEquals: { [AUD]: aud, [SUB]: sub },
})
const MAIN = 'repo:acme/app:ref:refs/heads/main'

test('a token that is let in fails nowhere, whatever other statements say', () => {
  const result = check(GITHUB_CLAIMS, [
    allow(GITHUB, exactly('repo:acme/web:ref:refs/heads/main')),
    allow(GITHUB, exactly(MAIN)),
  ])
  expect(result).toMatchObject({
    allowed: true,
    action: 'sts:AssumeRoleWithWebIdentity',
    failed: [],
    warnings: [],
    unknownKeys: [],
  })
  for (const field of ['denied', 'fix', 'fixedPolicy']) expect(result).not.toHaveProperty(field)
  expect(result.statements.map(({ applies }) => applies)).toEqual([false, true])
})

test('a condition that fails says what is expected and what is there', () => {
  const result = check(
    { ...GITHUB_CLAIMS, sub: 'repo:acme/app:ref:refs/heads/dev' },
    allow(GITHUB, exactly(MAIN), { Sid: 'Deploy' }),
  )
  expect(result.failed).toEqual([
    {
      statement: 0,
      sid: 'Deploy',
      line: 12,
      operator: 'StringEquals',
      key: SUB,
      expected: [MAIN],
      actual: ['repo:acme/app:ref:refs/heads/dev'],
    },
  ])
  expect(result.statements[0]?.conditions.map(({ key, met }) => [key, met])).toEqual([
    [AUD, true],
    [SUB, false],
  ])
})

test('a claim that the token does not have is null', () => {
  const result = check(GITHUB_CLAIMS, allow(GITHUB, { StringEquals: { [`${GITHUB}:environment`]: 'prod' } }))
  expect(result.failed).toMatchObject([
    { key: `${GITHUB}:environment`, actual: null, why: 'The token has no such claim.' },
  ])
})

test('principal and action come before conditions', () => {
  const statement = allow(GITHUB, exactly('x'), {
    Principal: { Federated: arnOf(GITHUB, '999999999999') },
    Action: 'sts:AssumeRole',
  })
  const { failed } = check(GITHUB_CLAIMS, statement, { roleArn: `arn:aws:iam::${ACCOUNT}:role/ci` })
  expect(failed).toMatchObject([
    {
      element: 'Principal',
      expected: [arnOf(GITHUB, '999999999999')],
      actual: [arnOf(GITHUB)],
      why: `The provider is of the account 999999999999, the role of ${ACCOUNT}.`,
    },
    { element: 'Action', expected: ['sts:AssumeRole'], actual: ['sts:AssumeRoleWithWebIdentity'] },
    { key: SUB },
  ])
})

test('of a statement for somebody else only that is said', () => {
  const { failed } = check(GITHUB_CLAIMS, {
    Effect: 'Allow',
    Principal: { AWS: ACCOUNT },
    Action: 'sts:*',
    Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } },
  })
  expect(failed).toMatchObject([{ element: 'Principal', expected: [ACCOUNT] }])
})

test('a Deny is named, also where an Allow would let in', () => {
  const deny = {
    Sid: 'NoForks',
    Effect: 'Deny',
    Principal: '*',
    Action: 'sts:*',
    Condition: { StringLike: { [SUB]: 'repo:acme/app:*' } },
  }
  const result = check(GITHUB_CLAIMS, [allow(GITHUB, exactly(MAIN)), deny])
  expect(result).toMatchObject({ allowed: false, failed: [], denied: { statement: 1, sid: 'NoForks' } })
  expect(result.fix).toBe(`In statement 2 (NoForks), which denies this, add "${MAIN}" to StringNotEquals ${SUB}.`)
})

test('the action that is refused is named: tags need another', () => {
  const tags = { 'https://aws.amazon.com/tags': { principal_tags: { team: ['blue'] } } }
  const result = check({ ...GITHUB_CLAIMS, ...tags }, allow(GITHUB, exactly(MAIN)))
  expect(result).toMatchObject({
    allowed: false,
    action: 'sts:TagSession',
    failed: [{ element: 'Action', actual: ['sts:TagSession'] }],
  })
  expect(result.fix).toBe('In statement 1, add "sts:TagSession" to Action.')
})

test('keys that nothing here says are told', () => {
  const { unknownKeys } = check(
    GITHUB_CLAIMS,
    allow(GITHUB, {
      IpAddress: { 'aws:SourceIp': '10.0.0.0/8' },
      StringEquals: { 'sts:RoleSessionName': 'x', [SUB]: MAIN },
    }),
  )
  expect(unknownKeys).toEqual(['aws:SourceIp', 'sts:RoleSessionName'])
})

test('where only what nobody has said stands in the way, the policy is left alone', () => {
  const guarded = allow(GITHUB, {
    IpAddress: { 'aws:SourceIp': '10.0.0.0/8' },
    StringEquals: { [AUD]: 'sts.amazonaws.com', [SUB]: MAIN },
  })
  expect(check(GITHUB_CLAIMS, guarded)).not.toHaveProperty('fix')
  expect(check({ ...GITHUB_CLAIMS, sub: 'repo:acme/app:ref:refs/heads/dev' }, guarded)).toHaveProperty('fix')
  expect(check(GITHUB_CLAIMS, guarded, { context: { 'aws:SourceIp': '192.0.2.1' } })).toHaveProperty('fix')
})

test('an ARN that is none of a role is an error', () => {
  expect(() => check(GITHUB_CLAIMS, allow(GITHUB, {}), { roleArn: 'deploy' })).toThrow(
    expect.objectContaining({ code: 'CONFIG_INVALID' }),
  )
})

describe('the mistake is named', () => {
  const why = (expected: string, actual: string, operator = 'StringEquals'): string | undefined =>
    check({ ...GITHUB_CLAIMS, sub: actual }, allow(GITHUB, { [operator]: { [SUB]: expected } })).failed[0]?.why

  test.each<[expected: string, actual: string, says: RegExp]>([
    [MAIN, 'repo:acme/app:environment:prod', /environment prod: its subject names that in place of the branch/],
    ['repo:acme/app:environment:prod', MAIN, /runs in no environment/],
    [MAIN, 'repo:acme/app:pull_request', /for a pull request/],
    [MAIN, 'repo:acme@7/app@42:ref:refs/heads/main', /The token has the immutable subject/],
    ['repo:acme@7/app@42:ref:refs/heads/main', MAIN, /The token has the classic subject/],
    [MAIN, 'repo:acme@7/app@42:environment:prod', /environment prod/],
    ['repo:Acme/App:ref:refs/heads/main', MAIN, /upper and lower case/],
    [` ${MAIN}`, MAIN, /white space/],
    ['repo:acme/app:*', MAIN, /StringEquals takes \* and \? as they are/],
    ['repo:acme/app:environment:a:b', 'repo:acme/app:environment:a%3Ab', /percent-encoded/],
    ['repo:acme/app:ref:main', MAIN, /refs\/heads/],
    ['c0ffee00-0000-4000-8000-000000000000', '{c0ffee00-0000-4000-8000-000000000000}', /braces/],
    ['https://issuer.example', 'https://issuer.example/', /slash at the end/],
    ['organization:a:project:My%20Project:x', 'organization:a:project:My Project:x', /percent-encoded/],
    [
      'org/o/project/p/user/u/vcs-origin/g/vcs-ref/refs/heads/main',
      'org/o/project/p/user/u',
      /older token of CircleCI/,
    ],
  ])('%s against %s', (expected, actual, says) => {
    expect(why(expected, actual)).toMatch(says)
  })

  test('also under StringLike', () => {
    expect(why('repo:acme/app:ref:*', 'repo:acme/app:environment:prod', 'StringLike')).toMatch(/environment prod/)
    expect(why('{repo}:*', 'repo:step', 'StringLike')).toMatch(/braces/)
  })

  test('where there is none, nothing is said', () => {
    expect(why('repo:other/app:ref:refs/heads/main', MAIN)).toBeUndefined()
    expect(why('repo:other/app:environment:prod', MAIN)).toBeUndefined()
  })

  test.each<[key: string, says: RegExp]>([
    [`${GITHUB}:environment`, /no such claim/],
    [`${GITHUB}:repository_owner`, /STS does not offer this claim of GitHub Actions/],
    ['gitlab.com:sub', /of another issuer, gitlab.com/],
    [`https://${GITHUB}:sub`, /has the scheme of the issuer/],
  ])('a key that is not there: %s', (key, says) => {
    expect(check(GITHUB_CLAIMS, allow(GITHUB, { StringEquals: { [key]: 'x' } })).failed[0]?.why).toMatch(says)
  })

  test.each<[provider: string, says: RegExp]>([
    [`${GITHUB}/`, /differs from the issuer in case, in a slash/],
    [`https://${GITHUB}`, /https:\/\//],
    [`${GITHUB}/acme`, /in their path/],
    ['gitlab.com', /another than the issuer/],
  ])('a provider that is not the issuer: %s', (provider, says) => {
    expect(check(GITHUB_CLAIMS, allow(provider, {})).failed[0]?.why).toMatch(says)
  })

  test('the audience of China', () => {
    const { failed } = check(GITHUB_CLAIMS, allow(GITHUB, { StringEquals: { [AUD]: 'sts.amazonaws.com.cn' } }))
    expect(failed[0]?.why).toMatch(/In China/)
  })
})

describe('the fix', () => {
  const job = { ...GITHUB_CLAIMS, sub: 'repo:acme/app:environment:prod' }

  test.each<[name: string, Condition: object, fix: string]>([
    ['one subject more', exactly(MAIN), `In statement 1, add "${job.sub}" to StringEquals ${SUB}.`],
    [
      'also under StringLike',
      { StringLike: { [SUB]: 'repo:acme/app:ref:*' } },
      `In statement 1, add "${job.sub}" to StringLike ${SUB}.`,
    ],
    [
      'one audience more for one subject',
      exactly(job.sub, 'x'),
      `In statement 1, add "sts.amazonaws.com" to StringEquals ${AUD}.`,
    ],
  ])('%s', (_name, Condition, fix) => {
    expect(check(job, allow(GITHUB, Condition)).fix).toBe(fix)
  })

  test('a statement of its own, by ids, where an edit would let in others', () => {
    const { fix, fixedPolicy } = check(job, allow(GITHUB, exactly('repo:acme/web:ref:refs/heads/main', 'x')))
    const statement = allow(GITHUB, {
      StringEquals: { [AUD]: 'sts.amazonaws.com', [SUB]: job.sub, [`${GITHUB}:repository_id`]: '42' },
    })
    expect(fix).toBe(`Add the statement ${JSON.stringify(statement)}`)
    expect(fixedPolicy?.['Statement']).toHaveLength(2)
  })

  test('the provider of the account', () => {
    const options = { roleArn: 'arn:aws:iam::999999999999:role/ci' }
    const { fix } = check(job, allow(GITHUB, exactly(job.sub)), options)
    expect(fix).toBe(`In statement 1, add "${arnOf(GITHUB, '999999999999')}" to Principal Federated.`)
  })

  test('what stands for others in a subject is escaped', () => {
    const star = { ...GITHUB_CLAIMS, sub: 'repo:acme/app:environment:${*}' }
    const { fixedPolicy } = check(star, allow(GITHUB, { StringLike: { [SUB]: 'repo:acme/web:*' } }))
    const fixed = toTrustPolicy(fixedPolicy)
    const isLetIn = (sub: string): boolean =>
      checkTrust(fixed, readWebIdentityToken(jwt({ ...star, sub })), { nowMs: NOW }).allowed
    expect([isLetIn(star.sub), isLetIn('repo:acme/app:environment:prod')]).toEqual([true, false])
  })

  test('there is none for a token without a subject', () => {
    expect(check({ ...GITHUB_CLAIMS, sub: undefined }, allow(GITHUB, exactly(MAIN)))).not.toHaveProperty('fix')
  })

  test('nor where nothing says the account of the provider', () => {
    expect(
      check(GITHUB_CLAIMS, { Effect: 'Allow', Principal: { AWS: ACCOUNT }, Action: 'sts:AssumeRole' }),
    ).not.toHaveProperty('fix')
  })

  test('the policy that was read is not changed', () => {
    const policy = toTrustPolicy({ Version: '2012-10-17', Statement: allow(GITHUB, exactly(MAIN)) })
    const before = JSON.stringify(policy)
    checkTrust(policy, readWebIdentityToken(jwt(job)), { nowMs: NOW })
    expect(JSON.stringify(policy)).toBe(before)
  })
})
