/** What AWS documents of tokens of OIDC issuers: which claims a policy sees, by which names, and what tags need. */
import type { TrustCheck } from '../../../src/trust.ts'
import { ACCOUNT, allow, arnOf, check, GITHUB, GITHUB_CLAIMS } from './tokens.ts'

const GUIDE = 'https://docs.aws.amazon.com/IAM/latest/UserGuide'

export type TokenRow = readonly [says: string, outcome: 'in' | 'out', check: () => TrustCheck]

export interface TokenPage {
  readonly page: string
  readonly rows: readonly TokenRow[]
}

/** A claim of a GitHub token against a condition on the key of that name. */
const github = (operator: string, claim: string, value: unknown, claims: object = {}): (() => TrustCheck) => {
  return () => check({ ...GITHUB_CLAIMS, ...claims }, allow(GITHUB, { [operator]: { [`${GITHUB}:${claim}`]: value } }))
}
const of = (provider: string, claims: object, Condition: object, options: object = {}): (() => TrustCheck) => {
  return () =>
    check(
      { iss: `https://${provider}`, aud: 'sts.amazonaws.com', sub: 's', ...claims },
      allow(provider, Condition),
      options,
    )
}
const google = (claims: object, Condition: object): (() => TrustCheck) => {
  const statement = allow('x', Condition, { Principal: { Federated: 'accounts.google.com' } })
  return () => check({ iss: 'https://accounts.google.com', sub: '1', ...claims }, statement)
}

const CLUSTER = 'oidc.eks.us-east-1.amazonaws.com/id/EXAMPLED539D4633E53DE1B71EXAMPLE'
const CIRCLE = 'oidc.circleci.com/org/6a1d2a4c-0f5b-4c6e-9a3e-1f2b3c4d5e6f'
const BITBUCKET = 'api.bitbucket.org/2.0/workspaces/acme/pipelines-config/identity/oidc'
const TAGS = 'https://aws.amazon.com/tags'
const tagged = {
  ...GITHUB_CLAIMS,
  [TAGS]: { principal_tags: { Project: ['Automation'], CostCenter: ['987654'] }, transitive_tag_keys: ['Project'] },
}
const taggable = (
  Condition: object = {},
  Action: unknown = ['sts:AssumeRoleWithWebIdentity', 'sts:TagSession'],
): object => allow(GITHUB, Condition, { Action })

