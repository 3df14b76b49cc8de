import { createCredentials, fromCi, fromWebIdentity, nodeHost } from '@rolecall/credentials'
import { fetchCiToken } from '@rolecall/credentials/ci'
import { type Place, type Sandbox, startSandbox } from '@rolecall/sandbox'
import { decodeJwt } from 'jose'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { assumeRoleWithToken, readRefusal } from './sts-client.ts'

const ISSUERS: [place: Place, issuer: RegExp, session: RegExp][] = [
  ['github-actions', /^https:\/\/token\.actions\.githubusercontent\.com$/, /\/github-acme-app-16000000001-1$/],
  ['azure-devops', /^https:\/\/vstoken\.dev\.azure\.com\/[\w-]+$/, /\/azure-devops-Shop-deploy-41$/],
  ['gitlab', /^https:\/\/gitlab\.com$/, /\/gitlab-acme-shop-app-302$/],
  ['bitbucket', /^https:\/\/api\.bitbucket\.org\/2\.0\/workspaces\/acme\//, /\/bitbucket-acme-app-41$/],
  ['circleci', /^https:\/\/oidc\.circleci\.com\/org\/[\w-]+$/, /\/circleci-acme-app-41$/],
  ['buildkite', /^https:\/\/agent\.buildkite\.com$/, /\/buildkite-acme-app-41$/],
  ['terraform', /^https:\/\/app\.terraform\.io$/, /\/terraform-acme-prod-run-X3n1AUXNGWbfECsJ$/],
  ['kubernetes', /^https:\/\/oidc\.eks\.us-east-1\.amazonaws\.com\/id\//, /\/rolecall-\d+$/],
]

/** One for all: its key takes half a second to make. */
let sandbox: Sandbox
let before = 0
beforeAll(async () => {
  sandbox = await startSandbox()
})
beforeEach(() => {
  before = sandbox.calls.length
})
afterAll(() => sandbox.stop())
const calls = () => sandbox.calls.slice(before)

function inPlace(env: Record<string, string>) {
  const host = { ...nodeHost(), env, now: () => sandbox.now, run: runIn(env) }
  const tokenEnv = env['GITLAB_CI'] ? { tokenEnv: 'AWS_ID_TOKEN' } : {}
  return createCredentials({ host, sources: [fromWebIdentity(), fromCi(tokenEnv)] })
}

/** Programs see the variables of the place, too. */
function runIn(env: Record<string, string>): ReturnType<typeof nodeHost>['run'] {
  const { run } = nodeHost()
  return (command, signal) => run({ ...command, env: { ...env, ...command.env } }, signal)
}

test.each(ISSUERS)('%s: from its variables to the identity of a job', async (place, issuer, session) => {
  const env = await sandbox.env(place)
  const source = inPlace(env)
  expect((await source.identity()).arn).toMatch(new RegExp(`:assumed-role/demo-${place}${session.source}`))
  const { attempts } = await source.explain()
  const { facts = {} } = attempts.find(({ outcome }) => outcome === 'found') ?? {}
  if (place !== 'kubernetes') expect(facts['issuer']).toMatch(issuer)
})

test('each variable that a job is given holds a token with the claims of its CI', async () => {
  const { BITBUCKET_STEP_OIDC_TOKEN = '' } = await sandbox.env('bitbucket')
  const claims = decodeJwt(BITBUCKET_STEP_OIDC_TOKEN)
  expect(claims.sub).toMatch(/^\{[\w-]+\}:\{[\w-]+\}$/)
  expect(claims.aud).toMatch(/^ari:cloud:bitbucket::workspace\//)
  expect((claims.exp ?? 0) - (claims.iat ?? 0)).toBe(900)
})

test('claims of a Buildkite job become tags of its session', async () => {
  const env = await sandbox.env('buildkite')
  const host = { ...nodeHost(), env, run: runIn(env) }
  await createCredentials({ host, sources: [fromCi({ sessionTags: ['pipeline_slug'] })] })()
  const { claims } = await fetchCiToken({ host, sessionTags: ['pipeline_slug'] })
  expect(claims['https://aws.amazon.com/tags']).toEqual({ principal_tags: { pipeline_slug: ['app'] } })
})

test('a job may have other claims, and the trust policy then says no', async () => {
  const env = await sandbox.env('github-actions', { sub: 'repo:other/app:ref:refs/heads/main' })
  await expect(inPlace(env)()).rejects.toMatchObject({
    code: 'SOURCE_REFUSED',
    message: expect.stringContaining('subject "repo:other/app:ref:refs/heads/main"'),
  })
})

test('a token of a CI can be had by its issuer, and is held against the policy as AWS would', async () => {
  const iss = 'https://token.actions.githubusercontent.com'
  const name = 'token.actions.githubusercontent.com'
  const trustPolicy = {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Federated: `arn:aws:iam::123456789012:oidc-provider/${name}` },
        Action: 'sts:AssumeRoleWithWebIdentity',
        Condition: {
          StringEquals: { [`${name}:aud`]: 'sts.amazonaws.com', [`${name}:sub`]: 'repo:a/b:environment:prod' },
        },
      },
    ],
  }
  const { arn: RoleArn } = await sandbox.createRole({ name: 'deploy', trustPolicy })
  const good = await sandbox.issueToken({ iss, sub: 'repo:a/b:environment:prod' })
  expect(await assumeRoleWithToken(sandbox, { RoleArn, WebIdentityToken: good })).toHaveProperty('sessionToken')

  const others = { sub: 'repo:a/b:ref:refs/heads/main', aud: 'other' }
  for (const [claim, value] of Object.entries(others)) {
    const token = await sandbox.issueToken({ iss, sub: 'repo:a/b:environment:prod', [claim]: value })
    const { code } = await readRefusal(assumeRoleWithToken(sandbox, { RoleArn, WebIdentityToken: token }))
    expect(code).toMatch(claim === 'aud' ? /^InvalidIdentityToken/ : /^AccessDenied/)
  }
})

