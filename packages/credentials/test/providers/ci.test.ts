import { describe, expect, test } from 'vitest'
import { createCredentials } from '../../src/create-credentials.ts'
import type { CredentialEvent } from '../../src/model/event.ts'
import { type CiOptions, fromCi } from '../../src/providers/ci.ts'
import {
  AZURE,
  AZURE_ENDPOINT,
  BITBUCKET,
  BUILDKITE,
  BUILDKITE_COMMAND,
  CANARY,
  GITHUB,
  GITHUB_ENDPOINT,
  jwt,
  ROLE,
} from '../ci-world.ts'
import { type Answer, type FakeHost, failureOf, fakeHost, type Sent, silence, type World } from '../fake-host.ts'
import { formOf, STS, stsError, stsSession } from '../sts-world.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const TOKEN = jwt()
const JSON_TOKEN =
  (field = 'value', token = TOKEN): Answer =>
  () =>
    new Response(JSON.stringify({ [field]: token }))

const provide = (host: FakeHost, options: CiOptions = {}) =>
  host.until(Promise.resolve(fromCi(options).provide({ host, signal: new AbortController().signal })))
const exchanges = (host: FakeHost) =>
  host.requests.filter(({ url }) => url.startsWith('https://sts.')).map((sent) => formOf(sent))
const opens = (world: World): FakeHost => fakeHost({ ...world, http: { [STS]: () => stsSession(), ...world.http } })

