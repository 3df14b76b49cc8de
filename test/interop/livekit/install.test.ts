/** The package as others get it: packed, beside the framework, in a project of their own. Asks the npm registry. */
import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'

const ROOT = join(import.meta.dirname, '../../..')
const PACKAGES = ['credentials', 'livekit-plugin-aws']
const TSC = join(ROOT, 'node_modules/typescript/bin/tsc')
const PEERS = ['@livekit/agents@1.9.0', '@livekit/rtc-node@0.13.35', 'zod@4.6.7']

const project = mkdtempSync(join(tmpdir(), 'rolecall-project-'))
const npm = (...args: string[]): string => execFileSync('npm', args, { cwd: project, encoding: 'utf8', stdio: 'pipe' })

beforeAll(() => {
  writeFileSync(join(project, 'package.json'), '{"name":"empty","private":true}')
  const packed = PACKAGES.map((name) =>
    npm('pack', '--silent', join(ROOT, 'packages', name))
      .trim()
      .split('\n')
      .at(-1),
  )
  npm(
    'install',
    '--no-audit',
    '--no-fund',
    '--prefer-offline',
    ...packed.map((file) => `./${file}`),
    ...PEERS,
    '@types/node@20',
  )
}, 300_000)
afterAll(() => rmSync(project, { recursive: true, force: true }))

function digest(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  const hash = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex')
  return Object.fromEntries(
    files.map(({ parentPath, name }) => [join(parentPath, name).slice(folder.length), hash(join(parentPath, name))]),
  )
}

test.each(PACKAGES)('the %s that these suites use is the one that is built', (name) => {
  const installed = digest(join(import.meta.dirname, 'node_modules/@rolecall', name, 'dist'))
  expect(Object.keys(installed).length).toBeGreaterThan(0)
  expect(installed, 'run npm ci in test/interop/livekit').toEqual(digest(join(ROOT, 'packages', name, 'dist')))
})

const USE = `
  const { TTS, STT, LLM, prewarmAws } = aws
  const options = { region: 'us-east-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } }
  console.log(new TTS(options).label, new STT(options).label, new LLM(options).label(), typeof prewarmAws)`

test.each([
  ['an ES module', ['--input-type=module', '--eval', `import * as aws from '@rolecall/livekit-plugin-aws'\n${USE}`]],
  ['CommonJS', ['--input-type=commonjs', '--eval', `const aws = require('@rolecall/livekit-plugin-aws')\n${USE}`]],
])('it is there for %s', (_, args) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: project, encoding: 'utf8' })
  expect({ status, stdout, warnings: stderr.match(/ExperimentalWarning/) }, stderr).toEqual({
    status: 0,
    stdout: 'aws.TTS aws.STT aws.LLM function\n',
    warnings: null,
  })
})

test('CommonJS finds credentials too, by a library that has ES modules only', () => {
  const code = `const { TTS } = require('@rolecall/livekit-plugin-aws')
    const { initializeLogger } = require('@livekit/agents')
    initializeLogger({ pretty: false, level: 'silent' })
    process.on('unhandledRejection', () => {})
    const voice = new TTS({ region: 'us-east-1', profile: 'nobody' })
    voice.on('error', ({ error }) => console.log(error.name, error.retryable, error.message))
    voice.synthesize('Hello.').next()`
  const { stdout } = spawnSync(process.execPath, ['--eval', code], { cwd: project, encoding: 'utf8' })
  expect(stdout).toMatch(/^APIConnectionError false Polly: profile: there is no profile nobody\./)
})

const TYPES = `import { voice, llm } from '@livekit/agents'
import { createCredentials } from '@rolecall/credentials'
import { type AwsOptions, LLM, prewarmAws, STT, TTS } from '@rolecall/livekit-plugin-aws'
const aws: AwsOptions = { region: 'us-east-1', credentials: createCredentials(), role: { roleArn: 'arn' } }
export const session = new voice.AgentSession({
  stt: new STT({ ...aws, language: 'en-US', showSpeakerLabel: true }),
  llm: new LLM({ ...aws, model: 'amazon.nova-2-lite-v1:0', toolChoice: 'auto' }),
  tts: new TTS({ ...aws, voice: 'Ruth', engine: 'generative', sampleRate: 24000 }),
})
export const model: llm.LLM = new LLM()
export const warm: Promise<void> = prewarmAws({} as never)
// @ts-expect-error: a format is one of two
new TTS({ outputFormat: 'ogg' })
// @ts-expect-error: a rate is a number
new STT({ sampleRate: '16000' })
`

test.each([
  ['an ES module, node16', 'app.mts', TYPES, ['--module', 'node16']],
  ['an ES module, nodenext', 'app.mts', TYPES, ['--module', 'nodenext']],
  ['a bundler', 'app.mts', TYPES, ['--module', 'esnext', '--moduleResolution', 'bundler']],
  // of a package that is ES modules only, CommonJS has no createCredentials in node16
  [
    'CommonJS, node16',
    'app.cts',
    TYPES.replace(/^import .*credentials'$/m, '').replace(
      'createCredentials()',
      'async () => ({ accessKeyId: "a", secretAccessKey: "b" })',
    ),
    ['--module', 'node16'],
  ],
  ['CommonJS, nodenext', 'app.cts', TYPES, ['--module', 'nodenext']],
])('types check, strictly and to the last file of ours: %s', (_, file, code, options) => {
  writeFileSync(join(project, file), code)
  const strict = ['--strict', '--noEmit', '--target', 'es2023', '--types', 'node', ...options]
  const { stdout } = spawnSync(process.execPath, [TSC, ...strict, file], { cwd: project, encoding: 'utf8' })
  // what others' declarations lack is theirs
  expect(stdout.split('\n').filter((line) => line.startsWith(file) || line.includes('@rolecall/'))).toEqual([])
  rmSync(join(project, file))
})

test('the sources, the tests and these suites agree with the types of the framework', () => {
  const { status, stdout } = spawnSync(process.execPath, [TSC, '-p', import.meta.dirname], { encoding: 'utf8' })
  expect({ status, stdout }).toEqual({ status: 0, stdout: '' })
})

test('types are right for every way of importing, says arethetypeswrong', () => {
  const [tarball = ''] = readdirSync(project).filter((file) => file.startsWith('rolecall-livekit'))
  const attw = join(import.meta.dirname, 'node_modules/@arethetypeswrong/cli/dist/index.js')
  const { status, stdout } = spawnSync(process.execPath, [attw, tarball], { cwd: project, encoding: 'utf8' })
  expect(status, stdout).toBe(0)
  expect(stdout).toContain('No problems found')
})
