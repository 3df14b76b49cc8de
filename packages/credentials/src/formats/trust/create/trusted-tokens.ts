/** What the tokens of a job have: issuer, audience, subject and ids, issuer by issuer. */
import { CredentialsError } from '../../../errors.ts'
import { nameOfIssuer } from '../issuers.ts'
import { escapeVariables } from '../variables.ts'
import type { TrustedJob } from './trusted-job.ts'

export interface TrustedTokens {
  readonly issuer: string
  readonly audience: string
  /** Under StringLike where they have wildcards. */
  readonly subjects: readonly string[]
  readonly wildcards: boolean
  /** A pattern that none of them may fit. */
  readonly excluded?: string
  /** Claims that have to be exactly so. */
  readonly claims?: Readonly<Record<string, string>>
}

const NAME = /^[^*?$/:\s][^*?$/:]*$/
const GITHUB_NAME = /^[\w.-]+$/
const UUID = /^\{?[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\}?$/
const NUMBER = /^\d{1,20}$/

/** @throws CredentialsError `CONFIG_INVALID` */
export function describeTokens(job: TrustedJob, partition: string): TrustedTokens {
  switch (job.provider) {
    case 'github':
      return describeGithub(job, partition)
    case 'gitlab':
      return describeGitlab(job)
    case 'bitbucket':
      return describeBitbucket(job)
    case 'circleci':
      return describeCircleci(job)
    case 'buildkite':
      return describeBuildkite(job)
    case 'azure-devops':
      return describeAzure(job)
    case 'terraform':
      return describeTerraform(job)
    case 'kubernetes':
      return describeKubernetes(job)
  }
}

type Job<P extends TrustedJob['provider']> = Extract<TrustedJob, { readonly provider: P }>

function describeGithub(job: Job<'github'>, partition: string): TrustedTokens {
  const [owner = '', repo = '', ...more] = job.repo.split('/')
  demand(
    GITHUB_NAME.test(owner) && GITHUB_NAME.test(repo) && more.length === 0,
    'the repository is not OWNER/REPO',
    'Write it so',
  )
  const { ownerId, repoId } = job
  demand(
    (ownerId === undefined) === (repoId === undefined),
    'one of two ids is missing',
    'Give the id of the owner and that of the repository',
  )
  demand(
    [ownerId, repoId].every((id) => id === undefined || NUMBER.test(id)),
    'an id is no number',
    'Write the ids as numbers',
  )
  const contexts = [
    ...(job.branch === undefined ? [] : [`ref:refs/heads/${readRef(job.branch)}`]),
    ...(job.tag === undefined ? [] : [`ref:refs/tags/${readRef(job.tag)}`]),
    ...(job.environment === undefined ? [] : [`environment:${readRef(job.environment).replaceAll(':', '%3A')}`]),
  ]
  const context = onlyOne(contexts, 'a branch, a tag or an environment')
  const name = ownerId === undefined ? `${owner}/${repo}` : `${owner}@${ownerId}/${repo}@${repoId}`
  return {
    issuer: readIssuer(withoutSlash(job.issuer ?? 'https://token.actions.githubusercontent.com')),
    audience: partition === 'aws-cn' ? 'sts.amazonaws.com.cn' : 'sts.amazonaws.com',
    ...inText(`repo:${name}:${context}`),
    ...(repoId !== undefined && { claims: { repository_id: repoId } }),
  }
}

function describeGitlab(job: Job<'gitlab'>): TrustedTokens {
  const names = job.repo.split('/')
  demand(names.length > 1 && names.every(isName), 'the project is not GROUP/PROJECT', 'Write it so')
  const issuer = readIssuer(withoutSlash(job.issuer ?? 'https://gitlab.com'))
  const refs = [
    ...(job.branch === undefined ? [] : [`ref_type:branch:ref:${readRef(job.branch)}`]),
    ...(job.tag === undefined ? [] : [`ref_type:tag:ref:${readRef(job.tag)}`]),
  ]
  const { projectId } = job
  const hasIds = issuer === 'https://gitlab.com'
  demand(
    projectId === undefined || (hasIds && NUMBER.test(projectId)),
    'the id of the project is none that policies can ask for',
    'Write a number, and use it with gitlab.com only',
  )
  return {
    issuer,
    audience: 'sts.amazonaws.com',
    ...inText(`project_path:${job.repo}:${onlyOne(refs, 'a branch or a tag')}`),
    ...(projectId !== undefined && { claims: { project_id: projectId } }),
  }
}

function describeBitbucket({ workspace, workspaceId, repoId, environmentId }: Job<'bitbucket'>): TrustedTokens {
  demand(isName(workspace), 'the workspace is none', 'Write its name as in the address')
  const ids = [repoId, ...(environmentId === undefined ? [] : [environmentId])].map((id) => `{${readUuid(id)}}`)
  return {
    issuer: `https://api.bitbucket.org/2.0/workspaces/${workspace}/pipelines-config/identity/oidc`,
    audience: `ari:cloud:bitbucket::workspace/${readUuid(workspaceId)}`,
    subjects: [`${ids.join(':')}:*`],
    wildcards: true,
  }
}

function describeCircleci({ orgId, projectId, branch }: Job<'circleci'>): TrustedTokens {
  const [org, project] = [readUuid(orgId), readUuid(projectId)]
  const tokens = { issuer: `https://oidc.circleci.com/org/${org}`, audience: org, wildcards: true }
  const own = `org/${org}/project/${project}/user/*`
  if (branch === undefined) return { ...tokens, subjects: [own] }
  const ref = escapeVariables(readRef(branch))
  return {
    ...tokens,
    subjects: [`${own}/vcs-origin/*/vcs-ref/refs/heads/${ref}`],
    // a branch may be named x/vcs-ref/refs/heads/main
    excluded: `${own}/vcs-ref/*/vcs-ref/*`,
  }
}

function describeBuildkite({ org, pipeline, branch }: Job<'buildkite'>): TrustedTokens {
  demand(isName(org) && isName(pipeline), 'the organisation or the pipeline is none', 'Write them as in the address')
  const rest = branch === undefined ? '*' : `ref:refs/heads/${escapeVariables(readRef(branch))}:commit:*:step:*`
  return {
    issuer: 'https://agent.buildkite.com',
    audience: 'sts.amazonaws.com',
    subjects: [`organization:${org}:pipeline:${pipeline}:${rest}`],
    wildcards: true,
  }
}

function describeAzure({ orgId, org, project, serviceConnection }: Job<'azure-devops'>): TrustedTokens {
  demand(
    [org, project, serviceConnection].every(isName),
    'a name is none',
    'Write organisation, project and service connection',
  )
  return {
    issuer: `https://vstoken.dev.azure.com/${readUuid(orgId)}`,
    audience: 'api://AzureADTokenExchange',
    subjects: [`sc://${org}/${project}/${serviceConnection}`],
    wildcards: false,
  }
}

function describeTerraform({ org, project, workspace, runPhase }: Job<'terraform'>): TrustedTokens {
  demand([org, project, workspace].every(isName), 'a name is none', 'Write organisation, project and workspace')
  demand(runPhase === undefined || ['plan', 'apply'].includes(runPhase), 'the run phase is none', 'Write plan or apply')
  const phases = runPhase === undefined ? ['plan', 'apply'] : [runPhase]
  return {
    issuer: 'https://app.terraform.io',
    audience: 'aws.workload.identity',
    subjects: phases.map((phase) => `organization:${org}:project:${project}:workspace:${workspace}:run_phase:${phase}`),
    wildcards: false,
  }
}

function describeKubernetes({ issuer, namespace, serviceAccount }: Job<'kubernetes'>): TrustedTokens {
  demand(isName(namespace) && isName(serviceAccount), 'the namespace or the service account is none', 'Write both')
  return {
    issuer: readIssuer(issuer),
    audience: 'sts.amazonaws.com',
    subjects: [`system:serviceaccount:${namespace}:${serviceAccount}`],
    wildcards: false,
  }
}

function inText(subject: string): Pick<TrustedTokens, 'subjects' | 'wildcards'> {
  return { subjects: [escapeVariables(subject)], wildcards: /[*?]/.test(subject) }
}

/** A name in one part of a subject: no wildcard, and nothing that ends the part. */
function isName(name: string): boolean {
  return NAME.test(name)
}

function readRef(name: string): string {
  demand(
    name.trim() !== '' && !/^(refs\/|\*+$)/.test(name),
    'a branch, tag or environment is none',
    'Write its name alone',
  )
  return name
}

function readUuid(id: string): string {
  demand(UUID.test(id), 'an id is no UUID', 'Write it as 01234567-89ab-cdef-0123-456789abcdef')
  return id.replace(/[{}]/g, '').toLowerCase()
}

/** GitHub's and GitLab's tokens have none there; a cluster's may. */
function withoutSlash(issuer: string): string {
  return issuer.replace(/\/+$/, '')
}

/** IAM takes no port; on loopback, as for tests, there is one. */
function readIssuer(issuer: string): string {
  const name = nameOfIssuer(issuer)
  const isLocal = /^(127\.0\.0\.1|localhost)(:\d+)?(\/|$)/.test(name)
  const isAddress = /^[^\s*?$:/#]+(\/[^\s*?$#]*)?$/.test(isLocal ? name.replace(/:\d+/, '') : name)
  demand(name !== issuer && isAddress, 'the issuer is no https:// address', 'Write it as the tokens have it (iss)')
  return issuer
}

function onlyOne(texts: readonly string[], what: string): string {
  const [text, ...more] = texts
  if (text !== undefined && more.length === 0) return text
  throw invalid(`${texts.length === 0 ? 'nothing' : 'more than one thing'} says which jobs`, `Name ${what}`)
}

/** @throws CredentialsError `CONFIG_INVALID` */
export function demand(holds: boolean, problem: string, remedy: string): void {
  if (!holds) throw invalid(problem, remedy)
}

function invalid(problem: string, remedy: string): CredentialsError {
  return new CredentialsError(problem, { code: 'CONFIG_INVALID', source: 'trust-create', remedy })
}