describe('each CI: from its variables to a session, named after the run', () => {
  test.each<[name: string, world: World, options: CiOptions, expected: Record<string, string>]>([
    [
      'GitHub Actions',
      { env: GITHUB, http: { [GITHUB_ENDPOINT]: JSON_TOKEN() } },
      {},
      { RoleSessionName: 'github-acme-app-16000000001-2' },
    ],
    [
      'Azure DevOps',
      { env: AZURE, http: { [AZURE_ENDPOINT]: JSON_TOKEN('oidcToken') } },
      {},
      { RoleSessionName: 'azure-devops-Web-Shop-deploy-77' },
    ],
    [
      'Buildkite',
      { env: BUILDKITE, processes: { [BUILDKITE_COMMAND]: `${TOKEN}\n` } },
      {},
      { RoleSessionName: 'buildkite-acme-app-7' },
    ],
    [
      'GitLab, by the name of its variable',
      { env: { AWS_ROLE_ARN: ROLE, GITLAB_CI: 'true', CI_PROJECT_PATH: 'acme/shop/app', CI_JOB_ID: '9', AWS: TOKEN } },
      { tokenEnv: 'AWS' },
      { RoleSessionName: 'gitlab-acme-shop-app-9' },
    ],
    [
      'CircleCI',
      {
        env: {
          AWS_ROLE_ARN: ROLE,
          CIRCLECI: 'true',
          CIRCLE_PROJECT_USERNAME: 'acme',
          CIRCLE_PROJECT_REPONAME: 'app',
          CIRCLE_BUILD_NUM: '12',
          CIRCLE_OIDC_TOKEN: 'the older one',
          CIRCLE_OIDC_TOKEN_V2: TOKEN,
        },
      },
      {},
      { RoleSessionName: 'circleci-acme-app-12' },
    ],
    [
      'CircleCI, with the older token alone',
      { env: { AWS_ROLE_ARN: ROLE, CIRCLECI: 'true', CIRCLE_BUILD_NUM: '12', CIRCLE_OIDC_TOKEN: TOKEN } },
      {},
      { RoleSessionName: 'circleci-12' },
    ],
    [
      'HCP Terraform',
      {
        env: {
          AWS_ROLE_ARN: ROLE,
          TFC_RUN_ID: 'run-CZcmD7eagjhyX0vN',
          TFC_WORKSPACE_SLUG: 'acme/prod',
          TFC_WORKLOAD_IDENTITY_TOKEN: TOKEN,
        },
      },
      {},
      { RoleSessionName: 'terraform-acme-prod-run-CZcmD7eagjhyX0vN' },
    ],
    [
      'Kubernetes, with the file where EKS puts it',
      {
        env: { AWS_ROLE_ARN: ROLE, KUBERNETES_SERVICE_HOST: '10.0.0.1', HOSTNAME: 'app-5d4f-x2x' },
        files: { '/var/run/secrets/eks.amazonaws.com/serviceaccount/token': TOKEN },
      },
      {},
      { RoleSessionName: 'kubernetes-app-5d4f-x2x' },
    ],
    [
      'a token in a file',
      { env: { AWS_ROLE_ARN: ROLE }, files: { '/run/token': `${TOKEN}\n` } },
      { tokenFile: '/run/token' },
      { RoleSessionName: 'rolecall-1767225600000' },
    ],
    [
      'a token that a command prints',
      { env: { AWS_ROLE_ARN: ROLE }, processes: { 'vault read token': TOKEN } },
      { tokenCommand: 'vault read token' },
      {},
    ],
  ])('%s', async (_name, world, options, expected) => {
    const host = opens(world)
    expect(await provide(host, options)).toMatchObject({ accessKeyId: 'ASIASESSIONEXAMPLE01' })
    const [form] = exchanges(host)
    expect(form).toMatchObject({
      Action: 'AssumeRoleWithWebIdentity',
      RoleArn: ROLE,
      WebIdentityToken: TOKEN,
      ...expected,
    })
    expect(form?.['RoleSessionName']).toMatch(/^[\w+=,.@-]{2,64}$/)
  })

  test('GitHub is asked with the bearer of the runner, which STS never sees, and no redirect is followed', async () => {
    const host = opens({ env: GITHUB, http: { [GITHUB_ENDPOINT]: JSON_TOKEN() } })
    await provide(host)
    const [asked, exchanged] = host.requests
    expect(asked).toMatchObject({ method: 'GET', redirect: 'manual', headers: { authorization: `Bearer ${CANARY}` } })
    expect(JSON.stringify(exchanged)).not.toContain(CANARY)
    expect(host.requests).toHaveLength(2)
  })

  test('an audience is asked for as it is, and China has its own', async () => {
    const { ACTIONS_ID_TOKEN_REQUEST_URL: url } = GITHUB
    const audience = 'https://x.example/?a=b&c d'
    const host = opens({
      env: GITHUB,
      http: {
        [`GET ${url}&audience=https%3A%2F%2Fx.example%2F%3Fa%3Db%26c%20d`]: JSON_TOKEN('value', jwt({ aud: audience })),
        [`GET ${url}&audience=sts.amazonaws.com.cn`]: JSON_TOKEN(),
      },
    })
    await provide(host, { audience })
    await provide(host, { roleArn: 'arn:aws-cn:iam::123456789012:role/r' })
    expect(exchanges(host)).toHaveLength(2)
  })

  test('on an Enterprise host the address and the issuer are of that host', async () => {
    const url = 'https://git.acme.example/_services/pipelines/x/idtoken'
    const token = jwt({ iss: 'https://git.acme.example/_services/token' })
    const host = opens({
      env: { ...GITHUB, ACTIONS_ID_TOKEN_REQUEST_URL: url },
      http: { [`GET ${url}?audience=sts.amazonaws.com`]: JSON_TOKEN('value', token) },
    })
    expect(await provide(host)).toHaveProperty('accessKeyId')
  })

  test('what is given in code and what variables say comes before conventions', async () => {
    const host = opens({
      env: { ...BITBUCKET, AWS_ROLE_SESSION_NAME: 'mine' },
      http: { 'POST https://sts.eu-west-1.amazonaws.com/': () => stsSession() },
    })
    await provide(host)
    await provide(host, {
      roleArn: 'arn:aws:iam::1:role/other',
      sessionName: 'code',
      durationSeconds: 900,
      policyArns: ['arn:aws:iam::aws:policy/ReadOnlyAccess'],
      region: 'eu-west-1',
    })
    expect(exchanges(host)).toMatchObject([
      { RoleSessionName: 'mine', DurationSeconds: '43200' },
      {
        RoleArn: 'arn:aws:iam::1:role/other',
        RoleSessionName: 'code',
        DurationSeconds: '900',
        'PolicyArns.member.1.arn': 'arn:aws:iam::aws:policy/ReadOnlyAccess',
      },
    ])
  })
})

