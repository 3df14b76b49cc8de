import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { connect } from 'node:net'
import { join } from 'node:path'
import { type Sandbox, startSandbox } from '@rolecall/sandbox'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ADDRESS, BROWSER, createMachine, type Machine, services, ssoConfig } from './login-world.ts'
import { atTerminal, type Turn } from './world.ts'

const TOKEN_FILE = `.aws/sso/cache/${createHash('sha1').update('corp').digest('hex')}.json`
let sandbox: Sandbox
beforeAll(async () => {
  sandbox = await startSandbox()
})
afterAll(() => sandbox.stop())

function createSsoMachine(env: Record<string, string> = {}): Machine {
  return createMachine(sandbox, { files: { '.aws/config': ssoConfig(sandbox) }, env })
}

/** Signs in with a code, as quickly as the service allows. */
async function signIn(machine: Machine, ...args: string[]): Promise<void> {
  const login = machine.start('login', '--device-code', ...args)
  await sandbox.visit(await login.shows(ADDRESS))
  expect(await login.ended).toMatchObject({ status: 0 })
}

test('the browser of this machine: what it brings is kept where the AWS CLI looks for it', async () => {
  const machine = createSsoMachine()
  const login = machine.start('login', '--profile', 'dev', '--no-browser')
  const page = await login.shows(ADDRESS)
  const callback = (await sandbox.visit(page)) ?? ''
  expect(callback).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/oauth\/callback\?/)
  const shown = await fetch(callback)
  expect(await shown.text()).toContain('You have let the command line in')

  const { status, stdout } = await login.ended
  expect(status).toBe(0)
  expect(stdout).toMatch(new RegExp(`^signed in {2}${sandbox.url}/start \\(sso-session corp\\)$`, 'm'))
  expect(stdout).toMatch(/^until {6}\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ, and renewed by itself/m)
  expect(stdout).toMatch(/^profiles {3}dev, admin, deploy$/m)
  const token = JSON.parse(machine.read(TOKEN_FILE))
  const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
  expect(token).toEqual({
    startUrl: `${sandbox.url}/start`,
    region: 'us-east-1',
    accessToken: expect.any(String),
    expiresAt: time,
    clientId: expect.any(String),
    clientSecret: expect.any(String),
    registrationExpiresAt: time,
    refreshToken: expect.any(String),
  })
  expect(statSync(join(machine.home, TOKEN_FILE)).mode & 0o777).toBe(0o600)
  await expect(fetch(callback)).rejects.toThrow() // nobody listens there any more
})

test('a browser is opened where somebody sees it', async () => {
  const files = { '.aws/config': ssoConfig(sandbox), ...BROWSER }
  const machine = createMachine(sandbox, { files, env: { DISPLAY: ':0' } })
  const { status, stdout, stderr } = await machine.rolecall('login', '--profile', 'dev', '--json')
  expect(stderr).toContain('The browser opens this page')
  expect(status).toBe(0)
  expect(JSON.parse(stdout)).toEqual({
    kind: 'sso',
    startUrl: `${sandbox.url}/start`,
    session: 'corp',
    expiration: expect.stringMatching(/Z$/),
    renewable: true,
    file: join(machine.home, TOKEN_FILE),
    profiles: ['dev', 'admin', 'deploy'],
  })
})

test('a browser that cannot be opened is said, and the wait goes on', async () => {
  const files = { '.aws/config': ssoConfig(sandbox), 'bin/xdg-open': '#!/bin/sh\nexit 3\n' }
  const machine = createMachine(sandbox, { files, env: { DISPLAY: ':0' } })
  const login = machine.start('login', '--profile', 'dev')
  await login.shows(/The browser could not be opened/)
  await fetch((await sandbox.visit(await login.shows(ADDRESS))) ?? '')
  expect(await login.ended).toMatchObject({ status: 0 })
})

