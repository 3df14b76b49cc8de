import { checkTrust, readTrustPolicy, readWebIdentityToken } from '@rolecall/credentials/trust'
import { type Sandbox, startSandbox } from '@rolecall/sandbox'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { assumeRoleWithToken, readRefusal } from './sts-client.ts'

/** One for all: its key takes half a second to make. */
let sandbox: Sandbox
beforeAll(async () => {
  sandbox = await startSandbox()
})
afterAll(() => sandbox.stop())

const GITHUB = 'token.actions.githubusercontent.com'
const SUBJECT = 'repo:acme/app:environment:prod'
const TAGS = 'https://aws.amazon.com/tags'
const ASSUME = 'sts:AssumeRoleWithWebIdentity'

interface Case {
  readonly name: string
  readonly claims?: Record<string, unknown>
  readonly statements: readonly object[]
  /** undefined: let in. */
  readonly refusal?: string
}

const provider = (name = GITHUB, account = '123456789012', partition = 'aws') => ({
  Federated: `arn:${partition}:iam::${account}:oidc-provider/${name}`,
})
const allow = (Condition: object, more: object = {}) => ({
  Effect: 'Allow',
  Principal: provider(),
  Action: ASSUME,
  Condition,
  ...more,
})
const NOT_AUTHORIZED = `Not authorized to perform ${ASSUME}`

const CASES: readonly Case[] = [
  { name: 'the subject', statements: [allow({ StringEquals: { [`${GITHUB}:sub`]: SUBJECT } })] },
  {
    name: 'the subject in another case',
    statements: [allow({ StringEquals: { [`${GITHUB}:sub`]: SUBJECT.toUpperCase() } })],
    refusal: NOT_AUTHORIZED,
  },
  {
    name: 'an id that is a number in the token',
    claims: { repository_id: 74 },
    statements: [allow({ StringEquals: { [`${GITHUB}:repository_id`]: '74' } })],
  },
  {
    name: 'a claim that STS does not offer',
    claims: { run_number: '7' },
    statements: [allow({ StringEquals: { [`${GITHUB}:run_number`]: '7' } })],
    refusal: NOT_AUTHORIZED,
  },
  {
    name: 'that claim, if it exists',
    claims: { run_number: '7' },
    statements: [allow({ StringEqualsIfExists: { [`${GITHUB}:run_number`]: '8' } })],
  },
  {
    name: 'a variable',
    claims: { actor: 'prod' },
    statements: [allow({ StringEquals: { [`${GITHUB}:sub`]: `repo:acme/app:environment:\${${GITHUB}:actor}` } })],
  },
  {
    name: 'a variable that nothing fills',
    statements: [allow({ StringEquals: { [`${GITHUB}:sub`]: `repo:acme/app:environment:\${${GITHUB}:actor}` } })],
    refusal: NOT_AUTHORIZED,
  },
  {
    name: 'a pattern without its end',
    statements: [allow({ StringLike: { [`${GITHUB}:sub`]: 'repo:acme/app:ref:*' } })],
    refusal: NOT_AUTHORIZED,
  },
  {
    name: 'Deny wins',
    statements: [allow({}), { ...allow({ StringLike: { [`${GITHUB}:sub`]: '*:environment:*' } }), Effect: 'Deny' }],
    refusal: NOT_AUTHORIZED,
  },
  {
    name: 'a provider of another account',
    statements: [allow({}, { Principal: provider(GITHUB, '999999999999') })],
    refusal: NOT_AUTHORIZED,
  },
  {
    name: 'a provider of another partition',
    statements: [allow({}, { Principal: provider(GITHUB, '123456789012', 'aws-cn') })],
    refusal: NOT_AUTHORIZED,
  },
  {
    name: 'another provider',
    statements: [allow({}, { Principal: provider('gitlab.com') })],
    refusal: NOT_AUTHORIZED,
  },
  { name: 'the action of users', statements: [allow({}, { Action: 'sts:AssumeRole' })], refusal: NOT_AUTHORIZED },
  { name: 'an action with a wildcard', statements: [allow({}, { Action: 'sts:AssumeRoleWith*' })] },
  {
    name: 'tags that the policy does not speak of',
    claims: { [TAGS]: { principal_tags: { team: ['blue'] } } },
    statements: [allow({})],
    refusal: 'Not authorized to perform sts:TagSession',
  },
  {
    name: 'a tag that the policy wants',
    claims: { [TAGS]: { principal_tags: { team: ['blue'] } } },
    statements: [allow({ StringEquals: { 'aws:RequestTag/Team': 'blue' } }, { Action: [ASSUME, 'sts:TagSession'] })],
  },
  {
    name: 'another tag than the policy wants',
    claims: { [TAGS]: { principal_tags: { team: ['red'] } } },
    statements: [allow({ StringEquals: { 'aws:RequestTag/Team': 'blue' } }, { Action: [ASSUME, 'sts:TagSession'] })],
    refusal: NOT_AUTHORIZED,
  },
  {
    name: 'a source identity that the policy does not speak of',
    claims: { 'https://aws.amazon.com/source_identity': 'ann' },
    statements: [allow({})],
    refusal: 'Not authorized to perform sts:SetSourceIdentity',
  },
]

test.for(CASES.map((row) => [row.name, row] as const))(
  'STS and checkTrust answer alike: %s',
  async ([, { claims = {}, statements, refusal }], { expect, task }) => {
    const trustPolicy = { Version: '2012-10-17', Statement: statements }
    const { arn: RoleArn } = await sandbox.createRole({ name: `role-${task.id.replace(/\W/g, '-')}`, trustPolicy })
    const token = await sandbox.issueToken({ iss: `https://${GITHUB}`, sub: SUBJECT, ...claims })

    const { allowed } = checkTrust(readTrustPolicy(JSON.stringify(trustPolicy)), readWebIdentityToken(token), {
      roleArn: RoleArn,
      nowMs: sandbox.now,
    })
    expect(allowed).toBe(refusal === undefined)
    const call = assumeRoleWithToken(sandbox, { RoleArn, WebIdentityToken: token })
    if (refusal === undefined) await expect(call).resolves.toHaveProperty('sessionToken')
    else expect(await readRefusal(call)).toEqual({ code: 'AccessDenied', status: 403, message: refusal })
  },
)

test.each([
  ['an operator that IAM does not know', { Statement: [allow({ StringIs: { [`${GITHUB}:sub`]: 'x' } })] }],
  ['a resource', { Statement: [allow({}, { Resource: '*' })] }],
  ['no statement', { Statement: [] }],
])('a role cannot be created with %s', async (_, trustPolicy) => {
  await expect(sandbox.createRole({ name: 'broken', trustPolicy })).rejects.toThrow(/^MalformedPolicyDocument: /)
})