describe('it steps aside', () => {
  test.each<[name: string, env: Record<string, string>, reason: RegExp]>([
    ['outside of every CI', { AWS_ROLE_ARN: ROLE }, /no CI is detected/],
    ['where a variable says no', { AWS_ROLE_ARN: ROLE, GITHUB_ACTIONS: 'false' }, /no CI is detected/],
    ['where no role is named', { GITHUB_ACTIONS: 'true' }, /GitHub Actions is detected, and no role.*AWS_ROLE_ARN/],
    ['in a pod without a token for AWS', { AWS_ROLE_ARN: ROLE, KUBERNETES_SERVICE_HOST: '10.0.0.1' }, /no projected/],
  ])('%s', async (_name, env, reason) => {
    expect(await provide(fakeHost({ env }))).toEqual({ skipped: expect.stringMatching(reason) })
  })
})

describe('what is missing is named, before anything is sent', () => {
  const { ACTIONS_ID_TOKEN_REQUEST_URL, ...noUrl } = GITHUB
  const { ACTIONS_ID_TOKEN_REQUEST_TOKEN, ...noBearer } = GITHUB
  const { SYSTEM_ACCESSTOKEN, ...noAccessToken } = AZURE
  const { AZURESUBSCRIPTION_SERVICE_CONNECTION_ID, ...noConnection } = AZURE
  const { SYSTEM_OIDCREQUESTURI, ...noAddress } = AZURE
  const { BITBUCKET_STEP_OIDC_TOKEN, ...noOidc } = BITBUCKET

  test.each<[name: string, env: Record<string, string>, message: RegExp, options?: CiOptions]>([
    ['GitHub, neither', { AWS_ROLE_ARN: ROLE, GITHUB_ACTIONS: 'true' }, /permissions: id-token: write/],
    ['GitHub, no address', noUrl, /ACTIONS_ID_TOKEN_REQUEST_URL is not set.*permissions: id-token: write/],
    ['GitHub, no bearer', noBearer, /ACTIONS_ID_TOKEN_REQUEST_TOKEN is not set.*permissions: id-token: write/],
    ['Azure, no access token', noAccessToken, /SYSTEM_ACCESSTOKEN is not set.*\$\(System\.AccessToken\)/],
    ['Azure, no connection', noConnection, /--service-connection-id/],
    ['Azure, no address', noAddress, /SYSTEM_OIDCREQUESTURI is not set/],
    ['GitLab', { AWS_ROLE_ARN: ROLE, GITLAB_CI: 'true' }, /id_tokens.*--token-env/],
    ['Bitbucket', noOidc, /BITBUCKET_STEP_OIDC_TOKEN is not set.*oidc: true/],
    ['CircleCI', { AWS_ROLE_ARN: ROLE, CIRCLECI: 'true' }, /CIRCLE_OIDC_TOKEN_V2 and CIRCLE_OIDC_TOKEN are not set/],
    ['HCP Terraform', { AWS_ROLE_ARN: ROLE, TFC_RUN_ID: 'run-1' }, /TFC_WORKLOAD_IDENTITY_AUDIENCE/],
    ['a variable that is not set', { AWS_ROLE_ARN: ROLE }, /MINE is not set/, { tokenEnv: 'MINE' }],
    ['a named CI without a role', { BITBUCKET_STEP_OIDC_TOKEN: TOKEN }, /no role/, { provider: 'bitbucket' }],
    ['a CI that nobody knows', { AWS_ROLE_ARN: ROLE }, /not known/, { provider: 'hudson' as never }],
    ['two tokens', { AWS_ROLE_ARN: ROLE }, /named twice/, { tokenEnv: 'A', tokenFile: '/b' }],
    ['another audience than asked for', BITBUCKET, /for sts\.amazonaws\.com, and not for other/, { audience: 'other' }],
    ['an audience that a shell would read', BUILDKITE, /cannot be asked for/, { audience: '$(id)' }],
    ['tags, which are claims of a token', BITBUCKET, /tags cannot be asked for/, { tags: { a: 'b' } }],
    [
      'http',
      { ...GITHUB, ACTIONS_ID_TOKEN_REQUEST_URL: 'http://x.example/?a' },
      /may not be sent to http:\/\/x\.example/,
    ],
    ['no address', { ...GITHUB, ACTIONS_ID_TOKEN_REQUEST_URL: `${CANARY}://` }, /REQUEST_URL is no http or https/],
    ['a password', { ...GITHUB, ACTIONS_ID_TOKEN_REQUEST_URL: `https://u:${CANARY}@x/` }, /is no http or https/],
    ['a bearer of two lines', { ...GITHUB, ACTIONS_ID_TOKEN_REQUEST_TOKEN: `${CANARY}\nx` }, /is not one line/],
  ])('%s', async (_name, env, message, options) => {
    const host = fakeHost({ env })
    const failure = await failureOf(provide(host, options))
    expect(failure).toMatchObject({ code: 'CONFIG_INVALID', source: 'ci', message: expect.stringMatching(message) })
    expect(JSON.stringify(failure) + failure.message + failure.stack).not.toContain(CANARY.slice(0, 8))
    expect(host.requests).toEqual([])
  })

  test.each<[name: string, token: string, message: RegExp]>([
    ['two parts', TOKEN.split('.').slice(0, 2).join('.'), /no whole JSON Web Token/],
    ['bad base64', `a.${CANARY}!.c`, /no whole JSON Web Token/],
    ['1 MB', `a.${'x'.repeat(1_000_000)}.c`, /longer than 20000 characters/],
    ['blank', ' ', /is not set/],
    ['two lines', `${TOKEN}\n${CANARY}`, /not one line/],
  ])('a token of %s', async (_name, token, message) => {
    const host = fakeHost({ env: { ...BITBUCKET, BITBUCKET_STEP_OIDC_TOKEN: token } })
    const failure = await failureOf(provide(host))
    expect(failure).toMatchObject({ code: 'CONFIG_INVALID', message: expect.stringMatching(message) })
    expect(failure.message.length).toBeLessThan(400)
    expect(failure.message).not.toContain(CANARY.slice(0, 8))
    expect(host.requests).toEqual([])
  })
})

