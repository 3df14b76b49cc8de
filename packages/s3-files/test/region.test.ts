import { createCredentials } from '@rolecall/credentials'
import { createS3Files } from '@rolecall/s3-files'
import { describe, expect, test } from 'vitest'
import { emptyHost, failure, KEYS, playedFiles, refuse, type Sent } from './played-store.ts'

const GLOBAL = 'https://bucket.s3.amazonaws.com'

describe('the region is', () => {
  test.each<
    [what: string, bucketUrl: string, region: string | undefined, env: Record<string, string>, expected: object]
  >([
    [
      'the option',
      'https://b-1.s3.eu-west-1.amazonaws.com',
      'us-west-2',
      {},
      { name: 'us-west-2', chosenBy: 'the region option' },
    ],
    [
      'what the URL says',
      'https://b-1.s3.eu-west-1.amazonaws.com',
      undefined,
      { AWS_REGION: 'x-1' },
      { name: 'eu-west-1', chosenBy: 'bucketUrl' },
    ],
    [
      'AWS_REGION',
      GLOBAL,
      undefined,
      { AWS_REGION: 'eu-west-1', AWS_DEFAULT_REGION: 'x-1' },
      { name: 'eu-west-1', chosenBy: 'the environment' },
    ],
    [
      'AWS_DEFAULT_REGION',
      GLOBAL,
      undefined,
      { AWS_DEFAULT_REGION: 'eu-west-2' },
      { name: 'eu-west-2', chosenBy: 'the environment' },
    ],
    [
      'a convention, said to be one, at stores without regions',
      'http://127.0.0.1:9/b-1',
      undefined,
      {},
      { name: 'us-east-1', chosenBy: expect.stringContaining('convention') },
    ],
  ])('%s', async (_, bucketUrl, region, env, expected) => {
    const files = createS3Files({ bucketUrl, region, credentials: KEYS, host: emptyHost(env) })
    expect(await files.region()).toEqual(expected)
  })

  test('that of the source of the credentials', async () => {
    const host = emptyHost()
    const credentials = createCredentials({ host, region: 'ap-south-1', credentials: KEYS })
    const files = createS3Files({ bucketUrl: GLOBAL, credentials, host })
    expect(await files.region()).toEqual({ name: 'ap-south-1', chosenBy: 'the source of the credentials' })
  })

  test('what the bucket says to everybody, where nothing else does', async () => {
    const asked: { url: string; method?: string | undefined; authorization: boolean }[] = []
    const host = {
      ...emptyHost(),
      fetch: async (url: string, init: RequestInit) => {
        asked.push({ url, method: init.method, authorization: new Headers(init.headers).has('authorization') })
        return new Response(null, { status: 403, headers: { 'x-amz-bucket-region': 'sa-east-1' } })
      },
    }
    const files = createS3Files({ bucketUrl: GLOBAL, credentials: KEYS, host })
    expect(await files.region()).toEqual({ name: 'sa-east-1', chosenBy: 'the bucket' })
    expect(await files.region()).toEqual({ name: 'sa-east-1', chosenBy: 'the bucket' })
    expect(asked).toEqual([{ url: 'https://bucket.s3.us-east-1.amazonaws.com/', method: 'HEAD', authorization: false }])
  })

  test('not waited for when the bucket is silent', async () => {
    const fetch = () => new Promise<never>(() => {})
    const host = { ...emptyHost(), fetch, sleep: async () => {} }
    const files = createS3Files({ bucketUrl: GLOBAL, credentials: KEYS, host })
    expect((await files.region()).name).toBe('us-east-1')
  })

  test.each(['', 'eu west', 'x/../y', 'a.b', 'é'])('no name: "%s" is EINVAL', (region) => {
    const create = () => createS3Files({ bucketUrl: GLOBAL, region, credentials: KEYS })
    expect(create).toThrow(expect.objectContaining({ code: 'EINVAL' }))
  })

  test('not made up from a broken setting', async () => {
    const files = createS3Files({
      bucketUrl: GLOBAL,
      credentials: KEYS,
      host: emptyHost({ AWS_REGION: 'not a region' }),
    })
    expect(await failure(files.read('/a'))).toMatchObject({ code: 'REGION_INVALID' })
  })
})

describe('a store that wants another region is asked for that one', () => {
  const right = 'eu-central-1'
  const header = { 'x-amz-bucket-region': right }
  test.each<[what: string, answer: (sent: Sent) => object]>([
    [
      'a redirect',
      () => ({ ...refuse(301, 'PermanentRedirect', '<Endpoint>elsewhere.example</Endpoint>'), headers: header }),
    ],
    ['a temporary redirect', () => ({ ...refuse(307, 'TemporaryRedirect'), headers: header })],
    ['a header that is malformed', () => refuse(400, 'AuthorizationHeaderMalformed', `<Region>${right}</Region>`)],
    ['an answer without a body', () => ({ status: 400, headers: header })],
  ])('%s', async (_, answer) => {
    const play = (sent: Sent) => (sent.region === right ? { body: 'x' } : answer(sent))
    const { files, sent } = playedFiles(play, { bucketUrl: GLOBAL, region: 'us-east-1' })
    expect(await files.read('/a')).toHaveLength(1)
    expect(await files.read('/b')).toHaveLength(1)
    expect(sent.map(({ url, region }) => [new URL(url).host, region])).toEqual([
      ['bucket.s3.us-east-1.amazonaws.com', 'us-east-1'],
      ['bucket.s3.eu-central-1.amazonaws.com', right],
      ['bucket.s3.eu-central-1.amazonaws.com', right],
    ])
    expect(await files.region()).toEqual({ name: right, chosenBy: 'the bucket' })
  })

  test('at its own address, where it is no store of AWS', async () => {
    const play = (sent: Sent) =>
      sent.region === 'garage' ? { body: 'x' } : refuse(400, 'AuthorizationHeaderMalformed', '<Region>garage</Region>')
    const { files, sent } = playedFiles(play, { bucketUrl: 'http://127.0.0.1:3900/b-1' })
    await files.read('/a')
    expect(sent.map(({ url, region }) => [new URL(url).host, region])).toEqual([
      ['127.0.0.1:3900', 'us-east-1'],
      ['127.0.0.1:3900', 'garage'],
    ])
  })

  test('once: one that wants yet another is an error', async () => {
    let asked = 0
    const play = () => refuse(400, 'AuthorizationHeaderMalformed', `<Region>eu-west-${asked++}</Region>`)
    const error = await failure(playedFiles(play).files.read('/a'))
    expect(error).toMatchObject({ code: 'EINVAL', s3Code: 'AuthorizationHeaderMalformed', status: 400 })
    expect(error.remedy).toContain('the bucket')
    expect(asked).toBe(2)
  })

  test('never at a name that is none', async () => {
    const play = () => refuse(301, 'PermanentRedirect', '<Region>evil.example/</Region>')
    const { files, sent } = playedFiles(play)
    expect(await failure(files.read('/a'))).toMatchObject({ code: 'EINVAL', s3Code: 'PermanentRedirect' })
    expect(sent).toHaveLength(1)
  })
})
