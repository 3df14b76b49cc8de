import { describe, expect, test } from 'vitest'
import {
  type CreateTrustPolicyOptions,
  checkTrust,
  createTrustPolicy,
  lintTrustPolicy,
  readWebIdentityToken,
  type TrustedJob,
  toTrustPolicy,
} from '../../../src/trust.ts'
import { ACCOUNT, jwt, NOW } from './tokens.ts'

const ORG_ID = '6a1d2a4c-0f5b-4c6e-9a3e-1f2b3c4d5e6f'
const PROJECT_ID = '7b2e3b5d-1a6c-4d7f-8b4f-2a3c4d5e6f70'
const STEP = '{8c3f4c6e-2b7d-4e80-9c50-3b4d5e6f7081}'
const CLUSTER = 'https://oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLED539D4633E53DE1B71EXAMPLE'
const AKS = `https://eastus.oic.prod-aks.azure.com/${ORG_ID}/${PROJECT_ID}/`
const CIRCLE_USER = 'ae51608a-4d9f-40a2-9e72-5d6f708192a3'

interface Case {
  readonly name: string
  readonly job: TrustedJob
  /** Of the token of such a job. */
  readonly claims: Readonly<Record<string, unknown>>
  /** Subjects that have to stay out, each with the other claims of the job. */
  readonly others: readonly string[]
  readonly options?: Partial<CreateTrustPolicyOptions>
  readonly notes?: readonly string[]
}

const github = { iss: 'https://token.actions.githubusercontent.com', aud: 'sts.amazonaws.com', repository_id: '42' }
const gitlab = { iss: 'https://gitlab.com', aud: 'sts.amazonaws.com', project_id: '20' }
const terraform = { iss: 'https://app.terraform.io', aud: 'aws.workload.identity' }
const bitbucket = {
  iss: 'https://api.bitbucket.org/2.0/workspaces/acme/pipelines-config/identity/oidc',
  aud: `ari:cloud:bitbucket::workspace/${ORG_ID}`,
}
const circleci = { iss: `https://oidc.circleci.com/org/${ORG_ID}`, aud: ORG_ID }
const buildkite = { iss: 'https://agent.buildkite.com', aud: 'sts.amazonaws.com' }

