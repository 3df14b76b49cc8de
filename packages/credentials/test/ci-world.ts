/** Jobs of each CI as their variables make them, with tokens that nobody has signed. */
import { encodeUnsigned } from '../src/formats/jwt.ts'

export const ROLE = 'arn:aws:iam::123456789012:role/deploy'
/** No output may have a piece of it. */
export const CANARY = 'canary-request-token-0123456789'

/** When the tests begin. */
const NOW_SECONDS = Date.parse('2026-01-01T00:00:00Z') / 1000

export function jwt(claims: Readonly<Record<string, unknown>> = {}): string {
  const usual = { iss: 'https://issuer.example', sub: 'job', aud: 'sts.amazonaws.com', exp: NOW_SECONDS + 900 }
  return `${encodeUnsigned({ alg: 'RS256' }, { ...usual, ...claims })}.c2lnbmF0dXJlLW9mLXRoZS1jYW5hcnk`
}

export const GITHUB = {
  AWS_ROLE_ARN: ROLE,
  GITHUB_ACTIONS: 'true',
  GITHUB_REPOSITORY: 'acme/app',
  GITHUB_RUN_ID: '16000000001',
  GITHUB_RUN_ATTEMPT: '2',
  ACTIONS_ID_TOKEN_REQUEST_URL: 'https://run-actions-1.actions.githubusercontent.com/9/idtoken/j/1?api-version=2.0',
  ACTIONS_ID_TOKEN_REQUEST_TOKEN: CANARY,
}
export const GITHUB_ENDPOINT = `GET ${GITHUB.ACTIONS_ID_TOKEN_REQUEST_URL}&audience=sts.amazonaws.com`

export const AZURE = {
  AWS_ROLE_ARN: ROLE,
  TF_BUILD: 'True',
  SYSTEM_TEAMPROJECT: 'Web Shop',
  BUILD_DEFINITIONNAME: 'deploy',
  BUILD_BUILDID: '77',
  SYSTEM_OIDCREQUESTURI: 'https://dev.azure.com/acme/p/_apis/distributedtask/hubs/build/plans/1/jobs/2/oidctoken',
  SYSTEM_ACCESSTOKEN: CANARY,
  AZURESUBSCRIPTION_SERVICE_CONNECTION_ID: '0a0b0c0d-1111-2222-3333-444455556666',
}
export const AZURE_ENDPOINT = `POST ${AZURE.SYSTEM_OIDCREQUESTURI}?api-version=7.1&serviceConnectionId=${AZURE.AZURESUBSCRIPTION_SERVICE_CONNECTION_ID}`

export const BITBUCKET = {
  AWS_ROLE_ARN: ROLE,
  BITBUCKET_BUILD_NUMBER: '41',
  BITBUCKET_REPO_FULL_NAME: 'acme/app',
  BITBUCKET_STEP_OIDC_TOKEN: jwt({ sub: '{repo}:{step}' }),
}

export const BUILDKITE = {
  AWS_ROLE_ARN: ROLE,
  BUILDKITE: 'true',
  BUILDKITE_ORGANIZATION_SLUG: 'acme',
  BUILDKITE_PIPELINE_SLUG: 'app',
  BUILDKITE_BUILD_NUMBER: '7',
}
export const BUILDKITE_COMMAND = 'buildkite-agent oidc request-token --audience sts.amazonaws.com'