export const TOKEN_PAGES: readonly TokenPage[] = [
  {
    page: `${GUIDE}/reference_policies_iam-condition-keys.html#condition-keys-wif`,
    rows: [
      ['sub', 'in', github('StringEquals', 'sub', 'repo:acme/app:ref:refs/heads/main')],
      ['sub of another branch', 'out', github('StringEquals', 'sub', 'repo:acme/app:ref:refs/heads/dev')],
      ['the name of the key has no case', 'in', github('StringEquals', 'SUB', 'repo:acme/app:ref:refs/heads/main')],
      ['its value has', 'out', github('StringEquals', 'sub', 'repo:Acme/app:ref:refs/heads/main')],
      ['aud is the claim aud', 'in', github('StringEquals', 'aud', 'sts.amazonaws.com')],
      ['aud is the claim azp where there is one', 'in', github('StringEquals', 'aud', 'client', { azp: 'client' })],
      ['and the claim aud no longer', 'out', github('StringEquals', 'aud', 'sts.amazonaws.com', { azp: 'client' })],
      ['oaud is the claim aud', 'in', github('StringEquals', 'oaud', 'sts.amazonaws.com', { azp: 'client' })],
      ['and not a claim of that name', 'out', github('StringEquals', 'oaud', 'x', { oaud: 'x' })],
      ['an empty azp is none', 'in', github('StringEquals', 'aud', 'sts.amazonaws.com', { azp: '' })],
      ['email', 'in', github('StringEquals', 'email', 'ann@acme.example', { email: 'ann@acme.example' })],
      ['amr has several values', 'in', github('ForAnyValue:StringEquals', 'amr', 'mfa', { amr: ['pwd', 'mfa'] })],
      [
        'amr of one value is a list too',
        'in',
        github('ForAllValues:StringEquals', 'amr', ['pwd', 'mfa'], { amr: 'pwd' }),
      ],
      ['iss is no key', 'out', github('StringEquals', 'iss', `https://${GITHUB}`)],
      ['exp is none', 'out', github('NumericGreaterThan', 'exp', '0')],
      ['a claim of the user is none', 'out', github('StringEquals', 'team', 'blue', { team: 'blue' })],
      ['and cannot be asked not to be', 'in', github('StringNotEquals', 'team', 'blue', { team: 'blue' })],
      ['GitHub: repository_id', 'in', github('StringEquals', 'repository_id', '42')],
      [
        'GitHub: repository_id as a number of JSON',
        'in',
        github('StringEquals', 'repository_id', '42', { repository_id: 42 }),
      ],
      ['GitHub: another repository_id', 'out', github('StringEquals', 'repository_id', '43')],
      ['GitHub: repository_owner_id', 'in', github('StringEquals', 'repository_owner_id', '7')],
      ['GitHub: repository', 'in', github('StringEquals', 'repository', 'acme/app')],
      ['GitHub: actor', 'in', github('StringEquals', 'actor', 'ann')],
      ['GitHub: actor_id', 'in', github('StringEquals', 'actor_id', '9')],
      ['GitHub: ref', 'in', github('StringLike', 'ref', 'refs/heads/*')],
      ['GitHub: workflow', 'in', github('StringEquals', 'workflow', 'deploy')],
      [
        'GitHub: job_workflow_ref',
        'in',
        github('StringLike', 'job_workflow_ref', 'acme/app/.github/workflows/deploy.yml@*'),
      ],
      ['GitHub: environment', 'in', github('StringEquals', 'environment', 'prod', { environment: 'prod' })],
      ['GitHub: no environment', 'out', github('StringEquals', 'environment', 'prod')],
      ['GitHub: enterprise_id', 'in', github('StringEquals', 'enterprise_id', '5', { enterprise_id: '5' })],
      ['GitHub: repository_owner is not offered', 'out', github('StringEquals', 'repository_owner', 'acme')],
      ['GitHub: event_name is not', 'out', github('StringEquals', 'event_name', 'push', { event_name: 'push' })],
      [
        'GitHub of an enterprise',
        'in',
        of(`${GITHUB}/acme`, { repository_id: '42' }, { StringEquals: { [`${GITHUB}/acme:repository_id`]: '42' } }),
      ],
      [
        'GitHub with data residency',
        'in',
        of(
          'token.actions.acme.ghe.com',
          { repository_id: '42' },
          { StringEquals: { 'token.actions.acme.ghe.com:repository_id': '42' } },
        ),
      ],
      [
        'GitHub Enterprise Server: sub',
        'in',
        of(
          'github.acme.example/_services/token',
          {},
          { StringEquals: { 'github.acme.example/_services/token:sub': 's' } },
        ),
      ],
      [
        'GitHub Enterprise Server: no more than that',
        'out',
        of(
          'github.acme.example/_services/token',
          { repository_id: '42' },
          { StringEquals: { 'github.acme.example/_services/token:repository_id': '42' } },
        ),
      ],
      [
        'GitLab: project_id',
        'in',
        of('gitlab.com', { project_id: '20' }, { StringEquals: { 'gitlab.com:project_id': '20' } }),
      ],
      [
        'GitLab: namespace_id',
        'in',
        of('gitlab.com', { namespace_id: '72' }, { StringEquals: { 'gitlab.com:namespace_id': '72' } }),
      ],
      [
        'GitLab: ref_protected',
        'in',
        of('gitlab.com', { ref_protected: 'true' }, { Bool: { 'gitlab.com:ref_protected': 'true' } }),
      ],
      [
        'GitLab: project_path is not offered',
        'out',
        of('gitlab.com', { project_path: 'acme/app' }, { StringEquals: { 'gitlab.com:project_path': 'acme/app' } }),
      ],
      [
        'GitLab of your own: no more than sub and aud',
        'out',
        of('gitlab.acme.example', { project_id: '20' }, { StringEquals: { 'gitlab.acme.example:project_id': '20' } }),
      ],
      [
        'CircleCI: project-id',
        'in',
        of(
          CIRCLE,
          { 'oidc.circleci.com/project-id': 'p' },
          { StringEquals: { [`${CIRCLE}:oidc.circleci.com/project-id`]: 'p' } },
        ),
      ],
      [
        'CircleCI: vcs-ref is not offered',
        'out',
        of(
          CIRCLE,
          { 'oidc.circleci.com/vcs-ref': 'r' },
          { StringEquals: { [`${CIRCLE}:oidc.circleci.com/vcs-ref`]: 'r' } },
        ),
      ],
      [
        'Buildkite: pipeline_id',
        'in',
        of('agent.buildkite.com', { pipeline_id: 'p' }, { StringEquals: { 'agent.buildkite.com:pipeline_id': 'p' } }),
      ],
      [
        'Buildkite: build_branch',
        'in',
        of(
          'agent.buildkite.com',
          { build_branch: 'main' },
          { StringEquals: { 'agent.buildkite.com:build_branch': 'main' } },
        ),
      ],
      [
        'Buildkite: step_key is not offered',
        'out',
        of('agent.buildkite.com', { step_key: 'a' }, { StringEquals: { 'agent.buildkite.com:step_key': 'a' } }),
      ],
      [
        'Bitbucket: its key has the path',
        'in',
        of(BITBUCKET, { sub: '{a}:{b}' }, { StringLike: { [`${BITBUCKET}:sub`]: '{a}:*' } }),
      ],
      [
        'Bitbucket: repositoryUuid is not offered',
        'out',
        of(BITBUCKET, { repositoryUuid: '{a}' }, { StringEquals: { [`${BITBUCKET}:repositoryUuid`]: '{a}' } }),
      ],
      [
        'HCP Terraform: no more than sub and aud',
        'out',
        of(
          'app.terraform.io',
          { terraform_workspace_id: 'ws-1' },
          { StringEquals: { 'app.terraform.io:terraform_workspace_id': 'ws-1' } },
        ),
      ],
      [
        'Google: aud where there is no azp',
        'in',
        google({ aud: 'a' }, { StringEquals: { 'accounts.google.com:aud': 'a', 'accounts.google.com:oaud': 'a' } }),
      ],
      [
        'Google: azp and aud',
        'in',
        google(
          { aud: 'a', azp: 'p' },
          { StringEquals: { 'accounts.google.com:aud': 'p', 'accounts.google.com:oaud': 'a' } },
        ),
      ],
      [
        'Google: aud is not the audience then',
        'out',
        google({ aud: 'a', azp: 'p' }, { StringEquals: { 'accounts.google.com:aud': 'a' } }),
      ],
      ['Google: sub', 'in', google({ aud: 'a' }, { StringEquals: { 'accounts.google.com:sub': '1' } })],
      [
        'Google: the number of the organisation',
        'in',
        google(
          { aud: 'a', google: { organization_number: 12345 } },
          { NumericEquals: { 'accounts.google.com:google/organization_number': '12345' } },
        ),
      ],
      [
        'Oracle Cloud: rpst_id',
        'in',
        of(
          'idcs-abc123.identity.oraclecloud.com',
          { rpst_id: 'r' },
          { StringEquals: { 'idcs-abc123.identity.oraclecloud.com:rpst_id': 'r' } },
        ),
      ],
      ['a key of another issuer', 'out', of('gitlab.com', {}, { StringEquals: { [`${GITHUB}:sub`]: 's' } })],
      [
        'a key without the path of the issuer',
        'out',
        of(CLUSTER, {}, { StringEquals: { 'oidc.eks.us-east-1.amazonaws.com:sub': 's' } }),
      ],
      [
        'a key with the scheme of the issuer',
        'out',
        of('gitlab.com', {}, { StringEquals: { 'https://gitlab.com:sub': 's' } }),
      ],
      [
        'a claim that is null is none',
        'in',
        of('gitlab.com', { email: null }, { Null: { 'gitlab.com:email': 'true' } }),
      ],
      [
        'a claim that is a boolean',
        'in',
        of('gitlab.com', { ref_protected: true }, { Bool: { 'gitlab.com:ref_protected': 'true' } }),
      ],
    ],
  },
  {
    page: `${GUIDE}/id_roles_create_for-idp_oidc.html`,
    rows: [
      [
        'the provider is the issuer without https://',
        'in',
        of('issuer.example/path', {}, { StringEquals: { 'issuer.example/path:sub': 's' } }),
      ],
      [
        'a slash at its end is part of it',
        'out',
        () => check({ iss: 'https://acme.auth0.com/', aud: 'a', sub: 's' }, allow('acme.auth0.com', {})),
      ],
      [
        'and in the key',
        'in',
        of('acme.auth0.com/', {}, { StringEquals: { 'acme.auth0.com/:aud': 'sts.amazonaws.com' } }),
      ],
      [
        'the path is part of it',
        'out',
        () => check({ iss: 'https://issuer.example/a', aud: 'a', sub: 's' }, allow('issuer.example', {})),
      ],
      [
        'case is too',
        'out',
        () => check({ iss: 'https://Issuer.example', aud: 'a', sub: 's' }, allow('issuer.example', {})),
      ],
      [
        'http:// is another issuer',
        'out',
        () => check({ iss: 'http://issuer.example', aud: 'a', sub: 's' }, allow('issuer.example', {})),
      ],
      [
        'an issuer of tests on loopback has its port in the key',
        'in',
        () =>
          check(
            { iss: 'http://127.0.0.1:4566', aud: 'a', sub: 's' },
            allow('127.0.0.1:4566', { StringEquals: { '127.0.0.1:4566:sub': 's', '127.0.0.1:4566:aud': 'a' } }),
          ),
      ],
      [
        'the role is in the account of the provider',
        'in',
        of('gitlab.com', {}, {}, { roleArn: `arn:aws:iam::${ACCOUNT}:role/ci` }),
      ],
      ['the role is in another', 'out', of('gitlab.com', {}, {}, { roleArn: 'arn:aws:iam::999999999999:role/ci' })],
      [
        'the role is in another partition',
        'out',
        of('gitlab.com', {}, {}, { roleArn: `arn:aws-cn:iam::${ACCOUNT}:role/ci` }),
      ],
      [
        'in China',
        'in',
        () =>
          check(GITHUB_CLAIMS, allow(GITHUB, {}, { Principal: { Federated: arnOf(GITHUB, ACCOUNT, 'aws-cn') } }), {
            roleArn: `arn:aws-cn:iam::${ACCOUNT}:role/ci`,
          }),
      ],
      ['several jobs of one organisation', 'in', github('StringLike', 'sub', ['repo:acme/web:*', 'repo:acme/app:*'])],
      [
        'AWS and a provider in one statement',
        'in',
        () => check(GITHUB_CLAIMS, allow(GITHUB, {}, { Principal: { AWS: ACCOUNT, Federated: arnOf(GITHUB) } })),
      ],
    ],
  },
  {
    page: 'https://docs.aws.amazon.com/eks/latest/userguide/associate-service-account-role.html',
    rows: [
      [
        'a service account',
        'in',
        of(
          CLUSTER,
          { sub: 'system:serviceaccount:default:my-sa' },
          {
            StringEquals: {
              [`${CLUSTER}:sub`]: 'system:serviceaccount:default:my-sa',
              [`${CLUSTER}:aud`]: 'sts.amazonaws.com',
            },
          },
        ),
      ],
      [
        'another namespace',
        'out',
        of(
          CLUSTER,
          { sub: 'system:serviceaccount:kube-system:my-sa' },
          { StringEquals: { [`${CLUSTER}:sub`]: 'system:serviceaccount:default:my-sa' } },
        ),
      ],
      [
        'every service account of a namespace',
        'in',
        of(
          CLUSTER,
          { sub: 'system:serviceaccount:default:x' },
          { StringLike: { [`${CLUSTER}:sub`]: 'system:serviceaccount:default:*' } },
        ),
      ],
      [
        'one audience in a list',
        'in',
        of(CLUSTER, { aud: ['sts.amazonaws.com'] }, { StringEquals: { [`${CLUSTER}:aud`]: 'sts.amazonaws.com' } }),
      ],
      [
        'one of several audiences',
        'in',
        of(
          CLUSTER,
          { aud: ['vault', 'sts.amazonaws.com'] },
          { 'ForAnyValue:StringEquals': { [`${CLUSTER}:aud`]: 'sts.amazonaws.com' } },
        ),
      ],
      [
        'all of several audiences',
        'out',
        of(
          CLUSTER,
          { aud: ['vault', 'sts.amazonaws.com'] },
          { 'ForAllValues:StringEquals': { [`${CLUSTER}:aud`]: 'sts.amazonaws.com' } },
        ),
      ],
    ],
  },
  {
    page: `${GUIDE}/id_session-tags.html#id_session-tags_adding-assume-role-idp`,
    rows: [
      ['tags need sts:TagSession', 'out', () => check(tagged, taggable({}, 'sts:AssumeRoleWithWebIdentity'))],
      ['which may be in the same statement', 'in', () => check(tagged, taggable())],
      [
        'or in another',
        'in',
        () => check(tagged, [taggable({}, 'sts:AssumeRoleWithWebIdentity'), taggable({}, 'sts:TagSession')]),
      ],
      ['sts:TagSession alone is not enough', 'out', () => check(tagged, taggable({}, 'sts:TagSession'))],
      [
        'a Deny of sts:TagSession',
        'out',
        () => check(tagged, [taggable(), { Effect: 'Deny', Principal: '*', Action: 'sts:TagSession' }]),
      ],
      [
        'which is nothing to a token without tags',
        'in',
        () => check(GITHUB_CLAIMS, [taggable(), { Effect: 'Deny', Principal: '*', Action: 'sts:TagSession' }]),
      ],
      [
        'a tag is aws:RequestTag',
        'in',
        () => check(tagged, taggable({ StringEquals: { 'aws:RequestTag/Project': 'Automation' } })),
      ],
      [
        'another value',
        'out',
        () => check(tagged, taggable({ StringEquals: { 'aws:RequestTag/Project': 'Marketing' } })),
      ],
      [
        'the names are aws:TagKeys',
        'in',
        () => check(tagged, taggable({ 'ForAllValues:StringEquals': { 'aws:TagKeys': ['Project', 'CostCenter'] } })),
      ],
      [
        'one name more than allowed',
        'out',
        () => check(tagged, taggable({ 'ForAllValues:StringEquals': { 'aws:TagKeys': ['Project'] } })),
      ],
      [
        'transitive ones',
        'in',
        () => check(tagged, taggable({ 'ForAnyValue:StringEquals': { 'sts:TransitiveTagKeys': 'Project' } })),
      ],
      [
        'a claim for each tag',
        'in',
        () =>
          check(
            { ...GITHUB_CLAIMS, [`${TAGS}/principal_tags/Project`]: 'Automation' },
            taggable({ StringEquals: { 'aws:RequestTag/Project': 'Automation' } }),
          ),
      ],
      [
        'which needs sts:TagSession too',
        'out',
        () =>
          check(
            { ...GITHUB_CLAIMS, [`${TAGS}/principal_tags/Project`]: 'Automation' },
            taggable({}, 'sts:AssumeRoleWithWebIdentity'),
          ),
      ],
      [
        'a token without tags has no such key',
        'out',
        () => check(GITHUB_CLAIMS, taggable({ StringEquals: { 'aws:RequestTag/Project': 'Automation' } })),
      ],
    ],
  },
  {
    page: `${GUIDE}/id_credentials_temp_control-access_monitor.html`,
    rows: [
      [
        'a source identity needs sts:SetSourceIdentity',
        'out',
        () => check({ ...GITHUB_CLAIMS, 'https://aws.amazon.com/source_identity': 'ann' }, allow(GITHUB, {})),
      ],
      [
        'which lets it in',
        'in',
        () =>
          check(
            { ...GITHUB_CLAIMS, 'https://aws.amazon.com/source_identity': 'ann' },
            taggable({}, ['sts:AssumeRoleWithWebIdentity', 'sts:SetSourceIdentity']),
          ),
      ],
      [
        'it is sts:SourceIdentity',
        'in',
        () =>
          check(
            { ...GITHUB_CLAIMS, 'https://aws.amazon.com/source_identity': 'ann' },
            taggable({ StringEquals: { 'sts:SourceIdentity': 'ann' } }, 'sts:*'),
          ),
      ],
      [
        'another is not',
        'out',
        () =>
          check(
            { ...GITHUB_CLAIMS, 'https://aws.amazon.com/source_identity': 'ann' },
            taggable({ StringEquals: { 'sts:SourceIdentity': 'bob' } }, 'sts:*'),
          ),
      ],
    ],
  },
  {
    page: `${GUIDE}/reference_policies_condition-keys.html`,
    rows: [
      [
        'aws:CurrentTime is now',
        'in',
        of(
          'gitlab.com',
          {},
          {
            DateGreaterThan: { 'aws:CurrentTime': '2026-11-01T11:59:59Z' },
            DateLessThan: { 'aws:CurrentTime': '2026-11-01T12:00:01Z' },
          },
        ),
      ],
      [
        'or what the context says',
        'in',
        of(
          'gitlab.com',
          {},
          { DateLessThan: { 'aws:EpochTime': '2020-01-01' } },
          { context: { 'aws:CurrentTime': '2019-06-01T00:00:00Z' } },
        ),
      ],
      ['aws:SecureTransport is true', 'in', of('gitlab.com', {}, { Bool: { 'aws:SecureTransport': 'true' } })],
      ['aws:SourceIp is not known', 'out', of('gitlab.com', {}, { IpAddress: { 'aws:SourceIp': '0.0.0.0/0' } })],
      [
        'unless the context says',
        'in',
        of(
          'gitlab.com',
          {},
          { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } },
          { context: { 'AWS:sourceip': '10.0.0.7' } },
        ),
      ],
      [
        'the context does not replace claims',
        'out',
        of('gitlab.com', {}, { StringEquals: { 'gitlab.com:sub': 'x' } }, { context: { 'gitlab.com:sub': 'x' } }),
      ],
      [
        'a list of the context',
        'in',
        of(
          'gitlab.com',
          {},
          { 'ForAllValues:StringEquals': { 'x:many': ['a', 'b', 'c'] } },
          { context: { 'x:many': ['a', 'b'] } },
        ),
      ],
      [
        'aws:FederatedProvider is the ARN',
        'in',
        of(
          'gitlab.com',
          {},
          { ArnEquals: { 'aws:FederatedProvider': arnOf('gitlab.com') } },
          { roleArn: `arn:aws:iam::${ACCOUNT}:role/ci` },
        ),
      ],
      [
        'sts:RoleSessionName is given',
        'in',
        of('gitlab.com', {}, { StringLike: { 'sts:RoleSessionName': 'ci-*' } }, { sessionName: 'ci-7' }),
      ],
      ['or absent', 'out', of('gitlab.com', {}, { StringLike: { 'sts:RoleSessionName': '*' } })],
      [
        'a session named after a claim',
        'in',
        of(
          'gitlab.com',
          { user_login: 'ann' },
          { StringEquals: { 'sts:RoleSessionName': '${gitlab.com:user_login}' } },
          { sessionName: 'ann' },
        ),
      ],
    ],
  },
]
