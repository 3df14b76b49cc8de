import { describe, expect, test } from 'vitest'
import { lintTrustPolicy, type TrustFindingCode, toTrustPolicy } from '../../../src/trust.ts'
import { ACCOUNT, allow, arnOf, GITHUB } from './tokens.ts'

const lint = (statements: unknown, rest: object = { Version: '2012-10-17' }) =>
  lintTrustPolicy(toTrustPolicy({ ...rest, Statement: statements }))
const codesOf = (statements: unknown, rest?: object): string[] => [
  ...new Set(lint(statements, rest).map(({ code }) => code)),
]
const MAIN = 'repo:acme@7/app@42:ref:refs/heads/main'
/** A statement for GitHub with this subject, and nothing else to find. */
const github = (sub: unknown, operator = 'StringLike', rest: object = {}): object =>
  allow(GITHUB, {
    StringEquals: { [`${GITHUB}:aud`]: 'sts.amazonaws.com' },
    ...{
      [operator]: {
        ...(operator === 'StringEquals' && { [`${GITHUB}:aud`]: 'sts.amazonaws.com' }),
        [`${GITHUB}:sub`]: sub,
      },
    },
    ...rest,
  })
const of = (provider: string, sub: unknown, operator = 'StringLike', rest: object = {}): object =>
  allow(provider, {
    ...rest,
    [operator]: { [`${provider}:sub`]: sub },
    'ForAnyValue:StringEquals': { [`${provider}:aud`]: 'a' },
  })
const aws = (AWS: unknown, rest: object = {}): object => ({
  Effect: 'Allow',
  Principal: { AWS },
  Action: 'sts:AssumeRole',
  ...rest,
})

const CIRCLE = 'oidc.circleci.com/org/6a1d2a4c-0f5b-4c6e-9a3e-1f2b3c4d5e6f'
const BITBUCKET = 'api.bitbucket.org/2.0/workspaces/acme/pipelines-config/identity/oidc'
const AZURE = 'vstoken.dev.azure.com/6a1d2a4c-0f5b-4c6e-9a3e-1f2b3c4d5e6f'
const CLUSTER = 'oidc.eks.us-east-1.amazonaws.com/id/EXAMPLED539D4633E53DE1B71EXAMPLE'
const UUID = '7b2e3b5d-1a6c-4d7f-8b4f-2a3c4d5e6f70'

