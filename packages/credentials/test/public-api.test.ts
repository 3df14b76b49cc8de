/** The package as others get it: built, by its name, with the AWS SDK as it is. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3'
import { GetCallerIdentityCommand, STSClient, type STSClientConfig } from '@aws-sdk/client-sts'
import * as api from '@rolecall/credentials'
import { afterEach, describe, expect, test } from 'vitest'
import { CredentialsError as SourceError, isCredentialsError as sourceIs } from '../src/errors.ts'
import * as source from '../src/index.ts'

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})

async function serve(handle: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const server = createServer(handle)
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/**
 * With `exactOptionalPropertyTypes`, as here, a field that is there and undefined is no optional field to the compiler. See
 * below for a project without it.
 */
const forSdk = (credentials: api.CredentialSource | api.Credentials) =>
  credentials as NonNullable<STSClientConfig['credentials']>

/** STS and S3 in little: answers whoever signs, and notes who it was. */
async function aws(refusing: (accessKeyId: string) => boolean = () => false) {
  const signers: { accessKeyId: string; token: string | undefined }[] = []
  const url = await serve((request, response) => {
    const accessKeyId = /Credential=([^/]+)/.exec(request.headers.authorization ?? '')?.[1] ?? 'nobody'
    signers.push({ accessKeyId, token: request.headers['x-amz-security-token'] as string | undefined })
    response.setHeader('content-type', 'text/xml')
    response.statusCode = refusing(accessKeyId) ? 403 : 200
    const identity = '<Arn>arn:aws:iam::123456789012:user/me</Arn><UserId>AIDA</UserId><Account>123456789012</Account>'
    if (refusing(accessKeyId)) response.end('<ErrorResponse><Error><Code>ExpiredToken</Code></Error></ErrorResponse>')
    else if (request.method === 'GET')
      response.end(
        '<ListAllMyBucketsResult><Buckets><Bucket><Name>b</Name></Bucket></Buckets></ListAllMyBucketsResult>',
      )
    else response.end(`<R><GetCallerIdentityResult>${identity}</GetCallerIdentityResult></R>`)
  })
  return { url, signers }
}

/** A container's endpoint whose keys live for an hour; how often it was asked is in their ids. */
async function container() {
  let asked = 0
  let offsetMs = 0
  const now = (): number => Date.now() + offsetMs
  const url = await serve((_, response) => {
    asked += 1
    const Expiration = new Date(now() + 3_600_000).toISOString()
    response.end(JSON.stringify({ AccessKeyId: `ASIA${asked}`, SecretAccessKey: 's', Token: `t${asked}`, Expiration }))
  })
  const env = { AWS_CONTAINER_CREDENTIALS_FULL_URI: url, AWS_EC2_METADATA_DISABLED: 'true' }
  const host: api.Host = { ...api.nodeHost(), env, homeDir: '/nonexistent', now }
  return { host, pass: (milliseconds: number) => (offsetMs += milliseconds), count: () => asked }
}

test('the entry exports what the source does, and by name only', () => {
  expect(Object.keys(api).sort()).toEqual(Object.keys(source).sort())
  expect(api).not.toHaveProperty('default')
})

test('what the contract names is there', () => {
  const names = [
    'CredentialsError',
    'NoCredentialsError',
    'isCredentialsError',
    'createCredentials',
    'loadSharedConfig',
    'locateSharedConfig',
    'planProfile',
    'nodeHost',
    'skip',
    'fromStatic',
    'fromEnv',
    'fromProfile',
    'fromProcess',
    'fromContainer',
    'fromInstance',
    'fromWebIdentity',
    'fromCi',
    'fromAssumeRole',
  ]
  expect(Object.keys(api)).toEqual(expect.arrayContaining(names))
  for (const [name, value] of Object.entries(api)) expect(typeof value, name).toBe('function')
})

