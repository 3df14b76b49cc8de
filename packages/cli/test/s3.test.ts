import { cpSync, readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { dirname, join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { bareEnv, createHome, KEYS, ROLECALL, rolecall, run } from './world.ts'

const ENV = { ...KEYS, AWS_REGION: 'us-east-1' }
const LIST = `<ListBucketResult><Contents><Key>dir/a\u202e.txt</Key><Size>12</Size><LastModified>2026-01-02T03:04:05.000Z</LastModified>
<ETag>"e"</ETag></Contents><CommonPrefixes><Prefix>dir/sub/</Prefix></CommonPrefixes></ListBucketResult>`

/** A store in little: it lists one directory, has one file, and says who asked for what. */
async function store(): Promise<{ url: string; asked: string[] }> {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url?.split('?')[0]}`)
    const { method = '', url = '' } = request
    request.resume().on('end', () => {
      if (url.includes('list-type')) response.end(LIST)
      else if (url.startsWith('/bucket/dir/file')) response.setHeader('etag', '"e"').end('the content')
      else if (method === 'PUT') response.setHeader('etag', '"e"').end()
      else response.writeHead(403).end(method === 'HEAD' ? '' : '<Error><Code>AccessDenied</Code></Error>')
    })
  })
  onTestFinished(() => void server.close())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/bucket`, asked }
}

test('ls shows size, time and path, and nothing that steers the terminal', async () => {
  const { url } = await store()
  const { status, stdout, stderr } = await rolecall(['s3', 'ls', `${url}/dir/`], { env: ENV })
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  expect(stdout).toBe(`12  2026-01-02 03:04:05  /dir/a\\u202e.txt\n -  ${' '.repeat(19)}  /dir/sub/\n`)
  const { stdout: json } = await rolecall(['s3', 'ls', `${url}/dir/`, '--json'], { env: ENV })
  expect(JSON.parse(json)).toMatchObject([
    { type: 'file', sizeBytes: 12, etag: '"e"' },
    { path: '/dir/sub/', type: 'directory' },
  ])
})

test('cat prints a file as it is', async () => {
  const { url } = await store()
  expect(await rolecall(['s3', 'cat', `${url}/dir/file`], { env: ENV })).toEqual({
    status: 0,
    stdout: 'the content',
    stderr: '',
  })
})

test('cp brings a file here, whole or not at all, and takes one there', async () => {
  const { url, asked } = await store()
  const home = createHome({ 'local.txt': 'mine' })
  const command = (...args: string[]) => run(process.execPath, [ROLECALL, 's3', 'cp', ...args], bareEnv(home, ENV))
  expect(await command(`${url}/dir/file`, `${home}/`)).toEqual({ status: 0, stdout: '', stderr: '' })
  expect(readFileSync(join(home, 'file'), 'utf8')).toBe('the content')

  expect(await command(join(home, 'local.txt'), `${url}/up/`)).toEqual({ status: 0, stdout: '', stderr: '' })
  expect(asked).toContain('PUT /bucket/up/local.txt')

  expect(await command(`${url}/refused`, `${home}/`)).toMatchObject({ status: 1, stdout: '' })
  const missing = await command(join(home, 'none'), `${url}/up/`, '--json')
  expect(missing).toMatchObject({ status: 1, stdout: '' })
  expect(JSON.parse(missing.stderr)).toMatchObject({ error: { code: 'LOCAL_FILE_FAILED' } })
  expect(readdirSync(home).toSorted()).toEqual(['file', 'local.txt'])
})

test('rm removes a file, and a directory only when it is said twice', async () => {
  const { url, asked } = await store()
  expect(await rolecall(['s3', 'rm', `${url}/dir/file`], { env: ENV })).toEqual({ status: 0, stdout: '', stderr: '' })
  expect(asked).toEqual(['DELETE /bucket/dir/file'])
  const { status, stderr } = await rolecall(['s3', 'rm', `${url}/dir/`], { env: ENV })
  expect({ status, stderr }).toEqual({ status: 2, stderr: expect.stringContaining('--recursive') })
  expect(asked).toHaveLength(1)
})

test('a refusal says who was refused, for people and for programs, and no secret', async () => {
  const { url } = await store()
  const { status, stdout, stderr } = await rolecall(['s3', 'cat', `${url}/other`], { env: ENV })
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
  expect(stderr).toMatch(/\/other: access denied \(AccessDenied\), key AKIA…MPLE from env\n {2}Allow s3:GetObject on/)
  const json = await rolecall(['s3', 'cat', `${url}/other`, '--json'], { env: ENV })
  expect(JSON.parse(json.stderr)).toMatchObject({ error: { code: 'EACCES', source: 's3', remedy: expect.any(String) } })
  expect(stderr + json.stderr).not.toContain(KEYS.AWS_SECRET_ACCESS_KEY)
})

test.each([
  ['no place', ['s3', 'ls', 'bucket'], 2],
  ['no operand', ['s3', 'ls'], 2],
  ['two local files', ['s3', 'cp', 'a', 'b'], 2],
  ['no command', ['s3'], 2],
])('%s is an error, with nothing on stdout', async (_, args, status) => {
  expect(await rolecall(args, { env: ENV })).toMatchObject({ status, stdout: '', stderr: expect.stringMatching(/\S/) })
})

test('where @rolecall/s3-files is not installed it says so', async () => {
  const home = createHome()
  cpSync(dirname(ROLECALL), home, { recursive: true })
  const command = [join(home, 'rolecall.cjs'), 's3', 'ls', 's3://bucket', '--json']
  const { status, stdout, stderr } = await run(process.execPath, command, bareEnv(home))
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
  expect(JSON.parse(stderr)).toMatchObject({
    error: { code: 'S3_FILES_MISSING', remedy: expect.stringContaining('npm install @rolecall/s3-files') },
  })
})