describe('nothing is found in a policy that is as it should be', () => {
  test.each<[name: string, statement: object]>([
    ['GitHub, a branch by ids', github(MAIN, 'StringEquals')],
    ['GitHub, an environment by ids', github('repo:acme@7/app@42:environment:prod', 'StringEquals')],
    [
      'GitHub, both forms of the subject',
      github(['repo:acme/app:ref:refs/heads/main', 'repo:acme@*/app@*:ref:refs/heads/main']),
    ],
    ['GitHub, tags of releases', github('repo:acme@7/app@42:ref:refs/tags/v*')],
    ['GitHub, some branches', github('repo:acme@7/app@42:ref:refs/heads/release/*')],
    ['GitHub, a subject of claims', github('repository_owner_id:7:repository_id:42', 'StringEquals')],
    [
      'GitHub, an environment and a workflow',
      github('repo:acme@7/app@42:environment:prod:job_workflow_ref:acme/x@refs/heads/main', 'StringEquals'),
    ],
    ['GitHub, an environment with a colon', github('repo:acme@7/app@42:environment:a%3Ab', 'StringEquals')],
    [
      'GitHub, all of a repository by its id, in one environment',
      github('repo:acme@7/app@42:*', 'StringLike', {
        'ForAnyValue:StringEquals': { [`${GITHUB}:repository_id`]: '42', [`${GITHUB}:environment`]: 'prod' },
      }),
    ],
    ['GitLab of your own', of('gitlab.acme.example', 'project_path:acme/app:ref_type:branch:ref:main', 'StringEquals')],
    [
      'GitLab by id',
      of('gitlab.com', 'project_path:acme/app:ref_type:branch:ref:main', 'StringEquals', {
        NumericEquals: { 'gitlab.com:project_id': '20' },
      }),
    ],
    ['Bitbucket', of(BITBUCKET, `{${UUID}}:*`)],
    ['Bitbucket, an environment', of(BITBUCKET, `{${UUID}}:{${UUID}}:*`)],
    ['CircleCI', of(CIRCLE, `org/6a1d2a4c-0f5b-4c6e-9a3e-1f2b3c4d5e6f/project/${UUID}/user/*`)],
    [
      'Buildkite',
      of('agent.buildkite.com', 'organization:acme:pipeline:app:ref:refs/heads/main:commit:*:step:*', 'StringLike', {
        StringEquals: { 'agent.buildkite.com:pipeline_id': UUID },
      }),
    ],
    ['Azure DevOps', of(AZURE, 'sc://acme/My Shop/aws', 'StringEquals')],
    [
      'HCP Terraform',
      of(
        'app.terraform.io',
        'organization:acme:project:Default Project:workspace:prod:run_phase:apply',
        'StringEquals',
      ),
    ],
    [
      'HCP Terraform, both phases',
      of(
        'app.terraform.io',
        ['plan', 'apply'].map((phase) => `organization:acme:project:P:workspace:w:run_phase:${phase}`),
        'StringEquals',
      ),
    ],
    ['a service account', of(CLUSTER, 'system:serviceaccount:web:api', 'StringEquals')],
    [
      'a service account of a cluster that is not known',
      of('k8s.acme.example', 'system:serviceaccount:web:api', 'StringEquals'),
    ],
    ['another issuer', of('issuer.example', 'robot', 'StringEquals')],
    [
      'Google',
      {
        ...allow('x', { StringEquals: { 'accounts.google.com:aud': 'client' } }),
        Principal: { Federated: 'accounts.google.com' },
      },
    ],
    [
      'Cognito',
      {
        ...allow('x', {
          StringEquals: { 'cognito-identity.amazonaws.com:aud': 'pool' },
          'ForAnyValue:StringLike': { 'cognito-identity.amazonaws.com:amr': 'authenticated' },
        }),
        Principal: { Federated: 'cognito-identity.amazonaws.com' },
      },
    ],
    [
      'SAML',
      {
        Effect: 'Allow',
        Principal: { Federated: `arn:aws:iam::${ACCOUNT}:saml-provider/idp` },
        Action: 'sts:AssumeRoleWithSAML',
        Condition: { StringEquals: { 'SAML:aud': 'https://signin.aws.amazon.com/saml' } },
      },
    ],
    ['a service', { Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
    [
      'pods',
      {
        Effect: 'Allow',
        Principal: { Service: 'pods.eks.amazonaws.com' },
        Action: ['sts:AssumeRole', 'sts:TagSession'],
      },
    ],
    ['a role', aws(`arn:aws:iam::${ACCOUNT}:role/ci`)],
    ['an account with an external id', aws(ACCOUNT, { Condition: { StringEquals: { 'sts:ExternalId': 'x-1' } } })],
    ['everybody of an organisation', aws('*', { Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } } })],
    [
      'tags, which are allowed',
      {
        ...allow(GITHUB, {
          StringEquals: { [`${GITHUB}:aud`]: 'a', [`${GITHUB}:sub`]: MAIN, 'aws:RequestTag/team': 'blue' },
        }),
        Action: ['sts:AssumeRoleWithWebIdentity', 'sts:TagSession'],
      },
    ],
    [
      'a Deny',
      {
        Effect: 'Deny',
        Principal: '*',
        Action: 'sts:*',
        Condition: { StringNotLike: { [`${GITHUB}:sub`]: 'repo:acme/*' } },
      },
    ],
  ])('%s', (_name, statement) => {
    expect(lint(statement)).toEqual([])
  })
})