describe('the token endpoint', () => {
  const status =
    (code: number): Answer =>
    () =>
      new Response('<html>no</html>', { status: code })
  test.each<[name: string, answers: readonly Answer[]]>([
    ['500 and 429', [status(500), status(429), JSON_TOKEN()]],
    ['a page', [() => new Response('<html>busy</html>'), JSON_TOKEN()]],
    ['an empty token', [JSON_TOKEN('value', ''), JSON_TOKEN()]],
    ['another answer', [JSON_TOKEN('other'), JSON_TOKEN()]],
    ['no answer', [new TypeError('reset'), JSON_TOKEN()]],
    ['silence', [silence, JSON_TOKEN()]],
    ['four failures', [status(503), status(503), status(503), status(503), JSON_TOKEN()]],
  ])('is asked again after %s', async (_name, answers) => {
    const host = opens({ env: GITHUB, http: { [GITHUB_ENDPOINT]: answers } })
    expect(await provide(host)).toHaveProperty('accessKeyId')
    expect(host.requests).toHaveLength(answers.length + 1)
  })

  test('is asked five times at the most, with more and more time between', async () => {
    const host = fakeHost({ env: GITHUB, http: { [GITHUB_ENDPOINT]: status(503) } })
    expect(await failureOf(provide(host))).toMatchObject({ code: 'SOURCE_UNREACHABLE' })
    const times = host.requests.map(({ atMs }) => atMs)
    expect(times.slice(1).map((at, index) => at - (times[index] ?? 0))).toEqual([50, 100, 200, 400])
  })

  test.each<[name: string, env: Record<string, string>, endpoint: string, code: number, remedy: RegExp]>([
    ['GitHub', GITHUB, GITHUB_ENDPOINT, 401, /permissions: id-token: write/],
    ['GitHub', GITHUB, GITHUB_ENDPOINT, 400, /permissions: id-token: write/],
    ['Azure DevOps', AZURE, AZURE_ENDPOINT, 401, /SYSTEM_ACCESSTOKEN/],
    ['Azure DevOps, with a page to sign in', AZURE, AZURE_ENDPOINT, 203, /SYSTEM_ACCESSTOKEN/],
    ['Azure DevOps, with the way to one', AZURE, AZURE_ENDPOINT, 302, /SYSTEM_ACCESSTOKEN/],
  ])('%s that says %s %s is believed at once', async (_name, env, endpoint, code, remedy) => {
    const host = fakeHost({ env, http: { [endpoint]: status(code) } })
    const failure = await failureOf(provide(host))
    expect(failure).toMatchObject({ code: 'SOURCE_REFUSED', remedy: expect.stringMatching(remedy) })
    expect(host.requests).toHaveLength(1)
  })

  test('is never left by a redirect: the bearer stays', async () => {
    const redirect = (): Response => new Response('', { status: 302, headers: { location: 'https://evil.example/' } })
    const host = fakeHost({ env: GITHUB, http: { [GITHUB_ENDPOINT]: redirect } })
    expect(await failureOf(provide(host))).toMatchObject({ code: 'SOURCE_REFUSED' })
    expect(host.requests).toHaveLength(1)
  })

  test.each(['127.0.0.1:8080', '[::1]', '169.254.170.2', '169.254.170.23', '[fd00:ec2::23]'])(
    'is asked over plain http at %s, as a container’s is',
    async (where) => {
      const address = `http://${where}/token`
      const host = opens({
        env: { ...GITHUB, ACTIONS_ID_TOKEN_REQUEST_URL: address },
        http: { [`GET ${address}?audience=sts.amazonaws.com`]: JSON_TOKEN() },
      })
      expect(await provide(host)).toHaveProperty('accessKeyId')
    },
  )

  test('is given up after 30 seconds', async () => {
    const host = fakeHost({ env: GITHUB, http: { [GITHUB_ENDPOINT]: silence } })
    expect(await failureOf(provide(host))).toMatchObject({ code: 'TIMEOUT' })
    expect(host.elapsedMs).toBeLessThanOrEqual(30_250)
  })

  test('that sends more than 64 KiB is no token endpoint', async () => {
    const host = fakeHost({ env: GITHUB, http: { [GITHUB_ENDPOINT]: () => new Response('x'.repeat(70_000)) } })
    expect(await failureOf(provide(host))).toMatchObject({ code: 'RESPONSE_INVALID' })
  })
})

