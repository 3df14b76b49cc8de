import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { bareEnv, createHome, KEYS, ROLECALL, rolecall, run, SESSION } from './world.ts'

const EXPIRES = { AWS_CREDENTIAL_EXPIRATION: '2099-01-01T06:00:00Z' }

test('by default it is what a credential_process prints, without what is unknown', async () => {
  const { status, stdout, stderr } = await rolecall(['export'], { env: KEYS })
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  expect(JSON.parse(stdout)).toStrictEqual({
    Version: 1,
    AccessKeyId: KEYS.AWS_ACCESS_KEY_ID,
    SecretAccessKey: KEYS.AWS_SECRET_ACCESS_KEY,
  })
})

test('the files of the folder that it runs in are not its own: only those of the home folder are read', async () => {
  const keys = 'aws_access_key_id = AKIAEVIL\naws_secret_access_key = evil\n'
  const repository = createHome({
    '.aws/config': `[default]\ncredential_process = touch run\n[profile evil]\n${keys}`,
    '.aws/credentials': `[default]\n${keys}[evil]\n${keys}`,
    config: `[default]\n${keys}`,
    credentials: `[default]\n${keys}`,
  })
  const there = (...args: string[]) => {
    const command = ['-c', 'cd "$0" && exec "$@"', repository, process.execPath, ROLECALL, 'export', '--json', ...args]
    return run('sh', command, bareEnv(createHome()))
  }
  const [byChance, byName] = [await there(), await there('--profile', 'evil')]
  expect(JSON.parse(byChance.stderr)).toMatchObject({ error: { code: 'NO_CREDENTIALS' } })
  expect(JSON.parse(byName.stderr)).toMatchObject({ error: { code: 'PROFILE_NOT_FOUND' } })
  expect(existsSync(join(repository, 'run'))).toBe(false)
})

test('a session has its token, and its end in UTC', async () => {
  const { stdout } = await rolecall(['export'], { env: { ...SESSION, ...EXPIRES } })
  expect(JSON.parse(stdout)).toMatchObject({
    SessionToken: SESSION.AWS_SESSION_TOKEN,
    Expiration: '2099-01-01T06:00:00Z',
  })
})

test('json says null where nothing is known, and the region of the profile', async () => {
  const files = { '.aws/config': '[default]\nregion = eu-north-1\n' }
  const { stdout } = await rolecall(['export', '--format', 'json'], { env: KEYS, files })
  expect(JSON.parse(stdout)).toStrictEqual({
    accessKeyId: KEYS.AWS_ACCESS_KEY_ID,
    secretAccessKey: KEYS.AWS_SECRET_ACCESS_KEY,
    sessionToken: null,
    expiration: null,
    accountId: null,
    region: 'eu-north-1',
    source: 'env',
  })
})

test('an unknown region is not asked of an instance that nobody mentioned', async () => {
  const env = { ...KEYS, AWS_EC2_METADATA_DISABLED: 'false', AWS_EC2_METADATA_SERVICE_ENDPOINT: 'http://127.0.0.1:9/' }
  const { status, stdout } = await rolecall(['export', '--format', 'env'], { env })
  expect(status).toBe(0)
  expect(stdout).not.toContain('AWS_REGION')
})

test('a shell that evaluates it has the credentials of the profile', async () => {
  const files = {
    '.aws/config': '[profile dev]\nregion = eu-west-1\n',
    '.aws/credentials': "[dev]\naws_access_key_id = AKIADEV\naws_secret_access_key = it's $(a) secret\n",
  }
  const home = createHome(files)
  const script = `eval "$(node ${ROLECALL} export --format env --profile dev)"; env`
  const { stdout } = await run('sh', ['-c', script], bareEnv(home, { AWS_SESSION_TOKEN: 'old' }))
  expect(stdout).toContain("AWS_SECRET_ACCESS_KEY=it's $(a) secret\n")
  expect(stdout).toContain('AWS_REGION=eu-west-1\n')
  expect(stdout).not.toContain('AWS_SESSION_TOKEN')
})