describe('each mistake is found', () => {
  test.each<[code: TrustFindingCode, name: string, statements: unknown]>([
    ['SUBJECT_MISSING', 'no condition', allow(GITHUB, {})],
    [
      'SUBJECT_MISSING',
      'the audience alone',
      allow(GITHUB, { StringEquals: { [`${GITHUB}:aud`]: 'sts.amazonaws.com' } }),
    ],
    ['SUBJECT_MISSING', 'only who is not let in', github('repo:acme/web:*', 'StringNotLike')],
    ['SUBJECT_MISSING', 'ForAllValues', github(MAIN, 'ForAllValues:StringEquals')],
    ['SUBJECT_MISSING', 'a cluster', allow(CLUSTER, { StringEquals: { [`${CLUSTER}:aud`]: 'sts.amazonaws.com' } })],
    [
      'SUBJECT_MISSING',
      'an id without a subject',
      allow(GITHUB, { StringEquals: { [`${GITHUB}:repository_id`]: '42' } }),
    ],
    ['SUBJECT_TOO_WIDE', 'everything', github('*')],
    ['SUBJECT_TOO_WIDE', 'three stars', github('*:*:*')],
    ['SUBJECT_TOO_WIDE', 'every repository', github('repo:*')],
    ['SUBJECT_TOO_WIDE', 'an owner that begins so', github('repo:acme*')],
    ['SUBJECT_TOO_WIDE', 'an owner that begins so, and a repository', github('repo:acme*/app:ref:refs/heads/main')],
    ['SUBJECT_TOO_WIDE', 'any owner', github('repo:*/app:ref:refs/heads/main')],
    ['SUBJECT_TOO_WIDE', 'a question mark', github('repo:acm?/app:ref:refs/heads/main')],
    ['SUBJECT_TOO_WIDE', 'one of several', github([MAIN, 'repo:ac*'])],
    ['SUBJECT_TOO_WIDE', 'every project of GitLab', of('gitlab.com', 'project_path:*')],
    ['SUBJECT_TOO_WIDE', 'a group that begins so', of('gitlab.com', 'project_path:acme*:ref_type:branch:ref:main')],
    [
      'SUBJECT_TOO_WIDE',
      'every organisation of HCP Terraform',
      of('app.terraform.io', 'organization:*:project:p:workspace:w:run_phase:apply'),
    ],
    [
      'SUBJECT_TOO_WIDE',
      'an organisation of Buildkite that begins so',
      of('agent.buildkite.com', 'organization:acme*'),
    ],
    ['SUBJECT_TOO_WIDE', 'every namespace', of(CLUSTER, 'system:serviceaccount:*')],
    ['SUBJECT_TOO_WIDE', 'a name in every namespace', of(CLUSTER, 'system:serviceaccount:*:api')],
    ['SUBJECT_TOO_WIDE', 'everything of another issuer', of('issuer.example', '*')],
    ['SUBJECT_ANY_PROJECT', 'every repository of an owner', github('repo:acme/*')],
    ['SUBJECT_ANY_PROJECT', 'repositories that begin so', github('repo:acme@7/app*')],
    ['SUBJECT_ANY_PROJECT', 'every project of a group', of('gitlab.com', 'project_path:acme/*')],
    [
      'SUBJECT_ANY_PROJECT',
      'every project of CircleCI',
      of(CIRCLE, 'org/6a1d2a4c-0f5b-4c6e-9a3e-1f2b3c4d5e6f/project/*'),
    ],
    ['SUBJECT_ANY_PROJECT', 'the organisation of CircleCI', of(CIRCLE, 'org/6a1d2a4c-0f5b-4c6e-9a3e-1f2b3c4d5e6f/*')],
    ['SUBJECT_ANY_PROJECT', 'every pipeline of Buildkite', of('agent.buildkite.com', 'organization:acme:*')],
    ['SUBJECT_ANY_PROJECT', 'every service connection', of(AZURE, 'sc://acme/*')],
    [
      'SUBJECT_ANY_PROJECT',
      'every workspace',
      of('app.terraform.io', 'organization:acme:project:*:workspace:*:run_phase:apply'),
    ],
    ['SUBJECT_ANY_PROJECT', 'every repository of a workspace', of(BITBUCKET, '{*}:*')],
    ['SUBJECT_ANY_PROJECT', 'every service account of a namespace', of(CLUSTER, 'system:serviceaccount:web:*')],
    ['SUBJECT_ANY_REF', 'all of a repository', github('repo:acme/app:*')],
    ['SUBJECT_ANY_REF', 'every branch', github('repo:acme@7/app@42:ref:refs/heads/*')],
    ['SUBJECT_ANY_REF', 'every ref', github('repo:acme@7/app@42:ref:*')],
    ['SUBJECT_ANY_REF', 'every environment', github('repo:acme@7/app@42:environment:*')],
    ['SUBJECT_ANY_REF', 'all of a project of GitLab', of('gitlab.com', 'project_path:acme/app:*')],
    ['SUBJECT_ANY_REF', 'every branch of GitLab', of('gitlab.com', 'project_path:acme/app:ref_type:branch:ref:*')],
    ['SUBJECT_PULL_REQUEST', 'pull requests', github('repo:acme@7/app@42:pull_request', 'StringEquals')],
    ['SUBJECT_ANY_PHASE', 'every phase', of('app.terraform.io', 'organization:acme:project:p:workspace:w:run_phase:*')],
    ['SUBJECT_ANY_BRANCH', 'every branch of Buildkite', of('agent.buildkite.com', 'organization:acme:pipeline:app:*')],
    ['SUBJECT_CLASSIC', 'a subject without ids', github('repo:acme/app:environment:prod', 'StringEquals')],
    [
      'SUBJECT_NEWER_TOKEN',
      'a branch of CircleCI',
      of(CIRCLE, `org/o/project/${UUID}/user/*/vcs-origin/*/vcs-ref/refs/heads/main`),
    ],
    ['SUBJECT_MALFORMED', 'a branch without ref:', github('repo:acme@7/app@42:refs/heads/main', 'StringEquals')],
    ['SUBJECT_MALFORMED', 'a branch without refs/heads/', github('repo:acme@7/app@42:ref:main', 'StringEquals')],
    ['SUBJECT_MALFORMED', 'a branch of its own', github('repo:acme@7/app@42:branch:main', 'StringEquals')],
    ['SUBJECT_MALFORMED', 'a repository alone', github('acme/app', 'StringEquals')],
    ['SUBJECT_MALFORMED', 'an owner alone', github('repo:acme', 'StringEquals')],
    [
      'SUBJECT_MALFORMED',
      'GitLab with refs/heads/',
      of('gitlab.com', 'project_path:acme/app:ref_type:branch:ref:refs/heads/main', 'StringEquals'),
    ],
    [
      'SUBJECT_MALFORMED',
      'GitLab with a type that is none',
      of('gitlab.com', 'project_path:acme/app:ref_type:mr:ref:main', 'StringEquals'),
    ],
    ['SUBJECT_MALFORMED', 'Bitbucket without the step', of(BITBUCKET, `{${UUID}}`, 'StringEquals')],
    ['SUBJECT_MALFORMED', 'CircleCI without the user', of(CIRCLE, `org/o/project/${UUID}`, 'StringEquals')],
    [
      'SUBJECT_MALFORMED',
      'Buildkite without commit and step',
      of('agent.buildkite.com', 'organization:acme:pipeline:app:ref:refs/heads/main', 'StringEquals'),
    ],
    ['SUBJECT_MALFORMED', 'Azure DevOps without sc://', of(AZURE, 'acme/shop/aws', 'StringEquals')],
    [
      'SUBJECT_MALFORMED',
      'HCP Terraform without a phase',
      of('app.terraform.io', 'organization:acme:project:p:workspace:w', 'StringEquals'),
    ],
    [
      'SUBJECT_MALFORMED',
      'a service account without its name',
      of(CLUSTER, 'system:serviceaccount:web', 'StringEquals'),
    ],
    ['SUBJECT_CASE', 'repo: in other letters', github('Repo:acme@7/app@42:ref:refs/heads/main', 'StringEquals')],
    ['SUBJECT_CASE', 'refs/Heads', github('repo:acme@7/app@42:ref:refs/Heads/main', 'StringEquals')],
    ['SUBJECT_CASE', 'Environment:', github('repo:acme@7/app@42:Environment:prod', 'StringEquals')],
    ['SUBJECT_CASE', 'a service account', of(CLUSTER, 'system:ServiceAccount:web:api', 'StringEquals')],
    ['SUBJECT_COLON', 'a colon in an environment', github('repo:acme@7/app@42:environment:a:b', 'StringEquals')],
    ['SUBJECT_BRACES', 'an id without braces', of(BITBUCKET, `${UUID}:*`)],
    [
      'SUBJECT_SPACE',
      'a space that is encoded',
      of('app.terraform.io', 'organization:acme:project:My%20Project:workspace:w:run_phase:apply', 'StringEquals'),
    ],
    [
      'SUBJECT_CONTRADICTION',
      'a branch and an environment',
      github(MAIN, 'StringEquals', { 'ForAnyValue:StringEquals': { [`${GITHUB}:environment`]: 'prod' } }),
    ],
    ['SUBJECT_CASE_IGNORED', 'IgnoreCase', github(MAIN, 'StringEqualsIgnoreCase')],
    [
      'NAME_MUTABLE',
      'a repository by its name',
      github(MAIN, 'StringEquals', { StringLike: { [`${GITHUB}:repository`]: 'acme/app' } }),
    ],
    [
      'NAME_MUTABLE',
      'a project of GitLab by its path',
      of('gitlab.com', 'project_path:acme/app:ref_type:branch:ref:main', 'StringEquals'),
    ],
    ['WILDCARD_LITERAL', 'a star under StringEquals', github('repo:acme@7/app@42:*', 'StringEquals')],
    [
      'WILDCARD_LITERAL',
      'a question mark under ForAnyValue:StringEquals',
      github('repo:acme@7/app@4?:ref:refs/heads/main', 'ForAnyValue:StringEquals'),
    ],
    [
      'WILDCARD_LITERAL',
      'in a Deny',
      {
        Effect: 'Deny',
        Principal: '*',
        Action: '*',
        Condition: { StringNotEquals: { [`${GITHUB}:sub`]: 'repo:acme/*' } },
      },
    ],
    ['FOR_ALL_VALUES', 'of a claim', github(MAIN, 'ForAllValues:StringLike')],
    [
      'IF_EXISTS',
      'of a claim that may be absent',
      github(MAIN, 'StringEquals', { StringEqualsIfExists: { [`${GITHUB}:environment`]: 'prod' } }),
    ],
    [
      'KEY_DUPLICATE',
      'one key in two spellings',
      allow(GITHUB, { StringEquals: { [`${GITHUB}:sub`]: MAIN, [`${GITHUB}:SUB`]: MAIN, [`${GITHUB}:aud`]: 'a' } }),
    ],
    ['KEY_MALFORMED', 'no prefix', github(MAIN, 'StringEquals', { StringLike: { sub: 'x' } })],
    [
      'KEY_MALFORMED',
      'the scheme of the issuer',
      github(MAIN, 'StringEquals', { StringLike: { [`https://${GITHUB}:sub`]: 'x' } }),
    ],
    ['KEY_OF_OTHER_ISSUER', 'another issuer', github(MAIN, 'StringEquals', { StringLike: { 'gitlab.com:sub': 'x' } })],
    [
      'KEY_OF_OTHER_ISSUER',
      'two issuers in one statement',
      {
        ...github(MAIN, 'StringEquals', { StringLike: { 'gitlab.com:sub': 'x', 'gitlab.com:aud': 'a' } }),
        Principal: { Federated: [arnOf(GITHUB), arnOf('gitlab.com')] },
      },
    ],
    [
      'KEY_NOT_OFFERED',
      'a claim that STS does not show',
      github(MAIN, 'StringEquals', { StringLike: { [`${GITHUB}:repository_owner`]: 'acme' } }),
    ],
    ['KEY_NOT_OFFERED', 'the issuer', github(MAIN, 'StringEquals', { StringLike: { [`${GITHUB}:iss`]: 'x' } })],
    ['KEY_NEVER_PRESENT', 'an external id', github(MAIN, 'StringEquals', { StringLike: { 'sts:ExternalId': 'x' } })],
    ['KEY_NEVER_PRESENT', 'a device', github(MAIN, 'StringEquals', { Bool: { 'aws:MultiFactorAuthPresent': 'true' } })],
    ['CONDITION_EMPTY', 'no value', github(MAIN, 'StringEquals', { StringLike: { [`${GITHUB}:actor`]: [] } })],
    ['AUDIENCE_MISSING', 'no audience', allow(GITHUB, { StringEquals: { [`${GITHUB}:sub`]: MAIN } })],
    [
      'AUDIENCE_ANY',
      'any audience',
      allow(GITHUB, { StringEquals: { [`${GITHUB}:sub`]: MAIN }, StringLike: { [`${GITHUB}:aud`]: '*' } }),
    ],
    [
      'AUDIENCE_PARTITION',
      'in China',
      { ...github(MAIN, 'StringEquals'), Principal: { Federated: arnOf(GITHUB, ACCOUNT, 'aws-cn') } },
    ],
    ['PROVIDER_MALFORMED', 'a name alone', { ...github(MAIN, 'StringEquals'), Principal: { Federated: GITHUB } }],
    [
      'PROVIDER_MALFORMED',
      'with its scheme',
      { ...github(MAIN, 'StringEquals'), Principal: { Federated: arnOf(`https://${GITHUB}`) } },
    ],
    [
      'PROVIDER_MALFORMED',
      'with a slash',
      { ...github(MAIN, 'StringEquals'), Principal: { Federated: arnOf(`${GITHUB}/`) } },
    ],
    [
      'PROVIDER_MALFORMED',
      'a GitLab with a slash',
      of('gl.acme.example/', 'project_path:a/b:ref_type:branch:ref:main'),
    ],
    [
      'PROVIDER_MALFORMED',
      'without an account',
      { ...github(MAIN, 'StringEquals'), Principal: { Federated: arnOf(GITHUB, '') } },
    ],
    [
      'PROVIDER_MALFORMED',
      'without its path',
      { ...of('oidc.circleci.com', 'x'), Principal: { Federated: arnOf('oidc.circleci.com') } },
    ],
    ['PROVIDER_MALFORMED', 'Bitbucket without its path', of('api.bitbucket.org', `{${UUID}}:*`)],
    ['PRINCIPAL_ANYONE', 'everybody', aws('*')],
    ['PRINCIPAL_ANYONE', 'everybody by a star', { Effect: 'Allow', Principal: '*', Action: 'sts:AssumeRole' }],
    ['PRINCIPAL_WILDCARD', 'a star in an ARN', aws(`arn:aws:iam::${ACCOUNT}:role/*`)],
    ['PRINCIPAL_WILDCARD', 'every provider', { ...github(MAIN, 'StringEquals'), Principal: { Federated: '*' } }],
    [
      'PRINCIPAL_UNKNOWN',
      'a canonical user',
      { Effect: 'Allow', Principal: { CanonicalUser: 'x' }, Action: 'sts:AssumeRole' },
    ],
    ['PRINCIPAL_DELETED', 'an id', aws('AROAEXAMPLE1234567890')],
    [
      'PRINCIPAL_NEGATED',
      'NotPrincipal',
      { Effect: 'Allow', NotPrincipal: { AWS: ACCOUNT }, Action: 'sts:AssumeRole' },
    ],
    ['EXTERNAL_ID_MISSING', 'an account', aws(ACCOUNT)],
    ['EXTERNAL_ID_MISSING', 'its root', aws(`arn:aws:iam::${ACCOUNT}:root`)],
    [
      'EXTERNAL_ID_MISSING',
      'everybody with an external id',
      aws('*', { Condition: { StringEquals: { 'sts:ExternalId': 'x' } } }),
    ],
    [
      'EXTERNAL_ID_MISSING',
      'an external id only where there is one',
      aws(ACCOUNT, { Condition: { StringEqualsIfExists: { 'sts:ExternalId': 'x' } } }),
    ],
    ['ACTION_MISMATCH', 'AssumeRole for tokens', { ...github(MAIN, 'StringEquals'), Action: 'sts:AssumeRole' }],
    [
      'ACTION_MISMATCH',
      'AssumeRoleWithWebIdentity for an account',
      aws(ACCOUNT, { Action: 'sts:AssumeRoleWithWebIdentity' }),
    ],
    [
      'ACTION_MISMATCH',
      'a typing mistake',
      { ...github(MAIN, 'StringEquals'), Action: 'sts:AssumeRoleWithWebIdendity' },
    ],
    ['ACTION_TOO_WIDE', 'every action of STS', { ...github(MAIN, 'StringEquals'), Action: 'sts:*' }],
    ['ACTION_TOO_WIDE', 'every action', { ...github(MAIN, 'StringEquals'), Action: '*' }],
    [
      'ACTION_TOO_WIDE',
      'all but one',
      { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${ACCOUNT}:role/ci` }, NotAction: 'sts:TagSession' },
    ],
    ['TAG_SESSION_MISSING', 'tags', github(MAIN, 'StringEquals', { StringLike: { 'aws:RequestTag/team': '*' } })],
    [
      'TAG_SESSION_MISSING',
      'pods',
      { Effect: 'Allow', Principal: { Service: 'pods.eks.amazonaws.com' }, Action: 'sts:AssumeRole' },
    ],
    [
      'SOURCE_IDENTITY_MISSING',
      'a source identity',
      github(MAIN, 'StringEquals', { StringLike: { 'sts:SourceIdentity': '*' } }),
    ],
    [
      'POLICY_TOO_LONG',
      'many subjects',
      github(
        Array.from({ length: 60 }, (_, index) => `repo:acme@7/app-${index}@${index}:ref:refs/heads/main`),
        'StringEquals',
      ),
    ],
  ])('%s: %s', (code, _name, statements) => {
    expect(codesOf(statements)).toContain(code)
  })

  test('VARIABLE_NOT_RESOLVED: a variable in a policy without the version that knows it', () => {
    const statement = github(MAIN, 'StringEquals', { StringLike: { 'sts:RoleSessionName': '${aws:userid}' } })
    expect(codesOf(statement)).not.toContain('VARIABLE_NOT_RESOLVED')
    expect(codesOf(statement, {})).toContain('VARIABLE_NOT_RESOLVED')
    expect(codesOf(statement, { Version: '2008-10-17' })).toContain('VARIABLE_NOT_RESOLVED')
  })
})

test.each([
  ['repo:acme/app:*', 'warning'],
  ['repo:acme/*', 'warning'],
  ['repo:acme*', 'error'],
  ['repo:*', 'error'],
  ['repo:acme/app:ref:refs/heads/main', 'note'],
])('%s is a matter of %s', (sub, severity) => {
  const severities = lint(github(sub)).map((finding) => finding.severity)
  expect(severities.filter((one) => one !== 'note')).toEqual(severity === 'note' ? [] : [severity])
})

test('a condition on an id makes a wide subject narrow', () => {
  const withId = { 'ForAnyValue:StringEquals': { [`${GITHUB}:repository_id`]: '42' } }
  expect(codesOf(github('repo:acme@*', 'StringLike', withId))).not.toContain('SUBJECT_TOO_WIDE')
  expect(codesOf(github('repo:acme@7/*:ref:refs/heads/main', 'StringLike', withId))).toEqual([])
})

test('a narrow condition beside a wide one makes it narrow', () => {
  const statement = allow(GITHUB, {
    StringLike: { [`${GITHUB}:sub`]: 'repo:acme@7/*' },
    StringEquals: { [`${GITHUB}:sub`]: MAIN, [`${GITHUB}:aud`]: 'a' },
  })
  expect(lint(statement)).toEqual([])
})

test('a finding says where it is', () => {
  const policy = toTrustPolicy({
    Version: '2012-10-17',
    Statement: [github(MAIN, 'StringEquals'), { Sid: 'Open', ...aws('*') }],
  })
  expect(lintTrustPolicy(policy)).toEqual([
    {
      code: 'PRINCIPAL_ANYONE',
      severity: 'error',
      statement: 1,
      sid: 'Open',
      line: 1,
      text: 'The principal is "*": everybody is let in, from any account.',
      remedy: 'Name the account or the provider that is trusted.',
    },
  ])
})

test('texts are sentences', () => {
  const wild = [allow(GITHUB, {}), github('repo:*'), github('x:y'), aws(ACCOUNT), { ...aws('*'), Action: 'sts:*' }]
  for (const { text, remedy } of lint(wild))
    for (const sentence of [text, remedy]) expect(sentence).toMatch(/^["A-Z].*\.$/)
})
