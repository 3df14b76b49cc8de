/** The variables, and files, that jobs of each CI have. */
import { delimiter, dirname } from 'node:path'
import type { PrivateFolder } from '../private-folder.ts'
import { azureTokenUrl, SERVICE_CONNECTION_ID } from './azure-devops.ts'
import { BUILDKITE_AGENT } from './buildkite.ts'
import { githubTokenUrl } from './github-actions.ts'
import type { CiPlace } from './issuers.ts'
import type { CiJob } from './jobs.ts'

export interface CiSurroundings {
  readonly url: string
  readonly folder: PrivateFolder
}

type Environment = Record<string, string>
type Describe = (job: CiJob, surroundings: CiSurroundings) => Environment | Promise<Environment>

/** The variable of the demo job in GitLab: each job names its own. */
const GITLAB_TOKEN = 'AWS_ID_TOKEN'

export const CI_ENVIRONMENTS: Readonly<Record<CiPlace, Describe>> = {
  'github-actions': async (job, { url, folder }) => ({
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_REPOSITORY: 'acme/app',
    GITHUB_REPOSITORY_OWNER: 'acme',
    GITHUB_REF: 'refs/heads/main',
    GITHUB_ACTOR: 'ann',
    GITHUB_WORKFLOW: 'deploy',
    GITHUB_JOB: 'deploy',
    GITHUB_RUN_ID: '16000000001',
    GITHUB_RUN_ATTEMPT: '1',
    GITHUB_ENV: await folder.write(`github-${job.id}/env`, ''),
    GITHUB_OUTPUT: await folder.write(`github-${job.id}/output`, ''),
    GITHUB_STATE: await folder.write(`github-${job.id}/state`, ''),
    GITHUB_PATH: await folder.write(`github-${job.id}/path`, ''),
    ACTIONS_ID_TOKEN_REQUEST_URL: githubTokenUrl(url, job),
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: job.bearer,
  }),
  'azure-devops': (job, { url }) => ({
    TF_BUILD: 'True',
    SYSTEM_COLLECTIONURI: 'https://dev.azure.com/acme/',
    SYSTEM_TEAMPROJECT: 'Shop',
    BUILD_DEFINITIONNAME: 'deploy',
    BUILD_BUILDID: '41',
    SYSTEM_OIDCREQUESTURI: azureTokenUrl(url, job),
    SYSTEM_ACCESSTOKEN: job.bearer,
    AZURESUBSCRIPTION_SERVICE_CONNECTION_ID: SERVICE_CONNECTION_ID,
  }),
  gitlab: async (job) => ({
    CI: 'true',
    GITLAB_CI: 'true',
    CI_PROJECT_PATH: 'acme/shop/app',
    CI_PIPELINE_ID: '574',
    CI_JOB_ID: '302',
    [GITLAB_TOKEN]: await job.issueToken(),
  }),
  bitbucket: async (job) => ({
    CI: 'true',
    BITBUCKET_WORKSPACE: 'acme',
    BITBUCKET_REPO_SLUG: 'app',
    BITBUCKET_REPO_FULL_NAME: 'acme/app',
    BITBUCKET_BRANCH: 'main',
    BITBUCKET_BUILD_NUMBER: '41',
    BITBUCKET_STEP_OIDC_TOKEN: await job.issueToken(),
  }),
  circleci: async (job) => ({
    CI: 'true',
    CIRCLECI: 'true',
    CIRCLE_PROJECT_USERNAME: 'acme',
    CIRCLE_PROJECT_REPONAME: 'app',
    CIRCLE_BUILD_NUM: '41',
    CIRCLE_OIDC_TOKEN_V2: await job.issueToken(),
  }),
  buildkite: async (job, { url, folder }) => {
    const agent = await folder.writeProgram(`buildkite-${job.id}/buildkite-agent`, BUILDKITE_AGENT)
    return {
      CI: 'true',
      BUILDKITE: 'true',
      BUILDKITE_ORGANIZATION_SLUG: 'acme',
      BUILDKITE_PIPELINE_SLUG: 'app',
      BUILDKITE_BUILD_NUMBER: '41',
      BUILDKITE_JOB_ID: job.id,
      BUILDKITE_AGENT_ENDPOINT: `${url}/v3`,
      BUILDKITE_AGENT_ACCESS_TOKEN: job.bearer,
      PATH: [dirname(agent), process.env['PATH']].filter(Boolean).join(delimiter),
    }
  },
  terraform: async (job) => ({
    TFC_RUN_ID: 'run-X3n1AUXNGWbfECsJ',
    TFC_WORKSPACE_NAME: 'prod',
    TFC_WORKSPACE_SLUG: 'acme/prod',
    TFC_PROJECT_NAME: 'Shop',
    TFC_WORKLOAD_IDENTITY_AUDIENCE: 'aws.workload.identity',
    TFC_WORKLOAD_IDENTITY_TOKEN: await job.issueToken(),
  }),
  kubernetes: async (job, { folder }) => ({
    KUBERNETES_SERVICE_HOST: '10.100.0.1',
    KUBERNETES_SERVICE_PORT: '443',
    HOSTNAME: 'deployer-5d4f8c7b9-x2x4z',
    AWS_WEB_IDENTITY_TOKEN_FILE: await folder.write(`kubernetes-${job.id}/token`, await job.issueToken()),
  }),
}
