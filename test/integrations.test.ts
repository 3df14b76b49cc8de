/** What integrations/ has for each CI, run in the environment that the CI would give, with a sandbox that plays it. */
import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { type Place, type Sandbox, startSandbox } from '@rolecall/sandbox'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'
import { type Ended, runProgram } from './program.ts'

const ROOT = join(import.meta.dirname, '..')
const INTEGRATIONS = join(ROOT, 'integrations')
const read = (file: string): string => readFileSync(join(INTEGRATIONS, file), 'utf8')

let sandbox: Sandbox
let folder = ''
beforeAll(async () => {
  sandbox = await startSandbox()
  folder = mkdtempSync(join(tmpdir(), 'rolecall-integrations-'))
  const cli = join(ROOT, 'packages/cli/dist/rolecall.cjs')
  writeProgram('bin/rolecall', `exec "${process.execPath}" "${cli}" "$@"`)
  for (const name of ['deploy.sh', 'bin/packer']) writeProgram(name, 'exec rolecall whoami --json --provider env')
})
afterAll(async () => {
  await sandbox.stop()
  rmSync(folder, { recursive: true, force: true })
})

function writeProgram(name: string, line: string): void {
  const path = join(folder, name)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, `#!/bin/sh\n${line}\n`)
  chmodSync(path, 0o700)
}

/** What a job of that CI sees, and no role but the one that the integration names. */
async function surroundingsOf(place: Place, claims?: Record<string, unknown>): Promise<Record<string, string>> {
  const { AWS_ROLE_ARN, PATH = process.env['PATH'] ?? '', ...env } = await sandbox.env(place, claims)
  const path = [join(folder, 'bin'), dirname(process.execPath), PATH].join(delimiter)
  return { ...env, PATH: path, HOME: folder, AWS_EC2_METADATA_DISABLED: 'true' }
}

const run = (command: string, args: readonly string[], env: Record<string, string>) =>
  runProgram([command, ...args], env, folder)

const roleOf = (place: string): string => `arn:aws:iam::123456789012:role/demo-${place}`
const WHOAMI = 'rolecall whoami --json --provider env'

function expectRole({ status, stdout, stderr }: Ended, place: Place): void {
  expect({ status, stderr: stderr.replace(/^rolecall: .* gives this job one token\. .*\n/, '') }).toEqual({
    status: 0,
    stderr: '',
  })
  expect(JSON.parse(stdout)).toMatchObject({
    arn: expect.stringContaining(`:assumed-role/demo-${place}/`),
    source: 'env',
  })
}

describe('the GitHub Action', () => {
  let action = ''
  beforeAll(() => {
    action = join(folder, 'action')
    execFileSync(process.execPath, [join(INTEGRATIONS, 'github-action/package.js'), action])
  })
  const { inputs, runs } = parse(read('github-action/action.yml'))
  const step = (file: string, env: Record<string, string>) => run(process.execPath, [join(action, file)], env)

  test('reads each input that it has, and no other', () => {
    const lists = read('github-action/main.cjs').matchAll(/^const (?:LISTS|TEXTS|SWITCHES) = \[(.*)\]$/gm)
    const names = [...lists].flatMap(([, list = '']) => list.split(', ').map((name) => name.replaceAll("'", '')))
    expect(names.toSorted()).toEqual(Object.keys(inputs).toSorted())
  })

  test('gives the steps that follow credentials, masked first, and takes them out at the end', async () => {
    const given = { 'INPUT_ROLE-ARN': roleOf('github-actions'), INPUT_REGION: 'eu-west-1', INPUT_DURATION: '900' }
    const env: Record<string, string> = { ...(await surroundingsOf('github-actions')), ...given }
    const { status, stdout, stderr } = await step(runs.main, env)
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(stdout).toMatch(/^(::add-mask::\S+\n){4}$/)

    const file = env['GITHUB_ENV'] ?? ''
    const variables = readGithubFile(file)
    expect(variables).toMatchObject({ AWS_REGION: 'eu-west-1' })
    expectRole(await run('sh', ['-c', WHOAMI], { ...env, ...variables }), 'github-actions')

    expect(await step(runs.post, { ...env, ...variables, ...readState(env) })).toMatchObject({ status: 0 })
    const after = readGithubFile(file)
    expect([after['AWS_ACCESS_KEY_ID'], after['AWS_SECRET_ACCESS_KEY'], after['AWS_SESSION_TOKEN']]).toEqual([
      '',
      '',
      '',
    ])
  })

  test('serves the steps that follow for as long as the job runs, if told to', async () => {
    const env: Record<string, string> = {
      ...(await surroundingsOf('github-actions')),
      'INPUT_ROLE-ARN': roleOf('github-actions'),
      'INPUT_KEEP-FRESH': 'true',
      RUNNER_TEMP: folder,
    }
    const { status, stdout } = await step(runs.main, env)
    expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringMatching(/^::add-mask::\S+\n$/) })

    const variables = readGithubFile(env['GITHUB_ENV'] ?? '')
    const { stdout: shown } = await run('sh', ['-c', 'rolecall whoami --json'], {
      ...env,
      ...variables,
      GITHUB_ACTIONS: '',
    })
    expect(JSON.parse(shown)).toMatchObject({ source: 'container' })

    expect(await step(runs.post, { ...env, ...variables, ...readState(env) })).toMatchObject({ status: 0 })
    expect(readGithubFile(env['GITHUB_ENV'] ?? '')).toMatchObject({ AWS_CONTAINER_CREDENTIALS_FULL_URI: '' })
    const gone = () =>
      fetch(variables['AWS_CONTAINER_CREDENTIALS_FULL_URI'] ?? '').then(
        () => 'there',
        () => 'gone',
      )
    await expect.poll(gone).toBe('gone')
  })

  test('shows beside the job why AWS said no, and gives nothing', async () => {
    const claims = { sub: 'repo:acme/fork:pull_request' }
    const surroundings = await surroundingsOf('github-actions', claims)
    const env: Record<string, string> = { ...surroundings, 'INPUT_ROLE-ARN': roleOf('github-actions') }
    const { status, stdout } = await step(runs.main, env)
    expect(status).toBe(1)
    expect(stdout).toMatch(/^::error title=rolecall SOURCE_REFUSED::.*subject "repo:acme\/fork:pull_request".*\n$/)
    expect(readGithubFile(env['GITHUB_ENV'] ?? '')).toEqual({})
    expect(await step(runs.post, env)).toEqual({ status: 0, stdout: '', stderr: '' })
    expect(readGithubFile(env['GITHUB_ENV'] ?? '')).toEqual({})
  })
})