test.each<[name: string, env: Record<string, string>, args: string[]]>([
  ['it is told to', { DISPLAY: ':0' }, ['--device-code']],
  ['a person has come over ssh', { DISPLAY: ':0', SSH_CONNECTION: '192.0.2.1 50000 192.0.2.2 22' }, []],
  ['there is no display', {}, []],
])('a code for a browser elsewhere where %s', async (_name, env, args) => {
  const machine = createMachine(sandbox, { files: { '.aws/config': ssoConfig(sandbox), ...BROWSER }, env })
  const login = machine.start('login', '--profile', 'dev', ...args)
  const page = await login.shows(ADDRESS)
  expect(new URL(page).searchParams.get('user_code')).toBe(await login.shows(/^ {2}([A-Z]{4}-[A-Z]{4})$/m))
  await sandbox.visit(page)
  const { status, stderr } = await login.ended
  expect(status).toBe(0)
  expect(stderr).toContain('Waiting for your answer there')
  expect(stderr).not.toContain('\u001b')
  expect(JSON.parse(machine.read(TOKEN_FILE))).toMatchObject({ refreshToken: expect.any(String) })
})

test('a telephone reads the code of the page off the terminal', async () => {
  const env = services(sandbox)
  const files = { '.aws/config': ssoConfig(sandbox) }
  const turn: Turn = [/ {2}(http\S+user_code=\S+)[\s\S]*left\)/, (page) => sandbox.visit(page)]
  const { status, stdout } = await atTerminal(['login', '--profile', 'dev'], [turn], { env, files })
  expect(status).toBe(0)
  expect(stdout).toContain('\u001b[40;97m██ ▄▄▄▄▄ █')
  expect(stdout).toMatch(/Waiting for your answer there \(\d+:\d\d left\)/)
})

test.each<[name: string, env: Record<string, string>, args: string[]]>([
  ['NO_COLOR', { NO_COLOR: '1' }, []],
  ['--no-color', {}, ['--no-color']],
])('the code is plain by %s', async (_name, more, args) => {
  const env = { ...services(sandbox), ...more }
  const turn: Turn = [/ {2}(http\S+user_code=\S+)[\s\S]*left\)/, (page) => sandbox.visit(page)]
  const { stdout } = await atTerminal(['login', '--profile', 'dev', ...args], [turn], {
    env,
    files: { '.aws/config': ssoConfig(sandbox) },
  })
  expect(stdout).toMatch(/^██ ▄▄▄▄▄ █/m)
  expect(stdout).not.toContain('\u001b[40')
})

test('a service that is asked too often is asked more slowly', async () => {
  const machine = createSsoMachine()
  sandbox.fault({ service: 'sso-oidc', operation: 'CreateToken', errorCode: 'slow_down', times: 1 })
  const before = sandbox.calls.length
  const login = machine.start('login', '--profile', 'dev')
  await sandbox.visit(await login.shows(ADDRESS))
  expect(await login.ended).toMatchObject({ status: 0 })
  const asked = sandbox.calls.slice(before).filter(({ operation }) => operation === 'CreateToken')
  expect(asked).toHaveLength(2)
  expect(Number(asked[1]?.at) - Number(asked[0]?.at)).toBeGreaterThan(5_500)
})

test('only the answer to this sign-in is taken, from the browser that asks by the right name', async () => {
  const login = createSsoMachine().start('login', '--profile', 'dev', '--no-browser')
  const page = await login.shows(ADDRESS)
  const { port } = new URL(new URL(page).searchParams.get('redirect_uri') ?? '')
  const good = (await sandbox.visit(page)) ?? ''
  const query = new URL(good).search
  const send = (path: string, headers: Record<string, string | string[]> = {}, method = 'GET'): Promise<number> =>
    new Promise((resolve, reject) => {
      const asked = request({ host: '127.0.0.1', port, path, headers, method }, (answer) => {
        resolve(answer.statusCode ?? 0)
        answer.resume()
      })
      asked.on('error', reject).end()
    })

  expect(await send(`/oauth/callback${query}`, { host: `localhost:${port}` })).toBe(403)
  expect(await send(`/oauth/callback${query}`, { host: 'evil.example' })).toBe(403)
  expect(await send(`/oauth/callback${query}`, {}, 'POST')).toBe(405)
  expect(await send(`/${query}`)).toBe(404)
  expect(await send(`/oauth/callback${query.replace(/state=[^&]+/, 'state=other')}`)).toBe(400)
  expect(await send(`/oauth/callback?error=access_denied`)).toBe(400)
  expect(await send(`/oauth/callback${query.replace(/code=[^&]+/, '')}`)).toBe(400)
  expect(await send(`/oauth/callback${query}`)).toBe(200)
  expect(await login.ended).toMatchObject({ status: 0 })
})

