import { inspect } from 'node:util'
import { createCredentials, type StaticKeys } from '@rolecall/credentials'
import { createS3Files, toLivebook } from '@rolecall/s3-files'
import { describe, expect, test } from 'vitest'
import { emptyHost, failure, KEYS, playedFiles, refuse, type Sent } from './played-store.ts'

const session = (name: string): StaticKeys => ({
  accessKeyId: `ASIA${name}`,
  secretAccessKey: 'never-to-be-printed',
  sessionToken: `token-${name}`,
})
const SIGNERS = (sent: readonly Sent[]) =>
  sent.map(({ accessKeyId, headers }) => [accessKeyId, headers['x-amz-security-token']])

describe('requests are signed with', () => {
  test('keys, and no token where there is none', async () => {
    for (const sessionToken of [undefined, '']) {
      const { files, sent } = playedFiles(() => ({ body: 'x' }), { credentials: { ...KEYS, sessionToken } })
      await files.read('/a')
      expect(SIGNERS(sent)).toEqual([[KEYS.accessKeyId, undefined]])
      expect(sent[0]?.headers).not.toHaveProperty('x-amz-security-token')
    }
  })

  test('what the chain finds, where nothing is given', async () => {
    const env = { AWS_ACCESS_KEY_ID: 'ASIAENV', AWS_SECRET_ACCESS_KEY: 's', AWS_SESSION_TOKEN: 't' }
    for (const credentials of [undefined, null as never]) {
      const { files, sent } = playedFiles(() => ({ body: 'x' }), { host: emptyHost(env), credentials })
      await files.read('/a')
      expect(SIGNERS(sent)).toEqual([['ASIAENV', 't']])
    }
  })

  test('what a function gives, asked for each request', async () => {
    let asked = 0
    const credentials = async () => session(`${++asked}`)
    const { files, sent } = playedFiles(() => ({ body: 'x' }), { credentials })
    await files.read('/a')
    await files.read('/b')
    expect(SIGNERS(sent)).toEqual([
      ['ASIA1', 'token-1'],
      ['ASIA2', 'token-2'],
    ])
  })

  test('the keys of a source as they are renewed, in the middle of an upload too', async () => {
    let nowMs = Date.parse('2026-01-01T00:00:00Z')
    let made = 0
    const provide = async () => ({ ...session(`${++made}`), expiration: new Date(nowMs + 3_600_000) })
    const host = { ...emptyHost(), now: () => nowMs }
    const credentials = createCredentials({ host, sources: [{ name: 'mine', provide }] })
    const { files, sent } = playedFiles(uploadAnswers, { credentials, partSizeBytes: 5 * MIB, concurrency: 1 })
    async function* source() {
      for (let part = 0; part < 4; part++) {
        yield new Uint8Array(5 * MIB)
        nowMs += 45 * 60_000
      }
    }
    await files.writeStream('/a', source())
    expect(new Set(sent.map(({ accessKeyId }) => accessKeyId)).size).toBeGreaterThanOrEqual(2)
    expect(sent.at(-1)?.method).toBe('POST')
  })

  test('no half of a pair', async () => {
    const half = { accessKeyId: 'AKIAHALF', secretAccessKey: '' }
    expect(await failure(playedFiles(() => ({}), { credentials: half }).files.read('/a'))).toMatchObject({
      code: 'KEYS_INCOMPLETE',
    })
    const { files } = playedFiles(() => ({}), { credentials: async () => half })
    expect(await failure(files.read('/a'))).toMatchObject({ code: 'EINVAL' })
  })
})

