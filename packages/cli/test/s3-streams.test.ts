/** Copies to and from what is no regular file: pipes, links to them, standard input and output. */
import { execFileSync } from 'node:child_process'
import { createWriteStream, lstatSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { bareEnv, createHome, type Ended, KEYS, ROLECALL, rolecall, run } from './world.ts'

const env = { ...KEYS, AWS_REGION: 'us-east-1' }
const CONTENT = 'the content'

/** A store with one file, that keeps what it is given. */
async function store() {
  const got: Record<string, string> = {}
  const server = createServer(async (request, response) => {
    const { method = '', url = '' } = request
    let body = ''
    for await (const chunk of request) body += chunk
    if (method === 'PUT') got[url.split('?')[0] ?? ''] = body
    response.writeHead(200, { etag: '"e"', ...(method === 'HEAD' && { 'content-length': CONTENT.length }) })
    response.end(method === 'GET' ? CONTENT : '')
  })
  onTestFinished(() => void server.close())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/bucket`, got }
}

function createPipe(): { home: string; pipe: string } {
  const home = createHome()
  const pipe = join(home, 'pipe')
  execFileSync('mkfifo', [pipe])
  return { home, pipe }
}

/** In a shell, as people write it: `rolecall` is the command line. */
function shell(home: string, script: string): Promise<Ended> {
  return run('sh', ['-c', `cd '${home}'; rolecall() { '${process.execPath}' '${ROLECALL}' "$@"; }; ${script}`], {
    ...bareEnv(home, env),
  })
}

test('a file that is called - is a file', async () => {
  const { url } = await store()
  const home = createHome()
  const { status, stdout } = await shell(home, `rolecall s3 cp ${url}/- .`)
  expect({ status, stdout }).toEqual({ status: 0, stdout: '' })
  expect(readFileSync(join(home, '-'), 'utf8')).toBe(CONTENT)
})

test('a file in the place of a folder is an error that names it', async () => {
  const { url } = await store()
  const home = createHome({ 'notes.txt': 'mine' })
  const { status, stderr } = await rolecall(['s3', 'cp', `${url}/a`, `${home}/notes.txt/`, '--json'], { env, home })
  expect(status).toBe(1)
  expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'LOCAL_FILE_FAILED' } })
})

test.each(['pipe', 'link'])('a %s to a reader is written to, and stays what it is', async (name) => {
  const { url } = await store()
  const { home, pipe } = createPipe()
  symlinkSync(pipe, join(home, 'link'))
  const { status, stdout } = await shell(home, `cat pipe & rolecall s3 cp ${url}/a ${name} && wait`)
  expect({ status, stdout }).toEqual({ status: 0, stdout: CONTENT })
  expect(lstatSync(pipe).isFIFO()).toBe(true)
  expect(lstatSync(join(home, 'link')).isSymbolicLink()).toBe(true)
  expect(readdirSync(home).toSorted()).toEqual(['link', 'pipe'])
})

test('- is standard output, and no file', async () => {
  const { url } = await store()
  const home = createHome()
  expect(await rolecall(['s3', 'cp', `${url}/a`, '-'], { env, home })).toEqual({
    status: 0,
    stdout: CONTENT,
    stderr: '',
  })
  expect(readdirSync(home)).toEqual([])
})

test.each([
  ['standard input from a pipe', `printf mine | rolecall s3 cp - URL/x`],
  ['standard input from a file', `rolecall s3 cp - URL/x < file`],
  ['a pipe that a link names', `printf mine | rolecall s3 cp stdin URL/x`],
  ['a pipe with a name', `(sleep 0.2; printf mine > pipe) & rolecall s3 cp pipe URL/x`],
])('%s is read to its end', async (_, script) => {
  const { url, got } = await store()
  const { home } = createPipe()
  writeFileSync(join(home, 'file'), 'mine')
  symlinkSync('/dev/stdin', join(home, 'stdin'))
  expect(await shell(home, script.replace('URL', url))).toEqual({ status: 0, stdout: '', stderr: '' })
  expect(got).toEqual({ '/bucket/x': 'mine' })
})

test('standard input has no name for a file in a directory', async () => {
  const { url, got } = await store()
  const { status, stderr } = await rolecall(['s3', 'cp', '-', `${url}/dir/`], { env, stdin: 'mine' })
  expect({ status, stderr }).toEqual({ status: 2, stderr: expect.stringContaining('standard input has no name') })
  expect(got).toEqual({})
})

test.each([
  ['s3', 'cat'],
  ['s3', 'cp', '-'],
])('a full disk behind standard output is an error that says so: %s %s', async (group, command, ...to) => {
  const { url } = await store()
  const { status, stderr } = await shell(createHome(), `rolecall ${group} ${command} ${url}/a ${to} > /dev/full`)
  expect({ status, stderr }).toEqual({
    status: 1,
    stderr: expect.stringContaining('the output could not be written (ENOSPC)'),
  })
})

test('an upload that fails does not wait for who writes into its pipe', async () => {
  const { home, pipe } = createPipe()
  const writer = createWriteStream(pipe).on('error', () => {})
  writer.write(new Uint8Array(9 * 1024 * 1024))
  const { status, stderr } = await shell(home, 'rolecall s3 cp pipe http://127.0.0.1:1/bucket/x')
  expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringContaining('ECONNREFUSED') })
})
