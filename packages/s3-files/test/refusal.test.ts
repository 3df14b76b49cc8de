import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { inspect } from 'node:util'
import { createCredentials } from '@rolecall/credentials'
import { createS3Files, isS3FilesError, type S3Files } from '@rolecall/s3-files'
import { describe, expect, onTestFinished, test } from 'vitest'
import { emptyHost, failure, KEYS, playedFiles, refuse } from './played-store.ts'

const textOf = (error: unknown): string =>
  `${inspect(error, { depth: 9, showHidden: true })}${JSON.stringify(error)}${error}`

describe('what the store says, by the names of the file system', () => {
  test.each<[status: number, s3Code: string, code: string]>([
    [404, 'NoSuchKey', 'ENOENT'],
    [404, 'NoSuchBucket', 'ENOENT'],
    [403, 'AccessDenied', 'EACCES'],
    [403, 'InvalidAccessKeyId', 'EACCES'],
    [403, 'SignatureDoesNotMatch', 'EACCES'],
    [403, 'RequestTimeTooSkewed', 'EACCES'],
    [400, 'ExpiredToken', 'EACCES'],
    [400, 'InvalidToken', 'EACCES'],
    [403, 'AllAccessDisabled', 'EACCES'],
    [403, 'InvalidObjectState', 'EAGAIN'],
    [401, 'Unauthorized', 'EACCES'],
    [400, 'InvalidArgument', 'EINVAL'],
    [400, 'KeyTooLongError', 'ENAMETOOLONG'],
    [400, 'EntityTooLarge', 'EFBIG'],
    [405, 'MethodNotAllowed', 'ENOTSUP'],
    [409, 'OperationAborted', 'EAGAIN'],
    [412, 'PreconditionFailed', 'ESTALE'],
    [416, 'InvalidRange', 'EINVAL'],
    [418, 'SomethingNew', 'EINVAL'],
    [501, 'NotImplemented', 'ENOTSUP'],
  ])('%i %s is %s', async (status, s3Code, code) => {
    const { files } = playedFiles(() => refuse(status, s3Code))
    const error = await failure(files.read('/dir/a'))
    expect(isS3FilesError(error)).toBe(true)
    expect(error).toMatchObject({ code, s3Code, status, requestId: 'R1', path: '/dir/a' })
    expect(error.message).toBe(`${error.problem}. ${error.remedy}`)
    expect(error.message).toContain(s3Code)
  })

  test.each<[status: number, s3Code: string, code: string]>([
    [500, 'InternalError', 'EIO'],
    [503, 'SlowDown', 'EAGAIN'],
  ])('%i %s is %s, after three attempts', async (status, s3Code, code) => {
    const { files, sent } = playedFiles(() => refuse(status, s3Code))
    expect(await failure(files.read('/a'))).toMatchObject({ code, s3Code, status })
    expect(sent).toHaveLength(3)
  })

  test('a bare error, with an empty text, as some stores send it', async () => {
    const body = '<?xml version="1.0"?><Error><Code>AccessDenied</Code><Message></Message></Error>'
    const { files } = playedFiles(() => ({ status: 403, body }))
    const error = await failure(files.read('/a'))
    expect(error).toMatchObject({ code: 'EACCES', s3Code: 'AccessDenied', requestId: undefined })
    expect(error.message).toMatch(
      /^\/a: access denied \(AccessDenied\), key AKIA…MPLE from static\. Allow s3:GetObject on bucket\/a/,
    )
    expect(error.message).not.toMatch(/Unknown|undefined/)
  })

  test('an answer that is no S3 at all, by its status', async () => {
    const { files } = playedFiles(() => ({ status: 404, body: '<!doctype html><title>nginx</title><h1>404' }))
    const error = await failure(files.read('/a'))
    expect(error).toMatchObject({ code: 'ENOENT', status: 404 })
    expect(error.message).not.toContain('nginx')
  })

  test('its words, cut, without what steers a terminal', async () => {
    const { files } = playedFiles(() =>
      refuse(403, 'AccessDenied', `<Message>User arn:aws:iam::1:user/me may not\u202e ${'x'.repeat(5000)}</Message>`),
    )
    const { message } = await failure(files.read('/a'))
    expect(message).toContain('the store says "User arn:aws:iam::1:user/me may not\\u202e xxx')
    expect(message.length).toBeLessThan(700)
  })
})

