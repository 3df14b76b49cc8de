import { createMemoryFiles } from '@rolecall/s3-files/memory'
import { expect, test } from 'vitest'
import type { Place } from '../src/s3/place.ts'
import { removePlace } from '../src/s3/removal.ts'

async function placeWith(path: string, names: readonly string[]): Promise<Place> {
  const files = createMemoryFiles()
  for (const name of names) await files.write(name, 'x')
  return { files: files as Place['files'], bucketUrl: 'http://127.0.0.1:1/bucket', path }
}

async function rest({ files }: Place): Promise<string[]> {
  const paths: string[] = []
  for await (const { path } of files.list('/', { recursive: true })) paths.push(path)
  return paths
}

test.each([
  ['a directory', '/dir', ['/dir/a', '/dir/b/c']],
  ['a directory with its slash', '/dir/', ['/dir/a']],
  ['a file', '/dir', ['/dir']],
  ['a file and a directory of one name', '/dir', ['/dir', '/dir/a']],
])('--recursive removes %s', async (_, path, names) => {
  const place = await placeWith(path, [...names, '/dirty/a'])
  await removePlace(place, true)
  expect(await rest(place)).toEqual(['/dirty/a'])
})

test('--recursive fails where there is neither', async () => {
  const place = await placeWith('/dir', ['/dirty/a'])
  await expect(removePlace(place, true)).rejects.toMatchObject({ code: 'ENOENT', path: '/dir/' })
})

test('without it, a directory stays', async () => {
  await expect(removePlace(await placeWith('/dir/', ['/dir/a']), false)).rejects.toMatchObject({ code: 'USAGE' })
  const place = await placeWith('/dir', ['/dir/a'])
  await removePlace(place, false)
  expect(await rest(place)).toEqual(['/dir/a'])
})