test('an ini section is a profile that the library reads back', async () => {
  const { stdout } = await rolecall(['export', '--format', 'ini'], { env: SESSION })
  const back = await rolecall(['export', '--profile', 'default'], { files: { '.aws/credentials': stdout } })
  expect(JSON.parse(back.stdout)).toMatchObject({
    AccessKeyId: SESSION.AWS_ACCESS_KEY_ID,
    SessionToken: SESSION.AWS_SESSION_TOKEN,
  })
})

test('a dotenv file is what node starts with', async () => {
  const { stdout } = await rolecall(['export', '--format', 'dotenv', '--region', 'eu-west-1'], { env: SESSION })
  const file = join(createHome(), '.env')
  writeFileSync(file, stdout)
  const shown = execFileSync(process.execPath, [`--env-file=${file}`, '-p', 'JSON.stringify(process.env)'], {
    env: bareEnv('/nowhere'),
    encoding: 'utf8',
  })
  expect(JSON.parse(shown)).toMatchObject({ ...SESSION, AWS_REGION: 'eu-west-1' })
})

test('a value that the format cannot carry is an error, and nothing is printed', async () => {
  const env = { ...KEYS, AWS_SECRET_ACCESS_KEY: 'canary%PATH%' }
  const { status, stdout, stderr } = await rolecall(['export', '--format', 'cmd'], { env })
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
  expect(stderr).toContain('AWS_SECRET_ACCESS_KEY')
  expect(stderr).not.toContain('canary')
})

test('in a GitHub job the masks go out, and the variables into the file of the job', async () => {
  const file = join(createHome({ env: 'EARLIER=1\n' }), 'env')
  const { status, stdout } = await rolecall(['export', '--format', 'github'], { env: { ...SESSION, GITHUB_ENV: file } })
  expect(status).toBe(0)
  const base64 = (text: string): string => Buffer.from(text).toString('base64')
  const secrets = [SESSION.AWS_SECRET_ACCESS_KEY, SESSION.AWS_SESSION_TOKEN]
  expect(stdout).toBe(
    secrets
      .flatMap((secret) => [secret, base64(secret)])
      .map((text) => `::add-mask::${text}\n`)
      .join(''),
  )
  const written = readFileSync(file, 'utf8')
  expect(written).toMatch(
    /^EARLIER=1\nAWS_ACCESS_KEY_ID<<(\S+)\nASIAIOSFODNN7EXAMPLE\n\1\nAWS_SECRET_ACCESS_KEY<<(\S+)\n/,
  )
  expect(new Set(written.match(/(?<=<<)\S+/g)).size).toBe(3)
})

test.each([
  ['is not set', {}, 'GITHUB_ENV_MISSING'],
  ['cannot be written', { GITHUB_ENV: '/nowhere/env' }, 'FILE_UNREADABLE'],
])('where GITHUB_ENV %s nothing is printed', async (_name, env, code) => {
  const { status, stdout, stderr } = await rolecall(['export', '--format', 'github', '--json'], {
    env: { ...SESSION, ...env },
  })
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
  expect(JSON.parse(stderr)).toMatchObject({ error: { code } })
})

test('with nothing configured a person reads what was tried, and what to do', async () => {
  const { status, stdout, stderr } = await rolecall(['export'])
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
  for (const source of ['env', 'profile', 'web-identity', 'container', 'instance'])
    expect(stderr).toMatch(new RegExp(`^  ${source} `, 'm'))
  expect(stderr).not.toMatch(/^\s+at /m)
})

test('with nothing configured a program reads one object', async () => {
  const { stdout, stderr } = await rolecall(['export', '--json'])
  expect(stdout).toBe('')
  const { error } = JSON.parse(stderr)
  expect(error).toMatchObject({ code: 'NO_CREDENTIALS', source: 'credentials', remedy: expect.any(String) })
  expect(error.attempts).toHaveLength(5)
  expect(error.attempts[0]).toMatchObject({ source: 'env', outcome: 'skipped', reason: expect.any(String) })
})