describe('what STS says', () => {
  const github = (answers: readonly Answer[]): FakeHost =>
    fakeHost({
      env: GITHUB,
      http: {
        [GITHUB_ENDPOINT]: (_, { requests }) => new Response(JSON.stringify({ value: jwt({ jti: requests.length }) })),
        [STS]: answers,
      },
    })

  test('hiccups of the identity provider pass: five tries, with the same token', async () => {
    const hiccup = (): Response => stsError('IDPCommunicationError', 'slow', 400)
    const keyless = (): Response =>
      stsError('InvalidIdentityToken', "Couldn't retrieve verification key from your identity provider", 400)
    const host = github([hiccup, keyless, hiccup, keyless, () => stsSession()])
    expect(await provide(host)).toHaveProperty('accessKeyId')
    expect(new Set(exchanges(host).map((form) => form['WebIdentityToken'])).size).toBe(1)
  })

  test('an expired token is fetched anew, once', async () => {
    const expired = (): Response => stsError('ExpiredTokenException', 'Token expired', 400)
    const host = github([expired, () => stsSession()])
    await provide(host)
    expect(new Set(exchanges(host).map((form) => form['WebIdentityToken'])).size).toBe(2)

    const again = github([expired, expired])
    expect(await failureOf(provide(again))).toMatchObject({
      code: 'SOURCE_REFUSED',
      remedy: expect.stringMatching(/set the clock/),
    })
  })

  test('a token that the identity provider refuses twice is told by what it says', async () => {
    const rejected = (): Response => stsError('IDPRejectedClaim', 'Token was revoked', 403)
    const host = github([rejected, rejected])
    expect(await failureOf(provide(host))).toMatchObject({
      code: 'SOURCE_REFUSED',
      message: expect.stringContaining('audience "sts.amazonaws.com", end 2026-01-01T00:15:00.000Z'),
      remedy: expect.stringMatching(/its audience and its end: the identity provider refused it/),
    })
  })

  test('access denied is not asked again, and the token is told by what it says', async () => {
    const host = github([() => stsError('AccessDenied', 'Not authorized to perform sts:AssumeRoleWithWebIdentity')])
    const failure = await failureOf(provide(host))
    expect(failure).toMatchObject({
      code: 'SOURCE_REFUSED',
      message: expect.stringMatching(
        /issuer "https:\/\/issuer\.example", subject "job", audience "sts\.amazonaws\.com"/,
      ),
      remedy: expect.stringContaining('rolecall trust check'),
    })
    expect(exchanges(host)).toHaveLength(1)
    expect(failure.message).not.toContain(exchanges(host)[0]?.['WebIdentityToken']?.slice(0, 30))
  })
})

