import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { rolecall } from './world.ts'

const GITHUB = 'token.actions.githubusercontent.com'
const CANARY = 'canary-claim-of-the-token'
const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url')
const jwt = (claims: object): string => `${encode({ alg: 'RS256' })}.${encode(claims)}.c2lnbmF0dXJl`
const CLAIMS = {
  iss: `https://${GITHUB}`,
  aud: 'sts.amazonaws.com',
  sub: 'repo:acme/app:environment:prod',
  environment: 'prod',
  repository_id: '42',
  canary: CANARY,
  exp: 1,
}
const policy = (Condition: object, rest: object = {}): string =>
  JSON.stringify(
    {
      Version: '2012-10-17',
      Statement: [
        {
          Sid: 'Deploy',
          Effect: 'Allow',
          Principal: { Federated: `arn:aws:iam::111122223333:oidc-provider/${GITHUB}` },
          Action: 'sts:AssumeRoleWithWebIdentity',
          Condition,
          ...rest,
        },
      ],
    },
    null,
    2,
  )
const exactly = (sub: string): object => ({
  StringEquals: { [`${GITHUB}:aud`]: 'sts.amazonaws.com', [`${GITHUB}:sub`]: sub },
})
const files = {
  'main.json': policy(exactly('repo:acme/app:ref:refs/heads/main')),
  'prod.json': policy(exactly(CLAIMS.sub)),
  'network.json': policy({ ...exactly(CLAIMS.sub), IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } }),
  'tags.json': policy({
    'ForAllValues:StringEquals': { 'x:many': ['a', 'b'] },
    StringLike: { 'sts:RoleSessionName': 'ci-*' },
  }),
  'open.json': policy({}),
  'wide.json': policy({
    StringLike: { [`${GITHUB}:sub`]: 'repo:acme/app:*' },
    StringEquals: { [`${GITHUB}:aud`]: 'sts.amazonaws.com' },
  }),
  'operator.json': policy({ StringSounds: { [`${GITHUB}:sub`]: 'x' } }),
  'broken.json': '{\n  "Version": "2012-10-17",\n}\n',
  'token.jwt': `${jwt(CLAIMS)}\n`,
  'two-parts.jwt': jwt(CLAIMS).split('.').slice(0, 2).join('.'),
}
const check = (policyFile: string, ...more: string[]) =>
  rolecall(['trust', 'check', '--policy', policyFile, '--token', 'token.jwt', ...more], { files })