/** What the runner hands from a step to its end. */
function readState(env: Record<string, string>): Record<string, string> {
  const state = Object.entries(readGithubFile(env['GITHUB_STATE'] ?? ''))
  return Object.fromEntries(state.map(([name, value]) => [`STATE_${name}`, value]))
}

/** As the runner reads it: NAME=VALUE lines, and blocks of NAME<<DELIMITER. */
function readGithubFile(path: string): Record<string, string> {
  const text = readFileSync(path, 'utf8')
  const found = text.matchAll(/^(\w+)<<(\S+)\n([\s\S]*?)\n\2$|^(\w+)=(.*)$/gm)
  return Object.fromEntries([...found].map(([, block, , value, name, line]) => [block ?? name, value ?? line]))
}

test('the GitLab component gives its job credentials', async () => {
  const [header, body] = parseAllDocuments(read('gitlab-component/templates/aws.yml'))
  const { inputs } = header?.toJS().spec ?? {}
  const given = { ...inputs, 'role-arn': { default: roleOf('gitlab') } }
  const filled = String(body).replace(/\$\[\[ inputs\.([\w-]+) \]\]/g, (_, name: string) => given[name].default)
  const [[name, job]] = Object.entries<GitlabJob>(parse(filled)) as [[string, GitlabJob]]
  expect(name).toBe('.aws')
  expect(job.id_tokens).toEqual({ ROLECALL_ID_TOKEN: { aud: 'sts.amazonaws.com' } })

  const { AWS_ID_TOKEN = '', ...env } = await surroundingsOf('gitlab')
  const variables = { ...env, ...job.variables, ROLECALL_ID_TOKEN: AWS_ID_TOKEN }
  expectRole(
    await run('bash', ['-eo', 'pipefail', '-c', [...job.before_script, WHOAMI].join('\n')], variables),
    'gitlab',
  )
})

interface GitlabJob {
  readonly id_tokens: unknown
  readonly variables: Record<string, string>
  readonly before_script: readonly string[]
}

test('the Bitbucket pipe leaves credentials for its step, that nobody else can read', async () => {
  const storage = join(folder, 'pipes/owner/rolecall-pipe')
  const env = {
    ...(await surroundingsOf('bitbucket')),
    AWS_ROLE_ARN: roleOf('bitbucket'),
    BITBUCKET_PIPE_STORAGE_DIR: storage,
  }
  const pipe = await run('sh', [join(INTEGRATIONS, 'bitbucket-pipe/pipe.sh')], env)
  expect(pipe).toMatchObject({ status: 0, stderr: expect.stringContaining('Its session ends at') })
  expect(readdirSync(storage)).toEqual(['aws.sh'])
  const script = `[ "$(ls -l ${storage}/aws.sh | cut -c 1-10)" = -rw------- ] && . ${storage}/aws.sh && ${WHOAMI}`
  expectRole(await run('sh', ['-c', script], env), 'bitbucket')

  const refused = await run('sh', [join(INTEGRATIONS, 'bitbucket-pipe/pipe.sh')], { ...env, AWS_ROLE_ARN: roleOf('x') })
  expect(refused.status).toBe(1)
  expect(readdirSync(storage)).not.toContain('aws.sh')
  expect(parse(read('bitbucket-pipe/pipe.yml')).variables.map(({ name }: { name: string }) => name)).toContain(
    'AWS_ROLE_ARN',
  )
})

