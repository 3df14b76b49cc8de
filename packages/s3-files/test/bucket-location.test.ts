import { parseBucketLocation } from '@rolecall/s3-files'
import { expect, test } from 'vitest'

test.each([
  ['s3://b-1', 's3://b-1', '/'],
  ['s3://b-1/', 's3://b-1', '/'],
  ['s3://b-1/dir/a b%20+?#.txt', 's3://b-1', '/dir/a b%20+?#.txt'],
  ['s3://b-1//lead/../x', 's3://b-1', '//lead/../x'],
  ['https://b-1.s3.eu-west-1.amazonaws.com', 'https://b-1.s3.eu-west-1.amazonaws.com/', '/'],
  ['https://b-1.s3.eu-west-1.amazonaws.com/dir/a%20b', 'https://b-1.s3.eu-west-1.amazonaws.com/', '/dir/a b'],
  ['https://s3.eu-west-1.amazonaws.com/b-1/dir/', 'https://s3.eu-west-1.amazonaws.com/b-1', '/dir/'],
  ['http://127.0.0.1:9000/b-1', 'http://127.0.0.1:9000/b-1', '/'],
  ['http://127.0.0.1:9000/b-1/dir/%C3%A9', 'http://127.0.0.1:9000/b-1', '/dir/é'],
])('%s', (text, bucketUrl, path) => {
  expect(parseBucketLocation(text)).toEqual({ bucketUrl, path })
})

test.each(['', 'file.txt', './a', 's3://', 'ftp://h/b', 'http://h/b/a?secret', 'http://h/b/%'])(
  '"%s" is EINVAL',
  (text) => {
    expect(() => parseBucketLocation(text)).toThrow(
      expect.objectContaining({ code: 'EINVAL', message: expect.not.stringContaining('secret') }),
    )
  },
)
