/** Gives the steps that follow credentials: the command line fetches the job's token, exchanges it, and has all masked. */
const { spawnSync } = require('node:child_process')
const { appendFileSync } = require('node:fs')
const { join } = require('node:path')

const CLI = join(__dirname, 'rolecall', 'rolecall.cjs')
const LISTS = ['role-arn', 'allow-account']
const TEXTS = ['region', 'audience', 'session-name', 'duration', 'policy']

const flags = [
  ...LISTS.flatMap((name) => readInput(name).split(/\s+/).filter(Boolean).flatMap(toFlag(name))),
  ...TEXTS.flatMap((name) => [readInput(name)].filter(Boolean).flatMap(toFlag(name))),
]
const { status, stderr } = spawnSync(
  process.execPath,
  [CLI, 'export', '--format', 'github', '--ci', 'github', '--json', ...flags],
  { stdio: ['ignore', 'inherit', 'pipe'], encoding: 'utf8' },
)
if (status !== 0) {
  process.stdout.write(describeFailure(stderr))
  process.exitCode = 1
} else {
  process.stderr.write(stderr)
  appendFileSync(process.env.GITHUB_STATE, 'credentials=given\n')
}

function readInput(name) {
  return process.env[`INPUT_${name.toUpperCase()}`]?.trim() ?? ''
}

function toFlag(name) {
  return (value) => [`--${name}=${value}`]
}

/** As the annotation that the runner shows beside the job. */
function describeFailure(stderr) {
  const line = stderr.split('\n').find((text) => text.startsWith('{"error":'))
  const error = line ? JSON.parse(line).error : { code: 'INTERNAL', message: 'rolecall ended without a word' }
  return `::error title=rolecall ${error.code}::${escapeData(error.message)}\n`
}

function escapeData(text) {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}
