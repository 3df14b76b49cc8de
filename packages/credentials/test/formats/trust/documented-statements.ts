/** What AWS documents of statements: principals, actions, effects, and how they work together. */
import type { TrustRequest } from '../../../src/trust.ts'

const GUIDE = 'https://docs.aws.amazon.com/IAM/latest/UserGuide'

export type StatementRow = readonly [
  says: string,
  outcome: 'in' | 'out',
  request: TrustRequest,
  statements: object | readonly object[],
]

export interface StatementPage {
  readonly page: string
  readonly rows: readonly StatementRow[]
}

const ACCOUNT = '123456789012'
const ROOT = `arn:aws:iam::${ACCOUNT}:root`
const USER = `arn:aws:iam::${ACCOUNT}:user/user-name`
const ROLE = `arn:aws:iam::${ACCOUNT}:role/role-name`
const SESSION = `arn:aws:sts::${ACCOUNT}:assumed-role/role-name/role-session-name`
const PROVIDER = 'token.actions.githubusercontent.com'
const ARN = `arn:aws:iam::${ACCOUNT}:oidc-provider/${PROVIDER}`

const asUser: TrustRequest = {
  action: 'sts:AssumeRole',
  principal: { type: 'AWS', names: [USER, ROOT, ACCOUNT] },
  context: { 'aws:username': 'user-name', 'aws:PrincipalArn': USER },
}
const asSession: TrustRequest = {
  action: 'sts:AssumeRole',
  principal: { type: 'AWS', names: [SESSION, ROLE, ROOT, ACCOUNT] },
  context: { 'aws:PrincipalArn': ROLE },
}
const asService: TrustRequest = {
  action: 'sts:AssumeRole',
  principal: { type: 'Service', names: ['ec2.amazonaws.com'] },
  context: {},
}
const asJob: TrustRequest = {
  action: 'sts:AssumeRoleWithWebIdentity',
  principal: { type: 'Federated', provider: PROVIDER },
  context: { [`${PROVIDER}:aud`]: 'sts.amazonaws.com' },
}
const asJobOf = (account: string, partition = 'aws'): TrustRequest => ({
  ...asJob,
  principal: { type: 'Federated', provider: PROVIDER, account, partition },
})

const allow = (Principal: unknown, rest: object = {}): object => ({
  Effect: 'Allow',
  Principal,
  Action: 'sts:AssumeRole',
  ...rest,
})
const deny = (Principal: unknown, rest: object = {}): object => ({
  Effect: 'Deny',
  Principal,
  Action: 'sts:AssumeRole',
  ...rest,
})
const federated = (Federated: unknown, rest: object = {}): object =>
  allow({ Federated }, { Action: 'sts:AssumeRoleWithWebIdentity', ...rest })
const without = (statement: object, element: string): object =>
  Object.fromEntries(Object.entries(statement).filter(([name]) => name !== element))

