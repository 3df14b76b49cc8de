import { createS3Files } from '@rolecall/s3-files'
import s3Driver from '@rolecall/s3-files/unstorage'
import { describe, expect, test } from 'vitest'
import { parseBucketUrl } from '../src/bucket-url.ts'
import { failure, playedFiles } from './played-store.ts'

/** What is asked for `/dir/a b`, and the region it is signed for. */
async function asked(
  bucketUrl: string,
  env: Record<string, string> = {},
): Promise<[url: string, region: string | undefined]> {
  const { emptyHost } = await import('./played-store.ts')
  const { files, sent } = playedFiles(() => ({ body: 'x' }), { bucketUrl, host: emptyHost(env) })
  await files.read('/dir/a b')
  return [sent[0]?.url ?? '', sent[0]?.region]
}

describe('the hosts of AWS', () => {
  test.each([
    ['https://b-1.s3.eu-west-1.amazonaws.com', 'b-1.s3.eu-west-1.amazonaws.com/', 'eu-west-1'],
    ['https://b-1.s3.eu-west-1.amazonaws.com/', 'b-1.s3.eu-west-1.amazonaws.com/', 'eu-west-1'],
    ['https://s3.eu-west-1.amazonaws.com/b-1', 's3.eu-west-1.amazonaws.com/b-1/', 'eu-west-1'],
    ['https://b-1.s3-us-west-2.amazonaws.com', 'b-1.s3.us-west-2.amazonaws.com/', 'us-west-2'],
    ['https://s3-us-west-2.amazonaws.com/b-1', 's3.us-west-2.amazonaws.com/b-1/', 'us-west-2'],
    ['https://b-1.s3.dualstack.eu-north-1.amazonaws.com', 'b-1.s3.dualstack.eu-north-1.amazonaws.com/', 'eu-north-1'],
    ['https://b-1.s3-fips.us-gov-west-1.amazonaws.com', 'b-1.s3-fips.us-gov-west-1.amazonaws.com/', 'us-gov-west-1'],
    [
      'https://b-1.s3-fips.dualstack.us-east-2.amazonaws.com',
      'b-1.s3-fips.dualstack.us-east-2.amazonaws.com/',
      'us-east-2',
    ],
    ['https://b-1.s3.cn-north-1.amazonaws.com.cn', 'b-1.s3.cn-north-1.amazonaws.com.cn/', 'cn-north-1'],
    ['https://b-1.s3.eusc-de-east-1.amazonaws.eu', 'b-1.s3.eusc-de-east-1.amazonaws.eu/', 'eusc-de-east-1'],
    ['https://b-1.s3-external-1.amazonaws.com', 'b-1.s3.us-east-1.amazonaws.com/', 'us-east-1'],
    ['https://my.bucket.s3.eu-west-1.amazonaws.com', 's3.eu-west-1.amazonaws.com/my.bucket/', 'eu-west-1'],
    [
      'https://point-123456789012.s3-accesspoint.us-east-1.amazonaws.com',
      'point-123456789012.s3-accesspoint.us-east-1.amazonaws.com/',
      'us-east-1',
    ],
    [
      'https://b-1.bucket.vpce-1a2b3c4d-5e6f.s3.us-east-1.vpce.amazonaws.com',
      'b-1.bucket.vpce-1a2b3c4d-5e6f.s3.us-east-1.vpce.amazonaws.com/',
      'us-east-1',
    ],
    [
      'https://bucket.vpce-1a2b3c4d-5e6f.s3.us-east-1.vpce.amazonaws.com/b-1',
      'bucket.vpce-1a2b3c4d-5e6f.s3.us-east-1.vpce.amazonaws.com/b-1/',
      'us-east-1',
    ],
    [
      'https://point-123456789012.accesspoint.vpce-1a2b-5e6f.s3.us-east-1.vpce.amazonaws.com',
      'point-123456789012.accesspoint.vpce-1a2b-5e6f.s3.us-east-1.vpce.amazonaws.com/',
      'us-east-1',
    ],
  ])('%s', async (bucketUrl, place, region) => {
    expect(await asked(bucketUrl)).toEqual([`https://${place}dir/a%20b?x-id=GetObject`, region])
  })

  test.each([
    ['https://b-1.s3.amazonaws.com', 'b-1.s3.eu-central-1.amazonaws.com/'],
    ['https://s3.amazonaws.com/b-1', 's3.eu-central-1.amazonaws.com/b-1/'],
    ['https://b-1.s3-accelerate.amazonaws.com', 'b-1.s3-accelerate.amazonaws.com/'],
    ['https://b-1.s3-accelerate.dualstack.amazonaws.com', 'b-1.s3-accelerate.dualstack.amazonaws.com/'],
    ['s3://b-1', 'b-1.s3.eu-central-1.amazonaws.com/'],
  ])('%s has no region: the variables do', async (bucketUrl, place) => {
    const found = await asked(bucketUrl, { AWS_REGION: 'eu-central-1' })
    expect(found).toEqual([`https://${place}dir/a%20b?x-id=GetObject`, 'eu-central-1'])
  })

  test.each([
    ['https://bucket.s3-website-us-east-1.amazonaws.com', /web site/],
    ['https://bucket.s3-website.eu-central-1.amazonaws.com', /web site/],
    ['https://b--usw2-az1--x-s3.s3express-usw2-az1.us-west-2.amazonaws.com', /not supported/],
    ['https://alias.mrap.accesspoint.s3-global.amazonaws.com', /not supported/],
    ['https://sts.us-east-1.amazonaws.com', /none of S3/],
    ['https://s3.eu-west-1.amazonaws.com', /names no bucket/],
    ['https://b-1.s3.eu-west-1.amazonaws.com/dir', /more than a bucket/],
    ['https://s3.eu-west-1.amazonaws.com/b-1/dir', /more than a bucket/],
    ['s3://b-1/dir', /more than a bucket/],
  ])('%s is EINVAL', (bucketUrl, says) => {
    expect(() => parseBucketUrl(bucketUrl, {})).toThrow(
      expect.objectContaining({ code: 'EINVAL', message: expect.stringMatching(says) }),
    )
  })

  test('the source of a copy is the bucket, or the access point by its ARN', () => {
    const nameOf = (url: string) => parseBucketUrl(url, {}).copyName
    expect(nameOf('https://b-1.s3.eu-west-1.amazonaws.com')).toBe('b-1')
    expect(nameOf('https://point-123456789012.s3-accesspoint.us-gov-west-1.amazonaws.com')).toBe(
      'arn:aws-us-gov:s3:us-gov-west-1:123456789012:accesspoint/point/object',
    )
    expect(nameOf('https://point-123456789012.accesspoint.vpce-1a-5e.s3.us-east-1.vpce.amazonaws.com')).toBe(
      'arn:aws:s3:us-east-1:123456789012:accesspoint/point/object',
    )
  })
})