test('an error of one copy of the package is known to the other', () => {
  const options = { code: 'CONFIG_INVALID', source: 'x', remedy: 'y' } as const
  expect(SourceError).not.toBe(api.CredentialsError)
  expect(api.isCredentialsError(new SourceError('x', options))).toBe(true)
  expect(sourceIs(new api.CredentialsError('x', options))).toBe(true)
  expect(sourceIs(new api.NoCredentialsError([], 'y'))).toBe(true)
})

test('each source can be had without an argument', async () => {
  const env = { AWS_EC2_METADATA_DISABLED: 'true' }
  const host: api.Host = {
    ...api.nodeHost(),
    env,
    homeDir: undefined,
    readFile: async () => undefined,
    fetch: async () => expect.unreachable(),
  }
  const sources = [
    api.fromEnv(),
    api.fromStatic(),
    api.fromProfile(),
    api.fromProcess(),
    api.fromContainer(),
    api.fromInstance(),
    api.fromWebIdentity(),
    api.fromCi(),
  ]
  const error = await api
    .createCredentials({ host, sources })()
    .catch((error: unknown) => error)
  expect(error).toMatchObject({ code: 'NO_CREDENTIALS' })
  expect((error as api.NoCredentialsError).attempts.map(({ source }) => source)).toEqual(
    sources.map(({ name }) => name),
  )
})

