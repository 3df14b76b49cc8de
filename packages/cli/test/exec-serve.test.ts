import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { playSource } from './serve-world.ts'
import { atTerminal, createHome, KEYS, rolecall, SESSION, startRolecall, waitFor } from './world.ts'

const PRINT_ENV = ['--', process.execPath, '-p', 'JSON.stringify(process.env)']
const SDK = fileURLToPath(import.meta.resolve('@aws-sdk/credential-providers'))
const CONFIG = '[default]\nregion = eu-west-1\nsso_session = x\n[profile dev]\ncredential_process = true\n'
const CREDENTIALS = '[default]\naws_access_key_id = AKIAFILE\naws_secret_access_key = file-secret\n[dev]\nx = y\n'
const FILES = { '.aws/config': CONFIG, '.aws/credentials': CREDENTIALS }

/** A folder for private files that only this test uses. */
function createTmp(): { TMPDIR: string } {
  const TMPDIR = mkdtempSync(join(tmpdir(), 'rolecall-tmp-'))
  onTestFinished(() => rmSync(TMPDIR, { recursive: true }))
  return { TMPDIR }
}

test('the command finds the server, and nothing else that gives credentials', async () => {
  const old = { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: '/old', AWS_ROLE_ARN: 'old', AWS_DEFAULT_PROFILE: 'default' }
  const env = { ...SESSION, ...old, MINE: 'kept' }
  const { status, stdout } = await rolecall(['exec', '--serve', ...PRINT_ENV], { env, files: FILES })
  expect(status).toBe(0)
  const shown = Object.fromEntries(Object.entries(JSON.parse(stdout)).filter(([name]) => /^(AWS_|MINE)/.test(name)))
  expect(shown).toEqual({
    AWS_CONTAINER_CREDENTIALS_FULL_URI: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/$/),
    AWS_CONTAINER_AUTHORIZATION_TOKEN: expect.stringMatching(/^[\w-]{43}$/),
    AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: expect.any(String),
    AWS_CONFIG_FILE: expect.any(String),
    AWS_SHARED_CREDENTIALS_FILE: expect.any(String),
    AWS_REGION: 'eu-west-1',
    AWS_DEFAULT_REGION: 'eu-west-1',
    AWS_EC2_METADATA_DISABLED: 'true',
    MINE: 'kept',
  })
})

test('its copies of the config files are private, keep every other setting, and are gone afterwards', async () => {
  const script =
    'stat -c "%a %n" "$AWS_CONFIG_FILE" "$AWS_SHARED_CREDENTIALS_FILE"; cat "$AWS_CONFIG_FILE" "$AWS_SHARED_CREDENTIALS_FILE"'
  const { stdout } = await rolecall(['exec', '--serve', '--', 'sh', '-c', script], { env: KEYS, files: FILES })
  const [config = '', credentials = '', ...text] = stdout.split('\n')
  expect([config, credentials].map((line) => line.slice(0, 4))).toEqual(['600 ', '600 '])
  expect(text.join('\n')).toBe(
    '[default]\nregion = eu-west-1\n[profile dev]\ncredential_process = true\n[default]\n[dev]\nx = y\n',
  )
  expect(existsSync(dirname(config.slice(4)))).toBe(false)
})

test('files that are not there are empty copies; one that cannot be read is an error before the command starts', async () => {
  const show = ['--', 'sh', '-c', 'wc -c < "$AWS_CONFIG_FILE"']
  const nowhere = await rolecall(['exec', '--serve', ...show], { env: { ...KEYS, AWS_CONFIG_FILE: '/nowhere' } })
  expect(nowhere).toMatchObject({ status: 0, stdout: expect.stringMatching(/^\s*0\n$/) })
  const folder = await rolecall(['exec', '--serve', '--json', ...show], { env: { ...KEYS, AWS_CONFIG_FILE: '/' } })
  expect(folder).toMatchObject({ status: 1, stdout: '' })
  expect(JSON.parse(folder.stderr)).toMatchObject({ error: { code: 'FILE_UNREADABLE', location: { file: '/' } } })
})