describe('keys that are refused as too old', () => {
  const refusing =
    (code: string, status = 400) =>
    (sent: Sent) =>
      sent.accessKeyId === 'ASIA1'
        ? refuse(status, code)
        : { body: 'x', headers: { etag: '"e"', 'content-length': '1' } }

  const makeSource = (expiration?: Date) => {
    let made = 0
    const provide = async () => ({ ...session(`${++made}`), expiration })
    return createCredentials({ host: emptyHost(), sources: [{ name: 'mine', provide }] })
  }

  test.each([
    ['ExpiredToken', 400],
    ['InvalidToken', 400],
    ['TokenRefreshRequired', 400],
    ['InvalidAccessKeyId', 403],
  ])('%s: a source is told, and the request is sent once more', async (code, status) => {
    const { files, sent } = playedFiles(refusing(code, status), { credentials: makeSource() })
    expect(await files.read('/a')).toHaveLength(1)
    expect(await files.write('/a', 'body')).toEqual({ etag: '"e"' })
    expect(sent.map(({ accessKeyId }) => accessKeyId)).toEqual(['ASIA1', 'ASIA2', 'ASIA2'])
  })

  test('a function is asked to renew them', async () => {
    const asked: (object | undefined)[] = []
    let current = session('1')
    const credentials = async (request?: { forceRefresh?: boolean }) => {
      asked.push(request)
      if (request?.forceRefresh) current = session('2')
      return current
    }
    const { files, sent } = playedFiles(refusing('ExpiredToken'), { credentials })
    await files.write('/a', 'x')
    expect(asked).toEqual([undefined, { forceRefresh: true }])
    expect(sent.map(({ accessKeyId }) => accessKeyId)).toEqual(['ASIA1', 'ASIA2'])
  })

  test('are not used again, though a function that was asked to renew them still gives them', async () => {
    const credentials = async (request?: { forceRefresh?: boolean }) => session(request?.forceRefresh ? '2' : '1')
    const play = (sent: Sent) =>
      sent.method === 'HEAD' && sent.accessKeyId === 'ASIA1' ? { status: 400 } : refusing('ExpiredToken')(sent)
    const { files, sent } = playedFiles(play, { credentials })
    expect(await files.stat('/a')).toMatchObject({ etag: '"e"' })
    expect(await files.read('/a')).toHaveLength(1)
    expect(sent.map(({ accessKeyId }) => accessKeyId)).toEqual(['ASIA1', 'ASIA1', 'ASIA2', 'ASIA2', 'ASIA2'])
  })

  test('in an answer to HEAD, which does not say so, they are renewed too', async () => {
    const play = (sent: Sent) =>
      sent.method === 'HEAD' && sent.accessKeyId === 'ASIA1' ? { status: 400 } : refusing('ExpiredToken')(sent)
    const { files, sent } = playedFiles(play, { credentials: makeSource() })
    expect(await files.stat('/a')).toMatchObject({ etag: '"e"' })
    expect(sent.map(({ method, accessKeyId }) => [method, accessKeyId])).toEqual([
      ['HEAD', 'ASIA1'],
      ['GET', 'ASIA1'],
      ['GET', 'ASIA2'],
      ['HEAD', 'ASIA2'],
    ])
  })

  test('in the middle of an upload, the part is sent again', async () => {
    const { files, sent } = playedFiles(
      (sent) =>
        sent.accessKeyId === 'ASIA1' && sent.url.includes('partNumber=2')
          ? refuse(400, 'ExpiredToken')
          : uploadAnswers(sent),
      { credentials: makeSource(), partSizeBytes: 5 * MIB, concurrency: 1 },
    )
    async function* source() {
      for (let part = 0; part < 3; part++) yield new Uint8Array(5 * MIB)
    }
    expect(await files.writeStream('/a', source())).toEqual({ etag: '"whole"' })
    const parts = sent.filter(({ url }) => url.includes('partNumber=2'))
    expect(parts.map(({ accessKeyId }) => accessKeyId)).toEqual(['ASIA1', 'ASIA2'])
    expect(sent.some(({ method }) => method === 'DELETE')).toBe(false)
  })

  test('only when they are over, where the store says no more than that access is denied', async () => {
    let nowMs = Date.parse('2026-01-01T00:00:00Z')
    const host = { ...emptyHost(), now: () => nowMs }
    const expiration = new Date(nowMs + 1000)
    const credentials = async (request?: { forceRefresh?: boolean }) =>
      request?.forceRefresh ? session('2') : { ...session('1'), expiration }
    const { files, sent } = playedFiles(() => refuse(403, 'AccessDenied'), { credentials, host })
    await failure(files.read('/a'))
    expect(sent).toHaveLength(1)
    nowMs += 2000
    await failure(files.read('/a'))
    expect(sent).toHaveLength(3)
  })

  test('and cannot be renewed are an error at once', async () => {
    const { files, sent } = playedFiles(() => refuse(400, 'ExpiredToken'), { credentials: session('1') })
    const error = await failure(files.read('/a'))
    expect(error).toMatchObject({ code: 'EACCES', s3Code: 'ExpiredToken', identity: { source: 'static' } })
    expect(error.remedy).toContain('a source that renews them')
    expect(sent).toHaveLength(1)
  })

  test('twice are an error, not a circle', async () => {
    let made = 0
    const { files, sent } = playedFiles(() => refuse(400, 'ExpiredToken'), {
      credentials: async () => session(`${++made}`),
    })
    expect(await failure(files.read('/a'))).toMatchObject({ code: 'EACCES' })
    expect(sent).toHaveLength(2)
  })
})

