/** Gives the steps that follow credentials: the command line fetches the job's token, exchanges it, and has all masked. */
const { spawn, spawnSync } = require('node:child_process')
const { appendFileSync, openSync, readFileSync } = require('node:fs')
const { join } = require('node:path')

const CLI = join(__dirname, 'rolecall', 'rolecall.cjs')
const LISTS = ['role-arn', 'allow-account']
const TEXTS = ['region', 'audience', 'session-name', 'duration', 'policy']
const SWITCHES = ['keep-fresh']
const HANDED_OUT = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'AWS_CREDENTIAL_EXPIRATION']

const flags = [
  ...LISTS.flatMap((name) => readInput(name).split(/\s+/).filter(Boolean).map(toFlag(name))),
  ...TEXTS.flatMap((name) => [readInput(name)].filter(Boolean).map(toFlag(name))),
]
const [keepFresh] = SWITCHES.map((name) => readInput(name).toLowerCase() === 'true')
if (keepFresh) serve()
else exportOnce()

function exportOnce() {
  const args = [CLI, 'export', '--format', 'github', '--ci', 'github', '--json', ...flags]
  const { status, stderr } = spawnSync(process.execPath, args, {
    stdio: ['ignore', 'inherit', 'pipe'],
    encoding: 'utf8',
  })
  if (status !== 0) return fail(stderr)
  process.stderr.write(stderr)
  remember({ variables: HANDED_OUT.join(',') })
}

/** The server outlives this step: it asks for a new token whenever the session is to be renewed. */
function serve() {
  const log = join(process.env.RUNNER_TEMP, 'rolecall-serve.log')
  const stdio = ['ignore', 'pipe', openSync(log, 'w', 0o600)]
  const server = spawn(process.execPath, [CLI, 'serve', '--json', '--ci', 'github', ...flags], {
    detached: true,
    stdio,
  })
  server.once('exit', () => fail(readFileSync(log, 'utf8')))
  let text = ''
  server.stdout.setEncoding('utf8').on('data', (part) => {
    text += part
    if (!text.includes('\n')) return
    const { env } = JSON.parse(text)
    process.stdout.write(`::add-mask::${env.AWS_CONTAINER_AUTHORIZATION_TOKEN}\n`)
    appendFileSync(process.env.GITHUB_ENV, toLines(env))
    remember({ variables: Object.keys(env).join(','), server: server.pid })
    server.removeAllListeners()
    server.stdout.destroy()
    server.unref()
  })
}

function remember(state) {
  appendFileSync(process.env.GITHUB_STATE, toLines(state))
}

function toLines(values) {
  return Object.entries(values)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('')
}

function readInput(name) {
  return process.env[`INPUT_${name.toUpperCase()}`]?.trim() ?? ''
}

function toFlag(name) {
  return (value) => `--${name}=${value}`
}

/** With the annotation that the runner shows beside the job. */
function fail(stderr) {
  const line = stderr.split('\n').find((text) => text.startsWith('{"error":'))
  const error = line ? JSON.parse(line).error : { code: 'INTERNAL', message: 'rolecall ended without a word' }
  process.stdout.write(`::error title=rolecall ${error.code}::${escapeData(error.message)}\n`)
  process.exitCode = 1
}

function escapeData(text) {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}