test('what STS is to judge is sent as it is', async () => {
  for (const token of ['opaque', `a.${btoa('[1]').replace(/=+$/, '')}.c`, jwt({ exp: 1 })]) {
    const host = fakeHost({
      env: { ...BITBUCKET, BITBUCKET_STEP_OIDC_TOKEN: token },
      http: { [STS]: () => stsError('InvalidIdentityToken', 'no', 400) },
    })
    expect(await failureOf(provide(host))).toMatchObject({ code: 'SOURCE_REFUSED' })
    expect(exchanges(host)).toMatchObject([{ WebIdentityToken: token }])
  }
})

describe('session tags', () => {
  const TAGGED = `${BUILDKITE_COMMAND} --aws-session-tag organization_slug,pipeline_slug`
  const sessionTags = ['organization_slug', 'pipeline_slug']

  test('are asked for with the token in Buildkite', async () => {
    const host = opens({ env: BUILDKITE, processes: { [TAGGED]: TOKEN } })
    await provide(host, { sessionTags })
    expect(host.runs).toHaveLength(1)
  })

  test('that are too much are left out, once, and somebody is told', async () => {
    const events: CredentialEvent[] = []
    const plain = jwt({ jti: 'plain' })
    const tooMuch = (): Response => stsError('PackedPolicyTooLarge', 'Packed size is 120 %', 400)
    const world = { env: BUILDKITE, processes: { [TAGGED]: TOKEN, [BUILDKITE_COMMAND]: plain } }
    const host = fakeHost({ ...world, http: { [STS]: [tooMuch, () => stsSession()] } })
    const source = createCredentials({
      host,
      sources: [fromCi({ sessionTags })],
      onEvent: (event) => events.push(event),
    })
    await host.until(source())
    expect(exchanges(host).map((form) => form['WebIdentityToken'])).toEqual([TOKEN, plain])
    expect(events).toContainEqual(expect.objectContaining({ type: 'warning', code: 'SESSION_TAGS_LEFT_OUT' }))

    const still = fakeHost({ ...world, http: { [STS]: [tooMuch, tooMuch] } })
    expect(await failureOf(provide(still, { sessionTags }))).toMatchObject({ code: 'SOURCE_REFUSED' })
  })

  test('are refused where a job cannot ask for them', async () => {
    const failure = await failureOf(provide(fakeHost({ env: GITHUB }), { sessionTags }))
    expect(failure).toMatchObject({ code: 'CONFIG_INVALID', message: expect.stringContaining('takes no session tags') })
  })
})