const CASES: readonly Case[] = [
  {
    name: 'a branch of GitHub',
    job: { provider: 'github', repo: 'acme/app', branch: 'main' },
    claims: { ...github, sub: 'repo:acme/app:ref:refs/heads/main' },
    others: [
      'repo:acme/app:ref:refs/heads/main2',
      'repo:acme/app:ref:refs/tags/main',
      'repo:acme/app:pull_request',
      'repo:acme/app2:ref:refs/heads/main',
    ],
    notes: ['SUBJECT_CLASSIC'],
  },
  {
    name: 'a branch of GitHub by ids',
    job: { provider: 'github', repo: 'acme/app', ownerId: '7', repoId: '42', branch: 'main' },
    claims: { ...github, sub: 'repo:acme@7/app@42:ref:refs/heads/main' },
    others: ['repo:acme/app:ref:refs/heads/main', 'repo:acme@8/app@42:ref:refs/heads/main'],
  },
  {
    name: 'an environment of GitHub by ids',
    job: { provider: 'github', repo: 'acme/app', ownerId: '7', repoId: '42', environment: 'eu:prod' },
    claims: { ...github, sub: 'repo:acme@7/app@42:environment:eu%3Aprod' },
    others: ['repo:acme@7/app@42:environment:eu:prod', 'repo:acme@7/app@42:environment:eu'],
  },
  {
    name: 'tags of GitHub by a pattern',
    job: { provider: 'github', repo: 'acme/app', ownerId: '7', repoId: '42', tag: 'v*' },
    claims: { ...github, sub: 'repo:acme@7/app@42:ref:refs/tags/v1.2' },
    others: ['repo:acme@7/app@42:ref:refs/heads/v1.2', 'repo:acme@7/app@42:ref:refs/tags/1.2'],
  },
  {
    name: 'GitHub in China',
    job: { provider: 'github', repo: 'acme/app', ownerId: '7', repoId: '42', branch: 'main' },
    claims: { ...github, aud: 'sts.amazonaws.com.cn', sub: 'repo:acme@7/app@42:ref:refs/heads/main' },
    others: [],
    options: { partition: 'aws-cn' },
  },
  {
    name: 'GitHub Enterprise',
    job: {
      provider: 'github',
      repo: 'acme/app',
      branch: 'main',
      issuer: 'https://github.acme.example/_services/token',
    },
    claims: { ...github, iss: 'https://github.acme.example/_services/token', sub: 'repo:acme/app:ref:refs/heads/main' },
    others: ['repo:acme/app:ref:refs/heads/dev'],
  },
  {
    name: 'a branch of GitLab',
    job: { provider: 'gitlab', repo: 'acme/shop/app', branch: 'main' },
    claims: { ...gitlab, sub: 'project_path:acme/shop/app:ref_type:branch:ref:main' },
    others: ['project_path:acme/shop/app:ref_type:tag:ref:main', 'project_path:acme/shop:ref_type:branch:ref:main'],
    notes: ['NAME_MUTABLE'],
  },
  {
    name: 'a tag of GitLab by id, for an audience',
    job: { provider: 'gitlab', repo: 'acme/app', tag: 'v1', projectId: '20' },
    claims: { ...gitlab, aud: 'https://gitlab.com', sub: 'project_path:acme/app:ref_type:tag:ref:v1' },
    others: ['project_path:acme/app:ref_type:branch:ref:v1'],
    options: { audience: 'https://gitlab.com' },
  },
  {
    name: 'GitLab of your own',
    job: { provider: 'gitlab', repo: 'acme/app', branch: 'main', issuer: 'https://gitlab.acme.example' },
    claims: { ...gitlab, iss: 'https://gitlab.acme.example', sub: 'project_path:acme/app:ref_type:branch:ref:main' },
    others: ['project_path:acme/app:ref_type:branch:ref:dev'],
  },
  {
    name: 'a repository of Bitbucket',
    job: { provider: 'bitbucket', workspace: 'acme', workspaceId: `{${ORG_ID}}`, repoId: PROJECT_ID },
    claims: { ...bitbucket, sub: `{${PROJECT_ID}}:${STEP}` },
    others: [`{${ORG_ID}}:${STEP}`, `${PROJECT_ID}:${STEP}`],
  },
  {
    name: 'an environment of Bitbucket',
    job: {
      provider: 'bitbucket',
      workspace: 'acme',
      workspaceId: ORG_ID,
      repoId: `{${PROJECT_ID.toUpperCase()}}`,
      environmentId: ORG_ID,
    },
    claims: { ...bitbucket, sub: `{${PROJECT_ID}}:{${ORG_ID}}:${STEP}` },
    others: [`{${PROJECT_ID}}:${STEP}`],
  },
  {
    name: 'a project of CircleCI, the older token',
    job: { provider: 'circleci', orgId: ORG_ID, projectId: PROJECT_ID },
    claims: { ...circleci, sub: `org/${ORG_ID}/project/${PROJECT_ID}/user/${CIRCLE_USER}` },
    others: [`org/${ORG_ID}/project/${ORG_ID}/user/${CIRCLE_USER}`],
  },
  {
    name: 'a branch of CircleCI, the newer token',
    job: { provider: 'circleci', orgId: ORG_ID, projectId: PROJECT_ID, branch: 'main' },
    claims: {
      ...circleci,
      sub: `org/${ORG_ID}/project/${PROJECT_ID}/user/${CIRCLE_USER}/vcs-origin/github.com/acme/app/vcs-ref/refs/heads/main`,
    },
    others: [
      `org/${ORG_ID}/project/${PROJECT_ID}/user/${CIRCLE_USER}`,
      `org/${ORG_ID}/project/${PROJECT_ID}/user/${CIRCLE_USER}/vcs-origin/github.com/acme/app/vcs-ref/refs/heads/dev`,
      `org/${ORG_ID}/project/${PROJECT_ID}/user/${CIRCLE_USER}/vcs-origin/github.com/acme/app/vcs-ref/refs/heads/x/vcs-ref/refs/heads/main`,
    ],
    notes: ['SUBJECT_NEWER_TOKEN'],
  },
  {
    name: 'a branch of Buildkite',
    job: { provider: 'buildkite', org: 'acme', pipeline: 'app', branch: 'main' },
    claims: { ...buildkite, sub: 'organization:acme:pipeline:app:ref:refs/heads/main:commit:5f0e9a7:step:deploy' },
    others: [
      'organization:acme:pipeline:app:ref:refs/heads/dev:commit:5f0e9a7:step:deploy',
      'organization:acme:pipeline:app2:ref:refs/heads/main:commit:5f0e9a7:step:x',
    ],
    notes: ['NAME_MUTABLE'],
  },
  {
    name: 'a pipeline of Buildkite',
    job: { provider: 'buildkite', org: 'acme', pipeline: 'app' },
    claims: { ...buildkite, sub: 'organization:acme:pipeline:app:ref:refs/tags/v1:commit:5f0e9a7:step:deploy' },
    others: ['organization:acme:pipeline:app-2:ref:refs/tags/v1:commit:5f0e9a7:step:deploy'],
    notes: ['NAME_MUTABLE', 'SUBJECT_ANY_BRANCH'],
  },
  {
    name: 'Azure DevOps',
    job: { provider: 'azure-devops', orgId: ORG_ID, org: 'acme', project: 'My Shop', serviceConnection: 'aws' },
    claims: {
      iss: `https://vstoken.dev.azure.com/${ORG_ID}`,
      aud: 'api://AzureADTokenExchange',
      sub: 'sc://acme/My Shop/aws',
    },
    others: ['sc://acme/My Shop/aws2', 'sc://acme/Shop/aws'],
  },
  {
    name: 'HCP Terraform, both phases',
    job: { provider: 'terraform', org: 'acme', project: 'Default Project', workspace: 'prod' },
    claims: { ...terraform, sub: 'organization:acme:project:Default Project:workspace:prod:run_phase:plan' },
    others: ['organization:acme:project:Default Project:workspace:prod2:run_phase:plan'],
  },
  {
    name: 'HCP Terraform, one phase',
    job: { provider: 'terraform', org: 'acme', project: 'P', workspace: 'prod', runPhase: 'apply' },
    claims: { ...terraform, sub: 'organization:acme:project:P:workspace:prod:run_phase:apply' },
    others: ['organization:acme:project:P:workspace:prod:run_phase:plan'],
  },
  {
    name: 'a service account of Kubernetes',
    job: { provider: 'kubernetes', issuer: CLUSTER, namespace: 'web', serviceAccount: 'api' },
    claims: { iss: CLUSTER, aud: ['sts.amazonaws.com'], sub: 'system:serviceaccount:web:api' },
    others: ['system:serviceaccount:web:api2', 'system:serviceaccount:kube-system:api'],
  },
]