describe('trust check', () => {
  test('who is let in is told so', async () => {
    const { status, stdout, stderr } = await check('prod.json')
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(stdout.replace(/expired .* ago/, 'expired AGES ago')).toMatchInlineSnapshot(`
      "✓ let in  sts:AssumeRoleWithWebIdentity

      token    repo:acme/app:environment:prod
               of https://token.actions.githubusercontent.com for sts.amazonaws.com
      !        The token expired AGES ago. STS would refuse it; here that decides nothing.

      statement 1 (Deploy)  Allow  prod.json:4
        ✓ Principal
        ✓ Action
        ✓ StringEquals token.actions.githubusercontent.com:aud
        ✓ StringEquals token.actions.githubusercontent.com:sub
      "
    `)
  })

  test('who is refused is told by which condition, and what would change it', async () => {
    const { status, stdout, stderr } = await check('main.json')
    expect({ status, stderr }).toEqual({ status: 3, stderr: '' })
    expect(stdout.replace(/expired .* ago/, 'expired AGES ago')).toMatchInlineSnapshot(`
      "✗ refused  sts:AssumeRoleWithWebIdentity

      token    repo:acme/app:environment:prod
               of https://token.actions.githubusercontent.com for sts.amazonaws.com
      !        The token expired AGES ago. STS would refuse it; here that decides nothing.

      statement 1 (Deploy)  Allow  main.json:4
        ✓ Principal
        ✓ Action
        ✓ StringEquals token.actions.githubusercontent.com:aud
        ✗ StringEquals token.actions.githubusercontent.com:sub  main.json:14
            expected  repo:acme/app:ref:refs/heads/main
            actual    repo:acme/app:environment:prod
            The job runs in the environment prod: its subject names that in place of the branch.

      → In statement 1 (Deploy), add "repo:acme/app:environment:prod" to StringEquals token.actions.githubusercontent.com:sub.
      "
    `)
    expect(stdout.split('\n').length).toBeLessThan(24)
  })

  test('for a program', async () => {
    const { status, stdout } = await check('main.json', '--json')
    expect(status).toBe(3)
    expect(JSON.parse(stdout)).toMatchObject({
      allowed: false,
      action: 'sts:AssumeRoleWithWebIdentity',
      failed: [
        {
          statement: 0,
          sid: 'Deploy',
          operator: 'StringEquals',
          key: `${GITHUB}:sub`,
          expected: ['repo:acme/app:ref:refs/heads/main'],
          actual: ['repo:acme/app:environment:prod'],
        },
      ],
      fix: `In statement 1 (Deploy), add "repo:acme/app:environment:prod" to StringEquals ${GITHUB}:sub.`,
    })
  })

  test('keys that no token holds come from --context; one that is named twice is a list', async () => {
    const unknown = await check('network.json')
    expect({ status: unknown.status, stdout: unknown.stdout }).toEqual({
      status: 3,
      stdout: expect.stringContaining('Nothing here says aws:SourceIp'),
    })
    expect((await check('network.json', '--context', 'aws:SourceIp=203.0.113.7')).status).toBe(0)
    expect((await check('network.json', '--context', 'aws:SourceIp=198.51.100.7')).status).toBe(3)
    const session = ['--session-name', 'ci-7']
    expect((await check('tags.json', ...session, '--context', 'x:many=a', '--context', 'x:many=b')).status).toBe(0)
    expect((await check('tags.json', ...session, '--context', 'x:many=a', '--context', 'x:many=c')).status).toBe(3)
    expect((await check('tags.json', '--session-name', 'x')).status).toBe(3)
  })

  test('account and partition are those of --role-arn', async () => {
    expect((await check('prod.json', '--role-arn', 'arn:aws:iam::111122223333:role/ci')).status).toBe(0)
    const { status, stdout } = await check('prod.json', '--role-arn', 'arn:aws:iam::999999999999:role/ci', '--json')
    expect({ status, failed: JSON.parse(stdout).failed }).toMatchObject({
      status: 3,
      failed: [{ element: 'Principal' }],
    })
  })

  test('without --token it is the token of the job', async () => {
    const env = { CIRCLECI: 'true', CIRCLE_OIDC_TOKEN_V2: jwt(CLAIMS) }
    expect((await rolecall(['trust', 'check', '--policy', 'prod.json'], { files, env })).status).toBe(0)
    const { status, stdout, stderr } = await rolecall(['trust', 'check', '--policy', 'prod.json', '--json'], { files })
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
    expect(JSON.parse(stderr)).toMatchObject({
      error: { code: 'CONFIG_INVALID', message: expect.stringContaining('no CI is detected') },
    })
  })
})

describe('trust lint', () => {
  const lint = (policyFile: string, ...more: string[]) =>
    rolecall(['trust', 'lint', '--policy', policyFile, ...more], { files })

  test('findings, with file and line', async () => {
    const { status, stdout, stderr } = await lint('open.json')
    expect({ status, stderr }).toEqual({ status: 3, stderr: '' })
    expect(stdout).toMatchInlineSnapshot(`
      "error  SUBJECT_MISSING  statement 1 (Deploy)  open.json:4
        There is no condition on token.actions.githubusercontent.com:sub that has to be met: anybody at GitHub Actions is let in.
        → Add StringEquals token.actions.githubusercontent.com:sub with the subject of the job.

      warning  AUDIENCE_MISSING  statement 1 (Deploy)  open.json:4
        There is no condition on token.actions.githubusercontent.com:aud: tokens that were made for other services of the provider's list are let in.
        → Add StringEquals token.actions.githubusercontent.com:aud.

      1 error, 1 warning
      "
    `)
  })

  test('for a program', async () => {
    const { status, stdout } = await lint('wide.json', '--json')
    expect(status).toBe(3)
    const { findings } = JSON.parse(stdout)
    expect(findings).toContainEqual(
      expect.objectContaining({ code: 'SUBJECT_ANY_REF', severity: 'warning', statement: 0 }),
    )
    for (const finding of findings)
      expect(finding).toMatchObject({ text: expect.any(String), remedy: expect.any(String) })
  })

  test('notes do not change the exit status', async () => {
    const { status, stdout } = await lint('prod.json', '--json')
    expect({
      status,
      severities: JSON.parse(stdout).findings.map(({ severity }: { severity: string }) => severity),
    }).toEqual({ status: 0, severities: ['note'] })
  })
})