export const STATEMENT_PAGES: readonly StatementPage[] = [
  {
    page: `${GUIDE}/reference_policies_elements_principal.html`,
    rows: [
      ['everybody', 'in', asUser, allow('*')],
      ['everybody, as AWS', 'in', asUser, allow({ AWS: '*' })],
      ['everybody, also who holds a token', 'in', asJob, allow('*', { Action: 'sts:*' })],
      ['an account by its ARN', 'in', asUser, allow({ AWS: ROOT })],
      ['an account by its number', 'in', asUser, allow({ AWS: ACCOUNT })],
      ['an account also for its sessions', 'in', asSession, allow({ AWS: ROOT })],
      ['one of several accounts', 'in', asUser, allow({ AWS: ['555555555555', ACCOUNT] })],
      ['another account', 'out', asUser, allow({ AWS: '555555555555' })],
      ['a user', 'in', asUser, allow({ AWS: USER })],
      ['the name of a user has case', 'out', asUser, allow({ AWS: USER.replace('user-name', 'User-Name') })],
      ['another user', 'out', asUser, allow({ AWS: `${USER}-2` })],
      ['a role for its sessions', 'in', asSession, allow({ AWS: ROLE })],
      ['a session', 'in', asSession, allow({ AWS: SESSION })],
      ['another session of the role', 'out', asSession, allow({ AWS: `${SESSION}-2` })],
      [
        'no wildcard in the name of a session',
        'out',
        asSession,
        allow({ AWS: SESSION.replace('role-session-name', '*') }),
      ],
      ['no wildcard for users', 'out', asUser, allow({ AWS: `arn:aws:iam::${ACCOUNT}:user/*` })],
      ['no wildcard within an account', 'out', asUser, allow({ AWS: `arn:aws:iam::*:root` })],
      ['a service', 'in', asService, allow({ Service: 'ec2.amazonaws.com' })],
      ['one of several services', 'in', asService, allow({ Service: ['ecs.amazonaws.com', 'ec2.amazonaws.com'] })],
      ['another service', 'out', asService, allow({ Service: 'ecs.amazonaws.com' })],
      ['no wildcard for services', 'out', asService, allow({ Service: '*' })],
      ['a service is no AWS principal', 'out', asService, allow({ AWS: 'ec2.amazonaws.com' })],
      ['kinds are joined by or', 'in', asService, allow({ AWS: ROOT, Service: 'ec2.amazonaws.com' })],
      [
        'a canonical user is of S3',
        'out',
        asUser,
        allow({ CanonicalUser: '79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be' }),
      ],
      ['a provider', 'in', asJob, federated(ARN)],
      ['one of several providers', 'in', asJob, federated([`${ARN}/acme`, ARN])],
      [
        'a provider is no AWS principal',
        'out',
        asJob,
        allow({ AWS: ARN }, { Action: 'sts:AssumeRoleWithWebIdentity' }),
      ],
      ['a provider by its name alone is no principal', 'out', asJob, federated(PROVIDER)],
      ['no wildcard for providers', 'out', asJob, federated('*')],
      ['a provider of SAML', 'out', asJob, federated(`arn:aws:iam::${ACCOUNT}:saml-provider/${PROVIDER}`)],
      ['a provider in the account of the role', 'in', asJobOf(ACCOUNT), federated(ARN)],
      ['a provider in another', 'out', asJobOf('555555555555'), federated(ARN)],
      [
        'a provider in the partition of the role',
        'in',
        asJobOf(ACCOUNT, 'aws-cn'),
        federated(ARN.replace('aws', 'aws-cn')),
      ],
      ['a provider in another', 'out', asJobOf(ACCOUNT, 'aws-us-gov'), federated(ARN)],
      [
        'Google has no ARN',
        'in',
        { ...asJob, principal: { type: 'Federated', provider: 'accounts.google.com' } },
        federated('accounts.google.com'),
      ],
      [
        'nor has Cognito',
        'in',
        { ...asJob, principal: { type: 'Federated', provider: 'cognito-identity.amazonaws.com' } },
        federated('cognito-identity.amazonaws.com'),
      ],
    ],
  },
  {
    page: `${GUIDE}/reference_policies_elements_notprincipal.html`,
    rows: [
      [
        'with Allow it lets nobody in',
        'out',
        asUser,
        without(allow(undefined, { NotPrincipal: { AWS: '555555555555' } }), 'Principal'),
      ],
      [
        'with Deny: who is not listed is denied',
        'out',
        asUser,
        [allow('*'), without(deny(undefined, { NotPrincipal: { AWS: '555555555555' } }), 'Principal')],
      ],
      [
        'who is listed with the account is not',
        'in',
        asUser,
        [allow('*'), without(deny(undefined, { NotPrincipal: { AWS: [USER, ROOT] } }), 'Principal')],
      ],
      [
        'the account may be a number',
        'in',
        asUser,
        [allow('*'), without(deny(undefined, { NotPrincipal: { AWS: [USER, ACCOUNT] } }), 'Principal')],
      ],
      [
        'without the account it is',
        'out',
        asUser,
        [allow('*'), without(deny(undefined, { NotPrincipal: { AWS: USER } }), 'Principal')],
      ],
      [
        'a session needs session, role and account',
        'in',
        asSession,
        [allow('*'), without(deny(undefined, { NotPrincipal: { AWS: [SESSION, ROLE, ROOT] } }), 'Principal')],
      ],
      [
        'the role alone is not enough',
        'out',
        asSession,
        [allow('*'), without(deny(undefined, { NotPrincipal: { AWS: [ROLE, ROOT] } }), 'Principal')],
      ],
      [
        'a provider',
        'in',
        asJob,
        [federated(ARN), without(deny(undefined, { NotPrincipal: { Federated: ARN }, Action: 'sts:*' }), 'Principal')],
      ],
      [
        'everybody is left out',
        'in',
        asUser,
        [allow('*'), without(deny(undefined, { NotPrincipal: '*' }), 'Principal')],
      ],
    ],
  },
  {
    page: `${GUIDE}/reference_policies_elements_action.html`,
    rows: [
      ['the action', 'in', asUser, allow('*')],
      ['prefix and name have no case', 'in', asUser, allow('*', { Action: 'STS:assumerole' })],
      ['one of several', 'in', asUser, allow('*', { Action: ['sts:TagSession', 'sts:AssumeRole'] })],
      ['another', 'out', asUser, allow('*', { Action: 'sts:TagSession' })],
      ['every action', 'in', asUser, allow('*', { Action: '*' })],
      ['every action of STS', 'in', asUser, allow('*', { Action: 'sts:*' })],
      ['a beginning', 'in', asJob, federated(ARN, { Action: 'sts:Assume*' })],
      ['a question mark', 'in', asUser, allow('*', { Action: 'sts:Assume????' })],
      ['a question mark is one character', 'out', asUser, allow('*', { Action: 'sts:Assume?' })],
      ['AssumeRole is not for tokens', 'out', asJob, federated(ARN, { Action: 'sts:AssumeRole' })],
      [
        'AssumeRoleWithWebIdentity is not for keys',
        'out',
        asUser,
        allow('*', { Action: 'sts:AssumeRoleWithWebIdentity' }),
      ],
      ['another service', 'out', asUser, allow('*', { Action: 's3:*' })],
    ],
  },
  {
    page: `${GUIDE}/reference_policies_elements_notaction.html`,
    rows: [
      ['all but another', 'in', asUser, without(allow('*', { NotAction: 'sts:TagSession' }), 'Action')],
      ['all but this', 'out', asUser, without(allow('*', { NotAction: 'sts:AssumeRole' }), 'Action')],
      ['all but a pattern', 'out', asUser, without(allow('*', { NotAction: 'sts:Assume*' }), 'Action')],
      [
        'with Deny all but this',
        'in',
        asUser,
        [allow('*'), without(deny('*', { NotAction: 'sts:AssumeRole' }), 'Action')],
      ],
      [
        'with Deny all but another',
        'out',
        asUser,
        [allow('*'), without(deny('*', { NotAction: 'sts:TagSession' }), 'Action')],
      ],
    ],
  },
  {
    page: `${GUIDE}/reference_policies_evaluation-logic.html`,
    rows: [
      ['nothing allows it', 'out', asUser, allow({ AWS: '555555555555' })],
      ['one statement of several allows it', 'in', asUser, [allow({ AWS: '555555555555' }), allow({ AWS: ROOT })]],
      ['a Deny wins', 'out', asUser, [allow('*'), deny('*')]],
      ['wherever it stands', 'out', asUser, [deny('*'), allow('*')]],
      ['a Deny of somebody else does not count', 'in', asUser, [allow('*'), deny({ AWS: '555555555555' })]],
      ['a Deny of another action does not', 'in', asUser, [allow('*'), deny('*', { Action: 'sts:TagSession' })]],
      [
        'a Deny whose condition is not met does not',
        'in',
        asUser,
        [allow('*'), deny('*', { Condition: { StringEquals: { 'aws:username': 'ann' } } })],
      ],
      [
        'a Deny whose condition is met does',
        'out',
        asUser,
        [allow('*'), deny('*', { Condition: { StringEquals: { 'aws:username': 'user-name' } } })],
      ],
      [
        'a Deny unless a key has a value',
        'out',
        asUser,
        [allow('*'), deny('*', { Condition: { StringNotEquals: { 'aws:PrincipalOrgID': 'o-1' } } })],
      ],
      ['a Deny alone lets nobody in', 'out', asUser, deny({ AWS: '555555555555' })],
      [
        'a Deny that rests on what cannot be known does count',
        'out',
        asUser,
        [allow('*'), deny('*', { Condition: { StringNotEquals: { 'aws:username': '${aws:PrincipalTag/who}' } } })],
      ],
    ],
  },
  {
    page: `${GUIDE}/id_roles_common-scenarios_third-party.html`,
    rows: [
      [
        'the external id',
        'in',
        { ...asUser, context: { 'sts:ExternalId': '12345' } },
        allow({ AWS: ROOT }, { Condition: { StringEquals: { 'sts:ExternalId': '12345' } } }),
      ],
      [
        'another',
        'out',
        { ...asUser, context: { 'sts:ExternalId': '12346' } },
        allow({ AWS: ROOT }, { Condition: { StringEquals: { 'sts:ExternalId': '12345' } } }),
      ],
      ['none', 'out', asUser, allow({ AWS: ROOT }, { Condition: { StringEquals: { 'sts:ExternalId': '12345' } } })],
    ],
  },
  {
    page: `${GUIDE}/reference_policies_iam-condition-keys.html#condition-keys-sts`,
    rows: [
      [
        'users name sessions after themselves',
        'in',
        { ...asUser, context: { ...asUser.context, 'sts:RoleSessionName': 'user-name' } },
        allow({ AWS: ROOT }, { Condition: { StringLike: { 'sts:RoleSessionName': '${aws:username}' } } }),
      ],
      [
        'and after nobody else',
        'out',
        { ...asUser, context: { ...asUser.context, 'sts:RoleSessionName': 'ann' } },
        allow({ AWS: ROOT }, { Condition: { StringLike: { 'sts:RoleSessionName': '${aws:username}' } } }),
      ],
      [
        'sessions have no such name',
        'out',
        { ...asSession, context: { 'sts:RoleSessionName': 'x' } },
        allow({ AWS: ROOT }, { Condition: { StringLike: { 'sts:RoleSessionName': '${aws:username}' } } }),
      ],
      [
        'a source identity',
        'in',
        { ...asUser, context: { 'sts:SourceIdentity': 'DiegoRamirez' } },
        allow({ AWS: USER }, { Condition: { StringEquals: { 'sts:SourceIdentity': 'DiegoRamirez' } } }),
      ],
      [
        'none',
        'out',
        asUser,
        allow({ AWS: USER }, { Condition: { StringEquals: { 'sts:SourceIdentity': 'DiegoRamirez' } } }),
      ],
      [
        'transitive tags, some of those',
        'in',
        { ...asUser, context: { 'sts:TransitiveTagKeys': ['Project'] } },
        allow(
          { AWS: USER },
          { Condition: { 'ForAllValues:StringEquals': { 'sts:TransitiveTagKeys': ['Project', 'Department'] } } },
        ),
      ],
    ],
  },
]