test('the command of the CircleCI orb gives the steps that follow credentials', async () => {
  const { parameters, steps } = parse(read('circleci-orb/src/@orb.yml')).commands.credentials
  const [{ run: step }] = steps
  const given: Record<string, string> = { 'role-arn': roleOf('circleci'), duration: '3600' }
  const fill = (text: string): string =>
    text.replace(/<< parameters\.([\w-]+) >>/g, (_, name: string) => given[name] ?? parameters[name].default)
  const variables = Object.entries<string>(step.environment).map(([name, value]) => [name, fill(value)])

  const env = { ...(await surroundingsOf('circleci')), BASH_ENV: join(folder, 'bash-env') }
  writeFileSync(env.BASH_ENV, '')
  const first = await run('bash', ['-eo', 'pipefail', '-c', step.command], { ...env, ...Object.fromEntries(variables) })
  expect(first).toMatchObject({ status: 0, stdout: '' })
  expectRole(await run('bash', ['-eo', 'pipefail', '-c', WHOAMI], env), 'circleci')
})

test('the hooks of the Buildkite plugin give a step credentials, and take them back', async () => {
  const { configuration } = parse(read('buildkite-plugin/plugin.yml'))
  expect(Object.keys(configuration.properties)).toEqual(['role-arn', 'region', 'session-name', 'duration', 'audience'])
  const hook = (name: string): string => `. ${join(INTEGRATIONS, 'buildkite-plugin/hooks', name)}`
  const given = {
    BUILDKITE_PLUGIN_ROLECALL_ROLE_ARN: roleOf('buildkite'),
    BUILDKITE_PLUGIN_ROLECALL_REGION: 'eu-west-1',
    BUILDKITE_PLUGIN_ROLECALL_SESSION_NAME: 'build-7',
    BUILDKITE_PLUGIN_ROLECALL_DURATION: '900',
  }
  const env = { ...(await surroundingsOf('buildkite')), ...given }
  const script = [hook('environment'), WHOAMI, hook('pre-exit'), '! printenv AWS_ACCESS_KEY_ID'].join('\n')
  const ended = await run('bash', ['-e', '-c', script], env)
  expectRole(ended, 'buildkite')
  expect(JSON.parse(ended.stdout)).toMatchObject({ arn: expect.stringMatching(/\/build-7$/), region: 'eu-west-1' })

  const refused = { ...env, BUILDKITE_PLUGIN_ROLECALL_ROLE_ARN: roleOf('x') }
  expect(await run('bash', ['-c', `${hook('environment')}\necho went on`], refused)).toMatchObject({
    status: 1,
    stdout: '',
  })
})

test('the template of Azure Pipelines runs a script with credentials', async () => {
  const { parameters, steps } = parse(read('azure-devops/templates/aws.yml'))
  const {
    AZURESUBSCRIPTION_SERVICE_CONNECTION_ID = '',
    SYSTEM_ACCESSTOKEN = '',
    ...env
  } = await surroundingsOf('azure-devops')
  const given: Record<string, string> = {
    roleArn: roleOf('azure-devops'),
    serviceConnectionId: AZURESUBSCRIPTION_SERVICE_CONNECTION_ID,
    script: `${WHOAMI}\n`,
  }
  const fill = (text: string): string =>
    text
      .replace(/\$\{\{ parameters\.(\w+) \}\}/g, (_, name: string) => given[name] ?? defaultOf(parameters, name))
      .replace('$(System.AccessToken)', SYSTEM_ACCESSTOKEN)
  const [{ bash, env: mapped }] = steps
  const variables = Object.entries<string>(mapped).map(([name, value]) => [name, fill(value)])
  expectRole(await run('bash', ['-c', bash], { ...env, ...Object.fromEntries(variables) }), 'azure-devops')
})

function defaultOf(parameters: readonly { name: string; default?: string }[], name: string): string {
  return parameters.find((parameter) => parameter.name === name)?.default ?? ''
}

test('what docs/ci.md writes for each CI is YAML, and its line works there', async () => {
  const page = readFileSync(join(ROOT, 'docs/ci.md'), 'utf8')
  const sections = page.split(/^## /m).slice(1)
  const places: Record<string, Place> = {
    'GitHub Actions': 'github-actions',
    'Azure DevOps': 'azure-devops',
    Buildkite: 'buildkite',
    GitLab: 'gitlab',
    'Bitbucket Pipelines': 'bitbucket',
    CircleCI: 'circleci',
  }
  const told = sections.flatMap((section) => {
    const title = section.split('\n')[0] ?? ''
    const [, block] = /```yaml\n([\s\S]*?)```/.exec(section) ?? []
    const place = places[title]
    if (block === undefined || place === undefined) return []
    parse(block)
    const [line] = /rolecall exec .*$/m.exec(block) ?? ['']
    return [{ place, line: line.replace(/--service-connection-id \S+/, '') }]
  })
  expect(told.map(({ place }) => place)).toEqual(Object.values(places))
  const ended = told.map(async ({ place, line }) => {
    const env = { ...(await surroundingsOf(place)), AWS_ROLE_ARN: roleOf(place) }
    return { place, ...(await run('sh', ['-c', line], env)) }
  })
  for (const { place, ...outcome } of await Promise.all(ended)) expectRole(outcome, place)
})