describe('S3-compatible stores', () => {
  const region = { AWS_REGION: 'from-env-1' }
  test.each([
    ['http://127.0.0.1:9000/b-1', 'http://127.0.0.1:9000/b-1/', 'from-env-1'],
    ['http://localhost:9000/b-1/', 'http://localhost:9000/b-1/', 'from-env-1'],
    ['http://[::1]:9000/b-1', 'http://[::1]:9000/b-1/', 'from-env-1'],
    ['https://minio.corp.example/b_1.x', 'https://minio.corp.example/b_1.x/', 'from-env-1'],
    ['https://b-1.files.example.com', 'https://b-1.files.example.com/', 'from-env-1'],
    ['https://x.supabase.co/storage/v1/s3/b-1', 'https://x.supabase.co/storage/v1/s3/b-1/', 'from-env-1'],
    ['https://0123abcd.r2.cloudflarestorage.com/b-1', 'https://0123abcd.r2.cloudflarestorage.com/b-1/', 'auto'],
    ['https://b-1.0123abcd.eu.r2.cloudflarestorage.com', 'https://b-1.0123abcd.eu.r2.cloudflarestorage.com/', 'auto'],
    ['https://b-1.nyc3.digitaloceanspaces.com', 'https://b-1.nyc3.digitaloceanspaces.com/', 'nyc3'],
    ['https://storage.googleapis.com/b-1', 'https://storage.googleapis.com/b-1/', 'auto'],
    ['https://s3.wasabisys.com/b-1', 'https://s3.wasabisys.com/b-1/', 'us-east-1'],
    ['https://s3.eu-central-1.wasabisys.com/b-1', 'https://s3.eu-central-1.wasabisys.com/b-1/', 'eu-central-1'],
    ['https://b-1.s3.us-west-004.backblazeb2.com', 'https://b-1.s3.us-west-004.backblazeb2.com/', 'us-west-004'],
    ['https://s3.fr-par.scw.cloud/b-1', 'https://s3.fr-par.scw.cloud/b-1/', 'fr-par'],
    ['https://s3.gra.io.cloud.ovh.net/b-1', 'https://s3.gra.io.cloud.ovh.net/b-1/', 'gra'],
    ['https://s3.eu-west-3.corp.example/b-1', 'https://s3.eu-west-3.corp.example/b-1/', 'eu-west-3'],
    ['https://eu-west-1.corp.example.com', 'https://eu-west-1.corp.example.com/', 'from-env-1'],
  ])('%s', async (bucketUrl, place, expected) => {
    expect(await asked(bucketUrl, region)).toEqual([`${place}dir/a%20b?x-id=GetObject`, expected])
  })

  test('s3:// is at the address that the variables name', async () => {
    const env = { AWS_REGION: 'eu-west-1', AWS_ENDPOINT_URL: 'http://127.0.0.1:1' }
    const store = { ...env, AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:9000/base' }
    expect((await asked('s3://b-1', env))[0]).toBe('http://127.0.0.1:1/b-1/dir/a%20b?x-id=GetObject')
    expect((await asked('s3://b-1', store))[0]).toBe('http://127.0.0.1:9000/base/b-1/dir/a%20b?x-id=GetObject')
  })

  test('the bucket of a host that may be an alias is asked for its name before a copy', async () => {
    const list = '<ListBucketResult><Name>the-real-name</Name></ListBucketResult>'
    const { files, sent } = playedFiles(
      ({ method, url }) => ({
        body:
          method === 'PUT'
            ? '<CopyObjectResult><ETag>"e"</ETag></CopyObjectResult>'
            : url.includes('list-type')
              ? list
              : '',
      }),
      { bucketUrl: 'https://files.example.com', region: 'us-east-1' },
    )
    await files.copy('/a', '/b')
    await files.copy('/a', '/c')
    const copies = sent.filter(({ method }) => method === 'PUT')
    expect(copies.map(({ headers }) => headers['x-amz-copy-source'])).toEqual(['the-real-name/a', 'the-real-name/a'])
    expect(sent.filter(({ url }) => url.includes('list-type'))).toHaveLength(1)
  })
})

describe('what is no bucket URL is EINVAL, and is not quoted', () => {
  test.each([
    'bucket',
    '',
    'ftp://secret.example/bucket',
    'http://127.0.0.1:9000',
    'http://localhost',
    'https://minio/',
    'https://user:secret@s3.eu-west-1.amazonaws.com/b-1',
    'https://b-1.s3.eu-west-1.amazonaws.com/?X-Amz-Signature=secret',
    'https://b-1.s3.eu-west-1.amazonaws.com/#secret',
    'http://127.0.0.1:9000/b%20secret',
  ])('%s', (bucketUrl) => {
    const error = thrown(() => parseBucketUrl(bucketUrl, {}))
    expect(error).toMatchObject({ code: 'EINVAL', remedy: expect.stringMatching(/\.$/) })
    expect(`${error}`).not.toContain('secret')
  })

  test.each<[what: string, create: (...given: never[]) => unknown]>([
    ['createS3Files', createS3Files],
    ['s3Driver', s3Driver],
  ])('nor is none at all: %s', (_, create) => {
    for (const given of [[], [null], [{}], [{ bucketUrl: null }]] as never[][])
      expect(thrown(() => create(...given))).toMatchObject({
        name: 'S3FilesError',
        code: 'EINVAL',
        problem: 'bucketUrl is missing',
      })
  })

  test('nor is an address of a store that is none', () => {
    expect(thrown(() => parseBucketUrl('s3://b-1', { AWS_ENDPOINT_URL_S3: 'secret' }))).toMatchObject({
      code: 'EINVAL',
    })
  })
})

function thrown(work: () => unknown): unknown {
  try {
    work()
  } catch (error) {
    return error
  }
  return failure(Promise.resolve())
}
