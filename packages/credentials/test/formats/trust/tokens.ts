/** Tokens and policies for tests: signed by nobody, as the engine never asks. */
import {
  checkTrust,
  readTrustPolicy,
  readWebIdentityToken,
  type TrustCheck,
  type WebIdentityOptions,
} from '../../../src/trust.ts'

export const GITHUB = 'token.actions.githubusercontent.com'
export const ACCOUNT = '111122223333'
export const NOW = Date.parse('2026-11-01T12:00:00Z')

const encode = (part: object | string): string =>
  Buffer.from(typeof part === 'string' ? part : JSON.stringify(part)).toString('base64url')

export function jwt(
  claims: object | string,
  header: object = { alg: 'RS256', typ: 'JWT' },
  signature = 'c2lnbmF0dXJl',
): string {
  return `${encode(header)}.${encode(claims)}.${signature}`
}

export const GITHUB_CLAIMS = {
  iss: `https://${GITHUB}`,
  aud: 'sts.amazonaws.com',
  sub: 'repo:acme/app:ref:refs/heads/main',
  ref: 'refs/heads/main',
  repository: 'acme/app',
  repository_id: '42',
  repository_owner: 'acme',
  repository_owner_id: '7',
  actor: 'ann',
  actor_id: '9',
  workflow: 'deploy',
  job_workflow_ref: 'acme/app/.github/workflows/deploy.yml@refs/heads/main',
  exp: NOW / 1000 + 300,
}

export function arnOf(provider: string, account: string = ACCOUNT, partition = 'aws'): string {
  return `arn:${partition}:iam::${account}:oidc-provider/${provider}`
}

/** An Allow for tokens of the issuer. */
export function allow(provider: string, Condition: object, rest: object = {}): object {
  return {
    Effect: 'Allow',
    Principal: { Federated: arnOf(provider) },
    Action: 'sts:AssumeRoleWithWebIdentity',
    Condition,
    ...rest,
  }
}

export function check(
  claims: object,
  statements: object | readonly object[],
  options: Partial<WebIdentityOptions> = {},
): TrustCheck {
  const policy = readTrustPolicy(
    JSON.stringify({ Version: '2012-10-17', Statement: statements }, null, 2),
    'trust.json',
  )
  return checkTrust(policy, readWebIdentityToken(jwt(claims)), { nowMs: NOW, ...options })
}
