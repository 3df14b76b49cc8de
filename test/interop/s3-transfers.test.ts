/** Large and long transfers through radosgw: many keys, a gigabyte, sessions that end on the way, a store that dies. */
import { execFile } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { promisify } from 'node:util'
import { HeadObjectCommand, ListMultipartUploadsCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { type CredentialSource, createCredentials, type StaticKeys } from '@rolecall/credentials'
import { createS3Files, type S3Files } from '@rolecall/s3-files'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Issuer, startIssuer } from './oidc-issuer.ts'
import { type Radosgw, startRadosgw } from './radosgw.ts'
import { createRole, sessionsOf } from './radosgw-role.ts'

const MIB = 1024 * 1024
const SESSION_SECONDS = 6
const partSizeBytes = 5 * MIB
const run = promisify(execFile)

let radosgw: Radosgw
let issuer: Issuer
let roleArn: string
let client: S3Client
beforeAll(async () => {
  radosgw = await startRadosgw()
  issuer = await startIssuer()
  roleArn = await createRole(radosgw, issuer)
  client = new S3Client({ endpoint: radosgw.url, region: 'us-east-1', forcePathStyle: true, credentials: radosgw.keys })
})
afterAll(async () => {
  client?.destroy()
  issuer?.stop()
  await radosgw?.stop()
})

let bucketUrl: string
let Bucket: string
beforeEach(async () => {
  bucketUrl = await radosgw.createBucket()
  Bucket = new URL(bucketUrl).pathname.slice(1)
})
const open = (credentials: StaticKeys | CredentialSource | (() => Promise<StaticKeys>) = radosgw.keys): S3Files =>
  createS3Files({ bucketUrl, credentials, partSizeBytes, copyCutoffBytes: partSizeBytes, region: 'us-east-1' })
const unfinishedUploads = async () => (await client.send(new ListMultipartUploadsCommand({ Bucket }))).Uploads ?? []
const failure = (work: Promise<unknown>) =>
  work.then(
    () => expect.unreachable('it did not fail'),
    (error) => error,
  )

test('ten thousand keys are listed, and removed', { timeout: 300_000 }, async () => {
  const names = Array.from({ length: 10_000 }, (_, at) => `many/${String(at).padStart(5, '0')}`)
  const rest = [...names]
  const writer = async (): Promise<void> => {
    for (let Key = rest.pop(); Key; Key = rest.pop())
      await client.send(new PutObjectCommand({ Bucket, Key, Body: 'x' }))
  }
  await Promise.all(Array.from({ length: 32 }, writer))

  const files = open()
  const seen: string[] = []
  for await (const { path } of files.list('/many/')) seen.push(path)
  expect(seen).toEqual(names.map((name) => `/${name}`))
  await files.remove('/many/')
  expect(await files.exists('/many/')).toBe(false)
})

test('a gigabyte goes up and comes down in less than 150 MB of memory', { timeout: 300_000 }, async () => {
  const child = join(import.meta.dirname, 's3-transfer-child.js')
  const { accessKeyId, secretAccessKey } = radosgw.keys
  const env = { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_REGION: 'us-east-1' }
  const { stdout } = await run(process.execPath, [child, bucketUrl, `${1024 * MIB}`], { env })
  const { peakBytes, ...result } = JSON.parse(stdout)
  console.log(
    `a gigabyte up in ${result.upSeconds.toFixed(1)} s, down in ${result.downSeconds.toFixed(1)} s, with ${(peakBytes / 1e6).toFixed(0)} MB`,
  )
  expect(result).toMatchObject({ same: true, gotBytes: 1024 * MIB })
  expect(peakBytes).toBeLessThan(150e6)
})

test('streams are about as fast as lib-storage used by hand', { timeout: 300_000 }, async () => {
  const { accessKeyId, secretAccessKey } = radosgw.keys
  const env = {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    ROLECALL_BENCH_BUCKET: bucketUrl,
  }
  const bench = join(import.meta.dirname, '../../bench/run.js')
  const { stdout } = await run(process.execPath, [bench, 'transfers'], { env })
  console.log(stdout)
  expect(stdout).toMatch(/^ {2}up: \d+\.\d\d × by hand$/m)
  expect(stdout).toMatch(/^ {2}down: \d+\.\d\d × by hand$/m)
})