describe('access denied', () => {
  const keys = { ...KEYS, sessionToken: 'never-to-be-printed-either', accountId: '123456789012' }

  test('says which identity was refused, and what it lacks', async () => {
    const host = emptyHost({
      AWS_ACCESS_KEY_ID: keys.accessKeyId,
      AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
      AWS_ACCOUNT_ID: keys.accountId,
    })
    const { files } = playedFiles(() => refuse(403, 'AccessDenied'), { host, credentials: undefined })
    const error = await failure(files.write('/dir/a', 'x'))
    expect(error.identity).toEqual({ accountId: '123456789012', source: 'env', accessKeyId: 'AKIA…MPLE' })
    expect(error.message).toBe(
      '/dir/a: access denied (AccessDenied), account 123456789012, key AKIA…MPLE from env. ' +
        'Allow s3:PutObject on bucket/dir/a to it, or use another identity.',
    )
  })

  test.each<[string, (files: S3Files) => Promise<unknown>]>([
    ['s3:ListBucket on bucket to', (files) => failure(list(files, '/dir/'))],
    ['s3:GetObject on bucket/a', (files) => failure(files.read('/a'))],
    ['s3:GetObject on bucket/a', (files) => failure(files.stat('/a'))],
    ['s3:DeleteObject on bucket/a', (files) => failure(files.remove('/a'))],
    ['s3:PutObject on bucket/a', (files) => failure(files.writeStream('/a', chunks('x')))],
  ])('names the permission: %s', async (permission, work) => {
    const { files } = playedFiles(({ method }) => (method === 'HEAD' ? { status: 403 } : refuse(403, 'AccessDenied')))
    expect(((await work(files)) as Error).message).toContain(`Allow ${permission}`)
  })

  test('names the region where the signature does not match', async () => {
    const { files } = playedFiles(() => refuse(403, 'SignatureDoesNotMatch'), {
      bucketUrl: 'http://127.0.0.1:9/bucket',
    })
    const error = await failure(files.read('/a'))
    expect(error.remedy).toBe(
      'Check the secret key and the region: it was signed for us-east-1, by convention: nothing names a region.',
    )
  })

  test('holds no secret, though the store repeats them', async () => {
    const said = `<Message>no ${keys.secretAccessKey} ${keys.sessionToken} ${keys.accessKeyId}</Message>`
    const { files } = playedFiles(() => refuse(403, 'AccessDenied', said), { credentials: keys })
    const error = await failure(files.read('/a'))
    expect(error.message).toContain('the store says "no … … …"')
    for (const secret of [keys.secretAccessKey, keys.sessionToken, keys.accessKeyId])
      expect(textOf(error)).not.toContain(secret)
  })

  test('of HEAD, which has no reason, is explained by GET', async () => {
    const { files, sent } = playedFiles(({ method }) =>
      method === 'HEAD' ? { status: 403 } : refuse(403, 'InvalidAccessKeyId'),
    )
    expect(await failure(files.stat('/a'))).toMatchObject({ code: 'EACCES', s3Code: 'InvalidAccessKeyId' })
    expect(sent.map(({ method, headers }) => [method, headers['range']])).toEqual([
      ['HEAD', undefined],
      ['GET', 'bytes=0-0'],
    ])
  })

  test('of HEAD, where GET says nothing against it, is asked again', async () => {
    let heads = 0
    const { files } = playedFiles(({ method }) => {
      if (method === 'GET') return refuse(416, 'InvalidRange')
      heads += 1
      return heads === 1 ? { status: 403 } : { headers: { 'content-length': '0', etag: '"e"' } }
    })
    expect(await files.stat('/a')).toMatchObject({ sizeBytes: 0, etag: '"e"' })
  })
})

