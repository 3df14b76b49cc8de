/** Jobs of CIs, each with the variables of its CI and a sandbox that plays it, through the real command line. */
import { readFileSync } from 'node:fs'
import { type Place, type Sandbox, startSandbox } from '@rolecall/sandbox'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { KEYS, rolecall } from './world.ts'

let sandbox: Sandbox
let token = ''
beforeAll(async () => {
  sandbox = await startSandbox()
  token = await sandbox.issueToken()
})
afterAll(() => sandbox.stop())

const DEMO = 'arn:aws:iam::123456789012:role/demo'
const roleOf = (place: string): string => `arn:aws:iam::123456789012:role/demo-${place}`
const pieces = (secret: string): string[] => [secret.slice(40, 52), secret.slice(-12)]

async function inPlace(place: Place, args: readonly string[], extra: Record<string, string> = {}) {
  const env = await sandbox.env(place)
  return rolecall(args, { env: { ...env, ...extra } })
}

test('each CI: from its variables to GetCallerIdentity', async () => {
  const stories: [Place, ...string[]][] = [
    ['github-actions'],
    ['azure-devops'],
    ['gitlab', '--token-env', 'AWS_ID_TOKEN'],
    ['bitbucket'],
    ['circleci'],
    ['buildkite'],
    ['terraform', '--provider', 'ci'],
    ['kubernetes', '--ci', 'kubernetes'],
  ]
  const told = stories.map(async ([place, ...args]) => {
    const { stdout } = await inPlace(place, ['whoami', '--json', ...args])
    return { place, ...JSON.parse(stdout) }
  })
  for (const { place, arn, source } of await Promise.all(told))
    expect({ arn, source }).toEqual({ arn: expect.stringContaining(`:assumed-role/demo-${place}/`), source: 'ci' })
})

describe('the role', () => {
  test('of --role-arn is that of the exchange, and the next one is assumed on top', async () => {
    const args = ['whoami', '--json', '--role-arn', roleOf('github-actions'), '--role-arn', DEMO]
    const { status, stdout, stderr } = await inPlace('github-actions', args, { AWS_ROLE_ARN: '' })
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(JSON.parse(stdout).arn).toContain(':assumed-role/demo/')
  })

  test('is assumed with what was found where another source comes first', async () => {
    const keys = await sandbox.env('keys')
    const args = ['whoami', '--json', '--role-arn', DEMO]
    const { status, stdout } = await inPlace('github-actions', args, keys)
    expect(status).toBe(0)
    expect(JSON.parse(stdout).arn).toContain(':assumed-role/demo/')
  })

  test('of AWS_ROLE_ARN takes what is said of its session', async () => {
    const args = ['export', '--format', 'json', '--duration', '900', '--session-name', 'mine', '--read-only']
    const { status, stdout } = await inPlace('bitbucket', args)
    expect(status).toBe(0)
    const { expiration } = JSON.parse(stdout)
    expect(Date.parse(expiration) - sandbox.now).toBeLessThanOrEqual(900_000)
  })

  test('that is narrowed is never given up for wider credentials', async () => {
    const { status, stdout, stderr } = await inPlace('bitbucket', ['export', '--read-only', '--json'], KEYS)
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
    expect(JSON.parse(stderr).error).toMatchObject({ code: 'NARROWING_IMPOSSIBLE' })
  })

  test.each([
    [['--tag', 'a=b', '--provider', 'ci'], 'NARROWING_IMPOSSIBLE'],
    [['--source-identity', 'ann', '--web-identity-token-file', '/token'], 'NARROWING_IMPOSSIBLE'],
    [['--provider', 'env', '--token-env', 'X'], 'USAGE'],
  ])('%o is refused: %s', async (args, code) => {
    const { stdout, stderr } = await inPlace('github-actions', ['export', '--json', ...args])
    expect(stdout).toBe('')
    expect(JSON.parse(stderr).error).toMatchObject({ code })
  })
})

test.each<[names: string, place: Place, args: string[], extra: Record<string, string>, name: RegExp]>([
  ['the run, in a pod', 'kubernetes', [], {}, /^kubernetes-/],
  ['the run, in GitLab', 'gitlab', ['--web-identity-token-file', 'token'], {}, /^gitlab-acme-shop-app-\d+$/],
  ['what the variable says', 'kubernetes', [], { AWS_ROLE_SESSION_NAME: 'mine' }, /^mine$/],
])('a session for a token in a file is named after %s', async (_names, place, args, extra, name) => {
  const env = { ...(await sandbox.env(place)), ...extra }
  const files = { token: env['AWS_ID_TOKEN'] ?? '' }
  const { stdout } = await rolecall(['whoami', '--json', ...args], { env, files })
  const { source, arn } = JSON.parse(stdout)
  expect(source).toBe('web-identity')
  expect(arn.split('/').at(-1)).toMatch(name)
})