describe.each(CASES)('$name', ({ job, claims, others, options, notes = [] }) => {
  const { policy, issuer, audience } = createTrustPolicy(job, { account: ACCOUNT, ...options })
  const roleArn = `arn:${options?.partition ?? 'aws'}:iam::${ACCOUNT}:role/ci`
  const letsIn = (change: object): boolean =>
    checkTrust(toTrustPolicy(policy), readWebIdentityToken(jwt({ ...claims, ...change })), { nowMs: NOW, roleArn })
      .allowed

  test('passes lint, but for notes', () => {
    const found = lintTrustPolicy(toTrustPolicy(policy))
    expect(found.map(({ code, severity }) => [code, severity]).sort()).toEqual(notes.map((code) => [code, 'note']))
  })

  test('lets the job in', () => {
    expect(letsIn({})).toBe(true)
    expect({ issuer, audience: [audience] }).toEqual({ issuer: claims['iss'], audience: [claims['aud']].flat() })
  })

  test('and nobody else', () => {
    for (const sub of [...others, `x${claims['sub']}`, undefined]) expect(letsIn({ sub }), sub).toBe(false)
    expect(letsIn({ aud: 'other' })).toBe(false)
    expect(letsIn({ iss: `${claims['iss']}x` })).toBe(false)
  })
})

test('the id of the repository counts, and not its name alone', () => {
  const job = { provider: 'github', repo: 'acme/app', ownerId: '7', repoId: '42', branch: 'main' } as const
  const { policy } = createTrustPolicy(job, { account: ACCOUNT })
  const claims = { ...github, sub: 'repo:acme@7/app@42:ref:refs/heads/main', repository_id: '43' }
  expect(checkTrust(toTrustPolicy(policy), readWebIdentityToken(jwt(claims)), { nowMs: NOW }).allowed).toBe(false)
})

