import { createHash, createPrivateKey } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Sandbox, startSandbox } from '@rolecall/sandbox'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ADDRESS, BROWSER, createMachine, type Machine } from './login-world.ts'

const ME = 'arn:aws:iam::123456789012:user/demo'
const SESSION_FILE = `.aws/login/cache/${createHash('sha256').update(ME).digest('hex')}.json`
const CONFIG = `[profile me]
login_session = ${ME}
[profile deploy]
role_arn = arn:aws:iam::123456789012:role/demo
source_profile = me
[profile other]
login_session = arn:aws:iam::123456789012:user/somebody
[profile shadowed]
login_session = ${ME}
web_identity_token_file = /nowhere
role_arn = arn:aws:iam::123456789012:role/demo
`
let sandbox: Sandbox
beforeAll(async () => {
  sandbox = await startSandbox()
})
afterAll(() => sandbox.stop())

function createLoginMachine(env: Record<string, string> = { DISPLAY: ':0' }): Machine {
  return createMachine(sandbox, { files: { '.aws/config': CONFIG, ...BROWSER }, env })
}

test('the browser of this machine: its session is kept where the AWS CLI looks for it', async () => {
  const machine = createLoginMachine()
  const { status, stdout } = await machine.rolecall('login', '--profile', 'me', '--json')
  expect(status).toBe(0)
  expect(JSON.parse(stdout)).toEqual({
    kind: 'login',
    loginSession: ME,
    account: '123456789012',
    file: join(machine.home, SESSION_FILE),
    profiles: ['me', 'deploy'],
  })
  const session = JSON.parse(machine.read(SESSION_FILE))
  expect(session).toMatchObject({
    accessToken: {
      accessKeyId: expect.stringMatching(/^ASIA/),
      secretAccessKey: expect.any(String),
      sessionToken: expect.any(String),
      accountId: '123456789012',
      expiresAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
    },
    tokenType: 'aws_sigv4',
    clientId: 'arn:aws:signin:::devtools/same-device',
    refreshToken: expect.any(String),
    idToken: expect.any(String),
    dpopKey: expect.stringMatching(/^-----BEGIN EC PRIVATE KEY-----\n/),
  })
  expect(createPrivateKey(session.dpopKey).asymmetricKeyDetails).toEqual({ namedCurve: 'prime256v1' })
})

test('the browser of another machine: its code is pasted', async () => {
  const machine = createLoginMachine()
  const login = machine.start('login', '--profile', 'me', '--remote')
  const page = await login.shows(ADDRESS)
  const confirmation = (await sandbox.visit(page)) ?? ''
  const [, code = ''] = /<code>([\w=+/-]+)<\/code>/.exec(await (await fetch(confirmation)).text()) ?? []
  login.child.stdin?.write(`${code}\n`)
  const { status, stdout } = await login.ended
  expect(status).toBe(0)
  expect(stdout).toMatch(new RegExp(`^signed in {2}${ME}$`, 'm'))
  expect(JSON.parse(machine.read(SESSION_FILE))).toMatchObject({ clientId: 'arn:aws:signin:::devtools/cross-device' })
})

test.each([
  ['nonsense', 'hello', 'LOGIN_REQUIRED'],
  ['the code of another sign-in', Buffer.from('state=other&code=x').toString('base64'), 'LOGIN_REQUIRED'],
])('%s that is pasted is refused', async (_name, pasted, code) => {
  const machine = createLoginMachine({})
  const login = machine.start('login', '--profile', 'me', '--json')
  await login.shows(ADDRESS)
  login.child.stdin?.end(`${pasted}\n`)
  const { status, stdout, stderr } = await login.ended
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
  expect(stderr).toContain(`"code":"${code}"`)
})

