import { expect, test } from 'vitest'
import { isTrusted, type TrustRequest } from '../src/trust-policy.ts'

const ISSUER = 'token.actions.githubusercontent.com'
const PROVIDER = `arn:aws:iam::123456789012:oidc-provider/${ISSUER}`
const SESSION = 'arn:aws:sts::123456789012:assumed-role/ci/run'
const ROLE = 'arn:aws:iam::123456789012:role/ci'
const ROOT = 'arn:aws:iam::123456789012:root'

const fromSession: TrustRequest = {
  action: 'sts:AssumeRole',
  principal: { type: 'AWS', names: [SESSION, ROLE, ROOT, '123456789012'] },
  context: {
    'sts:ExternalId': 'x-1',
    'aws:MultiFactorAuthPresent': 'false',
    'aws:CurrentTime': '2026-06-01T12:00:00.000Z',
    'aws:MultiFactorAuthAge': '120',
    'aws:PrincipalArn': ROLE,
    'aws:TagKeys': ['team', 'stage'],
  },
}
const fromGitHub: TrustRequest = {
  action: 'sts:AssumeRoleWithWebIdentity',
  principal: { type: 'Federated', names: [PROVIDER] },
  context: { [`${ISSUER}:sub`]: 'repo:acme/app:ref:refs/heads/main', [`${ISSUER}:aud`]: 'sts.amazonaws.com' },
}

const allow = (rest: object): object => ({ Effect: 'Allow', Principal: '*', Action: 'sts:*', ...rest })
const deny = (rest: object): object => ({ Effect: 'Deny', Principal: '*', Action: 'sts:*', ...rest })
const policy = (...Statement: object[]): object => ({ Version: '2012-10-17', Statement })

test.each<[name: string, trusted: boolean, request: TrustRequest, policy: object]>([
  ['no statement', false, fromSession, policy()],
  ['a statement that is no list', true, fromSession, { Statement: allow({}) }],
  ['a deny beside an allow', false, fromSession, policy(allow({}), deny({}))],
  [
    'a deny of somebody else',
    true,
    fromSession,
    policy(allow({}), deny({ Principal: { AWS: 'arn:aws:iam::123456789012:user/x' } })),
  ],
  ['the account by its root', true, fromSession, policy(allow({ Principal: { AWS: ROOT } }))],
  ['the account by its number', true, fromSession, policy(allow({ Principal: { AWS: '123456789012' } }))],
  ['the role', true, fromSession, policy(allow({ Principal: { AWS: [ROLE] } }))],
  ['the session', true, fromSession, policy(allow({ Principal: { AWS: SESSION } }))],
  ['anybody as AWS', true, fromSession, policy(allow({ Principal: { AWS: '*' } }))],
  ['another account', false, fromSession, policy(allow({ Principal: { AWS: 'arn:aws:iam::210987654321:root' } }))],
  [
    'an ARN with a wildcard, which IAM does not know',
    false,
    fromSession,
    policy(allow({ Principal: { AWS: 'arn:aws:iam::123456789012:role/*' } })),
  ],
  ['a service', false, fromSession, policy(allow({ Principal: { Service: 'ec2.amazonaws.com' } }))],
  ['the provider', true, fromGitHub, policy(allow({ Principal: { Federated: PROVIDER } }))],
  ['another provider', false, fromGitHub, policy(allow({ Principal: { Federated: `${PROVIDER}/` } }))],
  ['the provider named as AWS', false, fromGitHub, policy(allow({ Principal: { AWS: PROVIDER } }))],
  [
    'an allow with NotPrincipal',
    false,
    fromSession,
    policy({ Effect: 'Allow', NotPrincipal: { AWS: 'x' }, Action: '*' }),
  ],
  [
    'a deny with NotPrincipal',
    false,
    fromSession,
    policy(allow({}), { Effect: 'Deny', NotPrincipal: { AWS: ROOT }, Action: '*' }),
  ],
  ['the action in other letters', true, fromSession, policy(allow({ Action: 'STS:assumerole' }))],
  ['the action by a wildcard', true, fromSession, policy(allow({ Action: ['s3:*', 'sts:Assume????'] }))],
  ['the action of users for a web identity', false, fromGitHub, policy(allow({ Action: 'sts:AssumeRole' }))],
  [
    'all actions but another',
    true,
    fromSession,
    policy({ Effect: 'Allow', Principal: '*', NotAction: 'sts:TagSession' }),
  ],
  ['all actions but this', false, fromSession, policy({ Effect: 'Allow', Principal: '*', NotAction: 'sts:Assume*' })],
])('%s: %s', (_name, trusted, request, document) => {
  expect(isTrusted(document, request)).toBe(trusted)
})

