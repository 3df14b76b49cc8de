import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { EmbeddedJWK, jwtVerify } from 'jose'
import { expect, onTestFinished, test } from 'vitest'
import { FILE, SESSION, sessionFile } from './login-world.ts'

const PACKAGE = join(import.meta.dirname, '../dist/index.js')
const PROGRAM = `
  const { createCredentials } = await import(process.argv[1])
  const { accessKeyId, accountId } = await createCredentials()()
  process.stdout.write(JSON.stringify({ accessKeyId, accountId }))`

interface Asked {
  readonly response: ServerResponse
}

/** A service whose refresh tokens are good for one use, as strictly as can be. */
async function startService(onAsked: (asked: Asked, count: number) => void | Promise<void> = () => {}) {
  let current = 'the-old-refresh-token'
  const refreshed: string[] = []
  const refused: string[] = []
  let count = 0
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const { refreshToken } = JSON.parse(Buffer.concat(chunks).toString())
    await jwtVerify(String(request.headers['dpop']), EmbeddedJWK, { typ: 'dpop+jwt' })
    await onAsked({ response }, ++count)
    if (response.destroyed) return
    response.setHeader('content-type', 'application/json')
    if (refreshToken !== current) {
      refused.push(refreshToken)
      response.statusCode = 401
      response.end(JSON.stringify({ error: 'TOKEN_EXPIRED', message: 'used' }))
      return
    }
    refreshed.push(refreshToken)
    current = `refresh-token-${refreshed.length}`
    await new Promise((resolve) => setTimeout(resolve, 100)) // the others have time to come in between
    const accessToken = { accessKeyId: `ASIANEW${refreshed.length}`, secretAccessKey: 's', sessionToken: 't' }
    response.end(JSON.stringify({ accessToken, tokenType: 'aws_sigv4', expiresIn: 900, refreshToken: current }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, refreshed, refused }
}

async function makeHome(url: string) {
  const home = await mkdtemp(join(tmpdir(), 'rolecall-login-'))
  onTestFinished(() => rm(home, { recursive: true, force: true }))
  const folder = join(home, 'cache')
  const path = join(folder, FILE.split('/').at(-1) ?? '')
  await writeFile(join(home, 'config'), `[default]\nlogin_session = ${SESSION}\nregion = us-east-1\n`)
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: home,
    XDG_CACHE_HOME: join(home, 'locks'),
    AWS_CONFIG_FILE: join(home, 'config'),
    AWS_LOGIN_CACHE_DIRECTORY: folder,
    AWS_ENDPOINT_URL_SIGNIN: url,
    AWS_EC2_METADATA_DISABLED: 'true',
  }
  const { nodeHost } = await import('../src/node.ts')
  const put = (text: string) => nodeHost().writeFile(path, new TextEncoder().encode(text), { mode: 0o600 })
  await put(sessionFile())
  return { env, folder, path, put }
}

function run(env: Record<string, string>): {
  child: ChildProcess
  ended: Promise<{ code: number | null; out: string; err: string }>
} {
  const child = spawn(process.execPath, ['--input-type=module', '-e', PROGRAM, PACKAGE], { env })
  const texts = { out: '', err: '' }
  child.stdout?.on('data', (chunk) => {
    texts.out += chunk
  })
  child.stderr?.on('data', (chunk) => {
    texts.err += chunk
  })
  const ended = new Promise<{ code: number | null; out: string; err: string }>((resolve) => {
    child.on('close', (code) => resolve({ code, ...texts }))
  })
  return { child, ended }
}

test('the package is built', () => expect(existsSync(PACKAGE)).toBe(true))

test('of twelve processes that find a session ended one renews it, and all have its keys', {
  timeout: 60_000,
}, async () => {
  const service = await startService()
  const { env, folder, path, put } = await makeHome(service.url)
  for (const round of [1, 2]) {
    const outcomes = await Promise.all(Array.from({ length: 12 }, () => run(env).ended))
    for (const { code, out, err } of outcomes) {
      expect({ code, err }).toEqual({ code: 0, err: '' })
      expect(JSON.parse(out)).toEqual({ accessKeyId: `ASIANEW${round}`, accountId: '123456789012' })
    }
    expect(service.refreshed).toHaveLength(round)
    expect(service.refused).toEqual([])

    const text = await readFile(path, 'utf8')
    expect(JSON.parse(text)).toMatchObject({ refreshToken: `refresh-token-${round}`, idToken: 'the.id.token' })
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    expect(await readdir(folder), 'no temporary file is left').toHaveLength(1)
    await put(text.replace(/"expiresAt": "[^"]+"/, '"expiresAt": "2020-01-01T00:00:00Z"'))
  }
})

test('a process that dies while it renews holds nobody up', { timeout: 60_000 }, async () => {
  let firstAsked: () => void = () => {}
  const asked = new Promise<void>((resolve) => {
    firstAsked = resolve
  })
  const service = await startService(async ({ response }, count) => {
    if (count > 1) return
    firstAsked()
    await new Promise((resolve) => response.on('close', resolve))
  })
  const { env } = await makeHome(service.url)
  const first = run(env)
  await asked
  const others = [run(env), run(env), run(env)]
  await new Promise((resolve) => setTimeout(resolve, 300))
  first.child.kill('SIGKILL')
  for (const { ended } of others) expect(await ended).toMatchObject({ code: 0, err: '' })
  expect(service.refreshed).toEqual(['the-old-refresh-token'])
})