describe('an error inside an answer of 200', () => {
  const inside = { body: '<?xml version="1.0"?>\n<Error><Code>InternalError</Code><RequestId>R2</RequestId></Error>' }
  const head = { headers: { 'content-length': '10', etag: '"e"' } }

  test('is noticed when a file is copied', async () => {
    const { files } = playedFiles(({ method }) => (method === 'HEAD' ? head : inside))
    expect(await failure(files.copy('/a', '/b'))).toMatchObject({ code: 'EIO', s3Code: 'InternalError' })
  })

  test('is noticed when an upload is completed, and its parts are removed', async () => {
    const { files, sent } = playedFiles(({ method, url }) => {
      if (method === 'POST' && url.includes('uploads'))
        return { body: '<InitiateMultipartUploadResult><UploadId>U1</UploadId></InitiateMultipartUploadResult>' }
      if (method === 'PUT') return { headers: { etag: '"p"' } }
      return method === 'POST' ? inside : { status: 204 }
    })
    const error = await failure(files.writeStream('/a', chunks(new Uint8Array(9 * 1024 * 1024))))
    expect(error).toMatchObject({ code: 'EIO', s3Code: 'InternalError' })
    expect(sent.at(-1)).toMatchObject({ method: 'DELETE', url: expect.stringContaining('uploadId=U1') })
  })

  test('is noticed when many files are removed, and says how many are left', async () => {
    const entry = (key: string) => `<Contents><Key>${key}</Key><Size>1</Size></Contents>`
    const wrong = (key: string) => `<Error><Key>${key}</Key><Code>AccessDenied</Code></Error>`
    const { files } = playedFiles(({ method }) => {
      if (method === 'GET') return { body: `<ListBucketResult>${entry('d/a')}${entry('d/b')}</ListBucketResult>` }
      return { body: `<DeleteResult>${wrong('d/a')}${wrong('d/b')}</DeleteResult>` }
    })
    const error = await failure(files.remove('/d/'))
    expect(error).toMatchObject({ code: 'EACCES', s3Code: 'AccessDenied', status: 200, path: '/d/a' })
    expect(error.message).toContain('1 more file')
  })

  test('or nothing, is no success', async () => {
    const { files } = playedFiles(({ method }) =>
      method === 'HEAD' ? head : { body: '<CopyObjectResult></CopyObjectResult>' },
    )
    expect(await failure(files.copy('/a', '/b'))).toMatchObject({ code: 'EIO', status: 200 })
  })

  test.each([
    ['nothing', ''],
    ['a web page', '<!doctype html>\n<html><head><title>Sign in</title></head><body><p>Wi-Fi</p></body></html>'],
    ['XML of something else', '<feed><title>x</title></feed>'],
  ])('%s is no answer of S3', async (_, body) => {
    const { files } = playedFiles(() => ({ body, headers: { 'content-type': 'text/html' } }))
    const works = [
      list(files, '/'),
      files.exists('/a'),
      files.stat('/dir/'),
      files.remove('/dir/'),
      files.write('/a', 'x'),
      files.createDir('/dir/'),
      files.writeStream('/a', chunks('x')),
      files.writeStream('/a', chunks(new Uint8Array(9 * 1024 * 1024))),
    ]
    for (const work of works) {
      const error = await failure(work)
      expect(error).toMatchObject({ name: 'S3FilesError', code: 'EIO', status: 200 })
      expect(error.message).toMatch(/none of an S3 store|neither that it is done/)
    }
  })

  test.each(['Name', 'KeyCount', 'IsTruncated'])('a list of nothing that says %s alone is one', async (field) => {
    const value = { Name: 'bucket', KeyCount: '0', IsTruncated: 'false' }[field]
    const { files } = playedFiles(() => ({
      body: `<ListBucketResult><${field}>${value}</${field}></ListBucketResult>`,
    }))
    expect(await files.exists('/a')).toBe(false)
    await list(files, '/')
  })

  test('a key that is not encoded as the store says is no key', async () => {
    const { files } = playedFiles(() => ({
      body: '<ListBucketResult><EncodingType>url</EncodingType><Contents><Key>100%</Key></Contents></ListBucketResult>',
    }))
    expect(await failure(list(files, '/'))).toMatchObject({ name: 'S3FilesError', code: 'EIO', path: '/' })
  })

  test('a range that is ignored is no part of a file', async () => {
    const { files } = playedFiles(() => ({ body: '0123456789' }))
    expect(await failure(files.read('/a', { range: { start: 5 } }))).toMatchObject({ code: 'ENOTSUP' })
  })

  test('a list that goes on for ever ends', async () => {
    const more = '<IsTruncated>true</IsTruncated><NextContinuationToken>same</NextContinuationToken>'
    const { files } = playedFiles(() => ({
      body: `<ListBucketResult>${more}<Contents><Key>a</Key></Contents></ListBucketResult>`,
    }))
    expect(await failure(list(files, '/'))).toMatchObject({ code: 'EIO' })
  })
})