describe('trust create', () => {
  const create = (...options: string[]) => rolecall(['trust', 'create', '--account', '111122223333', ...options])
  const byIds = [
    '--provider',
    'github',
    '--repo',
    'acme/app',
    '--owner-id',
    '7',
    '--repo-id',
    '42',
    '--environment',
    'prod',
  ]

  test('what it writes passes lint, and lets the job in', async () => {
    const { status, stdout, stderr } = await create(...byIds)
    expect({ status, stderr }).toEqual({
      status: 0,
      stderr: `The account needs an identity provider for https://${GITHUB} with the audience sts.amazonaws.com.\n`,
    })
    const token = jwt({ ...CLAIMS, sub: 'repo:acme@7/app@42:environment:prod' })
    const world = { files: { 'policy.json': stdout, 'token.jwt': token } }
    expect(await rolecall(['trust', 'lint', '--policy', 'policy.json'], world)).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('Nothing to find'),
    })
    expect((await rolecall(['trust', 'check', '--policy', 'policy.json', '--token', 'token.jwt'], world)).status).toBe(
      0,
    )
  })

  test('for Terraform', async () => {
    expect((await create(...byIds, '--format', 'terraform')).stdout).toMatchInlineSnapshot(`
      "data "aws_iam_policy_document" "trust" {
        statement {
          effect  = "Allow"
          actions = ["sts:AssumeRoleWithWebIdentity"]

          principals {
            type        = "Federated"
            identifiers = ["arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"]
          }

          condition {
            test     = "StringEquals"
            variable = "token.actions.githubusercontent.com:aud"
            values   = ["sts.amazonaws.com"]
          }

          condition {
            test     = "StringEquals"
            variable = "token.actions.githubusercontent.com:sub"
            values   = ["repo:acme@7/app@42:environment:prod"]
          }

          condition {
            test     = "StringEquals"
            variable = "token.actions.githubusercontent.com:repository_id"
            values   = ["42"]
          }
        }
      }
      "
    `)
  })

  test('for CloudFormation it is the same policy', async () => {
    const bitbucket = [
      '--provider',
      'bitbucket',
      '--workspace',
      'acme',
      '--workspace-id',
      '6a1d2a4c-0f5b-4c6e-9a3e-1f2b3c4d5e6f',
      '--repo-id',
      '7b2e3b5d-1a6c-4d7f-8b4f-2a3c4d5e6f70',
    ]
    const terraform = [
      '--provider',
      'terraform',
      '--org',
      'acme',
      '--project',
      'Default Project',
      '--workspace',
      'prod',
    ]
    for (const options of [byIds, bitbucket, terraform]) {
      const [json, yaml] = [await create(...options), await create(...options, '--format', 'cloudformation')]
      expect(parse(yaml.stdout)).toEqual({
        Resources: {
          Role: { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: JSON.parse(json.stdout) } },
        },
      })
    }
  })

  test.each<[says: string, options: string[]]>([
    ['nothing says whose jobs', []],
    ['--provider cannot be "jenkins"', ['--provider', 'jenkins']],
    ['--provider github needs --repo', ['--provider', 'github']],
    ['nothing says which jobs', ['--provider', 'github', '--repo', 'a/b']],
    ['the repository is not OWNER/REPO', ['--provider', 'github', '--repo', 'b', '--branch', 'm']],
    [
      '--namespace is not for --provider github',
      ['--provider', 'github', '--repo', 'a/b', '--branch', 'm', '--namespace', 'x'],
    ],
    ['--provider kubernetes needs --issuer, --service-account', ['--provider', 'kubernetes', '--namespace', 'x']],
  ])('%s: wrong usage', async (says, options) => {
    const { status, stdout, stderr } = await create(...options)
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
    expect(stderr).toContain(says)
  })

  test('without an account it is wrong usage too', async () => {
    const { status, stderr } = await rolecall([
      'trust',
      'create',
      '--provider',
      'github',
      '--repo',
      'a/b',
      '--branch',
      'm',
    ])
    expect({ status, stderr }).toMatchObject({ status: 2, stderr: expect.stringContaining('--account ID') })
  })
})

