/**
 * The library on the runtimes that are not the one of `npm test`: Node 22 and 24 run its whole suite, and Bun and Deno
 * each way to credentials. npm installs them into a temporary folder: 600 MB.
 */
import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const ROOT = join(import.meta.dirname, '../..')
const SMOKE = join(import.meta.dirname, 'runtimes-smoke.js')
const SECRET = 'never-to-be-printed'
const MINUTES = 60_000
const run = promisify(execFile)
const platform = process.platform === 'win32' ? 'win' : process.platform
const executable = (name: string): string => (process.platform === 'win32' ? `${name}.exe` : name)

/** What vitest tells its children would lead the inner one astray. */
const env = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(VITEST|TEST$|NODE_ENV$|NODE_OPTIONS$|AWS_)/.test(name)),
)

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rolecall-runtimes-'))
  const nodes = [22, 24].map((major) => `node${major}@npm:node-${platform}-${process.arch}@${major}`)
  const flags = ['--no-save', '--no-package-lock', '--ignore-scripts', '--prefix', folder]
  await run('npm', ['install', ...flags, ...nodes, 'bun', 'deno'], { env }).catch(() => {
    throw new Error('npm cannot install node@22, node@24, bun and deno here')
  })
}, 10 * MINUTES)
afterAll(() => rm(folder, { recursive: true, force: true }))

const node = (major: number): string => join(folder, 'node_modules', `node${major}`, 'bin', executable('node'))

/** The packages bring one for each kind of this platform's processor and C library: the first that runs here. */
async function findBinary(scope: string, name: string): Promise<string> {
  const packages = await readdir(join(folder, 'node_modules', scope))
  for (const each of packages.sort()) {
    for (const file of [join(each, 'bin', executable(name)), join(each, executable(name))]) {
      const path = join(folder, 'node_modules', scope, file)
      const runs = await run(path, ['--version']).catch(() => undefined)
      if (runs) return path
    }
  }
  throw new Error(`npm brought no ${name} that runs here`)
}

describe.each([22, 24])('Node %i', (major) => {
  test('passes the whole suite of the library', { timeout: 10 * MINUTES }, async () => {
    const { stdout: version } = await run(node(major), ['--version'])
    expect(version).toMatch(new RegExp(`^v${major}\\.`))

    const outputFile = join(folder, `suite-${major}.json`)
    const vitest = join(ROOT, 'node_modules/vitest/vitest.mjs')
    const args = ['run', 'packages/credentials', '--reporter=json', `--outputFile=${outputFile}`]
    await run(node(major), [vitest, ...args], { cwd: ROOT, env }).catch(() => undefined) // the file says why
    const report = JSON.parse(await readFile(outputFile, 'utf8')) as SuiteReport
    console.log(`node ${version.trim()}: ${report.numPassedTests} tests of packages/credentials passed`)
    expect(failuresIn(report)).toEqual([])
    expect(report.numPassedTests).toBeGreaterThan(2_000)
    expect(report).toMatchObject({ success: true, numFailedTests: 0, numPendingTests: 0 })
  })
})

describe('each way to credentials, by the built package, on', () => {
  test.for<[runtime: string, command: () => Promise<string[]>, variables?: Record<string, string>]>([
    ['Node 20', async () => [process.execPath]],
    ['Node 22', async () => [node(22)]],
    ['Node 24', async () => [node(24)]],
    // its own proxy support is on, and its proxy is dead: what is on this machine must not go there
    ['Node 24 with a proxy', async () => [node(24)], { NODE_USE_ENV_PROXY: '1', HTTP_PROXY: 'http://127.0.0.1:1' }],
    ['Bun', async () => [await findBinary('@oven', 'bun')]],
    ['Deno', async () => [await findBinary('@deno', 'deno'), 'run', '--allow-all', '--no-lock']],
  ])('%s', { timeout: 2 * MINUTES }, async ([runtime, choose, variables]) => {
    const [command = '', ...args] = await choose()
    const { stdout: version } = await run(command, ['--version'], { env })
    const { stdout, stderr } = await run(command, [...args, SMOKE], { cwd: ROOT, env: { ...env, ...variables } })
    console.log(`${runtime}: ${version.split('\n')[0]}`)

    expect(stdout + stderr).not.toContain(SECRET)
    expect(JSON.parse(stdout)).toEqual({
      nothing: 'NO_CREDENTIALS',
      env: 'AKIAENVEXAMPLE000001 env',
      printed: expect.stringMatching(/^(.*AKIA…0001){3} from env$/s),
      spread: 6,
      profile: 'ASIAROLEEXAMPLE00001 profile 123456789012',
      process: 'AKIAPROCESSEXAMPLE01 process',
      slowProcess: 'TIMEOUT',
      container: 'ASIACONTAINERKEY0001 container',
      explain: expect.stringContaining('assume arn:aws:iam::123456789012:role/app (profile app)'),
      folderForFile: 'FILE_UNREADABLE',
      token: 'CONFIG_INVALID',
      asked: ['POST / signed', 'GET /container', 'POST / signed'],
      local: ['/container'],
      proxied: ['ASIAROLEEXAMPLE00001 profile 123456789012', 'sts.example:80'],
      atOnce: 1,
    })
  })
})

interface SuiteReport {
  readonly success: boolean
  readonly numPassedTests: number
  readonly testResults: readonly {
    readonly name: string
    readonly message: string
    readonly assertionResults: readonly {
      readonly status: string
      readonly fullName: string
      readonly failureMessages: readonly string[]
    }[]
  }[]
}

function failuresIn({ testResults }: SuiteReport): string[] {
  return testResults.flatMap(({ name, message, assertionResults }) => {
    const failed = assertionResults.filter(({ status }) => status === 'failed')
    const told = failed.map(({ fullName, failureMessages }) => `${name}: ${fullName}\n${failureMessages[0]}`)
    return failed.length === 0 && message !== '' ? [`${name}: ${message}`] : told
  })
}