type Login = ReturnType<Machine['start']>
test.each<[name: string, giveUp: (login: Login) => void, status: number, code: string]>([
  ['nothing can be pasted', ({ child }) => child.stdin?.end(), 1, 'INPUT_ENDED'],
  ['Ctrl-C is pressed', ({ child }) => child.kill('SIGINT'), 130, 'INTERRUPTED'],
])('where %s it ends', async (_name, giveUp, status, code) => {
  const login = createLoginMachine({}).start('login', '--profile', 'me', '--json')
  await login.shows(ADDRESS)
  giveUp(login)
  const { stderr, ...ended } = await login.ended
  expect(ended).toEqual({ status, stdout: '' })
  expect(stderr).toContain(`"code":"${code}"`)
})

test('somebody else’s sign-in is not kept for the profile', async () => {
  const machine = createLoginMachine()
  const { status, stderr } = await machine.rolecall('login', '--profile', 'other', '--json')
  expect(status).toBe(1)
  expect(stderr).toContain('"code":"LOGIN_MISMATCH"')
  expect(stderr).toContain(`you signed in as ${ME}, and profile other is for arn:aws:iam::123456789012:user/somebody`)
  expect(existsSync(join(machine.home, '.aws/login'))).toBe(false)
})

test('a profile that has other credentials is refused before anybody signs in', async () => {
  const { status, stderr } = await createLoginMachine().rolecall('login', '--profile', 'shadowed', '--json')
  expect(status).toBe(1)
  expect(JSON.parse(stderr)).toMatchObject({
    error: { code: 'LOGIN_UNUSED', remedy: expect.stringContaining('web_identity_token_file'), location: { line: 10 } },
  })
})

describe('a profile without credentials', () => {
  const CRLF = '# mine\r\n[profile plain]\r\n  region = eu-west-1 ; here\r\n\r\n[profile last]\r\noutput = json'
  const add = (before: string, added: string, after: string) => CRLF.replace(before + after, before + added + after)

  test.each([
    ['plain', [], add('[profile plain]\r\n', `  login_session = ${ME}\r\n`, '  region')],
    ['new', ['--create'], `${CRLF}\r\n\r\n[profile new]\r\nlogin_session = ${ME}\r\n`],
  ])('%s gets the sign-in, and every other byte of the file stays', async (profile, more, expected) => {
    const machine = createMachine(sandbox, { files: { '.aws/config': CRLF, ...BROWSER }, env: { DISPLAY: ':0' } })
    chmodSync(join(machine.home, '.aws/config'), 0o640)
    const { status, stdout, stderr } = await machine.rolecall('login', '--profile', profile, ...more, '--json')
    expect(status).toBe(0)
    expect(stderr).toContain(`Profile ${profile} has no credentials`)
    expect(JSON.parse(stdout)).toMatchObject({ kind: 'login', loginSession: ME, profiles: [profile] })
    expect(machine.read('.aws/config')).toBe(expected)
    expect(statSync(join(machine.home, '.aws/config')).mode & 0o777).toBe(0o640)
    expect((await machine.rolecall('whoami', '--profile', profile)).stdout).toContain(ME)
    const again = await machine.rolecall('login', '--profile', profile)
    expect(again.status).toBe(0)
    expect(machine.read('.aws/config')).toBe(expected)
  })

  test('default need not be there: its file is made, for this user alone', async () => {
    const machine = createMachine(sandbox, { files: BROWSER, env: { DISPLAY: ':0' } })
    expect((await machine.rolecall('login')).status).toBe(0)
    expect(machine.read('.aws/config')).toBe(`[default]\nlogin_session = ${ME}\n`)
    expect(statSync(join(machine.home, '.aws/config')).mode & 0o777).toBe(0o600)
  })

  test('is not signed in for where its file is a link', async () => {
    const machine = createMachine(sandbox, { files: { 'dotfiles/config': CRLF, ...BROWSER }, env: { DISPLAY: ':0' } })
    mkdirSync(join(machine.home, '.aws'))
    symlinkSync(join(machine.home, 'dotfiles/config'), join(machine.home, '.aws/config'))
    const { status, stderr } = await machine.rolecall('login', '--profile', 'plain', '--json')
    expect({ status, error: JSON.parse(stderr).error.code }).toEqual({ status: 1, error: 'CONFIG_INVALID' })
    expect(machine.read('dotfiles/config')).toBe(CRLF)
    expect(existsSync(join(machine.home, '.aws/login'))).toBe(false)
  })

  test('has nobody to sign out', async () => {
    const machine = createMachine(sandbox, { files: { '.aws/config': CRLF } })
    const { status, stderr } = await machine.rolecall('logout', '--profile', 'plain', '--json')
    expect({ status, error: JSON.parse(stderr).error.code }).toEqual({ status: 1, error: 'LOGIN_NOT_NEEDED' })
  })
})

