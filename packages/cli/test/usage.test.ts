import { expect, test } from 'vitest'
import { loadCommands } from '../src/command.ts'
import { ROLECALL } from '../src/commands/index.ts'
import { KEYS, rolecall } from './world.ts'

const COMMANDS = await loadCommands(ROLECALL)

test.each<[name: string, args: string[], says: string[]]>([
  ['a command that is not there', ['exprot'], ['"exprot"', 'Did you mean export?', 'rolecall --help']],
  ['a word that is like no command', ['frobnicate'], ['"frobnicate"', 'rolecall --help']],
  [
    'an option that is not there',
    ['export', '--fromat', 'env'],
    ['"--fromat"', 'Did you mean --format?', 'rolecall export --help'],
  ],
  ['an option of another command', ['whoami', '--format', 'env'], ['rolecall whoami', '"--format"']],
  ['an option without a command', ['--bogus'], ['"--bogus"']],
  ['a short option', ['explain', '-x'], ['"-x"']],
  ['a format that is not there', ['export', '--format', 'bsah'], ['"bsah"', 'process, env, fish']],
  [
    'a provider that is not there',
    ['explain', '--provider', 'envv'],
    ['Did you mean env?', 'web-identity, ci, container, instance'],
  ],
  ['an option without its value', ['explain', '--profile'], ['--profile needs a value', '--profile NAME']],
  ['an option that swallows the next', ['explain', '--profile', '--json'], ['--profile needs a value']],
  ['an empty value', ['explain', '--region='], ['--region needs a value']],
  ['a value for a switch', ['explain', '--debug=yes'], ['--debug takes no value']],
  ['a stray word', ['explain', 'dev'], ['"dev"', 'rolecall explain --help']],
  ['a duration that is no number', ['export', '--duration', 'soon'], ['--duration must be 900 to 43200 seconds']],
  ['a duration that no role allows', ['export', '--duration', '60'], ['--duration must be']],
  ['a tag without a value', ['export', '--tag', 'team'], ['--tag must be KEY=VALUE']],
  ['an account that is none', ['whoami', '--allow-account', '42'], ['--allow-account must be the twelve digits']],
  ['a port that is no number', ['serve', '--port', 'http'], ['--port must be a port']],
  ['a port that is none', ['serve', '--port', '65536'], ['--port must be a port']],
  ['a format that variables have not', ['serve', '--format', 'ini'], ['"ini"', 'env, fish']],
  ['exec without a command', ['exec'], ['no command to run', 'rolecall exec -- CMD']],
  ['exec with nothing after --', ['exec', '--'], ['no command to run']],
  ['exec without --', ['exec', 'aws', 's3'], ['rolecall exec -- aws']],
  ['a command for a command that runs none', ['explain', '--', 'ls'], ['nothing may follow --']],
  ['a shell that is not there', ['completion', 'tcsh'], ['"tcsh"', 'bash, zsh, fish, powershell']],
  ['no shell', ['completion'], ['SHELL is missing']],
  ['a place that is not there', ['sandbox', '--place', 'moon'], ['"moon"', 'keys, web-identity']],
])('%s is wrong usage', async (_name, args, says) => {
  const { status, stdout, stderr } = await rolecall(args)
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
  for (const text of says) expect(stderr).toContain(text)
  expect(stderr.trimEnd().split('\n').length).toBeLessThanOrEqual(2)
})

test('wrong usage for a program is one object', async () => {
  const { status, stdout, stderr } = await rolecall(['--json', 'exprot'])
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
  expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'USAGE', source: 'rolecall' } })
})

test('what a person typed cannot steer the terminal that shows it', async () => {
  const { stderr } = await rolecall(['\u001b[31mred\u202e'])
  expect(stderr).toContain('"\\u001b[31mred\\u202e"')
})

test('a value that belongs to no option is not shown: it may be a secret', async () => {
  const { stderr } = await rolecall(['export', '--secret-key=hunter2'])
  expect(stderr).toContain('"--secret-key"')
  expect(stderr).not.toContain('hunter2')
})

test('wrong usage for a program names no command where none was given', async () => {
  const { status, stdout, stderr } = await rolecall(['--json'])
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
  expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'USAGE', remedy: 'See rolecall --help.' } })
})

test('alone it shows the help as an error', async () => {
  const { status, stdout, stderr } = await rolecall([])
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
  expect(stderr).toContain('Usage  rolecall COMMAND')
})

test('--help is a result', async () => {
  const { status, stdout, stderr } = await rolecall(['--help'])
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  for (const { name, summary } of COMMANDS) {
    expect(stdout).toContain(`  ${name} `)
    expect(stdout.replace(/\s+/g, ' ')).toContain(summary)
  }
})

test.each(COMMANDS.map(({ name }) => name))('%s --help teaches by example', async (name) => {
  const [long, short, asked] = await Promise.all([
    rolecall([name, '--help']),
    rolecall([name, '-h']),
    rolecall(['help', name]),
  ])
  expect(long).toMatchObject({ status: 0, stderr: '' })
  expect(long.stdout).toContain(`Usage  rolecall ${name}`)
  expect(long.stdout.match(/^ {2}(?! ).*rolecall /gm)?.length).toBeGreaterThanOrEqual(2)
  expect([short.stdout, asked.stdout]).toEqual([long.stdout, long.stdout])
})

test('no line of the help is wider than a terminal', async () => {
  const texts = await Promise.all([rolecall(['--help']), ...COMMANDS.map(({ name }) => rolecall([name, '--help']))])
  for (const { stdout } of texts)
    for (const line of stdout.split('\n')) expect(line.length, line).toBeLessThanOrEqual(100)
})

test('--version is the version of the package', async () => {
  const { default: manifest } = await import('../package.json', { with: { type: 'json' } })
  expect(await rolecall(['--version'])).toEqual({ status: 0, stdout: `${manifest.version}\n`, stderr: '' })
})

test('options may stand before the command', async () => {
  const { status, stderr } = await rolecall(['--profile', 'nowhere', '--json', 'export'])
  expect(status).toBe(1)
  expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'PROFILE_NOT_FOUND' } })
})

test('options of a command may stand before its name', async () => {
  const { status, stdout } = await rolecall(['--format', 'dotenv', 'export'], { env: KEYS })
  expect({ status, line: stdout.split('\n')[0] }).toEqual({
    status: 0,
    line: `AWS_ACCESS_KEY_ID='${KEYS.AWS_ACCESS_KEY_ID}'`,
  })
})

test.each([
  ['NO_COLOR', ['--help'], { NO_COLOR: '1', FORCE_COLOR: '1' }, false],
  ['--no-color', ['--help', '--no-color'], { FORCE_COLOR: '1' }, false],
  ['a pipe', ['--help'], {}, false],
  ['FORCE_COLOR', ['--help'], { FORCE_COLOR: '1' }, true],
] as const)('colours with %s', async (_name, args, env, coloured) => {
  const { stdout } = await rolecall(args, { env })
  expect(stdout.includes('\u001b[')).toBe(coloured)
})