describe('what is sent', () => {
  const compatible = { bucketUrl: 'http://127.0.0.1:9000/bucket' }

  test('to AWS has checksums; to others, which may not know them, none', async () => {
    const names = async (options: object) => {
      const { files, sent } = playedFiles(() => ({ headers: { etag: '"e"' } }), options)
      await files.write('/a', 'x')
      await files.read('/a')
      return sent
        .flatMap(({ headers }) => Object.keys(headers))
        .filter((name) => /checksum|trailer|content-encoding|expect/i.test(name))
    }
    expect(await names({})).toEqual(expect.arrayContaining(['x-amz-checksum-crc32', 'x-amz-checksum-mode']))
    expect(await names(compatible)).toEqual([])
  })

  test('to remove many files has the digest that older stores ask for', async () => {
    const contents = '<Contents><Key>d/a</Key></Contents>'
    const play = ({ method }: Sent) => ({
      body: method === 'GET' ? `<ListBucketResult>${contents}</ListBucketResult>` : '<DeleteResult></DeleteResult>',
    })
    const { files, sent } = playedFiles(play, compatible)
    await files.remove('/d/')
    const { headers = {} } = sent.at(-1) ?? {}
    expect(headers['content-md5']).toMatch(/^[\w+/]{22}==$/)
    expect(headers['authorization']).toMatch(/SignedHeaders=[^,]*content-md5/)
    expect(Object.keys(headers).filter((name) => name.includes('checksum'))).toEqual([])
  })

  test('of a condition without quotes is tried where one with quotes does not hold', async () => {
    const play = ({ headers }: Sent) =>
      headers['if-match'] === 'abc' ? { headers: { etag: '"e"' } } : refuse(412, 'PreconditionFailed')
    const { files, sent } = playedFiles(play, compatible)
    expect(await files.write('/a', 'x', { ifMatch: '"abc"' })).toEqual({ etag: '"e"' })
    expect(sent.map(({ headers }) => headers['if-match'])).toEqual(['"abc"', 'abc'])
    expect(await failure(files.write('/a', 'x', { ifMatch: '"old"' }))).toMatchObject({ code: 'ESTALE' })
  })

  test('to rename over nothing is refused by AWS itself when the target appears meanwhile', async () => {
    const { files, sent } = playedFiles(({ method, headers }) => {
      if (method === 'HEAD') return { headers: { 'content-length': '1' } }
      if (headers['x-amz-copy-source']) return refuse(412, 'PreconditionFailed')
      return { body: '<ListBucketResult><KeyCount>0</KeyCount></ListBucketResult>' }
    })
    expect(await failure(files.rename('/a', '/b'))).toMatchObject({ code: 'EEXIST', path: '/b', status: 412 })
    expect(sent.at(-1)?.headers['if-none-match']).toBe('*')
  })

  test('is the type of the content', async () => {
    const { files, sent } = playedFiles(() => ({ headers: { etag: '"e"' } }))
    async function* source() {
      yield Buffer.from('x')
    }
    await files.write('/a', 'x', { contentType: 'text/plain' })
    await files.writeStream('/a', source(), { contentType: 'image/png' })
    expect(sent.map(({ headers }) => headers['content-type'])).toEqual(['text/plain', 'image/png'])
  })
})

test.each([
  [{ partSizeBytes: 5 * 1024 * 1024 - 1 }],
  [{ partSizeBytes: Number.NaN }],
  [{ concurrency: 0 }],
  [{ concurrency: 1.5 }],
  [{ copyCutoffBytes: 6 * 1024 ** 3 }],
])('%j is EINVAL', (options) => {
  const create = () => createS3Files({ bucketUrl: 'http://127.0.0.1:9/b-1', ...options })
  expect(create).toThrow(expect.objectContaining({ code: 'EINVAL' }))
})

test('more than 10,000 parts is EFBIG, unless it was said how much comes', async () => {
  const many = { partSizeBytes: 5 * MIB }
  const chunk = new Uint8Array(5 * MIB)
  async function* source(count: number) {
    for (let at = 0; at < count; at++) yield chunk
  }
  const { files, sent } = playedFiles(uploadAnswers, many)
  const sizeBytes = 20 * MIB * 10_000
  await files.writeStream('/a', source(9), { sizeBytes })
  const sizes = sent.filter(({ method }) => method === 'PUT').map(({ body }) => (body as Uint8Array).byteLength)
  expect(sizes).toEqual([20 * MIB, 20 * MIB, 5 * MIB])
})

describe('for Livebook', () => {
  test('every field is there, and null says that there is none', () => {
    const [access_key_id, secret_access_key] = [KEYS.accessKeyId, KEYS.secretAccessKey]
    expect(toLivebook(KEYS)).toEqual({ access_key_id, secret_access_key, token: null })
    expect(toLivebook({ ...KEYS, sessionToken: '' })).toEqual({ access_key_id, secret_access_key, token: null })
    expect(toLivebook({ ...KEYS, sessionToken: 't' })).toEqual({ access_key_id, secret_access_key, token: 't' })
    expect(JSON.parse(JSON.stringify(toLivebook(KEYS)))).toStrictEqual({
      access_key_id,
      secret_access_key,
      token: null,
    })
  })

  test('printed, it shows no secret', () => {
    expect(inspect(toLivebook({ ...KEYS, sessionToken: 'the-token' }))).not.toMatch(/never-to-be-printed|the-token/)
  })

  test('it takes what the chain finds', async () => {
    const credentials = createCredentials({ host: emptyHost(), credentials: KEYS })
    expect(Object.keys(toLivebook(await credentials()))).toEqual(['access_key_id', 'secret_access_key', 'token'])
  })
})

const MIB = 1024 * 1024

function uploadAnswers({ method, url }: Sent) {
  if (method === 'PUT') return { headers: { etag: '"p"' } }
  if (url.includes('uploads'))
    return { body: '<InitiateMultipartUploadResult><UploadId>U1</UploadId></InitiateMultipartUploadResult>' }
  return { body: '<CompleteMultipartUploadResult><ETag>"whole"</ETag></CompleteMultipartUploadResult>' }
}