describe('where nobody answers', () => {
  test('it is EIO, with the address and the reason', async () => {
    const files = createS3Files({ bucketUrl: 'http://127.0.0.1:1/bucket', credentials: KEYS, region: 'us-east-1' })
    const error = await failure(files.read('/a'))
    expect(error).toMatchObject({ code: 'EIO', path: '/a', status: undefined, s3Code: undefined })
    expect(error.message).toBe(
      '/a: 127.0.0.1:1 gave no answer (ECONNREFUSED). Check bucketUrl and the network, and try again.',
    )
  })

  test('or half of an answer, it is EIO', async () => {
    const server = createServer((_, response) => {
      response.writeHead(200, { 'content-length': '1000' })
      response.write('half')
      setTimeout(() => response.destroy(), 10)
    })
    onTestFinished(() => void server.close())
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const bucketUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/bucket`
    const files = createS3Files({ bucketUrl, credentials: KEYS, region: 'us-east-1' })
    expect(await failure(files.read('/a'))).toMatchObject({ name: 'S3FilesError', code: 'EIO', path: '/a' })
  })
})

test('where no credentials are found, their own error comes out as it is', async () => {
  const { files } = playedFiles(() => ({}), { credentials: undefined })
  const error = await failure(files.read('/a'))
  expect(error).toMatchObject({ name: 'NoCredentialsError', code: 'NO_CREDENTIALS' })
})

test.each([
  ['an error', 'it failed (Error)', () => new Error('my provider failed: canary')],
  ['a refusal of another service', 'it failed (AccessDenied)', () => sdkError('AccessDenied', 403)],
  [
    'an ended session at another service',
    'it failed (ExpiredTokenException)',
    () => sdkError('ExpiredTokenException', 400),
  ],
  ['no error at all', 'it failed', () => 'canary'],
])('where a credentials function throws %s, that is what failed, and not the store', async (_, problem, make) => {
  const credentials = async () => Promise.reject(make())
  const { files, sent } = playedFiles(() => ({}), { credentials })
  const error = await failure(files.read('/a'))
  expect(error).toMatchObject({ name: 'CredentialsError', code: 'SOURCE_UNREACHABLE', source: 'provider function' })
  expect(error).toMatchObject({ problem })
  expect(error.cause).toBeUndefined()
  expect(error.stack).not.toContain('canary')
  expect(sent).toEqual([])
})

test.each([
  ['an error of the credentials', () => failure(createCredentials({ host: emptyHost() })())],
  ['an error with a code and a remedy', () => Object.assign(new Error('x'), { code: 'INTERRUPTED', remedy: 'Again.' })],
])('where a credentials function throws %s, that comes out as it is', async (_, make) => {
  const thrown = await make()
  const { files } = playedFiles(() => ({}), { credentials: async () => Promise.reject(thrown) })
  expect(await failure(files.read('/a'))).toBe(thrown)
})

test.each([undefined, 7, { text: 'x' }])('what is neither text nor bytes is not sent: %o', async (data) => {
  const { files, sent } = playedFiles(() => ({}))
  expect(await failure(files.write('/a', data as unknown as string))).toMatchObject({ code: 'EINVAL', path: '/a' })
  const source = data as unknown as AsyncIterable<Uint8Array>
  expect(await failure(files.writeStream('/a', source))).toMatchObject({ code: 'EINVAL', path: '/a' })
  expect(sent).toEqual([])
})

test('a source of credentials that is silent does not hold up an abort', async () => {
  const abort = new AbortController()
  const reason = new Error('enough')
  const { files } = playedFiles(() => ({}), { credentials: () => new Promise<never>(() => {}) })
  setTimeout(() => abort.abort(reason), 5)
  expect(await failure(files.read('/a', { signal: abort.signal }))).toBe(reason)
})

test('nothing that is printed shows a secret', async () => {
  const credentials = createCredentials({ host: emptyHost(), credentials: KEYS })
  for (const given of [KEYS, credentials, async () => KEYS]) {
    const files = createS3Files({ bucketUrl: 'https://b-1.s3.eu-west-1.amazonaws.com', credentials: given })
    expect(`${files}${textOf(files)}${inspect({ files })}`).not.toContain(KEYS.secretAccessKey)
    expect(inspect(files)).toBe('S3Files https://b-1.s3.eu-west-1.amazonaws.com/')
  }
})

function sdkError(name: string, httpStatusCode: number): Error {
  return Object.assign(new Error('canary'), { name, $metadata: { httpStatusCode } })
}

async function list(files: S3Files, path: string): Promise<void> {
  for await (const _ of files.list(path));
}

async function* chunks(...all: (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  for (const chunk of all) yield typeof chunk === 'string' ? Buffer.from(chunk) : chunk
}
