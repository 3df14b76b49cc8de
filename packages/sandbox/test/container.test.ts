import { readFile, stat } from 'node:fs/promises'
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts'
import { fromContainerMetadata, fromHttp } from '@aws-sdk/credential-providers'
import type { Sandbox } from '@rolecall/sandbox'
import { describe, expect, vi } from 'vitest'
import { HOUR_MS, test } from './sandbox-test.ts'
import { createClient, type Keys } from './sts-client.ts'

async function readEcs(sandbox: Sandbox): Promise<{ uri: string; token: string }> {
  const env = await sandbox.env('ecs')
  return { uri: env['AWS_CONTAINER_CREDENTIALS_FULL_URI'] ?? '', token: env['AWS_CONTAINER_AUTHORIZATION_TOKEN'] ?? '' }
}

async function readEks(sandbox: Sandbox): Promise<{ uri: string; file: string }> {
  const env = await sandbox.env('eks')
  return {
    uri: env['AWS_CONTAINER_CREDENTIALS_FULL_URI'] ?? '',
    file: env['AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE'] ?? '',
  }
}

const ask = (uri: string, authorization?: string) => fetch(uri, { headers: authorization ? { authorization } : {} })
const whoIs = async (sandbox: Sandbox, keys: Keys) =>
  (await createClient(sandbox, keys).send(new GetCallerIdentityCommand({}))).Arn

describe('an ECS task', () => {
  test('gets the credentials of its role', async ({ sandbox }) => {
    const { uri, token } = await readEcs(sandbox)
    expect(await (await ask(uri, token)).json()).toEqual({
      AccessKeyId: expect.stringMatching(/^ASIA/),
      SecretAccessKey: expect.any(String),
      Token: expect.any(String),
      Expiration: expect.stringMatching(/Z$/),
      AccountId: '123456789012',
      RoleArn: 'arn:aws:iam::123456789012:role/demo-ecs',
    })
  })

  test.for([
    ['without a token', undefined, 401, 'MissingAuthenticationToken'],
    ['with a wrong one', 'wrong', 403, 'AccessDenied'],
  ] as const)('%s is refused', async ([_name, token, status, code], { sandbox }) => {
    const response = await ask((await readEcs(sandbox)).uri, token)
    expect(response.status).toBe(status)
    expect(await response.json()).toEqual({ code, message: expect.any(String) })
  })

  test('finds nothing at a path that is not its own', async ({ sandbox }) => {
    const { uri, token } = await readEcs(sandbox)
    expect((await ask(uri.replace(/.$/, '_'), token)).status).toBe(404)
  })

  test('is served by both providers of the AWS SDK, and let into STS', async ({ sandbox }) => {
    const { uri, token } = await readEcs(sandbox)
    const byHttp = await fromHttp({ awsContainerCredentialsFullUri: uri, awsContainerAuthorizationToken: token })()
    vi.stubEnv('AWS_CONTAINER_CREDENTIALS_FULL_URI', uri)
    vi.stubEnv('AWS_CONTAINER_AUTHORIZATION_TOKEN', token)
    const byMetadata = await fromContainerMetadata()().finally(() => vi.unstubAllEnvs())
    expect(byHttp.accessKeyId).toBe(byMetadata.accessKeyId)
    for (const keys of [byHttp, byMetadata])
      expect(await whoIs(sandbox, keys)).toMatch(/^arn:aws:sts::123456789012:assumed-role\/demo-ecs\/[\da-f]{32}$/)
  })
})

describe('an EKS pod', () => {
  test('is served for the token in its file, by the AWS SDK', async ({ sandbox }) => {
    const { uri, file } = await readEks(sandbox)
    const credentials = await fromHttp({
      awsContainerCredentialsFullUri: uri,
      awsContainerAuthorizationTokenFile: file,
    })()
    expect(credentials.expiration).toBeInstanceOf(Date)
    expect(await whoIs(sandbox, credentials)).toMatch(/assumed-role\/demo-eks\/eks-demo-/)
  })

  test('has a token file that only its user can read, in a folder that only its user can enter', async ({
    sandbox,
  }) => {
    const { file } = await readEks(sandbox)
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect((await stat(new URL('.', `file://${file}`))).mode & 0o777).toBe(0o700)
    expect(await readFile(file, 'utf8')).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/)
  })

  test('is refused without a token, with one for another audience, and with no JWT', async ({ sandbox }) => {
    const { uri } = await readEks(sandbox)
    expect((await ask(uri)).status).toBe(401)
    for (const token of [await sandbox.issueToken(), 'no.jwt.at-all']) {
      const response = await ask(uri, token)
      expect(response.status).toBe(403)
      expect(await response.json()).toMatchObject({ code: 'InvalidTokenException' })
    }
  })

  test('is refused once its token has expired', async ({ sandbox }) => {
    const { uri, file } = await readEks(sandbox)
    const token = await readFile(file, 'utf8')
    sandbox.now += 23 * HOUR_MS
    expect((await ask(uri, token)).status).toBe(200)
    sandbox.now += HOUR_MS
    expect(await (await ask(uri, token)).json()).toMatchObject({ code: 'ExpiredTokenException' })
  })
})