describe('the AWS SDK takes it as it stands', () => {
  test('STS and S3, with one request for keys between them', async () => {
    const { url, signers } = await aws()
    const { host, count } = await container()
    const options = { region: 'us-east-1', endpoint: url, credentials: forSdk(api.createCredentials({ host })) }
    expect((await new STSClient(options).send(new GetCallerIdentityCommand({}))).Account).toBe('123456789012')
    expect((await new S3Client({ ...options, forcePathStyle: true }).send(new ListBucketsCommand({}))).Buckets).toEqual(
      [{ Name: 'b' }],
    )
    expect(signers).toEqual([
      { accessKeyId: 'ASIA1', token: 't1' },
      { accessKeyId: 'ASIA1', token: 't1' },
    ])
    expect(count()).toBe(1)
  })

  test('and gets new keys when these are renewed', async () => {
    const { url, signers } = await aws()
    const { host, pass } = await container()
    const credentials = api.createCredentials({ host })
    const client = new STSClient({ region: 'us-east-1', endpoint: url, credentials: forSdk(credentials) })
    await client.send(new GetCallerIdentityCommand({}))
    pass(50 * 60_000)
    await client.send(new GetCallerIdentityCommand({}))
    expect(signers.map(({ accessKeyId }) => accessKeyId)).toEqual(['ASIA1', 'ASIA2'])
  })

  test('and gets new keys after a service refused these', async () => {
    const { url, signers } = await aws((accessKeyId) => accessKeyId === 'ASIA1')
    const { host } = await container()
    const credentials = api.createCredentials({ host })
    const client = new STSClient({
      region: 'us-east-1',
      endpoint: url,
      credentials: forSdk(credentials),
      maxAttempts: 1,
    })
    await expect(client.send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({ name: 'ExpiredToken' })
    credentials.invalidate('ASIA1')
    await client.send(new GetCallerIdentityCommand({}))
    expect(signers.map(({ accessKeyId }) => accessKeyId)).toEqual(['ASIA1', 'ASIA2'])
  })

  test('and its region is that of our own requests, where nothing else names one', async () => {
    const { url } = await aws()
    const asked: string[] = []
    const fetch = async (address: string) => {
      asked.push(address)
      return new Response('', { status: 403 })
    }
    const env = { AWS_ROLE_ARN: 'arn:x', AWS_WEB_IDENTITY_TOKEN_FILE: '/token', AWS_EC2_METADATA_DISABLED: 'true' }
    const readFile = async (path: string) => (path === '/token' ? new TextEncoder().encode('jwt') : undefined)
    const credentials = forSdk(api.createCredentials({ host: { ...api.nodeHost(), env, readFile, fetch } }))
    const client = new STSClient({ region: 'eu-west-3', endpoint: url, credentials })
    await expect(client.send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({ code: 'SOURCE_REFUSED' })
    expect(asked).toEqual(['https://sts.eu-west-3.amazonaws.com/'])
  })

  test('our own failure comes out of it as it is', async () => {
    const { url } = await aws()
    const host: api.Host = {
      ...api.nodeHost(),
      env: { AWS_EC2_METADATA_DISABLED: 'true' },
      homeDir: undefined,
      readFile: async () => undefined,
    }
    const client = new STSClient({
      region: 'us-east-1',
      endpoint: url,
      credentials: forSdk(api.createCredentials({ host })),
    })
    const error = await client.send(new GetCallerIdentityCommand({})).catch((error: unknown) => error)
    expect(api.isCredentialsError(error)).toBe(true)
    expect(error).toMatchObject({ code: 'NO_CREDENTIALS' })
  })

  test('its credentials can be given away one by one, too', async () => {
    const { url, signers } = await aws()
    const { host } = await container()
    const credentials = await api.createCredentials({ host })()
    await new STSClient({ region: 'us-east-1', endpoint: url, credentials: forSdk({ ...credentials }) }).send(
      new GetCallerIdentityCommand({}),
    )
    await new STSClient({ region: 'us-east-1', endpoint: url, credentials: forSdk(credentials) }).send(
      new GetCallerIdentityCommand({}),
    )
    expect(signers).toEqual([
      { accessKeyId: 'ASIA1', token: 't1' },
      { accessKeyId: 'ASIA1', token: 't1' },
    ])
  })
})

test('our own requests to STS are signed as the AWS SDK signs', async () => {
  const seen: Record<string, unknown>[] = []
  const url = await serve((request, response) => {
    let body = ''
    request.on('data', (chunk) => {
      body += chunk
    })
    request.on('end', () => {
      seen.push({ method: request.method, path: request.url, body: Object.fromEntries(new URLSearchParams(body)) })
      response.end(
        '<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>a</Arn><UserId>u</UserId><Account>1</Account></GetCallerIdentityResult></GetCallerIdentityResponse>',
      )
    })
  })
  const { host } = await container()
  const credentials = api.createCredentials({ host: { ...host, env: { ...host.env, AWS_ENDPOINT_URL_STS: url } } })
  expect(await credentials.identity()).toEqual({ account: '1', arn: 'a', userId: 'u' })
  await new STSClient({ region: 'us-east-1', endpoint: url, credentials: forSdk(credentials) }).send(
    new GetCallerIdentityCommand({}),
  )
  expect(seen[0]).toEqual(seen[1])
})

test('a strict TypeScript project needs no cast', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rolecall-'))
  const root = join(import.meta.dirname, '../../..')
  try {
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
    writeFileSync(
      join(folder, 'app.ts'),
      `import { S3Client } from '@aws-sdk/client-s3'
       import { STSClient } from '@aws-sdk/client-sts'
       import { type CredentialSource, createCredentials, type Provider } from '@rolecall/credentials'
       const credentials: CredentialSource = createCredentials({ region: 'us-east-1' })
       export const clients = [new STSClient({ credentials }), new S3Client({ credentials: await credentials() })]
       export const mine: Provider = { name: 'mine', provide: async () => ({ accessKeyId: 'a', secretAccessKey: 's' }) }
       // @ts-expect-error: the order is one of two
       createCredentials({ order: 'random' })`,
    )
    const options = [
      '--strict',
      '--noEmit',
      '--skipLibCheck',
      '--target',
      'es2023',
      '--module',
      'nodenext',
      '--types',
      'node',
    ]
    const tsc = join(root, 'node_modules/typescript/bin/tsc')
    const { status, stdout } = spawnSync(process.execPath, [tsc, ...options, 'app.ts'], {
      cwd: folder,
      encoding: 'utf8',
    })
    expect({ status, stdout }).toEqual({ status: 0, stdout: '' })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