describe('sessions of six seconds', () => {
  const pace = async function* (chunk: Uint8Array, times: number, pauseMs: number): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < times; at++) {
      yield chunk
      await wait(pauseMs)
    }
  }

  test('end on the way up, twice, and the file is whole', async () => {
    const { makeSession, count } = sessionsOf(radosgw, issuer, roleArn, SESSION_SECONDS)
    const files = open(createCredentials({ sources: [{ name: 'short', provide: makeSession }] }))
    const part = randomBytes(6 * MIB)
    await files.writeStream('/slow', pace(part, 9, 1800))
    expect(await files.stat('/slow')).toMatchObject({ sizeBytes: 9 * part.length })
    expect(count()).toBeGreaterThanOrEqual(3)
  })

  test('end on the way down, and the file comes whole', async () => {
    const { makeSession } = sessionsOf(radosgw, issuer, roleArn, SESSION_SECONDS)
    const data = randomBytes(24 * MIB)
    await open().write('/slow', data)
    const files = open(makeSession)
    const hash = createHash('sha256')
    let next = Date.now() + 1000
    for await (const chunk of files.readStream('/slow')) {
      hash.update(chunk)
      if (Date.now() > next) {
        await wait(900)
        next = Date.now() + 10
      }
    }
    expect(hash.digest('hex')).toBe(createHash('sha256').update(data).digest('hex'))
  })

  test('kept too long by a function are asked for anew', async () => {
    const { makeSession, count } = sessionsOf(radosgw, issuer, roleArn, SESSION_SECONDS)
    let kept: StaticKeys | undefined
    const provider = async (request?: { forceRefresh?: boolean }): Promise<StaticKeys> => {
      if (!kept || request?.forceRefresh) kept = await makeSession()
      return kept
    }
    const files = open(provider)
    await files.write('/a', 'x')
    await wait(SESSION_SECONDS * 1000 + 1500)
    await files.write('/a', 'y')
    expect(await files.stat('/a')).toMatchObject({ sizeBytes: 1 })
    expect(count()).toBe(2)
  })

  test('given as keys are refused when they are over, by their name', async () => {
    const { makeSession } = sessionsOf(radosgw, issuer, roleArn, SESSION_SECONDS)
    const { expiration: _, ...keys } = await makeSession()
    const files = open(keys)
    await files.write('/a', 'x')
    await wait(SESSION_SECONDS * 1000 + 1500)
    const error = await failure(files.read('/a'))
    expect(error).toMatchObject({ code: 'EACCES', status: 403, identity: { source: 'static' } })
    expect(`${error.message}${JSON.stringify(error)}`).not.toContain(keys.secretAccessKey)
    expect(`${error.message}${JSON.stringify(error)}`).not.toContain(keys.sessionToken)
  })
})

describe('what does not come to its end', () => {
  const parts = async function* (count: number, then?: () => unknown): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < count; at++) yield randomBytes(6 * MIB)
    await then?.()
    yield randomBytes(6 * MIB)
  }

  test('leaves no parts after an abort', async () => {
    const abort = new AbortController()
    const source = parts(5, () => abort.abort())
    expect(await failure(open().writeStream('/s', source, { signal: abort.signal }))).toBe(abort.signal.reason)
    expect(await unfinishedUploads()).toEqual([])
  })

  test('leaves no parts after a failure of its source', async () => {
    const trouble = new Error('the disk is gone')
    const source = parts(5, () => Promise.reject(trouble))
    expect(await failure(open().writeStream('/s', source))).toBe(trouble)
    expect(await unfinishedUploads()).toEqual([])
  })
})