test('a session gives the profiles their credentials, and is renewed', async () => {
  const machine = createLoginMachine()
  const { stderr } = await machine.rolecall('whoami', '--profile', 'me')
  expect(stderr).toContain('Run rolecall login --profile me')
  await machine.rolecall('login', '--profile', 'me')
  const [me, deploy] = await Promise.all([
    machine.rolecall('whoami', '--profile', 'me', '--provider', 'login'),
    machine.rolecall('whoami', '--profile', 'deploy'),
  ])
  expect(me.stdout).toContain(`arn       ${ME}`)
  expect(deploy.stdout).toContain('assumed-role/demo/')

  const session = JSON.parse(machine.read(SESSION_FILE))
  const old = { ...session, accessToken: { ...session.accessToken, expiresAt: '2020-01-01T00:00:00Z' } }
  writeFileSync(join(machine.home, SESSION_FILE), JSON.stringify(old))
  expect(await machine.rolecall('whoami', '--profile', 'me')).toMatchObject({ status: 0 })
  expect(JSON.parse(machine.read(SESSION_FILE)).refreshToken).not.toBe(session.refreshToken)
})

test.each(['me', 'deploy', 'shadowed'])('logout removes the session of the profile %s', async (profile) => {
  const machine = createLoginMachine()
  await machine.rolecall('login', '--profile', 'me')
  const { status, stdout } = await machine.rolecall('logout', '--profile', profile)
  expect({ status, stdout }).toEqual({
    status: 0,
    stdout: `removed ${join(machine.home, SESSION_FILE)}, the sign-in to ${ME}\n`,
  })
  expect(readdirSync(join(machine.home, '.aws/login/cache'))).toEqual([])
})

test('logout --all ends every sign-in, and keeps all other files', async () => {
  const machine = createMachine(sandbox, {
    files: {
      '.aws/config': CONFIG,
      ...BROWSER,
      '.aws/sso/cache/token.json': `{"startUrl":"${sandbox.url}/start","region":"us-east-1","accessToken":"x","expiresAt":"2099-01-01T00:00:00Z"}`,
      '.aws/sso/cache/client.json': '{"clientId":"x","clientSecret":"x","expiresAt":"2099-01-01T00:00:00Z"}',
      '.aws/sso/cache/broken.json': '{"accessToken',
      '.aws/login/cache/notes.json': '{"mine":true}',
      '.aws/login/cache/README': 'mine',
      '.aws/cli/cache/of-sso.json': '{"ProviderType":"sso","Credentials":{}}',
      '.aws/cli/cache/of-sts.json': '{"Credentials":{}}',
    },
    env: { DISPLAY: ':0' },
  })
  await machine.rolecall('login', '--profile', 'me')
  const { status, stdout } = await machine.rolecall('logout', '--all', '--json')
  expect(status).toBe(0)
  expect(JSON.parse(stdout)).toEqual([
    {
      kind: 'sso',
      file: join(machine.home, '.aws/sso/cache/token.json'),
      of: `${sandbox.url}/start`,
      endedAtService: false,
    },
    { kind: 'login', file: join(machine.home, SESSION_FILE), of: null, endedAtService: null },
  ])
  const left = ['sso/cache', 'login/cache', 'cli/cache'].map((folder) =>
    readdirSync(join(machine.home, '.aws', folder)).sort(),
  )
  expect(left).toEqual([['broken.json', 'client.json'], ['README', 'notes.json'], ['of-sts.json']])
})