const sub = `${ISSUER}:sub`
test.each<[trusted: boolean, request: TrustRequest, condition: object]>([
  [
    true,
    fromGitHub,
    { StringEquals: { [sub]: 'repo:acme/app:ref:refs/heads/main', [`${ISSUER}:aud`]: 'sts.amazonaws.com' } },
  ],
  [false, fromGitHub, { StringEquals: { [sub]: 'repo:acme/app:ref:refs/heads/main', [`${ISSUER}:aud`]: 'another' } }],
  [false, fromGitHub, { StringEquals: { [sub]: 'repo:acme/app:*' } }],
  [false, fromGitHub, { StringEquals: { [sub]: 'repo:ACME/app:ref:refs/heads/main' } }],
  [true, fromGitHub, { StringEqualsIgnoreCase: { [sub]: 'repo:ACME/app:ref:refs/heads/main' } }],
  [true, fromGitHub, { StringEquals: { [sub.toUpperCase()]: ['another', 'repo:acme/app:ref:refs/heads/main'] } }],
  [true, fromGitHub, { StringLike: { [sub]: 'repo:acme/???:ref:*' } }],
  [false, fromGitHub, { StringLike: { [sub]: 'repo.acme/app:*' } }],
  [false, fromGitHub, { StringNotLike: { [sub]: ['repo:other/*', 'repo:acme/*'] } }],
  [true, fromGitHub, { StringNotLike: { [sub]: 'repo:other/*' } }],
  [false, fromGitHub, { StringEquals: { 'sts:ExternalId': 'x-1' } }],
  [true, fromGitHub, { StringEqualsIfExists: { 'sts:ExternalId': 'x-1' } }],
  [true, fromGitHub, { StringNotEquals: { 'sts:ExternalId': 'x-1' } }],
  [false, fromSession, { StringEqualsIfExists: { 'sts:ExternalId': 'x-2' } }],
  [true, fromGitHub, { Null: { 'sts:ExternalId': 'true' } }],
  [false, fromSession, { Null: { 'sts:ExternalId': true } }],
  [false, fromSession, { Bool: { 'aws:MultiFactorAuthPresent': 'true' } }],
  [true, fromSession, { Bool: { 'aws:MultiFactorAuthPresent': false } }],
  [false, fromGitHub, { Bool: { 'aws:MultiFactorAuthPresent': 'false' } }],
  [true, fromGitHub, { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'true' } }],
  [true, fromSession, { NumericLessThan: { 'aws:MultiFactorAuthAge': 300 } }],
  [false, fromSession, { NumericGreaterThanEquals: { 'aws:MultiFactorAuthAge': '121' } }],
  [false, fromSession, { NumericLessThan: { 'sts:ExternalId': '9' } }],
  [true, fromSession, { DateLessThan: { 'aws:CurrentTime': '2026-06-01T14:30:00+02:00' } }],
  [false, fromSession, { DateGreaterThan: { 'aws:CurrentTime': '2026-06-01T14:30:00+02:00' } }],
  [true, fromSession, { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/c*' } }],
  [false, fromSession, { ArnLike: { 'aws:PrincipalArn': 'arn:*:role/c*' } }],
  [true, fromSession, { 'ForAnyValue:StringEquals': { 'aws:TagKeys': 'team' } }],
  [false, fromSession, { 'ForAllValues:StringEquals': { 'aws:TagKeys': 'team' } }],
  [true, fromSession, { 'ForAllValues:StringLike': { 'aws:TagKeys': ['t*', 's*'] } }],
  [false, fromGitHub, { 'ForAnyValue:StringEquals': { 'aws:TagKeys': 'team' } }],
  [true, fromGitHub, { 'ForAllValues:StringEquals': { 'aws:TagKeys': 'team' } }],
  [true, fromSession, { 'ForAnyValue:StringNotEquals': { 'aws:TagKeys': 'team' } }],
  [false, fromSession, { 'ForAllValues:StringNotEquals': { 'aws:TagKeys': 'team' } }],
  [false, fromSession, { StringSounds: { 'sts:ExternalId': 'x-1' } }],
  [false, fromSession, { toString: { 'sts:ExternalId': 'x-1' } }],
  [false, fromSession, { StringEquals: 'x-1' }],
  [false, fromSession, { StringEquals: { 'sts:ExternalId': [] } }],
])('%s, whoever asks %o, under %o', (trusted, request, Condition) => {
  expect(isTrusted(policy(allow({ Condition })), request)).toBe(trusted)
})

test.each([{ StringSounds: { 'sts:ExternalId': 'x-1' } }, 'x'])(
  'a deny that is not understood applies: %o',
  (Condition) => {
    expect(isTrusted(policy(allow({}), deny({ Condition })), fromSession)).toBe(false)
  },
)

test('a deny that is not met does not apply', () => {
  const Condition = { StringEquals: { 'sts:ExternalId': 'x-2' } }
  expect(isTrusted(policy(allow({}), deny({ Condition })), fromSession)).toBe(true)
})