test('the AWS SDK in the command asks the server, whatever the files say', async () => {
  const script = `import { fromNodeProviderChain } from '${SDK}'; console.log((await fromNodeProviderChain()()).accessKeyId)`
  const child = ['--', process.execPath, '--input-type=module', '-e', script]
  const { stdout } = await rolecall(['exec', '--serve', ...child], { env: SESSION, files: FILES })
  expect(stdout).toBe(`${SESSION.AWS_ACCESS_KEY_ID}\n`)
})

test('the command outlives its first credentials', async () => {
  const source = await playSource({ lifeMs: 1_000 })
  const script = `
    const { AWS_CONTAINER_CREDENTIALS_FULL_URI: url, AWS_CONTAINER_AUTHORIZATION_TOKEN: authorization } = process.env
    const seen = new Set()
    const look = async () => {
      const answer = await fetch(url, { headers: { authorization } })
      if (!answer.ok) process.exit(9)
      seen.add((await answer.json()).AccessKeyId)
      if (seen.size < 3) setTimeout(look, 50)
    }
    look()`
  expect((await rolecall(['exec', '--serve', '--', process.execPath, '-e', script], { env: source.env })).status).toBe(
    0,
  )
})

test('when the source fails meanwhile a person is told in a sentence, and a supervisor by events', async () => {
  const failing = async (...options: string[]) => {
    const home = createHome({ '.aws/config': `[default]\ncredential_process = '${process.execPath}' process.cjs\n` })
    const program = `
      const { existsSync, writeFileSync } = require('node:fs')
      if (existsSync('first')) { writeFileSync('failed', ''); process.exit(1) }
      writeFileSync('first', '')
      const Expiration = new Date(Date.now() + 1_500).toISOString()
      console.log(JSON.stringify({ Version: 1, AccessKeyId: 'ASIA', SecretAccessKey: 'canary', Expiration }))`
    writeFileSync(join(home, 'process.cjs'), program)
    const wait = ['--', 'sh', '-c', 'until [ -e failed ]; do sleep 0.05; done; sleep 0.2']
    const { status, stderr } = await rolecall(['exec', '--serve', ...options, ...wait], { home })
    expect(status).toBe(0)
    expect(stderr).not.toContain('canary')
    return stderr
  }
  const [words, lines] = await Promise.all([failing(), failing('--json')])
  expect(words).toMatch(
    /^rolecall: credentials could not be renewed(; those at hand are served until \S+Z)?\n {2}profile: .*\n$/,
  )
  const events = lines
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line).event)
  expect([...new Set(events)]).toEqual(['ready', 'refreshed', 'refresh-failed', 'stopped'])
})

test('a command that cannot be started is the one thing that a supervisor is told', async () => {
  const { status, stderr } = await rolecall(['exec', '--serve', '--json', '--', 'no-such-command'], { env: SESSION })
  expect(status).toBe(127)
  expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'COMMAND_NOT_FOUND' } })
})

test('without credentials the command is not started, and nothing is left', async () => {
  const tmp = createTmp()
  const { status, stdout } = await rolecall(['exec', '--serve', '--', 'echo', 'started'], { env: tmp })
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
  expect(readdirSync(tmp.TMPDIR)).toEqual([])
})

test.each([
  ['its own', ['sh', '-c', 'exit 42'], 42],
  ['of a signal that ended it', ['sh', '-c', 'kill -KILL $$'], 137],
  ['of a command that is not there', ['no-such-program'], 127],
])('its exit status: %s, and nothing is left', async (_name, command, status) => {
  const tmp = createTmp()
  const ended = await rolecall(['exec', '--serve', '--', ...command], { env: { ...KEYS, ...tmp } })
  expect(ended.status).toBe(status)
  expect(readdirSync(tmp.TMPDIR)).toEqual([])
})