describe('a job that has one token', () => {
  const TOO_LONG = 'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.'
  const atMost =
    (seconds: number) =>
    (sent: Sent, host: FakeHost): Response => {
      const asked = Number(formOf(sent)['DurationSeconds'])
      if (asked > seconds) return stsError('ValidationError', TOO_LONG, 400)
      return stsSession({ expiration: new Date(host.now() + asked * 1000).toISOString() })
    }
  const bitbucket = (answer: Answer): FakeHost => fakeHost({ env: BITBUCKET, http: { [STS]: answer } })
  const durations = (host: FakeHost) => exchanges(host).map((form) => Number(form['DurationSeconds']))

  test('asks for the longest session first, and steps down', async () => {
    const host = bitbucket(atMost(3600))
    await provide(host)
    expect(durations(host)).toEqual([43_200, 28_800, 14_400, 7_200, 3_600])
    const longer = bitbucket(atMost(20_000))
    await provide(longer)
    expect(durations(longer)).toEqual([43_200, 28_800, 14_400])
  })

  test('asks once where it was told how long', async () => {
    const host = bitbucket(atMost(3600))
    expect(await failureOf(provide(host, { durationSeconds: 7200 }))).toMatchObject({ code: 'SOURCE_REFUSED' })
    expect(durations(host)).toEqual([7200])
  })

  test('does not step down for any other reason', async () => {
    for (const answer of [
      stsError('ValidationError', 'roleSessionName failed to satisfy constraint', 400),
      stsError('AccessDenied'),
    ]) {
      const host = bitbucket(answer)
      await failureOf(provide(host))
      expect(durations(host)).toEqual([43_200])
    }
  })

  test('where more tokens can be had, no duration is asked for', async () => {
    const host = opens({ env: GITHUB, http: { [GITHUB_ENDPOINT]: JSON_TOKEN() } })
    await provide(host)
    expect(exchanges(host)[0]).not.toHaveProperty('DurationSeconds')
  })

  test('is told when its session ends, and that no other follows', async () => {
    const events: CredentialEvent[] = []
    const host = bitbucket(atMost(14_400))
    await host.until(createCredentials({ host, sources: [fromCi()], onEvent: (event) => events.push(event) })())
    expect(events).toContainEqual(
      expect.objectContaining({
        type: 'warning',
        code: 'ONE_TOKEN',
        text: expect.stringMatching(
          /^Bitbucket Pipelines gives this job one token\. Its session ends at 2026-01-01T04:00:00\.000Z; no other can follow it: the token is good until 2026-01-01T00:15:00\.000Z$/,
        ),
      }),
    )
  })

  test('keeps its session through many lifetimes of the token, with one exchange', async () => {
    const host = bitbucket(atMost(43_200))
    const source = createCredentials({ host, sources: [fromCi()] })
    const { accessKeyId } = await host.until(source())
    for (let hour = 1; hour < 12; hour++) {
      await host.pass(HOUR_MS)
      expect((await host.until(source())).accessKeyId).toBe(accessKeyId)
      expect((await host.until(source({ minValidityMs: 12 * HOUR_MS }))).accessKeyId).toBe(accessKeyId)
    }
    expect(exchanges(host)).toHaveLength(1)
  })

  test('and says at its end that the token is over', async () => {
    let isOver = false
    const host = bitbucket((sent, host) =>
      isOver ? stsError('ExpiredTokenException', 'Token expired', 400) : atMost(3600)(sent, host),
    )
    const source = createCredentials({ host, sources: [fromCi()] })
    await host.until(source())
    isOver = true
    await host.pass(HOUR_MS)
    expect(await failureOf(host.until(source()))).toMatchObject({
      code: 'SOURCE_REFUSED',
      remedy: expect.stringMatching(/Bitbucket Pipelines gives a job one token/),
    })
  })
})