describe('a token that is named', () => {
  const env = async () => ({ ...(await sandbox.env('keys')), AWS_ROLE_ARN: roleOf('web-identity') })

  test('wins over keys that lie about, in a variable or printed by a command', async () => {
    const byName = await rolecall(['whoami', '--json', '--token-env', 'MY_TOKEN'], {
      env: { ...(await env()), MY_TOKEN: token },
    })
    const byCommand = await rolecall(['whoami', '--json', '--token-command', 'cat token'], {
      env: await env(),
      files: { token },
    })
    for (const { stdout } of [byName, byCommand]) expect(JSON.parse(stdout)).toMatchObject({ source: 'ci' })
  })

  test('may be in a file', async () => {
    const { stdout } = await rolecall(['whoami', '--json', '--web-identity-token-file', 'token'], {
      env: await env(),
      files: { token },
    })
    expect(JSON.parse(stdout)).toMatchObject({ source: 'web-identity' })
    expect(JSON.parse(stdout).arn).toContain(':assumed-role/demo-web-identity/')
  })

  test('needs a role', async () => {
    const { status, stderr } = await rolecall(['whoami', '--token-env', 'MY_TOKEN'], { env: { MY_TOKEN: token } })
    expect(status).toBe(1)
    expect(stderr).toContain('AWS_ROLE_ARN')
  })
})

describe('what a job is told', () => {
  test('that has one token: when its session ends', async () => {
    const { status, stderr } = await inPlace('bitbucket', ['exec', '--', 'true'])
    expect(status).toBe(0)
    expect(stderr).toMatch(
      /^rolecall: Bitbucket Pipelines gives this job one token\. Its session ends at \S+Z; no other can follow it: the token is good until \S+Z\.\n$/,
    )
  })

  test('that may have none: the permission', async () => {
    const { status, stdout, stderr } = await inPlace('github-actions', ['export', '--json'], {
      ACTIONS_ID_TOKEN_REQUEST_URL: '',
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: '',
    })
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
    expect(JSON.parse(stderr).error).toMatchObject({
      code: 'CONFIG_INVALID',
      source: 'ci',
      remedy: expect.stringContaining('permissions: id-token: write'),
    })
  })

  test('whose role is not named: that it is not', async () => {
    const { stderr } = await inPlace('github-actions', ['whoami'], { AWS_ROLE_ARN: '' })
    expect(stderr).toMatch(/ci\s+GitHub Actions is detected, and no role is named: set AWS_ROLE_ARN/)
  })

  test('that runs in another account than it should: nothing', async () => {
    const { status, stdout } = await inPlace('github-actions', ['export', '--allow-account', '999999999999'])
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
  })

  test('is not its token, also with --debug', async () => {
    const env = await sandbox.env('bitbucket')
    const { stdout, stderr } = await rolecall(['whoami', '--debug'], { env })
    expect(stderr).toContain('found source=ci')
    for (const piece of pieces(env['BITBUCKET_STEP_OIDC_TOKEN'] ?? '')) expect(stdout + stderr).not.toContain(piece)
  })
})

