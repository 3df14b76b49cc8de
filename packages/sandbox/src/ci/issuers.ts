/**
 * The issuers of CIs as the sandbox plays them: their real names, and tokens with the claims that each of them writes. The
 * account trusts them by the key of the sandbox's own issuer, so a trust policy for the real one is tried as it stands.
 *
 * Source  https://docs.github.com/en/actions/reference/security/oidc
 *         https://docs.gitlab.com/ci/secrets/id_token_authentication/
 *         https://support.atlassian.com/bitbucket-cloud/docs/integrate-pipelines-with-resource-servers-using-oidc/
 *         https://circleci.com/docs/openid-connect-tokens/
 *         https://buildkite.com/docs/agent/v3/cli-oidc
 *         https://learn.microsoft.com/en-us/azure/devops/pipelines/release/configure-workload-identity
 *         https://developer.hashicorp.com/terraform/cloud-docs/workspaces/dynamic-provider-credentials/workload-identity-tokens
 *         https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/
 * @module
 */

export type CiPlace =
  | 'github-actions'
  | 'gitlab'
  | 'bitbucket'
  | 'circleci'
  | 'buildkite'
  | 'azure-devops'
  | 'terraform'
  | 'kubernetes'

export interface CiIssuer {
  readonly issuer: string
  /** Of its tokens where a job does not choose, and the one that the account's provider lists. */
  readonly audience: string
  readonly lifetimeSeconds: number
  /** What the subject of each of its demo jobs is like: a pattern of StringLike. */
  readonly subjects: string
  /** Beside iss, aud, iat, exp and jti. */
  readonly claims: Readonly<Record<string, unknown>>
}

export const STS_AUDIENCE = 'sts.amazonaws.com'
/** The organisation, workspace, project and the like of the demo jobs. */
const ORGANISATION_ID = '6a1d2a4c-0f5b-4c6e-9a3e-1f2b3c4d5e6f'
const PROJECT_ID = '7b2e3b5d-1a6c-4d7f-8b4f-2a3c4d5e6f70'
const STEP_ID = '{8c3f4c6e-2b7d-4e80-9c50-3b4d5e6f7081}'
const COMMIT = '5f0e9a7c3d1b42e68a9b0c1d2e3f405162738495'