test('a browser that connects in advance and never asks keeps nobody waiting', async () => {
  const login = createSsoMachine().start('login', '--profile', 'dev', '--no-browser')
  const page = await login.shows(ADDRESS)
  const socket = connect(Number(new URL(new URL(page).searchParams.get('redirect_uri') ?? '').port), '127.0.0.1')
  await once(socket, 'connect')
  await fetch((await sandbox.visit(page)) ?? '')
  const started = performance.now()
  expect(await login.ended).toMatchObject({ status: 0 })
  expect(performance.now() - started).toBeLessThan(3_000)
})

test('nobody else on the network reaches the callback', async () => {
  const login = createSsoMachine().start('login', '--profile', 'dev', '--no-browser')
  const { port } = new URL(new URL(await login.shows(ADDRESS)).searchParams.get('redirect_uri') ?? '')
  const listening = readFileSync('/proc/net/tcp', 'utf8') + readFileSync('/proc/net/tcp6', 'utf8')
  const wanted = `:${Number(port).toString(16).toUpperCase().padStart(4, '0')} `
  const hosts = listening.split('\n').flatMap((line) => {
    const [, local = '', , state] = line.trim().split(/\s+/)
    return state === '0A' && `${local} `.endsWith(wanted) ? [local.split(':')[0]] : []
  })
  expect(hosts).toEqual(['0100007F'])
  login.child.kill('SIGINT')
  await login.ended
})

test('who says no in the browser ends it', async () => {
  const login = createSsoMachine().start('login', '--profile', 'dev', '--no-browser', '--json')
  const shown = await fetch((await sandbox.visit(await login.shows(ADDRESS), 'Deny')) ?? '')
  expect(await shown.text()).toContain('The sign-in was refused')
  const { status, stdout, stderr } = await login.ended
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
  expect(stderr).toContain('"code":"SOURCE_REFUSED"')
})

test('Ctrl-C while it waits ends it', async () => {
  const login = createSsoMachine().start('login', '--profile', 'dev', '--no-browser', '--json')
  const page = await login.shows(ADDRESS)
  login.child.kill('SIGINT')
  const { status, stdout, stderr } = await login.ended
  expect({ status, stdout }).toEqual({ status: 130, stdout: '' })
  expect(stderr).toContain('"code":"INTERRUPTED"')
  await expect(fetch((await sandbox.visit(page)) ?? '')).rejects.toThrow()
})

test('a sign-in gives the profiles their credentials, and the role on top', async () => {
  const machine = createSsoMachine()
  const { status, stderr } = await machine.rolecall('export', '--profile', 'dev')
  expect(status).toBe(1)
  expect(stderr).toContain('Run rolecall login --profile dev')

  await signIn(machine, '--sso-session', 'corp')
  const [exported, admin, deploy] = await Promise.all([
    machine.rolecall('export', '--profile', 'dev'),
    machine.rolecall('whoami', '--profile', 'admin'),
    machine.rolecall('whoami', '--profile', 'deploy'),
  ])
  expect(JSON.parse(exported.stdout)).toMatchObject({ Version: 1, AccessKeyId: expect.stringMatching(/^ASIA/) })
  expect(admin.stdout).toMatch(/assumed-role\/AWSReservedSSO_Admin_\w+\/demo/)
  expect(deploy.stdout).toContain('assumed-role/demo/')
})

test('--provider sso asks that source alone', async () => {
  const machine = createSsoMachine()
  await signIn(machine, '--profile', 'dev')
  const { stdout } = await machine.rolecall('whoami', '--profile', 'dev', '--provider', 'sso', '--json')
  expect(JSON.parse(stdout)).toMatchObject({ source: 'sso' })
})