test.each<[says: RegExp, job: object, options?: object]>([
  [/the account is not 12 digits/, { provider: 'github', repo: 'a/b', branch: 'm' }, { account: '1' }],
  [/the partition is none/, { provider: 'github', repo: 'a/b', branch: 'm' }, { partition: 'cn' }],
  [/the audience is none/, { provider: 'github', repo: 'a/b', branch: 'm' }, { audience: '*' }],
  [/not OWNER\/REPO/, { provider: 'github', repo: 'app', branch: 'm' }],
  [/not OWNER\/REPO/, { provider: 'github', repo: 'acme/*', branch: 'm' }],
  [/not OWNER\/REPO/, { provider: 'github', repo: 'acme/a:b', branch: 'm' }],
  [/nothing says which jobs/, { provider: 'github', repo: 'a/b' }],
  [/more than one thing says which jobs/, { provider: 'github', repo: 'a/b', branch: 'm', tag: 'v1' }],
  [/one of two ids is missing/, { provider: 'github', repo: 'a/b', branch: 'm', ownerId: '1' }],
  [/an id is no number/, { provider: 'github', repo: 'a/b', branch: 'm', ownerId: 'a', repoId: '2' }],
  [/a branch, tag or environment is none/, { provider: 'github', repo: 'a/b', branch: '*' }],
  [/a branch, tag or environment is none/, { provider: 'github', repo: 'a/b', branch: 'refs/heads/main' }],
  [/no https:\/\/ address/, { provider: 'github', repo: 'a/b', branch: 'm', issuer: 'http://x.example' }],
  [/not GROUP\/PROJECT/, { provider: 'gitlab', repo: 'app', branch: 'm' }],
  [/not GROUP\/PROJECT/, { provider: 'gitlab', repo: 'a/*', branch: 'm' }],
  [
    /none that policies can ask for/,
    { provider: 'gitlab', repo: 'a/b', branch: 'm', projectId: '1', issuer: 'https://x.example' },
  ],
  [/the workspace is none/, { provider: 'bitbucket', workspace: 'a/b', workspaceId: ORG_ID, repoId: ORG_ID }],
  [/an id is no UUID/, { provider: 'bitbucket', workspace: 'a', workspaceId: ORG_ID, repoId: 'app' }],
  [/an id is no UUID/, { provider: 'circleci', orgId: 'acme', projectId: PROJECT_ID }],
  [/the organisation or the pipeline is none/, { provider: 'buildkite', org: 'acme', pipeline: '*' }],
  [/a name is none/, { provider: 'azure-devops', orgId: ORG_ID, org: 'a', project: '', serviceConnection: 'c' }],
  [/a name is none/, { provider: 'terraform', org: 'a', project: 'p:q', workspace: 'w' }],
  [/the run phase is none/, { provider: 'terraform', org: 'a', project: 'p', workspace: 'w', runPhase: '*' }],
  [
    /the namespace or the service account is none/,
    { provider: 'kubernetes', issuer: CLUSTER, namespace: '*', serviceAccount: 'a' },
  ],
  [/no https:\/\/ address/, { provider: 'kubernetes', issuer: 'cluster', namespace: 'n', serviceAccount: 'a' }],
  [
    /no https:\/\/ address/,
    { provider: 'kubernetes', issuer: 'https://c.example:6443', namespace: 'n', serviceAccount: 'a' },
  ],
])('%s: %o', (says, job, options) => {
  const create = (): unknown => createTrustPolicy(job as TrustedJob, { account: ACCOUNT, ...options })
  expect(create).toThrow(
    expect.objectContaining({ code: 'CONFIG_INVALID', source: 'trust-create', problem: expect.stringMatching(says) }),
  )
})

test.each<[job: TrustedJob, issuer: string]>([
  [{ provider: 'gitlab', repo: 'acme/app', tag: 'v1', issuer: 'https://gl.acme.example/' }, 'https://gl.acme.example'],
  [
    { provider: 'github', repo: 'a/b', branch: 'm', issuer: 'https://github.acme.example/_services/token/' },
    'https://github.acme.example/_services/token',
  ],
  [{ provider: 'kubernetes', issuer: AKS, namespace: 'n', serviceAccount: 'a' }, AKS],
])('a slash at the end of an issuer stays where tokens have it: %o', (job, issuer) => {
  const created = createTrustPolicy(job, { account: ACCOUNT })
  expect(created.issuer).toBe(issuer)
  const findings = lintTrustPolicy(toTrustPolicy(created.policy)).filter(({ severity }) => severity !== 'note')
  expect(findings).toEqual([])
})

test('an issuer of tests on loopback may have a port', () => {
  const job = { provider: 'kubernetes', issuer: 'http://127.0.0.1:4566', namespace: 'n', serviceAccount: 'a' } as const
  const { policy } = createTrustPolicy(job, { account: ACCOUNT })
  const claims = { iss: job.issuer, aud: 'sts.amazonaws.com', sub: 'system:serviceaccount:n:a' }
  expect(checkTrust(toTrustPolicy(policy), readWebIdentityToken(jwt(claims)), { nowMs: NOW }).allowed).toBe(true)
})