describe('token endpoints', () => {
  const ask = async (url: string, init: RequestInit) => {
    const response = await fetch(url, init)
    return { status: response.status, body: (await response.json()) as Record<string, string> }
  }

  test('GitHub: a bearer, an audience of its choice', async () => {
    const env = await sandbox.env('github-actions')
    const url = env['ACTIONS_ID_TOKEN_REQUEST_URL'] ?? ''
    const headers = { authorization: `Bearer ${env['ACTIONS_ID_TOKEN_REQUEST_TOKEN']}` }
    const { body } = await ask(`${url}&audience=api`, { headers })
    expect(decodeJwt(body['value'] ?? '')).toMatchObject({ aud: 'api', repository: 'acme/app', actor: 'ann' })
    expect(await ask(url, { headers: { authorization: 'Bearer other' } })).toMatchObject({ status: 401 })
    expect(await ask(url, {})).toMatchObject({ status: 401 })
    expect(await ask(url, { method: 'POST', headers })).toMatchObject({ status: 405 })
    expect(await ask(url.replace(/[\w-]+(?=\/idtoken)/, 'other'), { headers })).toMatchObject({ status: 404 })
    expect(calls().map(({ service, operation, outcome }) => [service, operation, outcome])).toEqual([
      ['github-actions', 'GetToken', 'ok'],
      ['github-actions', 'GetToken', 'Unauthorized'],
      ['github-actions', 'GetToken', 'Unauthorized'],
      ['github-actions', 'GetToken', 'MethodNotAllowed'],
      ['github-actions', 'GetToken', 'NotFound'],
    ])
  })

  test('Azure DevOps: a POST with the service connection', async () => {
    const env = await sandbox.env('azure-devops')
    const headers = { authorization: `Bearer ${env['SYSTEM_ACCESSTOKEN']}` }
    const id = env['AZURESUBSCRIPTION_SERVICE_CONNECTION_ID']
    const url = env['SYSTEM_OIDCREQUESTURI'] ?? ''
    const { body } = await ask(`${url}?api-version=7.1&serviceConnectionId=${id}`, { method: 'POST', headers })
    expect(decodeJwt(body['oidcToken'] ?? '')).toMatchObject({
      sub: 'sc://acme/Shop/aws',
      aud: 'api://AzureADTokenExchange',
    })
    expect(await ask(`${url}?api-version=7.1&serviceConnectionId=other`, { method: 'POST', headers })).toMatchObject({
      status: 404,
    })
    expect(await ask(`${url}?serviceConnectionId=${id}`, { method: 'POST', headers })).toMatchObject({ status: 400 })
    expect(await ask(url, { method: 'POST' })).toMatchObject({ status: 401 })
    expect(await ask(url, { headers })).toMatchObject({ status: 405 })
  })

  test('their faults are like those of the others', async () => {
    const env = await sandbox.env('github-actions')
    sandbox.fault({ service: 'github-actions', operation: 'GetToken', status: 503, times: 2 })
    expect(await inPlace(env)()).toHaveProperty('source', 'ci')
    expect(calls().map(({ outcome }) => outcome)).toEqual(['HTTP 503', 'HTTP 503', 'ok', 'ok'])
  })
})
