/** A role that does not let the token of a job in, and a trust policy at hand that tells why. */
import { type Sandbox, startSandbox } from '@rolecall/sandbox'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { rolecall } from './world.ts'

const ISSUER = 'token.actions.githubusercontent.com'
const SUBJECT = 'repo:acme/app:ref:refs/heads/main'

const policyFor = (sub: string): object => ({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { Federated: `arn:aws:iam::123456789012:oidc-provider/${ISSUER}` },
      Action: 'sts:AssumeRoleWithWebIdentity',
      Condition: { StringEquals: { [`${ISSUER}:aud`]: 'sts.amazonaws.com', [`${ISSUER}:sub`]: sub } },
    },
  ],
})
const PROD = policyFor('repo:acme/app:environment:prod')

let sandbox: Sandbox
let role = ''
beforeAll(async () => {
  sandbox = await startSandbox()
  role = (await sandbox.createRole({ name: 'prod', trustPolicy: PROD })).arn
})
afterAll(() => sandbox.stop())

async function refused(args: readonly string[], policy?: object, extra: Record<string, string> = {}) {
  const env = { ...(await sandbox.env('github-actions')), ...extra, AWS_ROLE_ARN: role }
  const files = policy && { 'trust.json': JSON.stringify(policy, undefined, 2) }
  const before = sandbox.calls.length
  const ended = await rolecall(args, { env, ...(files && { files }) })
  const exchanges = sandbox.calls.slice(before).filter(({ operation }) => operation === 'AssumeRoleWithWebIdentity')
  expect({ status: ended.status, stdout: ended.stdout, exchanges: exchanges.length }).toEqual({
    status: 1,
    stdout: '',
    exchanges: 1,
  })
  return ended.stderr
}

test('the condition that fails is shown, with what the token has, and what would let it in', async () => {
  const shown = await refused(['exec', '--trust-policy', 'trust.json', '--', 'true'], PROD)
  expect(shown).toContain(`${ISSUER}:sub`)
  expect(shown).toContain('repo:acme/app:environment:prod')
  expect(shown).toContain(SUBJECT)
  expect(shown).toMatch(/^rolecall: ci: STS answered AssumeRoleWithWebIdentity .* with AccessDenied/m)
})

test('for a program it is one object', async () => {
  const shown = await refused(['export', '--json', '--trust-policy', 'trust.json'], PROD)
  const { error } = JSON.parse(shown)
  expect(error).toMatchObject({
    code: 'SOURCE_REFUSED',
    source: 'ci',
    message: expect.stringContaining(`in trust.json it fails at StringEquals ${ISSUER}:sub`),
    remedy: expect.stringContaining(SUBJECT),
  })
})

test('a file that would let it in is not the policy of that role', async () => {
  const shown = await refused(['whoami', '--json', '--trust-policy', 'trust.json'], policyFor(SUBJECT))
  expect(JSON.parse(shown).error).toMatchObject({
    message: expect.stringContaining('trust.json would let it in'),
    remedy: expect.stringContaining(`the policy of ${role}`),
  })
})

test('IAM is asked for the policy where this machine has other credentials that may', async () => {
  const shown = await refused(['export', '--json'], undefined, await sandbox.env('ecs'))
  expect(JSON.parse(shown).error.message).toContain(`in the trust policy of ${role} it fails at`)
  expect(sandbox.calls.at(-2)).toMatchObject({ service: 'iam', operation: 'GetRole', roleArn: role })
})

test.each<[named: string, args: string[], env: Record<string, string>]>([
  ['by an option', ['--web-identity-token-file', 'token'], {}],
  ['by its variable', [], { AWS_WEB_IDENTITY_TOKEN_FILE: 'token' }],
  ['by its variable alone', ['--provider', 'web-identity'], { AWS_WEB_IDENTITY_TOKEN_FILE: 'token' }],
  ['outside of a CI', ['--web-identity-token-file', 'token', '--trust-policy', 'trust.json'], { GITLAB_CI: '' }],
])('a token in a file that is named %s is explained alike', async (_named, args, env) => {
  const job = await sandbox.env('gitlab')
  const { status, stderr } = await rolecall(['export', '--json', ...args], {
    env: { ...job, ...(await sandbox.env('ecs')), AWS_ROLE_ARN: role, ...env },
    files: { token: job['AWS_ID_TOKEN'] ?? '', 'trust.json': JSON.stringify(PROD) },
  })
  expect(status).toBe(1)
  const { source, message } = JSON.parse(stderr).error
  expect(source).toBe('web-identity')
  expect(message).toContain('the token says issuer "https://gitlab.com", subject "project_path:acme/shop/app:')
  expect(message).toMatch(/; in (trust\.json|the trust policy of \S+role\/prod) it fails at Principal/)
})

test('without either the claims of the token are shown', async () => {
  const shown = await refused(['export', '--json'])
  expect(JSON.parse(shown).error).toMatchObject({
    message: expect.stringContaining(`subject "${SUBJECT}"`),
    remedy: expect.stringContaining('rolecall trust check'),
  })
})

test.each<[policy: string, files: Record<string, string>, expected: object]>([
  ['is none', { 'trust.json': '{\n  "Statement": [}\n' }, { code: 'CONFIG_INVALID', location: { line: 2 } }],
  ['is not there', {}, { code: 'FILE_MISSING', location: { file: 'trust.json' } }],
])('a policy that %s is wrong usage, before anything is asked', async (_policy, files, expected) => {
  const env = { ...(await sandbox.env('github-actions')), AWS_ROLE_ARN: role }
  const before = sandbox.calls.length
  const { status, stderr } = await rolecall(['export', '--json', '--trust-policy', 'trust.json'], { env, files })
  expect(status).toBe(2)
  expect(JSON.parse(stderr).error).toMatchObject({ source: '--trust-policy', ...expected })
  expect(sandbox.calls.length).toBe(before)
})