test('a profile of the older kind signs in by its start URL', async () => {
  const machine = createSsoMachine()
  await signIn(machine, '--profile', 'legacy')
  const { stdout } = await machine.rolecall('whoami', '--profile', 'legacy')
  expect(stdout).toContain('AWSReservedSSO_ReadOnly')
  const name = createHash('sha1').update(`${sandbox.url}/start`).digest('hex')
  expect(existsSync(join(machine.home, '.aws/sso/cache', `${name}.json`))).toBe(true)
})

test('a token that has expired is renewed, and written back', async () => {
  const machine = createSsoMachine()
  await signIn(machine, '--profile', 'dev')
  const before = JSON.parse(machine.read(TOKEN_FILE))
  writeFileSync(
    join(machine.home, TOKEN_FILE),
    JSON.stringify({ ...before, accessToken: 'gone', expiresAt: '2020-01-01T00:00:00Z' }),
  )
  expect(await machine.rolecall('whoami', '--profile', 'dev')).toMatchObject({ status: 0 })
  const after = JSON.parse(machine.read(TOKEN_FILE))
  expect(after).toMatchObject({ clientId: before.clientId, startUrl: before.startUrl })
  expect(Date.parse(after.expiresAt)).toBeGreaterThan(Date.now())
  expect(after.refreshToken).not.toBe(before.refreshToken)
})

test.each([
  ['has keys of its own', ['--profile', 'keys'], 'LOGIN_NOT_NEEDED'],
  ['is not there', ['--profile', 'nobody'], 'PROFILE_NOT_FOUND'],
  ['names a session that is not there', ['--profile', 'half'], 'CONFIG_INVALID'],
])('a profile that %s is not signed in for', async (_name, args, code) => {
  const { status, stdout, stderr } = await createSsoMachine().rolecall('login', ...args, '--json')
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
  expect(JSON.parse(stderr)).toMatchObject({ error: { code, remedy: expect.any(String) } })
})

test('logout ends the sign-in here and at the service, and removes nothing else', async () => {
  const machine = createSsoMachine()
  await signIn(machine, '--profile', 'dev')
  const cache = join(machine.home, '.aws/sso/cache')
  writeFileSync(join(cache, 'notes.json'), 'not JSON')
  writeFileSync(join(cache, 'other.json'), '{"accessToken":"of somebody"}')
  const { accessToken } = JSON.parse(machine.read(TOKEN_FILE))

  const { status, stdout } = await machine.rolecall('logout', '--profile', 'dev')
  expect({ status, stdout }).toEqual({
    status: 0,
    stdout: `removed ${join(machine.home, TOKEN_FILE)}, the sign-in to ${sandbox.url}/start\n`,
  })
  const left = readdirSync(cache)
  expect(left).toHaveLength(3) // the registration too
  expect(left).toEqual(expect.arrayContaining(['notes.json', 'other.json']))
  const role = `${sandbox.url}/federation/credentials?role_name=ReadOnly&account_id=123456789012`
  expect(await fetch(role, { headers: { 'x-amz-sso_bearer_token': accessToken } })).toMatchObject({ status: 401 })
  const again = await machine.rolecall('logout', '--profile', 'dev')
  expect(again).toMatchObject({ status: 0, stdout: 'Nobody was signed in: nothing was removed.\n' })
})

test('a service that fails does not keep a person from logging out', async () => {
  const machine = createSsoMachine()
  await signIn(machine, '--profile', 'dev')
  sandbox.fault({ service: 'sso', operation: 'Logout', status: 403, times: 1 })
  const { status, stdout } = await machine.rolecall('logout', '--sso-session', 'corp', '--json')
  expect(status).toBe(0)
  expect(JSON.parse(stdout)).toEqual([
    { kind: 'sso', file: join(machine.home, TOKEN_FILE), of: `${sandbox.url}/start`, endedAtService: false },
  ])
  expect(existsSync(join(machine.home, TOKEN_FILE))).toBe(false)
})