test.each(['SIGTERM', 'SIGHUP', 'SIGINT'] as const)('%s reaches the command, and nothing is left', async (signal) => {
  const tmp = createTmp()
  const script = `process.on('${signal}', () => process.exit(7)); console.log('ready'); setInterval(() => {}, 1000)`
  const child = startRolecall(['exec', '--serve', '--', process.execPath, '-e', script], { env: { ...KEYS, ...tmp } })
  child.stdout?.once('data', () => child.kill(signal))
  expect((await waitFor(child)).status).toBe(7)
  expect(readdirSync(tmp.TMPDIR)).toEqual([])
})

test.each([['exec', '--serve'], ['sandbox']])(
  'signals that come on and on leave nothing either: %s',
  async (...own) => {
    const tmp = createTmp()
    const script = `process.on('SIGTERM', () => process.exit(7)); console.log('ready'); setInterval(() => {}, 1000)`
    const child = startRolecall([...own, '--', process.execPath, '-e', script], { env: { ...KEYS, ...tmp } })
    child.stdout?.once('data', () => {
      const again = setInterval(() => child.kill('SIGTERM'), 1)
      child.once('exit', () => clearInterval(again))
    })
    expect((await waitFor(child)).status).toBe(7)
    expect(readdirSync(tmp.TMPDIR)).toEqual([])
  },
)

test('a request that the source never answers does not keep it', async () => {
  const home = createHome({ '.aws/config': `[default]\ncredential_process = '${process.execPath}' process.cjs\n` })
  const started = join(home, 'renewing')
  writeFileSync(
    join(home, 'process.cjs'),
    `const { existsSync, writeFileSync } = require('node:fs')
    if (existsSync('first')) { writeFileSync('renewing', ''); setTimeout(() => {}, 30_000) }
    else {
      writeFileSync('first', '')
      const Expiration = new Date(Date.now() + 500).toISOString()
      console.log(JSON.stringify({ Version: 1, AccessKeyId: 'ASIA', SecretAccessKey: 's', Expiration }))
    }`,
  )
  const wait = `const timer = setInterval(() => require('node:fs').existsSync('${started}') && clearInterval(timer), 20)`
  const { status } = await rolecall(['exec', '--serve', '--', process.execPath, '-e', wait], { home })
  expect(status).toBe(0)
})

test('what a killed one leaves behind, the next removes; what belongs to a living one stays', async () => {
  const tmp = createTmp()
  const wait = ['--', process.execPath, '-e', 'console.log(process.pid); setInterval(() => {}, 1000)']
  const start = async () => {
    const child = startRolecall(['exec', '--serve', ...wait], { env: { ...KEYS, ...tmp } })
    const command = await new Promise((resolve) => child.stdout?.once('data', resolve))
    onTestFinished(() => void process.kill(Number(command)))
    return child
  }
  const killed = await start()
  const living = await start()
  const ended = new Promise((resolve) => killed.once('exit', resolve))
  killed.kill('SIGKILL')
  await ended
  const left = readdirSync(tmp.TMPDIR)
  expect(left.length).toBe(2)
  await rolecall(['exec', '--serve', '--', 'true'], { env: { ...KEYS, ...tmp } })
  const stays = readdirSync(tmp.TMPDIR)
  expect(stays.length).toBe(1)
  expect(stays[0]).toContain(`-${living.pid}-`)
})

test('at a terminal the command reads what is typed, and Ctrl-C is for the command', async () => {
  const script = `trap 'echo interrupted; exit 5' INT; printf 'name? '; read name; echo "hello $name"; while :; do sleep 0.05; done`
  const turns = [
    [/name\? /, 'Ada\n'],
    [/hello Ada/, '\u0003'],
  ] as const
  const { status, stdout } = await atTerminal(['exec', '--serve', '--', 'sh', '-c', script], turns, { env: KEYS })
  expect(stdout).toContain('interrupted')
  expect(status).toBe(5)
})

test('at a terminal a shell with jobs of its own runs as it does without', async () => {
  const turns = [[/[$#] /, 'sleep 20 & echo job:$!; kill %1; exit 6\n']] as const
  const { status, stdout } = await atTerminal(['exec', '--serve', '--', 'sh', '-i'], turns, { env: KEYS })
  expect(stdout).toMatch(/job:\d+/)
  expect(status).toBe(6)
})