test('a broken file is named with its line, to people and to programs', async () => {
  const files = { '.aws/credentials': '[dev]\naws_access_key_id = AKIADEV\n' }
  const [person, program] = await Promise.all([
    rolecall(['export', '--profile', 'dev'], { files }),
    rolecall(['export', '--profile', 'dev', '--json'], { files }),
  ])
  expect(person.stderr).toMatch(/aws_secret_access_key[\s\S]*\.aws\/credentials:2\n/)
  expect(JSON.parse(program.stderr)).toMatchObject({
    error: { code: 'KEYS_INCOMPLETE', location: { file: expect.stringMatching(/\.aws\/credentials$/), line: 2 } },
  })
})

test('--debug tells what happens, with the stack of an error, and no secret', async () => {
  const [fine, broken] = await Promise.all([
    rolecall(['export', '--debug'], { env: SESSION }),
    rolecall(['export', '--debug', '--profile', 'nowhere']),
  ])
  expect(fine.stderr).toMatch(/debug: +[\d.]+ ms {2}found source=env/)
  expect(fine.stderr).not.toContain('canary')
  expect(JSON.parse(fine.stdout)).toMatchObject({ Version: 1 })
  expect(broken.stderr).toMatch(/^ {4}at /m)
})

test('--provider asks that source alone', async () => {
  const { stderr } = await rolecall(['export', '--provider', 'container', '--json'], { env: KEYS })
  expect(JSON.parse(stderr).error.attempts).toMatchObject([{ source: 'container' }])
})

test.each([
  ['--session-name', 'me'],
  ['--external-id', 'x'],
  ['--duration', '900'],
  ['--source-identity', 'me'],
  ['--tag', 'team=blue'],
  ['--policy', '{}'],
  ['--policy-arn', 'arn:aws:iam::aws:policy/ReadOnlyAccess'],
  ['--read-only'],
])('%s without a role never hands out wider credentials', async (...option) => {
  const { status, stdout, stderr } = await rolecall(['export', '--json', ...option], { env: KEYS })
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
  expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'NARROWING_IMPOSSIBLE', source: option[0] } })
})

test.each([
  ['that is not there', 'nowhere.json', 'FILE_MISSING'],
  ['that is no JSON', '{"canary', 'CONFIG_INVALID'],
])('a policy %s is an error that does not quote it', async (_name, policy, code) => {
  const args = ['export', '--json', '--role-arn', 'arn:aws:iam::111122223333:role/r', '--policy', policy]
  const { status, stdout, stderr } = await rolecall(args, { env: KEYS })
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
  expect(JSON.parse(stderr)).toMatchObject({ error: { code } })
  expect(stderr).not.toContain('canary')
})

test.each([
  ['itself', { me: 'me' }],
  ['one that asks for it', { me: 'you', you: 'me' }],
])('a profile whose credential_process asks for %s says that it calls itself', async (_name, profiles) => {
  const asking = Object.entries(profiles).map(
    ([name, other]) => `[profile ${name}]\ncredential_process = node ${ROLECALL} export --profile ${other}\n`,
  )
  const home = createHome({ '.aws/config': asking.join('') })
  const { status, stderr } = await run(
    process.execPath,
    [ROLECALL, 'export', '--json', '--profile', 'me'],
    bareEnv(home),
  )
  expect(status).toBe(1)
  expect(JSON.parse(stderr)).toMatchObject({
    error: {
      code: 'PROFILE_LOOP',
      message: expect.stringMatching(/credential_process of profile me .* it calls itself/),
      location: { file: join(home, '.aws/config'), line: 2 },
    },
  })
})

test('a reader that has gone away is nobody’s error', async () => {
  const home = createHome()
  const { status, stderr } = await run(
    'bash',
    ['-c', `node ${ROLECALL} --help | true; echo "\${PIPESTATUS[0]}" >&2`],
    bareEnv(home),
  )
  expect({ status, stderr }).toEqual({ status: 0, stderr: '0\n' })
})

test.runIf(process.platform === 'linux')('an output that cannot be written is an error in our own words', async () => {
  const home = createHome()
  const { status, stderr } = await run('sh', ['-c', `node ${ROLECALL} export >/dev/full`], bareEnv(home, KEYS))
  expect(status).toBe(1)
  expect(stderr).toContain('rolecall: the output could not be written (ENOSPC)')
  expect(stderr).not.toContain('canary')
})