test('above the cutoff a file is copied part by part, with what goes with it', async () => {
  const Body = randomBytes(17 * MIB)
  const input = {
    Bucket,
    Key: 'from é+',
    Body,
    ContentType: 'image/png',
    CacheControl: 'no-store',
    Metadata: { a: 'b' },
  }
  await client.send(new PutObjectCommand(input))
  const files = open()
  await files.copy('/from é+', '/to')
  await files.rename('/to', '/moved')
  const copied = await client.send(new HeadObjectCommand({ Bucket, Key: 'moved' }))
  expect(copied).toMatchObject({
    ETag: expect.stringMatching(/-4"$/),
    ContentType: 'image/png',
    CacheControl: 'no-store',
    Metadata: { a: 'b' },
  })
  expect(Buffer.from(await files.read('/moved')).equals(Body)).toBe(true)
  expect(await files.exists('/to')).toBe(false)
})

describe('no', () => {
  test.each<[what: string, keys: Partial<StaticKeys>]>([
    ['a wrong secret', { secretAccessKey: 'never-to-be-printed' }],
    ['an unknown key', { accessKeyId: 'AKIANOBODY0000000001', accountId: '123456789012' }],
  ])('to %s is EACCES for everything, and says whose keys those are', async (_, wrong) => {
    const keys = { ...radosgw.keys, ...wrong }
    const files = open(keys)
    const source = async function* () {
      yield Buffer.from('x')
    }
    const works = [
      () => files.read('/a'),
      () => files.stat('/a'),
      () => files.exists('/a'),
      () => files.write('/a', 'x'),
      () => files.writeStream('/a', source()),
      () => files.remove('/a'),
      () => files.remove('/a/'),
      () => files.copy('/a', '/b'),
      () => files.rename('/a', '/b'),
      () => files.createDir('/a/'),
    ]
    for (const work of works) {
      const error = await failure(work())
      const identity = { accountId: keys.accountId, source: 'static', accessKeyId: expect.stringContaining('…') }
      const answer = { s3Code: 'AccessDenied', status: 403, requestId: expect.stringMatching(/^tx/) }
      expect(error).toMatchObject({ code: 'EACCES', ...answer, identity })
      if (keys.accountId) expect(error.message).toContain(keys.accountId)
      expect(`${error.message}${error.stack}${JSON.stringify(error)}`).not.toMatch(/never-to-be-printed|the-secret-of/)
    }
  })

  test('to a bucket that is not there is ENOENT, and says that it is the bucket', async () => {
    const files = createS3Files({ bucketUrl: `${radosgw.url}/nowhere`, credentials: radosgw.keys, region: 'us-east-1' })
    for (const work of [
      () => files.read('/a'),
      () => files.stat('/a'),
      () => files.exists('/a'),
      () => files.write('/a', 'x'),
    ])
      expect(await failure(work())).toMatchObject({ code: 'ENOENT', s3Code: 'NoSuchBucket', status: 404 })
  })
})

/** The last test: it takes the gateway half a minute to be itself again. */
test('a store that dies is a typed error, up and down, and nothing half-written is seen', {
  timeout: 180_000,
}, async () => {
  const files = open()
  await files.write('/old', 'before')
  await files.write('/big', randomBytes(64 * MIB))
  async function* source(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < 4; at++) yield randomBytes(6 * MIB)
    await radosgw.kill()
    yield randomBytes(6 * MIB)
  }
  const download = async (): Promise<void> => {
    for await (const _ of files.readStream('/big')) await wait(50)
  }
  const [up, down] = await Promise.all([failure(files.writeStream('/old', source())), failure(download())])
  expect(up).toMatchObject({ name: 'S3FilesError', code: 'EIO', path: '/old', remedy: expect.any(String) })
  expect(down).toMatchObject({ name: 'S3FilesError', code: 'EIO', path: '/big', remedy: expect.any(String) })

  await radosgw.start()
  expect(new TextDecoder().decode(await files.read('/old'))).toBe('before')
  expect(await files.stat('/big')).toMatchObject({ sizeBytes: 64 * MIB })
})