describe('rolecall token', () => {
  test('shows what the token claims, and none of it', async () => {
    const env = { ...(await sandbox.env('bitbucket')) }
    const { status, stdout } = await rolecall(['token'], { env })
    expect(status).toBe(0)
    expect(stdout).toMatch(/^Bitbucket Pipelines: until \S+Z, the only one\n\niss +https:\/\/api\.bitbucket\.org\//)
    expect(stdout).toMatch(/\nsub +\{[\w-]+\}:\{[\w-]+\}\naud +ari:\S+\niat +\S+Z\n/)
    for (const piece of pieces(env['BITBUCKET_STEP_OIDC_TOKEN'] ?? '')) expect(stdout).not.toContain(piece)

    const json = JSON.parse((await rolecall(['token', '--json'], { env })).stdout)
    expect(json).toMatchObject({ ci: 'bitbucket', renews: false, claims: { branchName: 'main' } })
    expect(JSON.stringify(json)).not.toContain(pieces(env['BITBUCKET_STEP_OIDC_TOKEN'] ?? '')[1])
  })

  test.each<[where: string, env: Record<string, string>, ci: string | null]>([
    ['no CI is detected', {}, null],
    ['the CI has no place for tokens', { GITLAB_CI: 'true' }, 'gitlab'],
  ])('is that of AWS_WEB_IDENTITY_TOKEN_FILE where %s, and trust check takes it', async (_where, extra, ci) => {
    const env = { AWS_WEB_IDENTITY_TOKEN_FILE: 'token', ...extra }
    const shown = await rolecall(['token', '--json'], { env, files: { token } })
    expect(JSON.parse(shown.stdout)).toMatchObject({ ci, claims: { iss: expect.any(String) } })

    const policy = '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":"*","Action":"sts:*"}}'
    const args = ['trust', 'check', '--json', '--policy', 'trust.json']
    const checked = await rolecall(args, { env, files: { token, 'trust.json': policy } })
    expect(JSON.parse(checked.stdout)).toMatchObject({ action: 'sts:AssumeRoleWithWebIdentity' })
  })

  test.each(['/dev/null', '/'])('in %s is none, and what one is is said', async (file) => {
    const { status, stderr } = await rolecall(['token', '--json', '--web-identity-token-file', file])
    expect(status).toBe(1)
    expect(JSON.parse(stderr).error).toMatchObject({
      code: 'FILE_UNREADABLE',
      remedy: 'Make it a regular file that you may read, of at most 1 MiB.',
    })
  })

  test('shows an instant that no calendar reaches as it stands', async () => {
    const claims = Buffer.from('{"iss":"https://issuer.example","iat":1e20,"exp":-1e20}').toString('base64url')
    const env = { T: `e30.${claims}.c2ln` }
    expect(await rolecall(['token', '--token-env', 'T'], { env })).toEqual({
      status: 0,
      stdout: `the variable T: without an end, the only one

iss  https://issuer.example
iat  100000000000000000000
exp  -100000000000000000000
`,
      stderr: '',
    })
    expect(JSON.parse((await rolecall(['token', '--json', '--token-env', 'T'], { env })).stdout)).toMatchObject({
      expiration: null,
      claims: { iat: 1e20 },
    })
  })

  test('asks for the audience that is named', async () => {
    const { stdout } = await inPlace('github-actions', ['token', '--json', '--audience', 'a b/ü'])
    expect(JSON.parse(stdout)).toMatchObject({ ci: 'github', renews: true, claims: { aud: 'a b/ü' } })
  })

  test('prints it when told to, and in GitHub has it masked first', async () => {
    const { stdout, stderr } = await inPlace('github-actions', ['token', '--raw'])
    expect(stdout).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/)
    const raw = stdout.trim()
    expect(stderr).toBe(`::add-mask::${raw}\n::add-mask::${Buffer.from(raw).toString('base64')}\n`)
  })

  test.each([
    ['two parts', 'aaaa.bbbb'],
    ['bad base64', 'aaaa.can*ary.cccc'],
    ['no object', `aaaa.${Buffer.from('"canary"').toString('base64')}.cccc`],
  ])('says of a token of %s that it is none', async (_name, bad) => {
    const { status, stdout, stderr } = await rolecall(['token', '--json', '--token-env', 'T'], { env: { T: bad } })
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
    expect(JSON.parse(stderr).error).toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('JSON Web Token'),
    })
    expect(stderr).not.toContain(bad.slice(5))
  })
})

test('for the steps that follow in GitHub, masks come before anything else', async () => {
  const env = await sandbox.env('github-actions')
  const { status, stdout } = await rolecall(['export', '--format', 'github'], { env })
  expect(status).toBe(0)
  expect(stdout).toMatch(/^(::add-mask::\S+\n){4}$/)
  expect(readFileSync(env['GITHUB_ENV'] ?? '', 'utf8')).toMatch(/^AWS_ACCESS_KEY_ID<</)
})

test('keys that lie about in a job win, and explain says what they put aside', async () => {
  const { stdout } = await inPlace('bitbucket', ['explain', '--json'], KEYS)
  const { source, warnings } = JSON.parse(stdout)
  expect(source).toBe('env')
  expect(warnings).toContainEqual(
    expect.objectContaining({
      code: 'SOURCE_SHADOWED',
      text: expect.stringMatching(/^BITBUCKET_STEP_OIDC_TOKEN.*ci is not used: env comes first/),
    }),
  )
})

test('the order is that of the library, with the CI right after web identity', async () => {
  const attempts = async (env: Record<string, string>) => {
    const { stdout } = await rolecall(['explain', '--json'], { env })
    return JSON.parse(stdout).attempts.map(({ source }: { source: string }) => source)
  }
  const chain = await attempts({})
  expect(await attempts({ GITHUB_ACTIONS: 'true' })).toEqual(
    chain.flatMap((source: string) => (source === 'web-identity' ? [source, 'ci'] : [source])),
  )
})
