import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { nodeHost } from '../src/node.ts'
import { SESSION_FILE, tokenFile } from './sso-world.ts'

const PACKAGE = join(import.meta.dirname, '../dist/index.js')
const PROGRAM = `
  const { createCredentials, createToken } = await import(process.argv[1])
  const { accessKeyId } = await createCredentials()()
  const { token } = await createToken()()
  process.stdout.write(JSON.stringify({ accessKeyId, token }))`
const CONFIG = `[default]
sso_session = my-sso
sso_account_id = 123456789012
sso_role_name = Admin
[sso-session my-sso]
sso_start_url = https://example.awsapps.com/start
sso_region = us-west-2
`

/** A service whose refresh tokens are good for one use, as strictly as can be. */
async function startService(onRefresh: (response: ServerResponse, count: number) => void = () => {}) {
  let refreshToken = 'old-refresh-token'
  let accessToken = ''
  const asked: string[] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const send = (status: number, body: object): void => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    }
    if (request.method === 'GET') {
      if (request.headers['x-amz-sso_bearer_token'] !== accessToken) return send(401, {})
      const expiration = Date.now() + 3_600_000
      const keys = { accessKeyId: 'ASIAROLEROLEROLE0001', secretAccessKey: 's', sessionToken: 't', expiration }
      return send(200, { roleCredentials: keys })
    }
    const said: string = JSON.parse(Buffer.concat(chunks).toString()).refreshToken
    asked.push(said)
    if (said !== refreshToken) return send(400, { error: 'invalid_grant' })
    accessToken = `access-token-${asked.length}`
    refreshToken = `refresh-token-${asked.length}`
    await new Promise((resolve) => setTimeout(resolve, 100)) // the others have time to come in between
    onRefresh(response, asked.length)
    if (!response.destroyed) send(200, { accessToken, refreshToken, expiresIn: 3600 })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked }
}

async function makeHome(url: string) {
  const home = await mkdtemp(join(tmpdir(), 'rolecall-sso-'))
  onTestFinished(() => rm(home, { recursive: true, force: true }))
  const folder = join(home, '.aws/sso/cache')
  const path = join(folder, SESSION_FILE.split('/').at(-1) ?? '')
  const registrationExpiresAt = new Date(Date.now() + 86_400_000).toISOString()
  const old = tokenFile({ registrationExpiresAt })
  await nodeHost().writeFile(path, new TextEncoder().encode(old), { mode: 0o600 })
  await writeFile(join(home, '.aws/config'), CONFIG)
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: home,
    XDG_CACHE_HOME: join(home, 'locks'),
    AWS_ENDPOINT_URL_SSO: url,
    AWS_ENDPOINT_URL_SSO_OIDC: url,
    AWS_EC2_METADATA_DISABLED: 'true',
  }
  return { env, folder, path, old }
}

interface Ended {
  readonly status: number | null
  readonly output: string
}

function run(
  env: Record<string, string>,
  under: readonly string[] = [],
): { readonly child: ChildProcess; readonly ended: Promise<Ended> } {
  const [command = '', ...args] = [...under, process.execPath, '--input-type=module', '-e', PROGRAM, PACKAGE]
  const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  child.stdout.on('data', (chunk) => {
    output += chunk
  })
  child.stderr.on('data', (chunk) => {
    output += chunk
  })
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  return { child, ended: new Promise((resolve) => child.on('close', (status) => resolve({ status, output }))) }
}

test('20 processes with a token that is over renew it once, and all get their credentials', {
  timeout: 60_000,
}, async () => {
  expect(existsSync(PACKAGE), 'build the package first').toBe(true)
  const { url, asked } = await startService()
  const { env, folder, path } = await makeHome(url)
  const all = await Promise.all(Array.from({ length: 20 }, () => run(env).ended))
  for (const { status, output } of all) {
    expect({ status, output: JSON.parse(output) }).toEqual({
      status: 0,
      output: { accessKeyId: 'ASIAROLEROLEROLE0001', token: 'access-token-1' },
    })
  }
  expect(asked).toEqual(['old-refresh-token'])
  const written = JSON.parse(await readFile(path, 'utf8'))
  expect(written).toMatchObject({ accessToken: 'access-token-1', refreshToken: 'refresh-token-1', colour: 'blue' })
  expect((await stat(path)).mode & 0o777).toBe(0o600)
  expect(await readdir(folder)).toEqual([path.split('/').at(-1)])
})

test('a process that is killed between answer and file leaves the old file whole; the next says to sign in', async () => {
  let first: ChildProcess | undefined
  const { url, asked } = await startService((response, count) => {
    if (count > 1) return
    response.destroy()
    first?.kill('SIGKILL')
  })
  const { env, path, old } = await makeHome(url)
  const { child, ended } = run(env)
  first = child
  await ended
  expect(await readFile(path, 'utf8')).toBe(old)

  const { status, output } = await run(env).ended
  expect(status).not.toBe(0)
  expect(output).toContain('LOGIN_REQUIRED')
  expect(output).toContain('rolecall login')
  expect(output).not.toMatch(/(old|refresh|access)-(access-|refresh-)?token/)
  expect(asked).toEqual(['old-refresh-token', 'old-refresh-token'])
  expect(await readFile(path, 'utf8')).toBe(old)
})

test('a disk that takes nothing costs the file, not the credentials', async () => {
  const { url } = await startService()
  const { env, folder, path, old } = await makeHome(url)
  const { ended } = run(env, ['sh', '-c', 'trap \'\' XFSZ; ulimit -f 0; exec "$@"', 'sh'])
  const { status, output } = await ended
  expect({ status, output }).toMatchObject({ status: 0, output: expect.stringContaining('access-token-1') })
  expect(await readFile(path, 'utf8')).toBe(old)
  expect(await readdir(folder)).toHaveLength(1)
})

test('a file that lets others in is replaced by one that does not, and what a link leads to stays', async () => {
  const { url } = await startService()
  const { env, folder, path, old } = await makeHome(url)
  const target = join(folder, '../../target')
  await writeFile(target, old, { mode: 0o644 })
  await rm(path)
  await symlink(target, path)
  expect(await run(env).ended).toMatchObject({ status: 0 })
  expect((await stat(path)).mode & 0o777).toBe(0o600)
  expect(await readFile(target, 'utf8')).toBe(old)
})
