import { inspect } from 'node:util'
import { createMemoryFiles } from '@rolecall/s3-files/memory'
import s3Driver, { createDriver } from '@rolecall/s3-files/unstorage'
import { createStorage } from 'unstorage'
import { describe, expect, test } from 'vitest'
import { playedFiles, refuse } from './played-store.ts'
import { describeDriver } from './unstorage-contract.ts'

describeDriver('the driver', async () => createDriver(createMemoryFiles()))
describeDriver('the driver below a base', async () => {
  const files = createMemoryFiles()
  await files.write('/beside', 'x')
  await files.write('/app/cache-not', 'x')
  return createDriver(files, { base: 'app:cache' })
})

describe('a base', () => {
  test('is all that is seen and removed', async () => {
    const files = createMemoryFiles()
    for (const path of ['/beside', '/app/cached', '/app/cache/old']) await files.write(path, 'x')
    const storage = createStorage({ driver: createDriver(files, { base: 'app/cache' }) })
    await storage.setItem('new:item', 'y')
    expect((await storage.getKeys()).toSorted()).toEqual(['new:item', 'old'])
    expect(await files.exists('/app/cache/new/item')).toBe(true)
    await storage.clear()
    const left: string[] = []
    for await (const { path } of files.list('/', { recursive: true })) left.push(path)
    expect(left).toEqual(['/app/cached', '/beside'])
  })
})

test('keys that are more than a page are all there', async () => {
  const page = (names: string[], next = '') =>
    `<ListBucketResult>${names.map((name) => `<Contents><Key>${name}</Key></Contents>`).join('')}${next && `<IsTruncated>true</IsTruncated><NextContinuationToken>${next}</NextContinuationToken>`}</ListBucketResult>`
  const { files } = playedFiles(({ url }) => ({
    body: url.includes('continuation-token=2') ? page(['b', 'c']) : page(['a'], '2'),
  }))
  expect(await createStorage({ driver: createDriver(files) }).getKeys()).toEqual(['a', 'b', 'c'])
})

test('a bucket that is not there is an error, and no empty storage', async () => {
  const { files } = playedFiles(() => refuse(404, 'NoSuchBucket'))
  const storage = createStorage({ driver: createDriver(files) })
  await expect(storage.getItem('a')).rejects.toMatchObject({ s3Code: 'NoSuchBucket' })
  await expect(storage.getKeys()).rejects.toMatchObject({ s3Code: 'NoSuchBucket' })
})

test('it is made from a bucket URL, and shows no secret', () => {
  const credentials = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'never-to-be-printed' }
  const driver = s3Driver({ bucketUrl: 'https://b-1.s3.eu-west-1.amazonaws.com', credentials, base: 'app' })
  expect(driver).toMatchObject({
    name: 's3-files',
    options: { bucketUrl: 'https://b-1.s3.eu-west-1.amazonaws.com', base: 'app' },
  })
  expect(`${inspect(driver, { depth: 9, showHidden: true })}${JSON.stringify(driver)}`).not.toContain(
    'never-to-be-printed',
  )
  expect(() => s3Driver({ bucketUrl: 'nothing' })).toThrow(expect.objectContaining({ code: 'EINVAL' }))
})
