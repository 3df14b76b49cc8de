import { once } from 'node:events'
import { existsSync, readFileSync, realpathSync, statSync, writeFileSync } from 'node:fs'
import { type AddressInfo, connect, createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { fromHttp } from '@aws-sdk/credential-providers'
import { expect, onTestFinished, test } from 'vitest'
import { ask, playSource, sendRaw, serve, until } from './serve-world.ts'
import { createHome, KEYS, rolecall, SESSION, startRolecall, waitFor } from './world.ts'

const REGION = { AWS_REGION: 'eu-west-1' }
const PROFILES = {
  '.aws/config': '[profile dev]\nregion = eu-west-1\n[profile team/prod@x]\n',
  '.aws/credentials': `[dev]\naws_access_key_id = AKIADEV\naws_secret_access_key = dev-secret
[team/prod@x]\naws_access_key_id = AKIAPROD\naws_secret_access_key = prod-secret\n`,
}

test('it prints what programs are to be told, and gives them credentials', async () => {
  const source = await playSource({})
  const served = await serve([], { env: { ...source.env, ...REGION } })
  expect(served.env).toEqual({
    AWS_CONTAINER_CREDENTIALS_FULL_URI: `http://127.0.0.1:${served.port}/`,
    AWS_CONTAINER_AUTHORIZATION_TOKEN: expect.stringMatching(/^[\w-]{43}$/),
    AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: expect.any(String),
    AWS_REGION: 'eu-west-1',
    AWS_DEFAULT_REGION: 'eu-west-1',
  })
  const { status, headers, json } = await ask(served)
  expect({ status, json }).toEqual({
    status: 200,
    json: {
      AccessKeyId: 'ASIASESSION0001',
      SecretAccessKey: 'canary-secret/+value',
      Token: 'canary-token-1==',
      Expiration: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      AccountId: '111122223333',
    },
  })
  expect(headers).toMatchObject({
    'content-type': 'application/json',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  })
})

test('the token file holds the token and nothing else, for this user alone, and is gone after SIGTERM', async () => {
  const served = await serve([], { env: SESSION })
  const file = served.env['AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE'] ?? ''
  expect(readFileSync(file, 'utf8')).toBe(served.token)
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(statSync(dirname(file)).mode & 0o777).toBe(0o700)
  served.child.kill('SIGTERM')
  expect((await served.ended).status).toBe(0)
  expect(existsSync(dirname(file))).toBe(false)
  expect(served.events().map(({ event }) => event)).toEqual(['ready', 'refreshed', 'stopped'])
})

test.each([
  ['env', /^export AWS_CONTAINER_CREDENTIALS_FULL_URI='http:\/\/127\.0\.0\.1:\d+\/'$/m],
  ['fish', /^set -gx AWS_CONTAINER_CREDENTIALS_FULL_URI 'http/m],
  ['powershell', /^\$Env:AWS_CONTAINER_CREDENTIALS_FULL_URI = 'http/m],
  ['dotenv', /^AWS_CONTAINER_CREDENTIALS_FULL_URI='http/m],
])('for people and shells: --format %s', async (format, line) => {
  const child = startRolecall(['serve', ...(format === 'env' ? [] : ['--format', format])], { env: KEYS })
  const ended = waitFor(child)
  child.stderr?.on('data', (text: string) => text.includes('served at') && child.kill('SIGINT'))
  const { status, stdout, stderr } = await ended
  expect(status).toBe(0)
  expect(stdout).toMatch(line)
  expect(stdout.trimEnd().split('\n').length).toBe(3)
  expect(stderr).not.toContain('canary')
})

test('each profile has its path, the first the root as well', async () => {
  const served = await serve(['--profile', 'dev', '--profile', 'team/prod@x'], { files: PROFILES })
  const idAt = async (path: string) => (await ask(served, path)).json?.['AccessKeyId']
  expect(await idAt('/')).toBe('AKIADEV')
  expect(await idAt('/profiles/dev')).toBe('AKIADEV')
  expect(await idAt('/profiles/team/prod@x')).toBe('AKIAPROD')
  expect(await idAt('/profiles/team%2Fprod%40x')).toBe('AKIAPROD')
  expect(served.env['AWS_REGION']).toBe('eu-west-1')
  for (const path of ['/profiles/default', '/profiles/', '/profiles', '/profiles/../', '/%2e', '/?x', '/profiles/DEV'])
    expect((await ask(served, path)).status, path).toBe(404)
})

test('a doubled slash in a path is one', async () => {
  const served = await serve(['--profile', 'dev'], { files: PROFILES })
  expect((await ask(served, '//profiles//dev')).status).toBe(200)
})

test('keys without an end are given one, so that every SDK takes them', async () => {
  const served = await serve([], { env: KEYS })
  const { json } = await ask(served)
  expect(json).toMatchObject({ AccessKeyId: KEYS.AWS_ACCESS_KEY_ID, Token: '' })
  expect(Date.parse(json?.['Expiration'] ?? '')).toBeGreaterThan(Date.now() + 20 * 60_000)
})

test('a connection is held for longer than callers keep it, so that no request meets its end', async () => {
  const served = await serve([], { env: SESSION })
  const socket = connect(served.port, '127.0.0.1').setEncoding('latin1')
  onTestFinished(() => void socket.destroy())
  const request = `GET / HTTP/1.1\r\nHost: 127.0.0.1:${served.port}\r\nAuthorization: ${served.token}\r\n\r\n`
  socket.write(request)
  const [first] = await once(socket, 'data')
  expect(first).toMatch(/^keep-alive: timeout=120\r$/im)
  await setTimeout(7_000) // Node closes it after 6
  socket.write(request)
  const [second] = await once(socket, 'data')
  expect(second).toMatch(/^HTTP\/1\.1 200 OK\r/)
})

test('the AWS SDK gets them as in a container', async () => {
  const source = await playSource({})
  const { env } = await serve([], { env: source.env })
  const byToken = fromHttp({
    awsContainerCredentialsFullUri: env['AWS_CONTAINER_CREDENTIALS_FULL_URI'] ?? '',
    awsContainerAuthorizationTokenFile: env['AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE'] ?? '',
  })
  expect(await byToken()).toMatchObject({ accessKeyId: 'ASIASESSION0001', sessionToken: 'canary-token-1==' })
})

test('without credentials there is no server', async () => {
  const { status, stdout, stderr } = await rolecall(['serve'])
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
  expect(stderr).toContain('no source of credentials is configured')
})

test('a port that is taken is an error, and no word of a server', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  onTestFinished(() => void other.close())
  await new Promise((resolve) => other.once('listening', resolve))
  const { port } = other.address() as AddressInfo
  const { status, stdout, stderr } = await rolecall(['serve', '--port', String(port), '--json'], { env: KEYS })
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
  expect(JSON.parse(stderr.trim().split('\n').at(-1) ?? '')).toMatchObject({ error: { code: 'PORT_TAKEN' } })
})

test('it is well and says nothing about it', async () => {
  const served = await serve([], { env: KEYS })
  expect(await ask(served, '/healthz', { headers: {} })).toMatchObject({ status: 200, body: 'ok\n' })
})

/** A program that gives a session of half a second, then waits for a file before it gives another. Each start is a line. */
const SLOW_PROCESS = `
  const { appendFileSync, existsSync, readFileSync } = require('node:fs')
  appendFileSync('asked', 'once\\n')
  const isFirst = readFileSync('asked', 'utf8').split('\\n').length === 2
  const give = (AccessKeyId, lifeMs) => {
    const keys = { Version: 1, AccessKeyId, SecretAccessKey: 's', SessionToken: 't' }
    console.log(JSON.stringify({ ...keys, Expiration: new Date(Date.now() + lifeMs).toISOString() }))
  }
  const wait = () => existsSync('go') ? give('ASIASECOND', 3_600_000) : setTimeout(wait, 20)
  if (isFirst) give('ASIAFIRST', 500)
  else wait()`

test('2,000 callers during a renewal are one question to the source', async () => {
  const home = createHome({
    'process.cjs': SLOW_PROCESS,
    '.aws/config': `[default]\ncredential_process = '${process.execPath}' process.cjs\n`,
  })
  const served = await serve([], { home })
  const countAsked = (): number => readFileSync(join(home, 'asked'), 'utf8').split('\n').length - 1
  await until(countAsked, (asked) => asked === 2)
  await setTimeout(600) // the first session has ended

  const request = `GET / HTTP/1.1\r\nHost: 127.0.0.1:${served.port}\r\nAuthorization: ${served.token}\r\n`
  const twenty = [...Array(19).fill(''), 'Connection: close\r\n'].map((last) => `${request}${last}\r\n`).join('')
  const replies = Promise.all(Array.from({ length: 100 }, () => sendRaw(served.port, twenty)))
  await setTimeout(300)
  writeFileSync(join(home, 'go'), '')
  const text = (await replies).join('')
  expect(text.match(/HTTP\/1\.1 200 OK/g)?.length).toBe(2_000)
  expect(text.match(/ASIASECOND/g)?.length).toBe(2_000)
  expect(countAsked()).toBe(2)
})

test('a socket file is for this user, replaces one that is dead, and not one that is alive', async () => {
  const home = createHome()
  const socketPath = join(home, 'rolecall.sock')
  const dead = await serve(['--socket', socketPath], { env: KEYS })
  dead.child.kill('SIGKILL')
  await dead.ended
  const served = await serve(['--socket', socketPath], { env: KEYS })
  expect(statSync(socketPath).mode & 0o777).toBe(0o600)
  expect(await ask(served, '/', { socketPath })).toMatchObject({ status: 200 })
  expect(await ask(served, '/', { socketPath, headers: {} })).toMatchObject({ status: 401 })

  const second = await rolecall(['serve', '--json', '--socket', socketPath], { env: KEYS })
  expect(second).toMatchObject({ status: 1, stdout: '' })
  expect(JSON.parse(second.stderr)).toMatchObject({ error: { code: 'ALREADY_RUNNING' } })
  expect(await ask(served, '/', { socketPath })).toMatchObject({ status: 200 })
  served.child.kill('SIGTERM')
  await served.ended
  expect(existsSync(socketPath)).toBe(false)
})

test.each([
  ['of a file that is no socket', 'notes', 'LISTEN_FAILED'],
  ['in a folder that is not there', 'nowhere/x.sock', 'LISTEN_FAILED'],
  ['of more than a socket can have', `${'x'.repeat(200)}`, 'LISTEN_FAILED'],
])('a socket path %s is an error', async (_name, path, code) => {
  const home = createHome({ notes: 'mine' })
  const { status, stdout, stderr } = await rolecall(['serve', '--json', '--socket', join(home, path)], { env: KEYS })
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
  expect(JSON.parse(stderr)).toMatchObject({ error: { code } })
  expect(readFileSync(join(home, 'notes'), 'utf8')).toBe('mine')
})

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('%s ends it well, whatever is being asked', async (signal) => {
  const home = createHome({
    'process.cjs': SLOW_PROCESS,
    '.aws/config': `[default]\ncredential_process = '${process.execPath}' process.cjs\n`,
  })
  const served = await serve([], { home })
  await until(
    () => readFileSync(join(home, 'asked'), 'utf8').length,
    (length) => length > 'once\n'.length,
  )
  const waiting = ask(served).catch(() => undefined)
  served.child.kill(signal)
  expect((await served.ended).status).toBe(0)
  writeFileSync(join(home, 'go'), '')
  await waiting
})

test('a signal that comes twice, as supervisors send it, ends it as well as one', async () => {
  const home = createHome()
  const socket = join(home, 'socket')
  const served = await serve(['--socket', socket], { home, env: KEYS })
  const file = served.env['AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE'] ?? ''
  const { port } = new URL(served.env['AWS_CONTAINER_CREDENTIALS_FULL_URI'] ?? '')
  const slow = connect(Number(port), '127.0.0.1').on('error', () => {})
  slow.write('GET / HTTP/1.1\r\n') // the end waits for it a while
  await once(slow, 'connect')
  served.child.kill('SIGTERM')
  await until(
    () => existsSync(file),
    (isThere) => !isThere,
  )
  served.child.kill('SIGTERM')
  expect((await served.ended).status).toBe(0)
  expect(existsSync(socket)).toBe(false)
})

test('the token is kept where it was asked for, in place of an old one', async () => {
  const home = createHome({ token: 'old' })
  const path = join(home, 'token')
  const served = await serve(['--token-file', path], { env: KEYS })
  expect(served.env['AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE']).toBe(path)
  expect(readFileSync(path, 'utf8')).toBe(served.token)
  expect(statSync(path).mode & 0o777).toBe(0o600)
  served.child.kill('SIGTERM')
  expect((await served.ended).status).toBe(0)
  expect(existsSync(path)).toBe(false)
})

test('who is elsewhere finds the files of paths from here', async () => {
  const home = realpathSync(createHome())
  const served = await serve(['--token-file', 'token', '--socket', 'socket'], { home, env: KEYS })
  expect(served.env['AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE']).toBe(join(home, 'token'))
  expect(await until(served.events, ({ length }) => length > 0)).toContainEqual(
    expect.objectContaining({ event: 'ready', socket: join(home, 'socket') }),
  )
})

test('a token file that cannot be written is an error, and there is no server', async () => {
  const { status, stdout, stderr } = await rolecall(['serve', '--json', '--token-file', '/nowhere/token'], {
    env: KEYS,
  })
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
  expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'OUTPUT_FAILED', source: '--token-file' } })
})
