/** The contract of the file system, at real stores: radosgw with three kinds of keys, and moto. */
import { type ChildProcess, spawn } from 'node:child_process'
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { type CredentialSource, createCredentials } from '@rolecall/credentials'
import { createS3Files } from '@rolecall/s3-files'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { describeFiles } from '../../packages/s3-files/test/contract.ts'
import { type Issuer, startIssuer } from './oidc-issuer.ts'
import { type Radosgw, startRadosgw } from './radosgw.ts'
import { createRole, sessionsOf, webIdentity } from './radosgw-role.ts'
import { requireProgram } from './sandbox-child.ts'

const partSizeBytes = 5 * 1024 * 1024

describe('radosgw', () => {
  let radosgw: Radosgw
  let issuer: Issuer
  let session: CredentialSource
  let shortSessions: CredentialSource
  let countSessions: () => number

  beforeAll(async () => {
    radosgw = await startRadosgw()
    issuer = await startIssuer()
    const roleArn = await createRole(radosgw, issuer)
    session = webIdentity(radosgw, issuer, roleArn)
    const { makeSession, count } = sessionsOf(radosgw, issuer, roleArn, 6)
    shortSessions = createCredentials({ sources: [{ name: 'short', provide: makeSession }] })
    countSessions = count
  })
  afterAll(async () => {
    issuer?.stop()
    await radosgw?.stop()
  })
  const open = async (credentials: CredentialSource | Radosgw['keys']) =>
    createS3Files({ bucketUrl: await radosgw.createBucket(), credentials, partSizeBytes, region: 'us-east-1' })

  describeFiles('with static keys', () => open(radosgw.keys))
  describeFiles('with the session of a web identity', () => open(session))
  describeFiles('with sessions of six seconds', () => open(shortSessions))

  test('sessions of six seconds ended while that ran', () => {
    expect(countSessions()).toBeGreaterThan(2)
  })
})

describe('moto', () => {
  const url = 'http://127.0.0.1:47835'
  const credentials = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secret' }
  let server: ChildProcess
  let buckets = 0
  const client = new S3Client({ endpoint: url, region: 'us-east-1', forcePathStyle: true, credentials })

  beforeAll(async () => {
    await requireProgram('moto_server', ['--help'], 'moto with its server')
    server = spawn('moto_server', ['-H', '127.0.0.1', '-p', new URL(url).port], { stdio: 'ignore' })
    while (!(await fetch(url).catch(() => undefined))) await new Promise((resolve) => setTimeout(resolve, 100))
  })
  afterAll(() => server?.kill('SIGKILL'))

  describeFiles('without credentials to speak of', async () => {
    const Bucket = `bucket-${buckets++}`
    await client.send(new CreateBucketCommand({ Bucket }))
    return createS3Files({ bucketUrl: `${url}/${Bucket}`, credentials, partSizeBytes })
  })
})