describe('what cannot be read is an error with its file, and shows nothing of the token', () => {
  test.each<[args: string[], code: string, location: object | undefined]>([
    [['check', '--policy', 'broken.json', '--token', 'token.jwt'], 'CONFIG_INVALID', { file: 'broken.json', line: 3 }],
    [
      ['check', '--policy', 'operator.json', '--token', 'token.jwt'],
      'CONFIG_INVALID',
      { file: 'operator.json', line: 12 },
    ],
    [['lint', '--policy', 'broken.json'], 'CONFIG_INVALID', { file: 'broken.json', line: 3 }],
    [['check', '--policy', 'prod.json', '--token', 'two-parts.jwt'], 'CONFIG_INVALID', { file: 'two-parts.jwt' }],
    [['check', '--policy', 'prod.json', '--token', 'prod.json'], 'CONFIG_INVALID', { file: 'prod.json' }],
    [['check', '--policy', 'nowhere.json', '--token', 'token.jwt'], 'FILE_MISSING', { file: 'nowhere.json' }],
    [['check', '--policy', '.', '--token', 'token.jwt'], 'FILE_UNREADABLE', { file: '.' }],
    [['lint', '--policy', '/dev/zero'], 'FILE_UNREADABLE', { file: '/dev/zero' }],
    [['check', '--policy', 'prod.json', '--token', jwt(CLAIMS)], expect.stringMatching(/^FILE_/), undefined],
  ])('%j', async (args, code, location) => {
    const { status, stdout, stderr } = await rolecall(['trust', ...args, '--json'], { files })
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
    const { error } = JSON.parse(stderr)
    expect({ code: error.code, location: error.location }).toEqual({ code, location })
    expect(stderr).not.toContain(CANARY)
    expect(stderr).not.toContain(jwt(CLAIMS).slice(40, 60))
  })

  test.each([
    ['no policy', ['lint'], '--policy FILE'],
    [
      'a role that is none',
      ['check', '--policy', 'prod.json', '--role-arn', 'ci'],
      '--role-arn must be the ARN of a role',
    ],
    [
      'a context without a value',
      ['check', '--policy', 'prod.json', '--context', 'aws:SourceIp'],
      '--context must be KEY=VALUE',
    ],
    ['a command that is not there', ['chek'], 'Did you mean check?'],
  ])('%s is wrong usage', async (_name, args, says) => {
    const { status, stdout, stderr } = await rolecall(['trust', ...args], { files })
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
    expect(stderr).toContain(says)
  })

  test('a policy in UTF-16, as PowerShell 5 redirects into', async () => {
    const text = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(files['prod.json'], 'utf16le')])
    const { status } = await rolecall(['trust', 'lint', '--policy', 'utf16.json'], {
      files: { 'utf16.json': text as unknown as string },
    })
    expect(status).toBe(0)
  })

  test('names from a policy cannot steer the terminal', async () => {
    const world = {
      files: {
        ...files,
        'steer.json': policy({ StringEquals: { [`${GITHUB}:sub`]: '\u001b[2J' } }, { Sid: '\u001b[31m' }),
      },
    }
    const { stdout } = await rolecall(['trust', 'check', '--policy', 'steer.json', '--token', 'token.jwt'], world)
    expect(stdout).not.toContain('\u001b')
  })
})