test('a job that can have more tokens lives through any number of sessions', async () => {
  let tokens = 0
  const host = fakeHost({
    env: GITHUB,
    http: {
      [GITHUB_ENDPOINT]: (_, { now }) => {
        tokens += 1
        return new Response(JSON.stringify({ value: jwt({ jti: tokens, exp: now() / 1000 + 300 }) }))
      },
      [STS]: (_, { now }) =>
        stsSession({
          accessKeyId: `ASIA${String(tokens).padStart(16, '0')}`,
          expiration: new Date(now() + HOUR_MS).toISOString(),
        }),
    },
  })
  const source = createCredentials({ host, sources: [fromCi()] })
  const seen = new Set<string>()
  for (let minutes = 0; minutes < 6 * 60; minutes += 10) {
    const { accessKeyId, expiration } = await host.until(source())
    expect(expiration?.getTime()).toBeGreaterThan(host.now())
    seen.add(accessKeyId)
    await host.pass(10 * MINUTE_MS)
  }
  expect(seen.size).toBe(8)
  expect(tokens).toBe(8)
})

describe('the role on top', () => {
  const http = { [STS]: () => stsSession({ expiration: '2026-01-01T12:00:00Z' }) }
  const other = { roleArn: 'arn:aws:iam::123456789012:role/other' }

  test('the very role that a source gives the session of is not assumed again', async () => {
    const host = fakeHost({ env: BITBUCKET, http })
    const role = { roleArn: ROLE }
    const ci = { ...fromCi(role), role }
    await host.until(createCredentials({ host, sources: [ci], role: [role, other] })())
    expect(exchanges(host)).toMatchObject([
      { Action: 'AssumeRoleWithWebIdentity', RoleArn: ROLE },
      { Action: 'AssumeRole', RoleArn: other.roleArn },
    ])
    const explanation = await host.until(createCredentials({ host, sources: [ci], role: [role, other] }).explain())
    expect(explanation.attempts.map(({ source, outcome }) => `${source} ${outcome}`)).toEqual([
      'ci found',
      'assume-role found',
    ])
  })

  test('one that only looks the same is', async () => {
    const host = fakeHost({ env: BITBUCKET, http })
    await host.until(createCredentials({ host, sources: [fromCi()], role: { roleArn: ROLE } })())
    expect(exchanges(host)).toHaveLength(2)
  })

  test('another source that wins has it assumed on top', async () => {
    const role = { roleArn: ROLE }
    const host = fakeHost({ env: BITBUCKET, http })
    const keys = { name: 'mine', provide: async () => ({ accessKeyId: 'AKIAMINE', secretAccessKey: 'secret' }) }
    await host.until(createCredentials({ host, sources: [keys, { ...fromCi(role), role }], role })())
    expect(exchanges(host)).toMatchObject([{ Action: 'AssumeRole', RoleArn: ROLE }])
  })
})

test('explain tells which token it is, and shows none of it', async () => {
  const host = opens({ env: GITHUB, http: { [GITHUB_ENDPOINT]: JSON_TOKEN() } })
  const { attempts } = await host.until(createCredentials({ host, sources: [fromCi()] }).explain())
  expect(attempts[0]?.facts).toEqual({
    token: 'GitHub Actions',
    role: ROLE,
    issuer: 'https://issuer.example',
    subject: 'job',
    audience: 'sts.amazonaws.com',
    'token until': '2026-01-01T00:15:00.000Z',
    expires: expect.stringMatching(/^2026-/),
  })
  expect(JSON.stringify(attempts)).not.toContain(TOKEN.slice(0, 20))
})