export const CI_ISSUERS: Readonly<Record<CiPlace, CiIssuer>> = {
  'github-actions': {
    issuer: 'https://token.actions.githubusercontent.com',
    audience: STS_AUDIENCE,
    lifetimeSeconds: 300,
    subjects: 'repo:acme/app:*',
    claims: {
      sub: 'repo:acme/app:ref:refs/heads/main',
      ref: 'refs/heads/main',
      ref_type: 'branch',
      ref_protected: 'true',
      sha: COMMIT,
      repository: 'acme/app',
      repository_id: '20020002',
      repository_owner: 'acme',
      repository_owner_id: '10010001',
      repository_visibility: 'private',
      run_id: '16000000001',
      run_number: '41',
      run_attempt: '1',
      runner_environment: 'github-hosted',
      actor: 'ann',
      actor_id: '30030003',
      workflow: 'deploy',
      workflow_ref: 'acme/app/.github/workflows/deploy.yml@refs/heads/main',
      workflow_sha: COMMIT,
      job_workflow_ref: 'acme/app/.github/workflows/deploy.yml@refs/heads/main',
      job_workflow_sha: COMMIT,
      head_ref: '',
      base_ref: '',
      event_name: 'push',
    },
  },
  gitlab: {
    issuer: 'https://gitlab.com',
    audience: STS_AUDIENCE,
    lifetimeSeconds: 300,
    subjects: 'project_path:acme/shop/app:*',
    claims: {
      sub: 'project_path:acme/shop/app:ref_type:branch:ref:main',
      namespace_id: '72',
      namespace_path: 'acme/shop',
      project_id: '20',
      project_path: 'acme/shop/app',
      user_id: '1',
      user_login: 'ann',
      user_email: 'ann@acme.example',
      user_access_level: 'maintainer',
      pipeline_id: '574',
      pipeline_source: 'push',
      job_id: '302',
      ref: 'main',
      ref_type: 'branch',
      ref_path: 'refs/heads/main',
      ref_protected: 'true',
      runner_id: 1,
      runner_environment: 'gitlab-hosted',
      sha: COMMIT,
      ci_config_ref_uri: 'gitlab.com/acme/shop/app//.gitlab-ci.yml@refs/heads/main',
      project_visibility: 'private',
    },
  },
  bitbucket: {
    issuer: 'https://api.bitbucket.org/2.0/workspaces/acme/pipelines-config/identity/oidc',
    audience: `ari:cloud:bitbucket::workspace/${ORGANISATION_ID}`,
    lifetimeSeconds: 900,
    subjects: `{${PROJECT_ID}}:*`,
    claims: {
      sub: `{${PROJECT_ID}}:${STEP_ID}`,
      stepUuid: STEP_ID,
      pipelineUuid: '{9d405d7f-3c8e-4f91-8d61-4c5e6f708192}',
      repositoryUuid: `{${PROJECT_ID}}`,
      workspaceUuid: `{${ORGANISATION_ID}}`,
      accountUuid: `{${ORGANISATION_ID}}`,
      branchName: 'main',
    },
  },
  circleci: {
    issuer: `https://oidc.circleci.com/org/${ORGANISATION_ID}`,
    audience: ORGANISATION_ID,
    lifetimeSeconds: 3600,
    subjects: `org/${ORGANISATION_ID}/project/${PROJECT_ID}/*`,
    claims: {
      sub: `org/${ORGANISATION_ID}/project/${PROJECT_ID}/user/ae51608a-4d9f-40a2-9e72-5d6f708192a3/vcs-origin/github.com/acme/app/vcs-ref/refs/heads/main`,
      'oidc.circleci.com/project-id': PROJECT_ID,
      'oidc.circleci.com/context-ids': ['bf62719b-5ea0-41b3-af83-6e708192a3b4'],
      'oidc.circleci.com/vcs-origin': 'github.com/acme/app',
      'oidc.circleci.com/vcs-ref': 'refs/heads/main',
    },
  },
  buildkite: {
    issuer: 'https://agent.buildkite.com',
    audience: STS_AUDIENCE,
    lifetimeSeconds: 300,
    subjects: 'organization:acme:pipeline:app:*',
    claims: {
      sub: `organization:acme:pipeline:app:ref:refs/heads/main:commit:${COMMIT}:step:deploy`,
      organization_slug: 'acme',
      organization_id: ORGANISATION_ID,
      pipeline_slug: 'app',
      pipeline_id: PROJECT_ID,
      build_number: 41,
      build_branch: 'main',
      build_commit: COMMIT,
      step_key: 'deploy',
      job_id: '0184990a-477b-4fa8-9968-496074483cee',
      agent_id: '0184990a-4782-42b5-afc1-16715b10b8ff',
      runner_environment: 'buildkite-hosted',
    },
  },
  'azure-devops': {
    issuer: `https://vstoken.dev.azure.com/${ORGANISATION_ID}`,
    audience: 'api://AzureADTokenExchange',
    lifetimeSeconds: 600,
    subjects: 'sc://acme/Shop/aws',
    claims: { sub: 'sc://acme/Shop/aws' },
  },
  terraform: {
    issuer: 'https://app.terraform.io',
    audience: 'aws.workload.identity',
    lifetimeSeconds: 3600,
    subjects: 'organization:acme:project:Shop:workspace:prod:run_phase:*',
    claims: {
      sub: 'organization:acme:project:Shop:workspace:prod:run_phase:apply',
      terraform_run_phase: 'apply',
      terraform_organization_id: 'org-GRNbCjYNpBB6NEBH',
      terraform_organization_name: 'acme',
      terraform_project_id: 'prj-vegSA59s1XPwMr2t',
      terraform_project_name: 'Shop',
      terraform_workspace_id: 'ws-mbsd5E3Ktt5Rg2Xm',
      terraform_workspace_name: 'prod',
      terraform_full_workspace: 'organization:acme:project:Shop:workspace:prod',
      terraform_run_id: 'run-X3n1AUXNGWbfECsJ',
    },
  },
  kubernetes: {
    issuer: 'https://oidc.eks.us-east-1.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF',
    audience: STS_AUDIENCE,
    lifetimeSeconds: 24 * 3600,
    subjects: 'system:serviceaccount:shop:deployer',
    claims: {
      sub: 'system:serviceaccount:shop:deployer',
      'kubernetes.io': {
        namespace: 'shop',
        pod: { name: 'deployer-5d4f8c7b9-x2x4z', uid: 'c0738293-6fb1-42c4-b094-7f8192a3b4c5' },
        serviceaccount: { name: 'deployer', uid: 'd18493a4-70c2-43d5-81a5-8092a3b4c5d6' },
      },
    },
  },
}
