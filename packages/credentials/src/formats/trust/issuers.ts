/**
 * What is known of the issuers of tokens: who they are, and which of their claims STS offers to policies.
 *
 * Source  https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#condition-keys-wif
 *         https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecuritytokenservice.html
 *         https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_oidc_secure-by-default.html
 * @module
 */
export type IssuerKind =
  | 'github'
  | 'gitlab'
  | 'bitbucket'
  | 'circleci'
  | 'buildkite'
  | 'azure-devops'
  | 'terraform'
  | 'kubernetes'
  | 'google'
  | 'cognito'
  | 'other'

export interface Issuer {
  readonly kind: IssuerKind
  /** As people call it. */
  readonly title: string
  /** Whether many organisations get their tokens from this one address. */
  readonly shared: boolean
  /** The claim that says whose token it is. */
  readonly tenantClaim: 'sub' | 'aud'
  /** Claims offered as condition keys, beside those that every issuer has. */
  readonly ownClaims: readonly string[]
  /** Of those, the ones that name a project by an id which is never given to another. */
  readonly idClaims: readonly string[]
}

/** `aud` is the claim azp where the token has one; `oaud` is the claim aud. */
export const COMMON_CLAIMS: readonly string[] = ['amr', 'aud', 'email', 'oaud', 'sub']

const GITHUB_CLAIMS = [
  'actor',
  'actor_id',
  'enterprise_id',
  'environment',
  'job_workflow_ref',
  'ref',
  'repository',
  'repository_id',
  'repository_owner_id',
  'workflow',
]
const GITLAB_CLAIMS = [
  'namespace_id',
  'pipeline_source',
  'project_id',
  'ref_protected',
  'runner_environment',
  'user_access_level',
  'user_email',
  'user_id',
  'user_login',
]
const BUILDKITE_CLAIMS = [
  'build_branch',
  'cluster_id',
  'cluster_name',
  'organization_id',
  'organization_slug',
  'pipeline_id',
  'pipeline_slug',
]
const NONE = { shared: false, tenantClaim: 'sub', ownClaims: [], idClaims: [] } as const

const KNOWN: readonly { readonly name: RegExp; readonly issuer: Issuer }[] = [
  {
    name: /^token\.actions\.(githubusercontent\.com(\/[\w-]+)?|[\w-]+\.ghe\.com)$/,
    issuer: {
      kind: 'github',
      title: 'GitHub Actions',
      shared: true,
      tenantClaim: 'sub',
      ownClaims: GITHUB_CLAIMS,
      idClaims: ['repository_id'],
    },
  },
  { name: /^[^/]+\/_services\/token$/, issuer: { ...NONE, kind: 'github', title: 'GitHub Enterprise Server' } },
  {
    name: /^gitlab\.com$/,
    issuer: {
      kind: 'gitlab',
      title: 'GitLab',
      shared: true,
      tenantClaim: 'sub',
      ownClaims: GITLAB_CLAIMS,
      idClaims: ['project_id'],
    },
  },
  { name: /^gitlab\./, issuer: { ...NONE, kind: 'gitlab', title: 'GitLab' } },
  {
    name: /^api\.bitbucket\.org(\/2\.0\/workspaces\/[^/]+\/pipelines-config\/identity\/oidc$)?/,
    issuer: { ...NONE, kind: 'bitbucket', title: 'Bitbucket Pipelines' },
  },
  {
    name: /^oidc\.circleci\.com/,
    issuer: {
      ...NONE,
      kind: 'circleci',
      title: 'CircleCI',
      ownClaims: ['oidc.circleci.com/project-id'],
    },
  },
  {
    name: /^agent\.([\w-]+\.)?buildkite\.(com|dev|site)$/,
    issuer: {
      kind: 'buildkite',
      title: 'Buildkite',
      shared: true,
      tenantClaim: 'sub',
      ownClaims: BUILDKITE_CLAIMS,
      idClaims: ['pipeline_id'],
    },
  },
  { name: /^vstoken\.dev\.azure\.com/, issuer: { ...NONE, kind: 'azure-devops', title: 'Azure DevOps' } },
  { name: /^app\.terraform\.io$/, issuer: { ...NONE, kind: 'terraform', title: 'HCP Terraform', shared: true } },
  {
    name: /^(oidc\.eks\.|oidc-eks\.|eks\.)[\w.-]+\/id\/|\.oic\.prod-aks\.azure\.com\/|^container\.googleapis\.com\//,
    issuer: { ...NONE, kind: 'kubernetes', title: 'Kubernetes' },
  },
  {
    name: /^accounts\.google\.com$/,
    issuer: {
      ...NONE,
      kind: 'google',
      title: 'Google',
      shared: true,
      tenantClaim: 'aud',
      ownClaims: ['google/organization_number'],
    },
  },
  {
    name: /^cognito-identity\.amazonaws\.com$/,
    issuer: { ...NONE, kind: 'cognito', title: 'Amazon Cognito', shared: true, tenantClaim: 'aud' },
  },
  {
    name: /^(api\.pulumi\.com\/oidc|oidc\.vercel\.com(\/.*)?|sandboxes\.cloud)$/,
    issuer: { ...NONE, kind: 'other', title: 'a shared issuer', shared: true, tenantClaim: 'aud' },
  },
  {
    name: /^idcs-[\w-]+\.identity\.oraclecloud\.com$/,
    issuer: { ...NONE, kind: 'other', title: 'Oracle Cloud', ownClaims: ['rpst_id'] },
  },
]

/** @param name the issuer without its scheme: what follows `oidc-provider/` in an ARN. */
export function findIssuer(name: string): Issuer {
  const known = KNOWN.find((one) => one.name.test(name.toLowerCase()))
  return known?.issuer ?? { ...NONE, kind: 'other', title: name }
}

/** The issuer as ARNs and condition keys name it. Only on loopback, as for tests, is there one without TLS. */
export function nameOfIssuer(issuer: string): string {
  return issuer.replace(/^https:\/\//, '').replace(/^http:\/\/(?=(127\.|localhost[:/]|localhost$|\[::1\]))/, '')
}

/** The claims of this issuer that a policy can ask for. */
export function listOfferedClaims(name: string): readonly string[] {
  return [...COMMON_CLAIMS, ...findIssuer(name).ownClaims]
}
